"""The papers of the case: upload, replace, remove, arrange, look at (views/places.py)."""

import uuid

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import actions, kept
from dossiers.forms import uploads
from dossiers.models import CheckState, Dossier, Paper
from dossiers.views import places, wizard
from dossiers.views.places import Slots
from dossiers.views.wizard import PAPERS, WHOSE, draft_page_posting
from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest
from procedures.models import RequirementOnline


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page_posting(*WHOSE, "version", "case_id", "unasked", "originals")
def papers(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method != "POST":
        return _show(request, dossier, _slots(dossier), [])
    _keep_originals(request, dossier)
    kept.arrived(request)
    asked = uploads.case_places(wizard.needs_of(dossier))
    # What is there already matters only to a button on it or a file that takes its place.
    plain = not any(name.startswith("thay-") for name in request.FILES)
    anchor, refused = places.take(
        request, dossier, uploads.slots_of(asked) if plain else _slots(dossier)
    )
    acted = places.act(request, dossier, asked)
    button = wizard.pressed(request)
    if refused and button != "lui":
        dossier = wizard.own_dossier(request, dossier.public_id)  # the page shows all of it
        slots = _slots(dossier)
        return _show(request, dossier, slots, uploads.put_in_place(slots, refused))
    if acted is None and button == "lui":
        return wizard.backward(request, dossier, PAPERS)
    if acted is None and button == "tiep":
        return wizard.onward(request, dossier, PAPERS)
    return redirect(request.get_full_path() + (acted or anchor))


def _slots(dossier: Dossier) -> Slots:
    return places.slots_at(dossier, uploads.case_places(wizard.needs_of(dossier)))


def _keep_originals(request: AuthenticatedRequest, dossier: Dossier) -> None:
    ways = uploads.originals(request.POST)
    if any(dossier.originals.get(key, "") != way for key, way in ways.items()):
        saved = actions.announce_originals(dossier, ways=ways, by=request.user, at=timezone.now())
        dossier.originals = saved.originals


def _show(
    request: AuthenticatedRequest, dossier: Dossier, slots: Slots, errors: list[str]
) -> HttpResponse:
    needs = wizard.needs_of(dossier)
    late = uploads.originals(wizard.sent_late(request) or {})
    dossier.originals = dossier.originals | late
    shown = places.show(request, dossier, slots)
    wrong = [(slot.anchor, sentence) for slot in slots for sentence in slot.errors]
    brought = [need for need in needs if need.online == RequirementOnline.NONE]
    return wizard.page(
        request,
        dossier,
        PAPERS,
        "papers",
        brought=[(need, dossier.originals.get(str(need.pk), "")) for need in brought],
        declared=[need for need in needs if need.online == RequirementOnline.EFORM],
        errors=[("", sentence) for sentence in errors] + wrong,
        late=late,
        **shown,
    )


_CLOSED = {
    CheckState.PENDING: "Tệp đang được kiểm tra, mở được khi kiểm tra xong.",
    CheckState.INFECTED: "Tệp có mã độc nên không mở được.",
    CheckState.REFUSED: "Tệp không đọc được nên không mở được.",
}


@require_safe
def paper(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """One file, to look at or (`?tai=1`) to keep, once it is clean: nothing unchecked leaves us,
    not even to who sent it."""
    found = get_object_or_404(Paper.objects.visible_to(request.user), public_id=public_id)
    if found.state != CheckState.CLEAN:
        context = {"why": _CLOSED[CheckState(found.state)]}
        return render(request, "dossiers/citizen/paper_closed.html", context, status=404)
    inline = "tai" not in request.GET
    return serve_file(request, found.stored_name, found.filename, found.mime, inline=inline)
