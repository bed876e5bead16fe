"""The papers of the case: upload, replace, remove, arrange, look at. Plain multi-file POST;
scripts send files in pieces (views/tus.py) and press the same buttons without leaving."""

import uuid
from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import actions
from dossiers.forms import uploads
from dossiers.models import CheckState, Dossier, Paper
from dossiers.views import wizard
from dossiers.views.wizard import PAPERS, WHOSE, draft_page_posting
from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest
from procedures.models import RequirementOnline

Slots = list[uploads.Slot]


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page_posting(*WHOSE, "version", "case__version", "unasked", "originals")
def papers(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method != "POST":
        return _show(request, dossier, _slots(dossier), [])
    _keep_originals(request, dossier)
    # What is there already matters only to a button on it or a file that takes its place.
    plain = not any(name.startswith("thay-") for name in request.FILES)
    slots = uploads.slots_of(wizard.needs_of(dossier)) if plain else _slots(dossier)
    incoming, answers = uploads.read(slots, request.FILES)
    answers += actions.attach_papers(dossier, incoming=incoming, by=request.user, at=timezone.now())
    refused = [answer for answer in answers if not answer.told]
    for answer in answers:
        if answer.told:
            messages.info(request, answer.sentence)
    place = _act(request, dossier)
    button = wizard.pressed(request)
    if refused and button != "lui":
        dossier = wizard.own_dossier(request, dossier.public_id)  # the page shows all of it
        slots = _slots(dossier)
        return _show(request, dossier, slots, uploads.put_in_place(slots, refused))
    if place is None and button == "lui":
        return wizard.backward(request, dossier, PAPERS)
    if place is None and button == "tiep":
        return wizard.onward(request, dossier, PAPERS)
    place = place or (f"#{incoming[0].place.replace('tep', 'giay')}" if incoming else "")
    return redirect(request.get_full_path() + place)


def _slots(dossier: Dossier) -> Slots:
    found = list(dossier.papers.filter(field_key="").in_order())
    return uploads.slots_of(wizard.needs_of(dossier), found)


def _keep_originals(request: AuthenticatedRequest, dossier: Dossier) -> None:
    ways = uploads.originals(request.POST)
    if any(dossier.originals.get(key, "") != way for key, way in ways.items()):
        saved = actions.announce_originals(dossier, ways=ways, by=request.user, at=timezone.now())
        dossier.originals = saved.originals


def _show(
    request: AuthenticatedRequest, dossier: Dossier, slots: Slots, errors: list[str]
) -> HttpResponse:
    needs, now = wizard.needs_of(dossier), timezone.now()
    offered = actions.offers(dossier, request.user, [slot.need for slot in slots])
    waiting = list(dossier.uploads.filter(paper=None, expires_at__gt=now).order_by("pk"))
    for slot in slots:
        slot.uploads = [one for one in waiting if one.requirement_id == slot.need.pk]
        given = {paper.sha256 for paper in slot.papers}
        offers = offered.get(slot.need.reuse_type, [])
        slot.offers = [paper for paper in offers if paper.sha256 not in given][:5]
        slot.original = dossier.originals.get(str(slot.need.pk), "")
        slot.last_gone = uploads.just_gone(slot, now)
        slot.not_joined = uploads.just_not_joined(slot.failed, now)
    wrong = [(slot.anchor, sentence) for slot in slots for sentence in slot.errors]
    brought = [need for need in needs if need.online == RequirementOnline.NONE]
    return wizard.page(
        request,
        dossier,
        PAPERS,
        "papers",
        slots=slots,
        brought=[(need, dossier.originals.get(str(need.pk), "")) for need in brought],
        declared=[need for need in needs if need.online == RequirementOnline.EFORM],
        errors=[("", sentence) for sentence in errors] + wrong,
        waiting=any(slot.waiting for slot in slots),
        ways=actions.ORIGINALS,
        limits=settings.UPLOAD_LIMITS,
    )


# --- the buttons on what is there -----------------------------------------------------------

Act = Callable[[AuthenticatedRequest, Paper], str | None]


def _remove(request: AuthenticatedRequest, paper: Paper) -> None:
    actions.remove_paper(paper, by=request.user, at=timezone.now())
    messages.success(request, f"Đã gỡ tệp “{paper.filename}”. Gỡ nhầm thì bấm “Hoàn tác”.")


def _restore(request: AuthenticatedRequest, paper: Paper) -> None:
    actions.restore_paper(paper, by=request.user, at=timezone.now())
    messages.success(request, f"Tệp “{paper.filename}” đã trở lại.")


def _up(request: AuthenticatedRequest, paper: Paper) -> None:
    actions.move_paper(paper, by=request.user, at=timezone.now(), step=-1)


def _down(request: AuthenticatedRequest, paper: Paper) -> None:
    actions.move_paper(paper, by=request.user, at=timezone.now(), step=1)


def _turn(request: AuthenticatedRequest, paper: Paper) -> None:
    actions.turn_paper(paper, by=request.user, at=timezone.now())


_ON_PAPERS: dict[str, Callable[[AuthenticatedRequest, Paper], None]] = {
    "go": _remove,
    "hoan-tac": _restore,
    "len": _up,
    "xuong": _down,
    "xoay": _turn,
}


def _act(request: AuthenticatedRequest, dossier: Dossier) -> str | None:
    """Press the button that was pressed; the place of the page to go back to, None when it
    was none of these. A second press on what is gone changes nothing."""
    for name, act in _ON_PAPERS.items():
        if name in request.POST:
            found = uploads.paper_named(_slots(dossier), request.POST[name])
            if found is None:
                return ""
            found[1].dossier = dossier
            act(request, found[1])
            return f"#{found[0].anchor}"
    if "bo" in request.POST:
        return _drop_upload(request, dossier)
    for slot in uploads.slots_of(wizard.needs_of(dossier)):
        if _act_on_slot(request, dossier, slot):
            return f"#{slot.anchor}"
    return None


def _act_on_slot(request: AuthenticatedRequest, dossier: Dossier, slot: uploads.Slot) -> bool:
    sent, number, at = request.POST, str(slot.need.pk), timezone.now()
    by, need = request.user, slot.need
    if sent.get("gop") == number:
        chosen = sent.getlist(f"chon-{number}")
        actions.join_papers(dossier, requirement=need, chosen=chosen, by=by, at=at)
        messages.success(request, "Đang gộp các ảnh đã chọn thành một tệp PDF.")
    elif source := sent.get(f"lay-{number}"):
        paper = actions.reuse_paper(dossier, requirement=need, public_id=source, by=by, at=at)
        messages.success(request, f"Đã lấy “{paper.filename}” từ kho giấy tờ của bạn.")
    elif order := sent.get(f"thu-tu-{number}"):
        ids = order.split(",")[:100]
        actions.order_papers(dossier, requirement=need, order=ids, by=by, at=at)
    else:
        return False
    return True


def _drop_upload(request: AuthenticatedRequest, dossier: Dossier) -> str:
    """Away with a file that was sent half, or with the sentence why it was not taken."""
    try:
        public_id = uuid.UUID(request.POST["bo"])
    except ValueError:
        return ""
    found = dossier.uploads.visible_to(request.user).filter(public_id=public_id, paper=None).first()
    if found is None:
        return ""
    actions.drop_upload(found)
    return f"#giay-{found.requirement_id}"


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
