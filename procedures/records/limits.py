"""Hours of the internal process against the time the law gives."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from procedures.models import TimeUnit
from procedures.records.shape import CHANNEL

HOURS_A_DAY = 8
# A month has 22 working days in the mean (365 days, 5 of 7, less 12 holidays: 20.7–22);
# thirty days of the calendar are taken as a month.
DAYS_A_MONTH = 22


@dataclass(frozen=True, slots=True)
class ProcessCheck:
    """`limit` is None where no way of filing has a limit in numbers."""

    total: int
    limit: int | None
    way: str

    @property
    def over(self) -> bool:
        return self.limit is not None and self.total > self.limit

    @property
    def sentence(self) -> str:
        if self.limit is None:
            return f"Các bước cộng lại {self.total} giờ; không có thời hạn bằng số để so."
        words = f"Các bước cộng lại {self.total} giờ; {self.way} có {self.limit} giờ làm việc"
        if self.over:
            return f"{words}, vượt {self.total - self.limit} giờ."
        spare = self.limit - self.total
        return f"{words}, còn dư {spare} giờ." if spare else f"{words}, vừa đủ."


def process_check(record: Mapping[str, Any]) -> ProcessCheck:
    """The steps' hours and the shortest legal time (record in normal form). Over the limit is
    advice: steps may run side by side, and the law's time is what binds."""
    total = sum(step["hours"] for step in record["process"])
    timed = [(hours, way) for way in record["channels"] if (hours := working_hours(way))]
    if not timed:
        return ProcessCheck(total, None, "")
    hours, way = min(timed, key=lambda pair: pair[0])
    name = CHANNEL.fields["kind"].shown(way["kind"]).lower()
    return ProcessCheck(total, hours, f"nộp {name}" if name else "cách nộp ngắn nhất")


def working_hours(channel: Mapping[str, Any]) -> int:
    """The channel's limit in working hours; 0 when it has none."""
    time = channel["time"] or 0
    match channel["unit"]:
        case TimeUnit.HOUR:
            return int(time)
        case TimeUnit.WORKING_DAY:
            return int(time * HOURS_A_DAY)
        case TimeUnit.CALENDAR_DAY:
            return int(time * DAYS_A_MONTH * HOURS_A_DAY / 30)
        case TimeUnit.MONTH:
            return int(time * DAYS_A_MONTH * HOURS_A_DAY)
    return 0
