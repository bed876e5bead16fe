"""The catalogue's editors: /quan-tri/."""

from django.urls import URLPattern, path

from procedures.urls import eform, exchange
from procedures.views.editor import (
    content,
    draft_steps,
    drafts,
    preview,
    questions,
    services,
    start,
    words,
)

urlpatterns: list[URLPattern] = [
    path("", drafts.index, name="editor-home"),
    path("soan/", start.start, name="editor-start"),
    path("soan/moi/", start.new, name="editor-new"),
    path("thu-tuc/<str:code>/", start.procedure, name="editor-procedure"),
    path("thu-tuc/<str:code>/soan/", start.open_one, name="editor-open"),
    path("thu-tuc/<str:code>/bai-bo/", start.retire, name="editor-retire"),
    path("ban-soan/<int:pk>/", drafts.draft, name="editor-draft"),
    path("ban-soan/<int:pk>/thay-doi/", drafts.changes, name="editor-draft-changes"),
    path("ban-soan/<int:pk>/qua-trinh/", drafts.history, name="editor-draft-history"),
    path("ban-soan/<int:pk>/viec/<slug:step>/", draft_steps.step, name="editor-draft-step"),
    path("dich-vu/", services.index, name="editor-services"),
    path("dich-vu/noi/<int:pk>/", services.edit, name="editor-service"),
    path("dich-vu/noi/<int:pk>/dung/", services.close, name="editor-service-close"),
    path("dich-vu/noi/<int:pk>/mo-lai/", services.reopen, name="editor-service-reopen"),
    path("dich-vu/<str:code>/", services.of_procedure, name="editor-services-of"),
    path("dich-vu/<str:code>/mo/", services.open_kind, name="editor-services-open"),
    path("ban-soan/<int:pk>/noi-dung/", content.content, name="editor-content"),
    path("ban-soan/<int:pk>/hoan-tac/", content.undo, name="editor-undo"),
    path("ban-soan/<int:pk>/xem-thu/", preview.preview, name="editor-preview"),
    path("ban-soan/<int:pk>/xem-thu/trang/", preview.framed, name="editor-preview-page"),
    *eform.urlpatterns,
    *exchange.urlpatterns,
    path("tu-dong-nghia/", words.synonyms, name="editor-synonyms"),
    path("tu-dong-nghia/<int:pk>/", words.synonym, name="editor-synonym"),
    path("tu-dong-nghia/<int:pk>/xoa/", words.remove, name="editor-synonym-remove"),
    path("tim-khong-ra/", words.misses, name="editor-misses"),
    path("hoi-dap/", questions.index, name="editor-questions"),
    path("hoi-dap/<uuid:public_id>/", questions.question, name="editor-question"),
    path("hoi-dap/<uuid:public_id>/tu-choi/", questions.reject, name="editor-question-reject"),
    path("hoi-dap/<uuid:public_id>/khong-dang/", questions.keep, name="editor-question-keep"),
]
