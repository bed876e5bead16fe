"""Making a move: the only code that changes a dossier's status."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from dossiers import deadlines, policies
from dossiers.actions import remembering, runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.notices import tell
from dossiers.actions.slips import number_slips, prepare_slips
from dossiers.models import AdditionRound, ClockEntry, ClockKind, Dossier, Event
from dossiers.models.dossier import NO_DUE
from dossiers.models.ledger import SKEW, body_digest, genesis, link_digest
from dossiers.signals import dossier_moved
from dossiers.workflow import (
    HOLDS,
    MOVES,
    PAUSED,
    TERMINAL,
    WITH_DECIDING_AGENCY,
    Actor,
    Clock,
    Goes,
    Move,
    Status,
)
from portal.lib.calendar import WorkCalendar
from procedures.models.version import AdditionPolicy

# What an event that is no word to the citizen changes on its dossier; `updated_at` says to
# verify_audit --since that the chain has grown.
CHAIN = ("chain_head", "chain_length", "updated_at")


@transaction.atomic
def make_move(
    dossier: Dossier,
    name: str,
    *,
    by: Any,
    at: datetime,
    revision: int | None = None,
    note: str = "",
    data: dict[str, Any] | None = None,
) -> Event:
    """Move a dossier, or raise MoveRefused / Stale with the sentence why not.

    `by=None` is the system itself. Moves that bring something along (additions, a
    result, a reason) have their own action, which ends here.
    """
    locked = lock(dossier, revision=revision)
    move = MOVES[name]
    if reason := policies.refusal(by, locked, move, at=at):
        raise MoveRefused(reason)
    event = apply_move(locked, move, by=by, at=at, note=note, data=data or {})
    dossier.refresh_from_db()
    return event


def refuse(
    dossier: Dossier, *, by: Any, at: datetime, reason: str, revision: int | None = None
) -> Event:
    """T4. The reason is a sentence for the citizen and stands on Mẫu 03."""
    if len(reason.split()) < 3:
        raise MoveRefused("Hãy ghi rõ lý do từ chối bằng một câu để người nộp hiểu.")
    return make_move(dossier, "refuse", by=by, at=at, revision=revision, note=reason)


@transaction.atomic
def forward(
    dossier: Dossier,
    *,
    by: Any,
    at: datetime,
    to: User | None = None,
    note: str = "",
    revision: int | None = None,
) -> Event:
    """T8: to the first step of the deciding agency, to a named person or to nobody yet."""
    data = {"person": to.full_name} if to else {}
    event = make_move(dossier, "forward", by=by, at=at, revision=revision, note=note, data=data)
    if to is not None:
        locked = lock(dossier)
        runs.give(locked, to, at, by=by)
        locked.save(update_fields=["assignee"])
        dossier.assignee = to
    return event


def go_on(
    dossier: Dossier, *, by: Any, at: datetime, note: str = "", revision: int | None = None
) -> Event:
    """T22: what stopped the dossier is out of the way."""
    return make_move(dossier, "go_on", by=by, at=at, revision=revision, note=note)


def apply_move(
    dossier: Dossier,
    move: Move,
    *,
    by: Any,
    at: datetime,
    note: str,
    data: dict[str, Any],
    until: datetime | None = None,
    late: Callable[[], None] | None = None,
) -> Event:
    """Write a move that was found open, on a locked row: status, clock, event, notice,
    signal, slip. The caller holds the transaction.

    `until`: the due time that moves with Clock.EXTEND or Clock.SET name. `late` is done when
    only rows that carry its outcome are left to write (ADR 4).
    """
    source = _go(dossier, move, at)
    calendar = deadlines.calendar_of(dossier.receiving_agency)
    actor = policies.actor_of(by, dossier, move)
    remembering.acted(dossier, by, actor, source)
    data = data | runs.leave(dossier, source, at=at)
    event = append_event(
        dossier,
        move.name,
        by=by,
        at=at,
        note=note,
        data=data,
        source=source,
        actor=actor,
    )
    _tick(dossier, move.clock, source, at, calendar, until)
    runs.follow(dossier, move, source, by=by, at=at)
    _place_in_queue(dossier, source, at)
    slips = prepare_slips(dossier, move.slip, by=by, at=at) if move.slip else []
    if late:
        late()
    dossier.save()
    if move.notice:
        tell(dossier, move.notice, event=event)
    dossier_moved.send(sender=Dossier, dossier=dossier, event=event)
    # Last: until the commit every other slip of this unit, form and year waits.
    number_slips(slips)
    return event


def append_event(
    dossier: Dossier,
    name: str,
    *,
    by: Any,
    at: datetime,
    note: str = "",
    data: dict[str, Any] | None = None,
    source: Status | None = None,
    actor: Actor | None = None,
) -> Event:
    """One line of the dossier's history; the caller saves the dossier after it. MoveRefused when
    it would stand before the line that is there already: no history is written backwards."""
    if dossier.chain_length and at < _last_written(dossier) - SKEW:
        raise MoveRefused(_BACK_DATED)
    event = Event(
        dossier=dossier,
        at=at,
        move=name,
        from_status=dossier.status if source is None else source,
        to_status=dossier.status,
        by=by,
        actor=actor or Actor.SYSTEM,
        note=note,
        data=data or {},
        body_digest=body_digest(note, data or {}),
    )
    _link(dossier, event)
    if name not in _UNANSWERED:
        dossier.heard_at, dossier.silence_told_at, dossier.nudge_waits = at, None, False
    return event


def _go(dossier: Dossier, move: Move, at: datetime) -> Status:
    """To the status the move leads to; where it came from."""
    source, target = Status(dossier.status), _target(dossier, move)
    if target == Status.ADDITIONS and source not in PAUSED:
        dossier.status_before = source
    dossier.status = target
    dossier.revision += 1
    _stamp(dossier, target, at)
    if dossier.proposal_waits and target in _NO_DRAFTS:
        answer = "Hồ sơ đã kết thúc hoặc được thu hồi trước khi có quyết định."
        waiting = dossier.proposals.filter(decided_at=None)
        waiting.update(decided_at=at, approved=False, answer=answer)
        dossier.proposal_waits = False
    return source


# Events that are no word of the office: the wait goes on.
_UNANSWERED = frozenset(
    HOLDS
    | {"undo_forward", "return_to_desk"}
    | {"silence", "nudge", "pass_on", "propose", "reject_draft", "withdraw_draft"}
    | {"ask_opinion", "give_opinion", "cancel_opinion", "compare", "uncompare"}
)
# A draft that waits for a leader has lost its dossier there.
_NO_DRAFTS = TERMINAL | {Status.DRAFT, Status.FINISHED}


def _target(dossier: Dossier, move: Move) -> Status:
    if move.target is Goes.STAY:
        return Status(dossier.status)
    if move.target is Goes.BACK:
        before = _before(dossier)
        if before is None:
            raise MoveRefused("Hồ sơ không có trạng thái trước để quay lại.")
        return Status(before)
    return Status(move.target)


def _before(dossier: Dossier) -> int | None:
    """Where a waiting dossier came from. Additions remember it themselves, for a request to
    withdraw may come in between."""
    if dossier.status == Status.ADDITIONS:
        return dossier.status_before
    came = dossier.events.filter(to_status=dossier.status).exclude(from_status=dossier.status)
    last = came.last()
    return last.from_status if last else None


_STAMPS = {
    Status.SUBMITTED: "submitted_at",
    Status.ACCEPTED: "accepted_at",
    Status.REFUSED: "refused_at",
    Status.FINISHED: "finished_at",
    Status.RETURNED: "returned_at",
}


def _stamp(dossier: Dossier, target: Status, at: datetime) -> None:
    """The first time a status was reached; coming back to it does not change it."""
    field = _STAMPS.get(target)
    if field and getattr(dossier, field) is None:
        setattr(dossier, field, at)


def _link(dossier: Dossier, row: Event | ClockEntry) -> None:
    """Append to the dossier's chain; the head on the dossier is saved by the caller."""
    row.seq = dossier.chain_length + 1
    row.previous_digest = dossier.chain_head or genesis(dossier.public_id)
    row.digest = link_digest(row.previous_digest, row.content())
    row.save()
    dossier.chain_length, dossier.chain_head = row.seq, row.digest


