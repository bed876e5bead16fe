"""What the citizen does with files that are there: remove, take back, order, turn, join."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock, lock_draft
from dossiers.actions.papers import may_attach, may_return, queue_again
from dossiers.actions.places import Place, answer_by_papers, name_parts, place_at
from dossiers.models import Dossier, Origin, Paper
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import Status
from portal.lib.outbox import hint
from procedures.models import Requirement

PICTURES = ("jpeg", "png", "heic")
GONE = "Tệp này không còn trong hồ sơ. Hãy tải lại trang."


@transaction.atomic
def remove_paper(paper: Paper, *, by: User, at: datetime) -> bool:
    """Take a file out of a draft (or out of the unanswered round that asked for it). In a
    draft it can be taken back for a day. False: it was gone, replaced or joined before, and
    nothing is changed."""
    dossier = lock(paper.dossier)
    may_attach(dossier, by, paper.requirement, paper.field_key)
    if dossier.status != Status.DRAFT:
        asked = dossier.rounds.get(completed_at=None)
        if paper.uploaded_at < asked.asked_at:
            raise MoveRefused("Không gỡ được giấy tờ đã nộp; hãy thêm tệp mới.")
    if not dossier.papers.current().filter(pk=paper.pk).update(removed_at=at):
        return False
    answer_by_papers(dossier, place_at(dossier, paper.requirement, paper.field_key))
    return True


@transaction.atomic
def restore_paper(paper: Paper, *, by: User, at: datetime) -> None:
    """Undo: a removed file is back; a replaced or joined one is back with all that left
    together with it, and what had taken their place goes."""
    draft = lock_draft(paper.dossier, by=by)
    mine = Paper.objects.filter(dossier=draft)
    fresh = mine.select_for_update(no_key=True, of=("self",)).filter(pk=paper.pk).first()
    if fresh is None:
        raise DossierError(GONE)
    if fresh.superseded_by_id:
        back = mine.filter(superseded_by=fresh.superseded_by_id)
        mine.filter(pk=fresh.superseded_by_id).update(removed_at=at)
    elif fresh.removed_at and fresh.stored_name:
        back = mine.filter(pk=fresh.pk)
    else:
        raise DossierError(GONE)
    for one in back:
        may_return(draft, one)
        mine.filter(pk=one.pk).update(superseded_by=None, removed_at=None)
    answer_by_papers(draft, place_at(draft, fresh.requirement, fresh.field_key))


@transaction.atomic
def order_papers(
    dossier: Dossier, *, place: Place, order: Sequence[str], by: User, at: datetime
) -> None:
    """Put the files of one place in the order of these public ids; those not named come
    after them, as they stood."""
    draft = lock_draft(dossier, by=by)
    turns = {public_id: turn for turn, public_id in enumerate(order)}
    found = _current(draft, place)
    found.sort(key=lambda paper: turns.get(str(paper.public_id), len(turns)))
    for turn, paper in enumerate(found, 1):
        paper.order = turn
    Paper.objects.bulk_update(found, ["order"])
    answer_by_papers(draft, place)


@transaction.atomic
def move_paper(paper: Paper, *, by: User, at: datetime, step: int) -> None:
    """One up (`step` -1) or down (1) among the files of its place."""
    place = place_at(paper.dossier, paper.requirement, paper.field_key)
    ids = [str(one.public_id) for one in _current(paper.dossier, place)]
    here = str(paper.public_id)
    if here not in ids:
        raise DossierError(GONE)
    turn = ids.index(here)
    ids.insert(min(max(turn + step, 0), len(ids) - 1), ids.pop(turn))
    order_papers(paper.dossier, place=place, order=ids, by=by, at=at)


def _current(dossier: Dossier, place: Place) -> list[Paper]:
    current = dossier.papers.current()
    return list(current.filter(requirement=place.requirement, field_key=place.field_key).in_order())


@transaction.atomic
def turn_paper(paper: Paper, *, by: User, at: datetime) -> None:
    """A quarter further, clockwise. The worker turns the clean copy; the first copy is not
    made before it is known to be clean, so both wishes are one piece of work."""
    draft = lock_draft(paper.dossier, by=by)
    mine = Paper.objects.select_for_update(no_key=True, of=("self",)).filter(
        dossier=draft, pk=paper.pk
    )
    fresh = mine.first()
    if fresh is None or fresh.state in UNUSABLE or fresh.kind not in (*PICTURES, "pdf"):
        raise DossierError("Tệp này không xoay được.")
    Paper.objects.filter(pk=fresh.pk).update(turn=(fresh.turn + 90) % 360)
    if fresh.done_at is not None:
        queue_again(fresh, at=at)


@transaction.atomic
def join_papers(
    dossier: Dossier, *, place: Place, chosen: Sequence[str], by: User, at: datetime
) -> Paper:
    """Several pictures of one place become one PDF: its row at once, its bytes by the worker.
    The pictures are superseded, and back if they cannot be joined."""
    draft = lock_draft(dossier, by=by)
    may_attach(draft, by, place.requirement, place.field_key)
    parts = [one for one in _current(draft, place) if str(one.public_id) in set(chosen)]
    if len(parts) < 2:
        raise DossierError("Hãy đánh dấu ít nhất hai ảnh để gộp.")
    if any(part.kind not in PICTURES or part.state in UNUSABLE for part in parts):
        raise DossierError("Chỉ gộp được ảnh (JPG, PNG, HEIC) đọc được.")
    public_id = uuid.uuid4()
    joined = Paper.objects.create(
        key=f"paper-{public_id}",
        public_id=public_id,
        dossier=draft,
        requirement=place.requirement,
        field_key=place.field_key,
        filename=_joined_name(parts[0].filename),
        kind="pdf",
        mime="application/pdf",
        size=sum(part.size for part in parts),
        pages=len(parts),
        origin=Origin.MERGED,
        order=parts[0].order,
        uploaded_by=by,
        uploaded_at=at,
    )
    Paper.objects.filter(pk__in=[part.pk for part in parts]).update(superseded_by=joined)
    answer_by_papers(draft, place)
    hint("dossiers.tasks.check_papers")
    return joined


def _joined_name(first: str) -> str:
    return f"{first.rpartition('.')[0][:140] or 'Ảnh'} (gộp).pdf"


@transaction.atomic
def give_parts_back(joined: Paper, *, at: datetime) -> None:
    """The pictures could not be joined: they stand where the PDF stood that never was, also when
    something took its place meanwhile."""
    dossier = lock(joined.dossier)
    parts = Paper.objects.filter(superseded_by=joined).in_order()
    ids = [str(one) for one in parts.values_list("public_id", flat=True)]
    pdf = Paper.objects.filter(pk=joined.pk)
    parts.update(superseded_by=pdf.values_list("superseded_by", flat=True).get())
    pdf.update(superseded_by=None, removed_at=at)
    place = place_at(dossier, joined.requirement, joined.field_key)
    answer_by_papers(dossier, place)
    name_parts(dossier, place, joined, ids)


ORIGINALS = {"desk": "Nộp bản giấy tại quầy", "post": "Gửi bản giấy qua bưu chính"}


@transaction.atomic
def announce_originals(
    dossier: Dossier, *, ways: dict[str, Any], by: User, at: datetime
) -> Dossier:
    """How the paper originals will come: {number of the requirement: "desk" | "post" | ""}.
    Only those of the draft's case that want a paper are kept."""
    draft = lock_draft(dossier, by=by)
    needs = draft.case.requirements.all() if draft.case else []
    allowed = {str(need.pk) for need in needs if wants_original(need)}
    kept = {**draft.originals, **{key: way for key, way in ways.items() if key in allowed}}
    draft.originals = {key: way for key, way in kept.items() if way in ORIGINALS}
    draft.save(update_fields=["originals", "updated_at"])
    return draft


def wants_original(need: Requirement) -> bool:
    """Whether the office may want to see it on paper."""
    return need.online == "none" or need.original > 0
