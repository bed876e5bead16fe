"""What the pages with places for files share: taking what was sent, pressing the buttons on what is
there, drawing. Plain multi-file POST; scripts send files in pieces (views/tus.py) and press the
same buttons without leaving (static/js/papers.js)."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Place, Refusal
from dossiers.forms import uploads
from dossiers.models import Dossier, Paper
from portal.lib.web import AuthenticatedRequest

Slots = list[uploads.Slot]


def slots_at(dossier: Dossier, places: Iterable[Place]) -> Slots:
    """With all their files, also those replaced or removed; one query, none without places."""
    wanted = list(places)
    if not wanted:
        return []
    keys = {place.field_key for place in wanted}
    return uploads.slots_of(wanted, dossier.papers.filter(field_key__in=keys).in_order())


def take(
    request: AuthenticatedRequest, dossier: Dossier, slots: Slots
) -> tuple[str, list[Refusal]]:
    """Keep the files of a plain POST; the anchor of the first one's place, and what was refused.
    What is here already is told."""
    incoming, answers = uploads.read(slots, request.FILES)
    answers += actions.attach_papers(dossier, incoming=incoming, by=request.user, at=timezone.now())
    for answer in answers:
        if answer.told:
            messages.info(request, answer.sentence)
    place = next((slot.anchor for slot in slots for one in incoming if one.place == slot.name), "")
    return place and f"#{place}", [answer for answer in answers if not answer.told]


def show(request: AuthenticatedRequest, dossier: Dossier, slots: Slots) -> dict[str, Any]:
    """What slot.html draws beside the files; the context of the page around it."""
    now = timezone.now()
    offered = actions.offers(dossier, request.user, [slot.place for slot in slots])
    if slots:
        mine = dossier.uploads.visible_to(request.user)
        waiting = mine.filter(paper=None, expires_at__gt=now).order_by("pk")
        uploads.put_unfinished(slots, waiting)
    for slot in slots:
        given = {paper.sha256 for paper in slot.papers}
        offers = offered.get(slot.place.reuse_type, [])
        slot.offers = [paper for paper in offers if paper.sha256 not in given][:5]
        slot.original = dossier.originals.get(slot.key, "")
        slot.last_gone = uploads.just_gone(slot, now)
        slot.not_joined = uploads.just_not_joined(slot.failed, now)
    return {
        "slots": slots,
        "waiting": any(slot.waiting for slot in slots),
        "ways": actions.ORIGINALS,
        "limits": settings.UPLOAD_LIMITS,
    }


def only_files(request: AuthenticatedRequest) -> bool:
    """Whether scripts pressed a button on a file: the words of the page are saved by themselves."""
    return "chi-tep" in request.POST


# --- the buttons on what is there -----------------------------------------------------------
# Their names have a hyphen, which the controls of an e-form's own questions never have.


def _remove(request: AuthenticatedRequest, paper: Paper) -> None:
    if actions.remove_paper(paper, by=request.user, at=timezone.now()):
        messages.success(request, f"Đã gỡ tệp “{paper.filename}”. Gỡ nhầm thì bấm “Hoàn tác”.")
    else:
        messages.info(request, f"Tệp “{paper.filename}” đã được gỡ, thay hoặc gộp từ trước.")


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
    "tep-go": _remove,
    "hoan-tac": _restore,
    "tep-len": _up,
    "tep-xuong": _down,
    "tep-xoay": _turn,
}


def act(request: AuthenticatedRequest, dossier: Dossier, places: list[Place]) -> str | None:
    """Press the button that was pressed; the anchor to go back to, None when it was none of
    these. A second press on what is gone changes nothing. What else the page sent is not lost
    for a refusal: it is said, and the page goes on."""
    try:
        return _act(request, dossier, places)
    except actions.MoveRefused:
        raise
    except actions.DossierError as refused:
        messages.error(request, str(refused))
        return ""


def _act(request: AuthenticatedRequest, dossier: Dossier, places: list[Place]) -> str | None:
    for name, press in _ON_PAPERS.items():
        if name in request.POST:
            found = uploads.paper_named(slots_at(dossier, places), request.POST[name])
            if found is None:
                return ""
            found[1].dossier = dossier
            press(request, found[1])
            return f"#{found[0].anchor}"
    if "tep-bo" in request.POST:
        return _drop_upload(request, dossier, places)
    for place in places:
        if _act_on_place(request, dossier, place):
            return f"#{uploads.Slot(place).anchor}"
    return None


def _act_on_place(request: AuthenticatedRequest, dossier: Dossier, place: Place) -> bool:
    sent, key, by, at = request.POST, place.key, request.user, timezone.now()
    if sent.get("tep-gop") == key:
        chosen = sent.getlist(f"chon-{key}")
        actions.join_papers(dossier, place=place, chosen=chosen, by=by, at=at)
        messages.success(request, "Đang gộp các ảnh đã chọn thành một tệp PDF.")
    elif source := sent.get(f"lay-{key}"):
        paper = actions.reuse_paper(dossier, place=place, public_id=source, by=by, at=at)
        messages.success(request, f"Đã lấy “{paper.filename}” từ kho giấy tờ của bạn.")
    elif order := sent.get(f"thu-tu-{key}"):
        ids = order.split(",")[:100]
        actions.order_papers(dossier, place=place, order=ids, by=by, at=at)
    else:
        return False
    return True


def _drop_upload(request: AuthenticatedRequest, dossier: Dossier, places: list[Place]) -> str:
    """Away with a file that was sent half, or with the sentence why it was not taken."""
    try:
        public_id = uuid.UUID(request.POST["tep-bo"])
    except ValueError:
        return ""
    found = dossier.uploads.visible_to(request.user).filter(public_id=public_id, paper=None).first()
    if found is None:
        return ""
    actions.drop_upload(found)
    slots = uploads.slots_of(places)
    uploads.put_unfinished(slots, [found])
    return next((f"#{slot.anchor}" for slot in slots if slot.uploads), "")
