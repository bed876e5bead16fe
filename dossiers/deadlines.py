"""Due dates, computed from the clock ledger and the agency's working calendar only.

Rules: domain.md §2.5, design.md §5. All times are aware, Asia/Ho_Chi_Minh.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum

from django.utils import timezone

from accounts.models import Agency
from dossiers.models import ClockEntry, ClockKind, NonWorkingDay
from dossiers.models.ledger import NAMED
from dossiers.models.nonworking import DayKind
from portal.lib.calendar import WorkCalendar
from procedures.models import TimeUnit


@dataclass(frozen=True, slots=True)
class Reading:
    """What the ledger says now."""

    due_at: datetime | None
    original_due_at: datetime | None
    running: bool


@dataclass(frozen=True, slots=True)
class MarkedDays:
    """The table of holidays and make-up days, or what it would be."""

    off: frozenset[date]
    makeup: frozenset[date]
    names: Mapping[date, str] = field(default_factory=dict, compare=False)

    def changed(
        self,
        *,
        off: Iterable[date] = (),
        makeup: Iterable[date] = (),
        taken_out: Iterable[date] = (),
    ) -> "MarkedDays":
        """With these days more and those no more; a day is in the table once."""
        off, makeup, gone = frozenset(off), frozenset(makeup), frozenset(taken_out)
        return MarkedDays((self.off - makeup - gone) | off, (self.makeup - off - gone) | makeup)


def marked_days() -> MarkedDays:
    days = list(NonWorkingDay.objects.values_list("date", "kind", "name"))
    return MarkedDays(
        off=frozenset(day for day, kind, _ in days if kind == DayKind.OFF),
        makeup=frozenset(day for day, kind, _ in days if kind == DayKind.MAKEUP),
        names={day: name for day, _, name in days},
    )


def calendar_of(agency: Agency, days: MarkedDays | None = None) -> WorkCalendar:
    """The agency's opening hours over the table of holidays and make-up days (one query,
    none when `days` are given)."""
    days = days or marked_days()
    segments = tuple(
        (time.fromisoformat(start), time.fromisoformat(end)) for start, end in agency.opening_hours
    )
    return WorkCalendar(
        off=days.off,
        makeup=days.makeup,
        segments=segments,
        saturday=agency.saturday,
        saturday_counts=agency.saturday_counts,
        names=days.names,
    )


def add_term(
    calendar: WorkCalendar, start: datetime, number: int | None, unit: str
) -> datetime | None:
    """The end of a time limit; None when the procedure sets none."""
    start = timezone.localtime(start)
    if unit == TimeUnit.NONE or not number:
        return None
    if unit == TimeUnit.WORKING_DAY:
        return calendar.add_working_days(start, number)
    if unit == TimeUnit.HOUR:
        return calendar.add_hours(start, number)
    if unit == TimeUnit.MONTH:
        return calendar.add_months(start, number)
    return calendar.add_calendar_days(start, number)


@dataclass(frozen=True, slots=True)
class Turn:
    """One tick of the ledger and what the due date was after it. `paused_at`, `waited`: the
    pause a RESUME ends, in seconds of working time; `before`: the due date it moved on;
    `counted`: what today's calendar makes of this tick, where the promise is another; `answer`:
    the tick and its dates are those of the office's answer to a submission, not of the term."""

    entry: ClockEntry
    due: datetime | None
    running: bool
    before: datetime | None = None
    paused_at: datetime | None = None
    waited: int = 0
    counted: datetime | None = None
    answer: bool = False


def put_off(
    calendar: WorkCalendar, due: datetime, since: datetime, until: datetime
) -> tuple[datetime, int]:
    """A due time moved on by the working time of a wait, and that time in seconds. A server's
    clock may be set back meanwhile: no wait is less than nothing."""
    waited = calendar.working_seconds(timezone.localtime(since), timezone.localtime(until))
    waited = max(waited, 0)
    if waited:  # adding nothing would snap a due time at closing to the next opening
        due = calendar.add_hours(due, Decimal(waited) / 3600)
    return due, waited