def _last_written(dossier: Dossier) -> datetime:
    """By the chain's last event: an entry of the clock is never written without one."""
    return dossier.events.order_by("-seq").values_list("at", flat=True)[0]


_KINDS = {
    Clock.INTAKE: ClockKind.INTAKE,
    Clock.START: ClockKind.START,
    Clock.PAUSE: ClockKind.PAUSE,
    Clock.EXTEND: ClockKind.EXTEND,
    Clock.SET: ClockKind.SET,
    Clock.STOP: ClockKind.STOP,
}
_BACK_DATED = (
    "Giờ máy chủ đang sớm hơn lần ghi gần nhất của hồ sơ nên chưa ghi thêm được. "
    "Hãy thử lại sau, nếu vẫn vậy thì báo quản trị hệ thống xem giờ máy chủ."
)
# These tick in a pause too; any other goes from one pause into another without one.
_ALWAYS = (Clock.EXTEND, Clock.SET, Clock.STOP)


def _tick(
    dossier: Dossier,
    clock: Clock,
    source: Status,
    at: datetime,
    calendar: WorkCalendar,
    until: datetime | None,
) -> None:
    """Read the ledger with the clock entry of the move, and write it. From one pause into
    another (a withdrawal asked for during additions) the first goes on."""
    if clock is Clock.KEEP or (clock not in _ALWAYS and {source, dossier.status} <= PAUSED):
        return
    kind = _KINDS.get(clock) or _resumed(dossier, clock)
    entry = ClockEntry(dossier=dossier, at=at, kind=kind, until=until)
    # Of a chain that begins with this move's own event there is none.
    entries = list(dossier.clock_entries.all()) if dossier.chain_length > 1 else []
    if kind in (ClockKind.START, ClockKind.RESET):
        entry.time, entry.unit = _term(dossier, kind, entries)
    entries.append(entry)
    reading = deadlines.read(entries, calendar)
    dossier.due_at, dossier.clock_running = reading.due_at, reading.running
    dossier.original_due_at = reading.original_due_at
    entry.due_at = reading.due_at
    if kind == ClockKind.INTAKE:
        hours = dossier.version.intake_hours
        entry.due_at = dossier.intake_due_at = deadlines.intake_due(calendar, at, hours)
    elif dossier.accepted_at is None and kind == ClockKind.RESUME:
        entry.due_at = dossier.intake_due_at = deadlines.answer_due(entries, calendar)
    _link(dossier, entry)


