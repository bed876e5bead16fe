"""The catalogue's editors: /quan-tri/."""

from django.urls import URLPattern, path

from procedures.views.editor import drafts, questions

urlpatterns: list[URLPattern] = [
    path("", drafts.index, name="editor-home"),
    path("hoi-dap/", questions.index, name="editor-questions"),
    path("hoi-dap/<uuid:public_id>/", questions.question, name="editor-question"),
    path("hoi-dap/<uuid:public_id>/tu-choi/", questions.reject, name="editor-question-reject"),
    path("hoi-dap/<uuid:public_id>/khong-dang/", questions.keep, name="editor-question-keep"),
]
