"""The catalogue's editors: /quan-tri/."""

from django.urls import URLPattern, path

from procedures.views.editor import drafts

urlpatterns: list[URLPattern] = [
    path("", drafts.index, name="editor-home"),
]