def walk(entries: Iterable[ClockEntry], calendar: WorkCalendar) -> Iterator[Turn]:
    """Tick by tick: START sets the due date, RESET counts the whole term again, RESUME adds the
    working time that passed since PAUSE; EXTEND and SET name the due date, and a pause they fall
    into counts from then on. Before START it is the office's answer that INTAKE sets and RESUME
    puts off.

    What an entry says was promised after it holds, whatever the calendar says by now; only an
    entry that says nothing yet is counted."""
    due: datetime | None = None
    paused_at: datetime | None = None
    answer: datetime | None = None
    running = False
    for entry in entries:
        before, pause, waited = due, paused_at, 0
        if entry.kind == ClockKind.INTAKE or (answer and entry.kind == ClockKind.RESUME):
            turn = _answer(entry, answer, paused_at, calendar)
            answer, paused_at = turn.due, None
            yield turn
            continue
        if entry.kind in (ClockKind.START, ClockKind.RESET):
            due, answer = add_term(calendar, entry.at, entry.time, entry.unit), None
            running, paused_at = due is not None, None
        elif entry.kind == ClockKind.PAUSE:
            running, paused_at = False, entry.at
        elif entry.kind == ClockKind.RESUME:
            if due and paused_at:
                due, waited = put_off(calendar, due, paused_at, entry.at)
                running = True
            paused_at = None
        elif entry.kind in NAMED:
            running = running or (due is None and paused_at is None)
            due, paused_at = entry.until, paused_at and entry.at
        elif entry.kind == ClockKind.STOP:
            running = False
        counted = due
        if entry.due_at:
            due = timezone.localtime(entry.due_at)
        yield Turn(entry, due, running, before, pause, waited, counted)


def _answer(
    entry: ClockEntry, before: datetime | None, paused_at: datetime | None, calendar: WorkCalendar
) -> Turn:
    """The hours of an INTAKE are the version's: nothing is counted of it here."""
    counted, waited = None, 0
    if entry.kind == ClockKind.RESUME:
        counted = before
        if before and paused_at:
            counted, waited = put_off(calendar, before, paused_at, entry.at)
    due = timezone.localtime(entry.due_at) if entry.due_at else counted
    return Turn(entry, due, False, before, paused_at, waited, counted, answer=True)


def read(entries: Iterable[ClockEntry], calendar: WorkCalendar) -> Reading:
    """What the ledger says of the term at its end."""
    due = original = None
    running = False
    for turn in walk(entries, calendar):
        if turn.answer:
            continue
        due, running = turn.due, turn.running
        if turn.entry.kind == ClockKind.START:
            original = due
    return Reading(due, original, running)


def answer_due(entries: Iterable[ClockEntry], calendar: WorkCalendar) -> datetime | None:
    """By when the office must answer the submission, or had to."""
    dues = [turn.due for turn in walk(entries, calendar) if turn.answer]
    return dues[-1] if dues else None


def unsaid(entry: ClockEntry) -> ClockEntry:
    """The same tick without its promise: counted again by whatever calendar it is read with."""
    return ClockEntry(
        at=entry.at, kind=entry.kind, time=entry.time, unit=entry.unit, until=entry.until
    )


class Kept(StrEnum):
    """How a time limit was kept (domain.md §2.5): on an earlier day, on its day, after it."""

    EARLY = "Trước hạn"
    ON_TIME = "Đúng hạn"
    LATE = "Quá hạn"
    NONE = "Không quy định"


def kept(done: datetime, due: datetime | None) -> Kept:
    if due is None:
        return Kept.NONE
    if done > due:
        return Kept.LATE
    same_day = timezone.localdate(done) == timezone.localdate(due)
    return Kept.ON_TIME if same_day else Kept.EARLY


def intake_due(calendar: WorkCalendar, submitted_at: datetime, hours: int) -> datetime:
    """By when the office must answer a submission: 8 working hours unless the procedure
    says otherwise (domain.md §2.2 R3)."""
    return calendar.add_hours(timezone.localtime(submitted_at), hours)
