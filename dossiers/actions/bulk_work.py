"""Rows of a bulk act are done: one transaction a row, again after a crash without harm."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from dossiers.actions import desks, giving_back, holding, labels, moves
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.models import Bulk, BulkKind, BulkRow, BulkState, Label
from dossiers.workflow import HOLDS

log = logging.getLogger("dossiers.bulk")

# Other work of the queue waits that long.
TURN = timedelta(seconds=15)
LEASE = timedelta(minutes=5)


def work(bulk: Bulk) -> None:
    """Go on with a claimed act for a turn; what is left is for the next one."""
    until = time.monotonic() + TURN.total_seconds()
    waiting = bulk.rows.filter(state=BulkState.WAITING).order_by("pk")
    for pk in list(waiting.values_list("pk", flat=True)):
        if time.monotonic() > until:
            bulk.settle_retry("", timezone.now(), timedelta(0), counts=False)
            return
        _settle(bulk, pk)
    _tell(bulk)


def _tell(bulk: Bulk) -> None:
    """Whom the dossiers were given learns it once, when the last row is settled."""
    to = User.objects.filter(pk=bulk.data.get("to")).first()
    given = bulk.rows.filter(state=BulkState.DONE).count()
    if to and given and to.pk != bulk.by_id:
        holding.tell_of_many(given, to=to, key=f"{bulk.key}/to", at=timezone.now())


def _settle(bulk: Bulk, pk: int) -> None:
    """One row, whatever comes of it: a refused one keeps no other."""
    at = timezone.now()
    try:
        do_row(pk, at=at)
    except DossierError as refused:
        _refused(pk, str(refused), at)
    except DatabaseError:
        raise  # a bad moment, not a bad row: the act is taken up again
    except Exception:
        log.exception("bulk %s row %s failed", bulk.pk, pk)
        _refused(pk, "Hệ thống gặp lỗi ở hồ sơ này. Hãy thử lại.", at)


def _refused(pk: int, reason: str, at: datetime) -> None:
    rows = BulkRow.objects.filter(pk=pk, state=BulkState.WAITING)
    rows.update(state=BulkState.REFUSED, reason=reason, done_at=at)


@transaction.atomic
def do_row(pk: int, *, at: datetime) -> None:
    """The act and the note that it was done are one transaction: never twice."""
    row = waiting_row(pk)
    if row is None:
        return
    # Positions are asked anew for each row: who lost theirs meanwhile goes on with nothing.
    by = User.objects.get(pk=row.bulk.by_id)
    if not by.is_active:
        raise MoveRefused("Tài khoản của người làm đã bị khóa.")
    _ACTS[row.bulk.kind](row, by, at)
    row.state, row.reason, row.done_at = BulkState.DONE, "", at
    row.save(update_fields=["state", "reason", "done_at"])


def waiting_row(pk: int) -> BulkRow | None:
    """Locked: whoever lost the lease finds that nothing waits."""
    rows = BulkRow.objects.select_for_update(no_key=True, of=("self",))
    named = rows.select_related("bulk", "dossier")
    return named.filter(pk=pk, state=BulkState.WAITING).first()


def _accept(row: BulkRow, by: User, at: datetime) -> None:
    moves.make_move(row.dossier, "accept", by=by, at=at, revision=row.revision)


def _forward(row: BulkRow, by: User, at: datetime) -> None:
    note = row.bulk.data.get("note", "")
    moves.forward(row.dossier, by=by, at=at, note=note, revision=row.revision)


def _claim(row: BulkRow, by: User, at: datetime) -> None:
    holding.claim(row.dossier, by=by, at=at)


def _assign(row: BulkRow, by: User, at: datetime) -> None:
    to = User.objects.get(pk=row.bulk.data["to"])
    note = row.bulk.data.get("note", "")
    holder = holding.WHOEVER if row.revision is None else row.holder
    holding.assign(row.dossier, to=to, by=by, at=at, note=note, tell=False, holder=holder)


def _hand_over(row: BulkRow, by: User, at: datetime) -> None:
    told = row.bulk.data
    to, person = User.objects.get(pk=told["to"]), User.objects.get(pk=told["person"])
    note = told.get("note", "")
    desks.hand_over(row.dossier, person=person, to=to, by=by, at=at, note=note)


def _label(row: BulkRow, by: User, at: datetime) -> None:
    label = Label.objects.filter(pk=row.bulk.data["label"]).first()
    if label is None:
        raise MoveRefused("Nhãn đã bị xóa.")
    labels.put_label(row.dossier, label, by=by, at=at)


def _undo(row: BulkRow, by: User, at: datetime) -> None:
    """Of what that act did, and of nothing that came after it: an event bears its row's time."""
    of = BulkRow.objects.select_related("bulk").get(bulk=row.bulk.data["of"], dossier=row.dossier)
    forwarded = of.bulk.kind == BulkKind.FORWARD
    lock(row.dossier, only=("status",))
    last = row.dossier.events.filter(move__in=("forward",) if forwarded else HOLDS).last()
    if last is None or last.at != of.done_at:
        raise MoveRefused(_NEWER_FORWARD if forwarded else _NEWER_HAND)
    (giving_back.undo_forward if forwarded else desks.give_back)(row.dossier, by=by, at=at)


_NEWER_FORWARD = "Hồ sơ đã được chuyển lại sau lần này; hãy lấy lại ở trang của hồ sơ."
_NEWER_HAND = "Hồ sơ đã được nhận hoặc giao lại sau lần này nên không thu lại ở đây được."


_ACTS: dict[str, Callable[[BulkRow, User, datetime], None]] = {
    BulkKind.ACCEPT: _accept,
    BulkKind.FORWARD: _forward,
    BulkKind.CLAIM: _claim,
    BulkKind.ASSIGN: _assign,
    BulkKind.DESK: _hand_over,
    BulkKind.LABEL: _label,
    BulkKind.UNDO: _undo,
}
