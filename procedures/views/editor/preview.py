"""A draft as citizens would see it, on a phone and on a desk."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from procedures import pages
from procedures.editing.saving import content_of
from procedures.levels import Level
from procedures.views.editor import editor_page
from procedures.views.editor.content import find_draft


@editor_page
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "procedures/editor/content_preview.html", {"draft": find_draft(pk)})


# The one page of ours that our own pages may frame: nothing can be pressed in it that matters.
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@editor_page
@require_safe
def framed(request: HttpRequest, pk: int) -> HttpResponse:
    draft = find_draft(pk)
    # Nobody's name in the header: it is what a visitor would see.
    request.for_nobody = True  # type: ignore[attr-defined]
    record = content_of(draft)
    # A level is chosen late: until then the page is that of a procedure nobody files online.
    record |= {"level": record["level"] or Level.INFORMATION}
    page = pages.page_of_record(record, draft.procedure)
    context = {"page": page, "asked": None}  # questions belong to what is published
    return render(request, "procedures/editor/content_framed.html", context)
