"""What a change of the holiday table would do to the due dates of open dossiers. Nothing is
written, and saving the table moves no promise either (ADR 11): this is how far the promises would
lie from what the new table counts, for whoever names due dates anew."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from accounts.models import Agency
from dossiers import deadlines
from dossiers.models import ClockEntry, Dossier
from dossiers.models.nonworking import DayKind
from portal.lib.calendar import VIETNAM

MOST = 5000


def days_between(before: datetime, after: datetime) -> int:
    """By the calendar of Vietnam: 0 is another hour of the same day."""
    return (timezone.localtime(after).date() - timezone.localtime(before).date()).days


def days_words(days: int) -> str:
    if not days:
        return "đổi giờ trong cùng ngày"
    return f"muộn hơn {days} ngày" if days > 0 else f"sớm hơn {-days} ngày"


@dataclass(slots=True)
class AgencyMoves:
    """`days`: calendar days later (earlier when below 0) → dossiers; 0 is another hour of
    the same day. `late`: dossiers in time by the table as it is, overdue by the new one."""

    agency: str
    days: Counter[int] = field(default_factory=Counter)
    late: int = 0

    @property
    def count(self) -> int:
        return self.days.total()

    @property
    def earlier(self) -> int:
        return sum(count for days, count in self.days.items() if days < 0)

    @property
    def later(self) -> int:
        return sum(count for days, count in self.days.items() if days > 0)


@dataclass(frozen=True, slots=True)
class DaysRehearsal:
    """`looked_at`: open dossiers whose time runs over a changed day. `more`: there were more
    than MOST of them; those due soonest were taken."""

    looked_at: int
    more: bool
    agencies: list[AgencyMoves]

    @property
    def count(self) -> int:
        return sum(moves.count for moves in self.agencies)

    @property
    def late(self) -> int:
        return sum(moves.late for moves in self.agencies)

    @property
    def due_lines(self) -> list[tuple[str, int]]:
        """(how far, dossiers), the earliest first."""
        found: Counter[int] = Counter()
        for moves in self.agencies:
            found.update(moves.days)
        return [(days_words(days), count) for days, count in sorted(found.items())]


def rehearse_days(
    added: Mapping[date, str], removed: Collection[date], *, now: datetime
) -> DaysRehearsal:
    """`added`: days with their DayKind; `removed`: days taken out of the table. Four queries
    however many dossiers."""
    changed = {*added, *removed}
    if not changed:
        return DaysRehearsal(0, False, [])
    dossiers = _touched(min(changed), max(changed))
    before = deadlines.marked_days()
    after = before.changed(
        off=[day for day, kind in added.items() if kind == DayKind.OFF],
        makeup=[day for day, kind in added.items() if kind == DayKind.MAKEUP],
        taken_out=removed,
    )
    agencies = Agency.objects.in_bulk({agency for agency, _ in dossiers})
    calendars = {
        pk: (deadlines.calendar_of(agency, before), deadlines.calendar_of(agency, after))
        for pk, agency in agencies.items()
    }
    found = {pk: AgencyMoves(agency.name) for pk, agency in agencies.items()}
    for desk, entries in dossiers[:MOST]:
        old, new = (deadlines.read(entries, one).due_at for one in calendars[desk])
        if old is not None and new is not None and old != new:
            found[desk].days[days_between(old, new)] += 1
            found[desk].late += new < now <= old
    moved = [moves for moves in found.values() if moves.count]
    moved.sort(key=lambda moves: (-moves.count, moves.agency))
    return DaysRehearsal(min(len(dossiers), MOST), len(dossiers) > MOST, moved)


def _touched(first: date, last: date) -> list[tuple[int, list[ClockEntry]]]:
    """(receiving agency, its ledger) of each open dossier whose time runs over one of the
    days, due soonest first: a change before the start or after the end moves nothing."""
    start = datetime.combine(first, time(), VIETNAM)
    end = datetime.combine(last, time(), VIETNAM) + timedelta(days=1)
    running = Dossier.objects.open().filter(due_at__gte=start, accepted_at__lt=end)
    chosen = running.filter(finished_at=None).order_by("due_at", "pk")[: MOST + 1]
    # As a subquery: thousands of numbers in one statement is more than SQLite takes.
    entries = ClockEntry.objects.filter(dossier__in=chosen.values("pk")).order_by("seq")
    ledgers = defaultdict(list)
    for entry in entries.only("dossier", "at", "kind", "time", "unit", "until"):
        ledgers[entry.dossier_id].append(deadlines.unsaid(entry))
    rows = chosen.values_list("pk", "receiving_agency_id")
    return [(agency, ledgers[pk]) for pk, agency in rows]
