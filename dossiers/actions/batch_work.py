"""Rows of a batch become dossiers: one transaction a row, again after a crash without harm."""

import logging
import time
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from dossiers import people
from dossiers.actions import duplicates
from dossiers.actions.batches import fill, outdated, pattern_gaps, pattern_of
from dossiers.actions.drafts import nothing_to_ask, start_draft
from dossiers.actions.errors import DossierError, Incomplete, MoveRefused, Repeated
from dossiers.actions.filing import submit
from dossiers.actions.locking import lock
from dossiers.actions.reusing import given_again
from dossiers.actions.who import OWNER_FIELDS
from dossiers.batch_columns import shared_answers
from dossiers.models import Batch, BatchRow, CheckState, Dossier, Paper, RowState, Work
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import Status
from portal.lib.errors import Retryable
from portal.lib.text import fold
from procedures.levels import LevelRefused

log = logging.getLogger("dossiers.batches")

# Other work of the queue waits that long.
TURN = timedelta(seconds=15)
LEASE = timedelta(minutes=5)
PAPERS_AGAIN_SECONDS = 3
# What the database says of the row itself.
_OF_THE_ROW = (DataError, IntegrityError)
_SHARED = (
    "filed_for", "organisation_id", "owner_id", *OWNER_FIELDS,
    "relation", "authority_from", "authority_until", "originals",
    "return_method", "return_name", "return_phone", "return_ward_id", "return_province_id",
    "return_street",
)  # fmt: skip


def work(batch: Batch) -> None:
    """Go on with a claimed batch for a turn; what is left is for the next one."""
    until = time.monotonic() + TURN.total_seconds()
    papers = Paper.objects.current().filter(dossier=batch.pattern_id)
    if papers.filter(state=CheckState.PENDING).exists():
        raise Retryable("Chờ giấy tờ chung được kiểm tra.", PAPERS_AGAIN_SECONDS, counts=False)
    if why := _shared_lacks(batch):
        _give_back(batch, why)
        return
    waiting = batch.rows.filter(state=RowState.WAITING).order_by("number")
    for pk in list(waiting.values_list("pk", flat=True)):
        if time.monotonic() > until:
            batch.settle_retry("", timezone.now(), timedelta(0), counts=False)
            return
        _settle(batch, pk)


def _shared_lacks(batch: Batch) -> str:
    """Why no row can be filed, in words: since the press a shared paper was found unreadable, the
    authority ended, the procedure changed."""
    pattern = pattern_of(batch)
    lacks = [one.sentence for one in pattern_gaps(pattern)]
    return outdated(pattern) or (f"Phần dùng chung còn thiếu: {lacks[0]}" if lacks else "")


def _give_back(batch: Batch, why: str) -> None:
    """What waits is as before the press: nothing is made that the pattern could not mend."""
    waiting = batch.rows.filter(state=RowState.WAITING)
    waiting.filter(dossier=None).update(state=RowState.READY, reason=why)
    waiting.update(state=RowState.DRAFTED, reason=why)


def _settle(batch: Batch, pk: int) -> None:
    """One row, whatever comes of it: a bad one keeps no other."""
    at = timezone.now()
    try:
        dossier = make_draft(pk, at=at)
        if dossier is not None and batch.doing == Work.FILING:
            file_row(pk, at=at)
    except Repeated as repeated:
        codes = [one.code for one in repeated.alike]
        _note(pk, RowState.ASK, str(repeated), alike=codes)
    except Incomplete as incomplete:
        _note(pk, RowState.REFUSED, " ".join(one.sentence for one in incomplete.missing[:5]))
    except (DossierError, LevelRefused) as refused:
        _note(pk, RowState.REFUSED, str(refused))
    except Exception as error:
        if isinstance(error, DatabaseError) and not isinstance(error, _OF_THE_ROW):
            raise  # a bad moment, not a bad row: the batch is taken up again
        log.exception("batch %s row %s failed", batch.pk, pk)
        _note(pk, RowState.REFUSED, "Hệ thống gặp lỗi ở dòng này. Hãy thử lại.")


def _note(pk: int, state: RowState, reason: str, **more: object) -> None:
    BatchRow.objects.filter(pk=pk, state=RowState.WAITING).update(
        state=state, reason=reason, **more
    )


def token_of(row: BatchRow) -> uuid.UUID:
    return row.token


