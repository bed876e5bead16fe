"""Drafts in a list, and one draft on its way to being published."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from procedures.models import Draft
from procedures.views.editor import editor_page


@editor_page
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    drafts = Draft.objects.open().light()[:50]
    return render(request, "procedures/editor/index.html", {"drafts": drafts})
