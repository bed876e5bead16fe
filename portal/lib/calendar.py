"""Working time: days of duty, hours of duty, due moments. Pure: no database, no clock.

Rules (docs: domain reference §2.5): a limit of N working days ends on the Nth working day after
the day it began, at the same time of day; only limits in hours add up hours; a limit in calendar
days or months that ends on a day off moves to the next working day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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
    """One line of "how we counted": `counted` days (or their working `seconds`, where the
    limit is in hours) add up to the limit."""

    date: date
    counted: bool
    reason: str
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When one agency works.

    off: days without work (public holidays, substitute days). makeup: days worked in full though
    they fall on a weekend; they win over `off`. segments: opening hours of a full day, in order.
    saturday: "" no duty, "half" the hours before noon, "full". saturday_counts: whether duty on a
    Saturday is a working day for deadlines; if not, papers may be handed in but no time runs.
    names: what the table calls a day off or a make-up day, for explanations only.
    """

    off: frozenset[date]
    makeup: frozenset[date]
    segments: tuple[Segment, ...]
    saturday: str = ""
    saturday_counts: bool = False
    names: Mapping[date, str] = field(default_factory=dict, compare=False)

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

    def closing(self, dt: datetime) -> datetime:
        """Closing time of that day, or of the next working day."""
        *_, (_opens, closes) = self._shifts_of(self._next_working_day(_local(dt).date()))
        return closes

    def add_working_days(self, dt: datetime, n: int) -> datetime:
        """The end of a limit of `n` working days begun at `dt`, whatever day or hour that was.

        The day keeps to the law (the first day is not counted); the time of day is that of `dt`,
        moved into the opening hours of that same day. n = 0 is snap(dt); ValueError below.
        """
        here = _local(dt)
        if n < 1:
            return self._zero(here, n)
        *_, (last, _number) = self._count_days(here.date(), n)
        return self._at(last, here.timetz())

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
        return self._at(self._next_working_day(_months_on(here.date(), n)), here.timetz())

    def add_hours(self, dt: datetime, hours: int | float | Decimal) -> datetime:
        """The moment `hours` of working time after `dt`; an end at closing time stays there."""
        left = timedelta(seconds=round(hours * 3600))
        here = _local(dt)
        if left <= timedelta():
            return self._zero(here, int(left.total_seconds()))
        *_, (_begin, end) = self._spend(here, left)
        return end

    def working_seconds(self, a: datetime, b: datetime) -> int:
        """Seconds of working time from `a` to `b`; negative when `b` comes first."""
        start, end = _local(a), _local(b)
        if end < start:
            return -self.working_seconds(end, start)
        total = sum((till - since for since, till in self._worked(start, end)), timedelta())
        return int(total.total_seconds())

    def explain_days(self, start: datetime, n: int) -> list[DayCount]:
        """Day by day how add_working_days(start, n) counts: the first line is the start day."""
        day = _local(start).date()
        lines = [DayCount(day, False, "Ngày bắt đầu, không tính")]
        for one, number in self._count_days(day, n):
            if number:
                counted = DayCount(one, True, f"Ngày làm việc thứ {number}{self._how_on(one)}")
                lines.append(counted)
            else:
                lines.append(DayCount(one, False, self._why_off(one)))
        return lines

    def explain_hours(self, start: datetime, hours: int | float | Decimal) -> list[DayCount]:
        """Day by day how add_hours(start, hours) spends the hours."""
        left = timedelta(seconds=round(hours * 3600))
        if left <= timedelta():
            return []
        return self._by_day(_local(start).date(), list(self._spend(_local(start), left)))

    def explain_wait(self, a: datetime, b: datetime) -> list[DayCount]:
        """Day by day what working_seconds(a, b) adds up."""
        start, end = _local(a), _local(b)
        return self._by_day(start.date(), list(self._worked(start, end)), end.date())

    def explain_calendar_days(self, start: datetime, n: int) -> list[DayCount]:
        """How add_calendar_days(start, n) counts: every day, then the days off it moves over."""
        day = _local(start).date()
        lines = [DayCount(day, False, "Ngày bắt đầu, không tính")]
        lines += [DayCount(day + k * _DAY, True, f"Ngày thứ {k}") for k in range(1, n + 1)]
        return lines + self._explain_moved(day + n * _DAY)

    def explain_months(self, start: datetime, n: int) -> list[DayCount]:
        """How add_months(start, n) counts."""
        day = _local(start).date()
        end = _months_on(day, n)
        return [
            DayCount(day, False, "Ngày bắt đầu"),
            DayCount(end, True, f"Tròn {n} tháng"),
            *self._explain_moved(end),
        ]

    def _explain_moved(self, end: date) -> list[DayCount]:
        """Nothing for a working day; else the days off and the working day after them."""
        day, lines = end, []
        while day != self._next_working_day(end):
            why = f"{self._why_off(day)}: hạn lùi đến ngày làm việc kế tiếp"
            lines.append(DayCount(day, False, why))
            day += _DAY
        return [*lines, DayCount(day, False, "Ngày làm việc kế tiếp: đến hạn")] if lines else []

    def _by_day(
        self, first: date, spans: list[tuple[datetime, datetime]], last: date | None = None
    ) -> list[DayCount]:
        """Spans of work as one line a day, with the days in between on which no time ran."""
        lines = []
        day, end = first, last or (spans[-1][0].date() if spans else first)
        while day <= end:
            mine = [(since, till) for since, till in spans if since.date() == day]
            if mine:
                seconds = int(sum(((b - a) for a, b in mine), timedelta()).total_seconds())
                hours = ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in mine)
                lines.append(DayCount(day, True, f"{hours}{self._how_on(day)}", seconds))
            else:
                open_ = self.is_working_day(day)
                why = "Ngoài giờ làm việc" if open_ else self._why_off(day)
                lines.append(DayCount(day, False, why))
            day += _DAY
        return lines

    def _count_days(self, day: date, n: int) -> Iterator[tuple[date, int]]:
        """The days after `day` up to the nth working one, each with its number; 0: not counted."""
        number = 0
        while number < n:
            day += _DAY
            self._next_working_day(day)  # refuses endless closures
            working = self.is_working_day(day)
            number += working
            yield day, number if working else 0

    def _spend(self, here: datetime, left: timedelta) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of work after `here` that add up to `left`."""
        for opens, closes in self._shifts(here.date()):
            begin = max(opens, here)
            end = min(closes, begin + left)
            if begin < end:
                yield begin, end
                left -= end - begin
            if not left:
                return

    def _worked(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of work between the two."""
        day = start.date()
        while day <= end.date():
            for opens, closes in self._shifts_of(day):
                since, till = max(opens, start), min(closes, end)
                if since < till:
                    yield since, till
            day += _DAY

    def _how_on(self, d: date) -> str:
        """What is unusual about a working day, in brackets."""
        if d in self.makeup:
            name = self.names.get(d, "")
            return f" (làm bù: {name})" if name else " (làm bù)"
        if d.weekday() == _SATURDAY:
            return " (trực sáng thứ Bảy)" if self.saturday == "half" else " (trực thứ Bảy)"
        return ""

    def _why_off(self, d: date) -> str:
        if d in self.off:
            name = self.names.get(d, "")
            return f"Nghỉ: {name}" if name else "Ngày nghỉ lễ, nghỉ bù"
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


def spoken(seconds: int) -> str:
    """Working time in words: `8 giờ`, `1 giờ 30 phút`; less than a minute in seconds."""
    hours, rest = divmod(seconds, 3600)
    parts = [f"{hours} giờ" if hours else "", f"{rest // 60} phút" if rest >= 60 else ""]
    return " ".join(part for part in parts if part) or f"{rest} giây"


def _months_on(day: date, n: int) -> date:
    """The same day `n` months on, or the last one of a shorter month."""
    month = day.year * 12 + day.month - 1 + n
    first = date(month // 12, month % 12 + 1, 1)
    last = (first + 31 * _DAY).replace(day=1) - _DAY
    return first.replace(day=min(day.day, last.day))


def _local(dt: datetime) -> datetime:
    if dt.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return dt.astimezone(VIETNAM)
