"""The papers of the case: upload, replace, remove, look at. Plain multi-file POST; scripts
only send the same request file by file and show how far it is."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import actions
from dossiers.forms import uploads
from dossiers.models import CheckState, Dossier, Paper
from dossiers.views import wizard
from dossiers.views.wizard import PAPERS, draft_page
from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest
from procedures.models import RequirementOnline


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def papers(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method != "POST":
        return _show(request, dossier, _slots(dossier), [])
    if gone := request.POST.get("go"):
        return _remove(request, dossier, _slots(dossier), gone)
    # What is there already matters only to a file that takes another's place.
    replaces = any(name.startswith("thay-") for name in request.FILES)
    slots = _slots(dossier) if replaces else uploads.slots_of(wizard.needs_of(dossier), [])
    incoming, refused = uploads.read(slots, request.FILES)
    refused += actions.attach_papers(dossier, incoming=incoming, by=request.user, at=timezone.now())
    button = wizard.pressed(request)
    if refused and button != "lui":
        slots = _slots(dossier)
        return _show(request, dossier, slots, uploads.put_in_place(slots, refused))
    if button == "lui":
        return wizard.backward(request, dossier, PAPERS)
    if button == "tiep":
        return wizard.onward(request, dossier, PAPERS)
    place = f"#{incoming[0].place.replace('tep', 'giay')}" if incoming else ""
    return redirect(request.get_full_path() + place)


def _slots(dossier: Dossier) -> list[uploads.Slot]:
    found = list(dossier.papers.current().filter(field_key="").order_by("pk"))
    return uploads.slots_of(wizard.needs_of(dossier), found)


def _show(
    request: AuthenticatedRequest, dossier: Dossier, slots: list[uploads.Slot], errors: list[str]
) -> HttpResponse:
    others = [need for need in wizard.needs_of(dossier) if need.online != RequirementOnline.UPLOAD]
    wrong = [(slot.anchor, sentence) for slot in slots for sentence in slot.errors]
    return wizard.page(
        request,
        dossier,
        PAPERS,
        "papers",
        slots=slots,
        shown_only=[need for need in others if need.online == RequirementOnline.NONE],
        declared=[need for need in others if need.online == RequirementOnline.EFORM],
        errors=[("", sentence) for sentence in errors] + wrong,
        waiting=any(slot.waiting for slot in slots),
        limits=settings.UPLOAD_LIMITS,
    )


def _remove(
    request: AuthenticatedRequest, dossier: Dossier, slots: list[uploads.Slot], public_id: str
) -> HttpResponse:
    paper = uploads.paper_named(slots, public_id)
    if paper is not None:  # else a second press: it is gone already
        paper.dossier = dossier
        actions.remove_paper(paper, by=request.user, at=timezone.now())
        messages.success(request, f"Đã gỡ tệp “{paper.filename}”.")
    return redirect(request.get_full_path())


@require_safe
def paper(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One file, to look at or (`?tai=1`) to keep. Shown in the page only once it is clean."""
    found = get_object_or_404(Paper.objects.visible_to(request.user), public_id=public_id)
    if found.state == CheckState.INFECTED:
        raise Http404("Tệp có mã độc nên không mở được.")
    inline = found.state == CheckState.CLEAN and "tai" not in request.GET
    return serve_file(request, found.stored_name, found.filename, found.mime, inline=inline)
