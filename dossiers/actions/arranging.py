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
from dossiers.models import Dossier, Origin, Paper
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import Status
from portal.lib.outbox import hint
from procedures.models import Requirement

PICTURES = ("jpeg", "png", "heic")
GONE = "Tệp này không còn trong hồ sơ. Hãy tải lại trang."


@transaction.atomic
def remove_paper(paper: Paper, *, by: User, at: datetime) -> None:
    """Take a file out of a draft (or out of the unanswered round that asked for it). In a
    draft it can be taken back for a day."""
    dossier = lock(paper.dossier)
    may_attach(dossier, by, paper.requirement, paper.field_key)
    if dossier.status != Status.DRAFT:
        asked = dossier.rounds.get(completed_at=None)
        if paper.uploaded_at < asked.asked_at:
            raise MoveRefused("Không gỡ được giấy tờ đã nộp; hãy thêm tệp mới.")
    Paper.objects.filter(pk=paper.pk).update(removed_at=at)


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


@transaction.atomic
def order_papers(
    dossier: Dossier, *, requirement: Requirement, order: Sequence[str], by: User, at: datetime
) -> None:
    """Put the files of one paper in the order of these public ids; those not named come
    after them, as they stood."""
    draft = lock_draft(dossier, by=by)
    places = {public_id: place for place, public_id in enumerate(order)}
    found = _current(draft, requirement)
    found.sort(key=lambda paper: places.get(str(paper.public_id), len(places)))
    for place, paper in enumerate(found, 1):
        paper.order = place
    Paper.objects.bulk_update(found, ["order"])


@transaction.atomic
def move_paper(paper: Paper, *, by: User, at: datetime, step: int) -> None:
    """One place up (`step` -1) or down (1) among the files of its paper."""
    if paper.requirement is None:
        raise DossierError(GONE)
    ids = [str(one.public_id) for one in _current(paper.dossier, paper.requirement)]
    here = str(paper.public_id)
    if here not in ids:
        raise DossierError(GONE)
    at_place = ids.index(here)
    ids.insert(min(max(at_place + step, 0), len(ids) - 1), ids.pop(at_place))
    order_papers(paper.dossier, requirement=paper.requirement, order=ids, by=by, at=at)


def _current(dossier: Dossier, requirement: Requirement) -> list[Paper]:
    return list(dossier.papers.current().filter(requirement=requirement).in_order())


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
    dossier: Dossier, *, requirement: Requirement, chosen: Sequence[str], by: User, at: datetime
) -> Paper:
    """Several pictures of one paper become one PDF: its row at once, its bytes by the worker.
    The pictures are superseded, and back if they cannot be joined."""
    draft = lock_draft(dossier, by=by)
    may_attach(draft, by, requirement)
    parts = [one for one in _current(draft, requirement) if str(one.public_id) in set(chosen)]
    if len(parts) < 2:
        raise DossierError("Hãy đánh dấu ít nhất hai ảnh để gộp.")
    if any(part.kind not in PICTURES or part.state in UNUSABLE for part in parts):
        raise DossierError("Chỉ gộp được ảnh (JPG, PNG, HEIC) đọc được.")
    public_id = uuid.uuid4()
    joined = Paper.objects.create(
        key=f"paper-{public_id}",
        public_id=public_id,
        dossier=draft,
        requirement=requirement,
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
    hint("dossiers.tasks.check_papers")
    return joined


def _joined_name(first: str) -> str:
    return f"{first.rpartition('.')[0][:140] or 'Ảnh'} (gộp).pdf"


@transaction.atomic
def give_parts_back(joined: Paper, *, at: datetime) -> None:
    """The pictures could not be joined: they stand again, the PDF that never was goes."""
    Paper.objects.filter(superseded_by=joined).update(superseded_by=None)
    Paper.objects.filter(pk=joined.pk).update(removed_at=at)


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