@transaction.atomic
def make_draft(pk: int, *, at: datetime) -> Dossier | None:
    """The row's draft, made now or before; None when nothing waits any more."""
    row = _waiting(pk)
    if row is None:
        return None
    batch = row.batch
    pattern, by = batch.pattern, batch.owner
    if not people.writes(by, pattern):
        raise MoveRefused("Bạn không còn quyền nộp hồ sơ này.")
    if row.dossier is None:
        row.dossier = _made(pattern, row, by, at)
    else:
        _share_since(row.dossier, pattern, by, at)
    if batch.doing == Work.DRAFTS:
        row.state = RowState.DRAFTED
    row.save(update_fields=["dossier", "state"])
    return row.dossier


def _made(pattern: Dossier, row: BatchRow, by: User, at: datetime) -> Dossier:
    draft = start_draft(
        service=pattern.service,
        by=by,
        at=at,
        token=token_of(row),
        case_key=pattern.case.key if pattern.case else "",
        counted=False,
    )
    if not draft.answers:
        _give(draft, pattern, row, by, at)
    return draft


def _give(draft: Dossier, pattern: Dossier, row: BatchRow, by: User, at: datetime) -> None:
    for name in _SHARED:
        setattr(draft, name, getattr(pattern, name))
    fill(draft, row)
    draft.owner_fold = fold(draft.owner_name)[:250]
    new = _share_papers(draft, pattern, by, at)
    for key, value in shared_answers(pattern).items():
        draft.answers[key] = [new[one] for one in value if one in new] if _files(value) else value
    draft.unasked = nothing_to_ask(draft)  # it was begun as one's own
    draft.save()


def _files(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _share_since(dossier: Dossier, pattern: Dossier, by: User, at: datetime) -> None:
    """The papers that came into the pattern since the draft was made, where it has none."""
    draft = lock(dossier)
    if draft.status != Status.DRAFT or not people.writes(by, draft):
        return
    new = _share_papers(draft, pattern, by, at)
    for key, value in shared_answers(pattern).items():
        if _files(value) and (given := [new[one] for one in value if one in new]):
            draft.answers[key] = [*(draft.answers.get(key) or []), *given]
    draft.save(update_fields=["answers", "updated_at"])


def _share_papers(draft: Dossier, pattern: Dossier, by: User, at: datetime) -> dict[str, str]:
    """The pattern's papers for the places where the draft has none, each a row of its own on the
    same bytes; old id → new id. What its writer took out of the draft stays out. Locked: a paper
    removed meanwhile takes its row, never bytes we name."""
    usable = draft.papers.current().exclude(state__in=UNUSABLE)
    there = set(usable.values_list("requirement_id", "field_key"))
    papers = pattern.papers.current().filter(state=CheckState.CLEAN)
    papers = papers.exclude(reused__dossier=draft)
    found = {}
    for source in papers.select_for_update(no_key=True, of=("self",)).in_order():
        place = {"requirement_id": source.requirement_id, "field_key": source.field_key}
        if tuple(place.values()) in there:
            continue
        made = given_again(source, draft, by=by, at=at, order=source.order, **place)
        found[str(source.public_id)] = str(made.public_id)
    return found


@transaction.atomic
def file_row(pk: int, *, at: datetime) -> None:
    row = _waiting(pk)
    if row is None or row.dossier is None:
        return
    draft, by = row.dossier, row.batch.owner
    found = duplicates.alike(draft, by=by, at=at)
    ours = set(row.batch.rows.exclude(dossier=None).values_list("dossier", flat=True))
    unseen = [
        one
        for one in found
        if one.code not in row.alike and one.pk not in ours and duplicates.repeats(draft, one)
    ]
    if unseen:
        raise Repeated(unseen)
    submit(draft, by=by, at=at, despite=[str(one.code) for one in found])
    row.state, row.reason = RowState.FILED, ""
    row.save(update_fields=["state", "reason"])


def _waiting(pk: int) -> BatchRow | None:
    """The row, locked: whoever lost the lease finds that nothing waits."""
    rows = BatchRow.objects.select_for_update(no_key=True, of=("self",))
    return (
        rows.filter(pk=pk, state=RowState.WAITING)
        .select_related(
            "batch__owner",
            "batch__pattern__version",
            "batch__pattern__case",
            "batch__pattern__service__procedure",
            "batch__pattern__service__receiving_agency",
            "dossier__version",
            "dossier__service",
        )
        .first()
    )