def _term(dossier: Dossier, kind: ClockKind, entries: list[ClockEntry]) -> tuple[int | None, str]:
    """Counted anew it is the term that the chain keeps since START: a column can be changed."""
    if kind == ClockKind.RESET:
        for entry in reversed(entries):
            if entry.kind == ClockKind.START:
                return entry.time, entry.unit
    return dossier.term_time, dossier.term_unit


def _resumed(dossier: Dossier, clock: Clock) -> ClockKind:
    """On from where it stood. After additions the office's time to answer again where the
    dossier was not accepted yet, else by the version's policy (domain.md §2.2 R7)."""
    if clock is not Clock.RECOUNT:
        return ClockKind.RESUME
    if dossier.accepted_at is None:
        return ClockKind.INTAKE
    reset = dossier.version.addition_policy == AdditionPolicy.RESET
    return ClockKind.RESET if reset else ClockKind.RESUME


def _place_in_queue(dossier: Dossier, source: Status, at: datetime) -> None:
    if dossier.status != Status.PROCESSING:  # there the step says whose it is (actions.runs)
        deciding = dossier.status in WITH_DECIDING_AGENCY
        desk = dossier.deciding_agency if deciding else dossier.receiving_agency
        if desk.pk != dossier.desk_agency_id:
            dossier.assignee = None  # who held it does not work there
        dossier.desk_agency = desk
    remembering.held(dossier)
    asked = None
    if dossier.status == Status.ADDITIONS:
        asked = dossier.rounds.filter(completed_at=None).first()
    dossier.additions_answered = bool(asked and asked.answered_at)
    if source != dossier.status or source not in _BY_ARRIVAL:
        dossier.queue_at = queue_mark(dossier, asked, at) or NO_DUE


_BY_ARRIVAL = TERMINAL | {Status.WITHDRAWING}


def queue_mark(dossier: Dossier, asked: AdditionRound | None, at: datetime) -> datetime | None:
    """What its queue is ordered by: the due time that counts now; where nothing is due any
    more, or the citizen has just answered, the moment it came in."""
    if dossier.status in _BY_ARRIVAL:
        return at
    if dossier.status == Status.SUBMITTED:
        return dossier.intake_due_at
    if dossier.status == Status.ADDITIONS:
        return (asked.answered_at or asked.answer_due_at) if asked else None
    return dossier.due_at
