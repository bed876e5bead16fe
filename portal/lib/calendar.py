"""Working time: days of duty, hours of duty, due moments. Pure: no database, no clock.

Rules (docs: domain reference §2.5): a limit of N working days ends on the Nth working day after
the day it began, at the same time of day; only limits in hours add up hours; a limit in calendar
days or months that ends on a day off moves to the next working day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_DAY = timedelta(days=1)
_NOON = time(12)
_SATURDAY, _SUNDAY = 5, 6
# Longest stretch off in law is Tết with its weekends, 9 or 10 days. More than this many is a
# mistake in the table, and must not become an endless loop.
_LONGEST_CLOSURE = 60

Segment = tuple[time, time]


@dataclass(frozen=True, slots=True)
class DayCount:
    """One line of "how we counted": `counted` days add up to the limit."""

    date: date
    counted: bool
    reason: str


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When one agency works.

    off: days without work (public holidays, substitute days). makeup: days worked in full though
    they fall on a weekend; they win over `off`. segments: opening hours of a full day, in order.
    saturday: "" no duty, "half" the hours before noon, "full". saturday_counts: whether duty on a
    Saturday is a working day for deadlines; if not, papers may be handed in but no time runs.
    """

    off: frozenset[date]
    makeup: frozenset[date]
    segments: tuple[Segment, ...]
    saturday: str = ""
    saturday_counts: bool = False

    def __post_init__(self) -> None:
        edges = [edge for segment in self.segments for edge in segment]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise ValueError("opening hours must be one or more times in rising order")
        if self.saturday not in {"", "half", "full"}:
            raise ValueError(f"saturday must be '', 'half' or 'full', not {self.saturday!r}")
        if self.saturday == "half" and edges[0] >= _NOON:
            raise ValueError("a half Saturday needs opening hours before noon")

    def is_working_day(self, d: date) -> bool:
        """Whether `d` counts for deadlines."""
        if d in self.makeup:
            return True
        weekday = d.weekday()
        if d in self.off or weekday == _SUNDAY:
            return False
        return weekday != _SATURDAY or bool(self.saturday and self.saturday_counts)

    def hours(self, d: date) -> tuple[Segment, ...]:
        """The hours of `d` in which working time runs; empty on a day that does not count."""
        if not self.is_working_day(d):
            return ()
        if d.weekday() == _SATURDAY and self.saturday == "half" and d not in self.makeup:
            return tuple((a, min(b, _NOON)) for a, b in self.segments if a < _NOON)
        return self.segments

    def snap(self, dt: datetime) -> datetime:
        """`dt` when work is on, else the next opening. Closing time itself is not open any more."""
        here = _local(dt)
        return next(max(a, here) for a, b in self._shifts(here.date()) if b > here)

    def add_working_days(self, dt: datetime, n: int) -> datetime:
        """The end of a limit of `n` working days begun at `dt`, whatever day or hour that was.

        The day keeps to the law (the first day is not counted); the time of day is that of `dt`,
        moved into the opening hours of that same day. n = 0 is snap(dt); ValueError below.
        """
        here = _local(dt)
        if n < 1:
            return self._zero(here, n)
        day = here.date()
        for _ in range(n):
            day = self._next_working_day(day + _DAY)
        return self._at(day, here.timetz())

    def add_calendar_days(self, dt: datetime, n: int) -> datetime:
        """`n` calendar days after `dt`; an end on a day off moves to the next working day."""
        here = _local(dt)
        if n < 1:
            return self._zero(here, n)
        return self._at(self._next_working_day(here.date() + n * _DAY), here.timetz())

    def add_months(self, dt: datetime, n: int) -> datetime:
        """The same day `n` months on (the last one when there is no such day), then as above."""
        here = _local(dt)
        if n < 1:
            return self._zero(here, n)
        month = here.year * 12 + here.month - 1 + n
        first = date(month // 12, month % 12 + 1, 1)
        last = (first + 31 * _DAY).replace(day=1) - _DAY
        day = first.replace(day=min(here.day, last.day))
        return self._at(self._next_working_day(day), here.timetz())

    def add_hours(self, dt: datetime, hours: int | float | Decimal) -> datetime:
        """The moment `hours` of working time after `dt`; an end at closing time stays there."""
        left = timedelta(seconds=round(hours * 3600))
        here = _local(dt)
        if left <= timedelta():
            return self._zero(here, int(left.total_seconds()))
        for opens, closes in self._shifts(here.date()):
            begin = max(opens, here)
            if begin + left <= closes:
                return begin + left
            left -= max(closes - begin, timedelta())
        raise AssertionError("shifts never end")

    def working_seconds(self, a: datetime, b: datetime) -> int:
        """Seconds of working time from `a` to `b`; negative when `b` comes first."""
        start, end = _local(a), _local(b)
        if end < start:
            return -self.working_seconds(end, start)
        total = timedelta()
        day = start.date()
        while day <= end.date():
            for opens, closes in self._shifts_of(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day += _DAY
        return int(total.total_seconds())

    def explain_days(self, start: datetime, n: int) -> list[DayCount]:
        """Day by day how add_working_days(start, n) counts: the first line is the start day."""
        day = _local(start).date()
        lines = [DayCount(day, False, "Ngày bắt đầu, không tính")]
        counted = 0
        while counted < n:
            self._next_working_day(day + _DAY)  # refuses endless closures
            day += _DAY
            if self.is_working_day(day):
                counted += 1
                makeup = " (làm bù)" if day in self.makeup else ""
                lines.append(DayCount(day, True, f"Ngày làm việc thứ {counted}{makeup}"))
            else:
                lines.append(DayCount(day, False, self._why_off(day)))
        return lines

    def _why_off(self, d: date) -> str:
        if d in self.off:
            return "Ngày nghỉ lễ, nghỉ bù"
        return "Chủ nhật" if d.weekday() == _SUNDAY else "Thứ Bảy"

    def _next_working_day(self, d: date) -> date:
        for _ in range(_LONGEST_CLOSURE):
            if self.is_working_day(d):
                return d
            d += _DAY
        raise ValueError(f"no working day in the {_LONGEST_CLOSURE} days before {d}")

    def _shifts_of(self, d: date) -> list[tuple[datetime, datetime]]:
        return [
            (datetime.combine(d, a, VIETNAM), datetime.combine(d, b, VIETNAM))
            for a, b in self.hours(d)
        ]

    def _shifts(self, d: date) -> Iterator[tuple[datetime, datetime]]:
        while True:
            d = self._next_working_day(d)
            yield from self._shifts_of(d)
            d += _DAY

    def _at(self, day: date, clock: time) -> datetime:
        """`clock` on the working day `day`: the afternoon for lunch, closing time when late."""
        wanted = datetime.combine(day, clock)
        for opens, closes in self._shifts_of(day):
            if wanted <= closes:
                return max(opens, wanted)
        return closes

    def _zero(self, here: datetime, n: int) -> datetime:
        if n < 0:
            raise ValueError("a limit cannot be negative")
        return self.snap(here)


def _local(dt: datetime) -> datetime:
    if dt.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return dt.astimezone(VIETNAM)
