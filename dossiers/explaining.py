"""How a due date came about, tick by tick and day by day: `deadlines.walk` told in words.

The dates are those of deadlines and the calendar; nothing is counted a second time here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from dossiers import deadlines
from dossiers.deadlines import Turn
from dossiers.models import ClockKind, Dossier
from dossiers.models.ledger import NAMED
from dossiers.slip_data import moment, term
from portal.lib.calendar import DayCount, WorkCalendar, spoken
from procedures.models import TimeUnit


@dataclass(frozen=True, slots=True)
class Stage:
    """One tick: `lines` are the days it counted, `due` what it made the due date."""

    at: datetime
    title: str
    text: str = ""
    lines: list[DayCount] = field(default_factory=list)
    due: datetime | None = None
    due_title: str = ""
    hours: bool = False  # the lines are worth hours, not days


@dataclass(frozen=True, slots=True)
class Explanation:
    """`kept`: the calendar was changed after the office had named its day, and that day holds.
    `promised`: the due date as the ledger has it."""

    term: str
    opening: str
    stages: list[Stage]
    kept: bool
    promised: datetime | None


def explain(dossier: Dossier) -> Explanation:
    """Two queries: the ledger and the table of holidays."""
    calendar = deadlines.calendar_of(dossier.receiving_agency)
    turns = list(deadlines.walk(dossier.clock_entries.all(), calendar))
    stages = [stage for turn in turns for stage in _told(dossier, turn, calendar)]
    terms = [turn.due for turn in turns if not turn.answer]
    promised = terms[-1] if terms else None
    kept = any(_counted_now(dossier, turn, calendar) != turn.due for turn in turns)
    opening = ", ".join(f"{a:%H:%M}–{b:%H:%M}" for a, b in calendar.segments)
    told = term(dossier.term_time, dossier.term_unit)
    return Explanation(told, opening, stages, kept, promised)


def term_lines(
    calendar: WorkCalendar, start: datetime, number: int | None, unit: str
) -> list[DayCount]:
    """The days `deadlines.add_term` counts; empty without a time limit."""
    start = timezone.localtime(start)
    if unit == TimeUnit.NONE or not number:
        return []
    if unit == TimeUnit.WORKING_DAY:
        return calendar.explain_days(start, number)
    if unit == TimeUnit.HOUR:
        return calendar.explain_hours(start, number)
    if unit == TimeUnit.MONTH:
        return calendar.explain_months(start, number)
    return calendar.explain_calendar_days(start, number)


def _told(dossier: Dossier, turn: Turn, calendar: WorkCalendar) -> list[Stage]:
    entry = turn.entry
    if entry.kind == ClockKind.INTAKE:
        return [_intake(dossier, turn, calendar)]
    if entry.kind in (ClockKind.START, ClockKind.RESET):
        return [_counted(turn, calendar)]
    if entry.kind == ClockKind.RESUME:
        return _resumed(turn, calendar)
    if entry.kind in NAMED:
        return [_named(turn)]
    if entry.kind == ClockKind.PAUSE:
        return [Stage(entry.at, "Tạm dừng", "Từ lúc này thời gian chờ không tính vào thời hạn.")]
    return [Stage(entry.at, "Kết thúc tính thời hạn")]


def _counted_now(dossier: Dossier, turn: Turn, calendar: WorkCalendar) -> datetime | None:
    """What today's calendar makes of the tick."""
    if turn.entry.kind == ClockKind.INTAKE:
        return deadlines.intake_due(calendar, turn.entry.at, dossier.version.intake_hours)
    return turn.counted


def _intake(dossier: Dossier, turn: Turn, calendar: WorkCalendar) -> Stage:
    entry, hours = turn.entry, dossier.version.intake_hours
    return Stage(
        entry.at,
        "Bắt đầu hạn trả lời hồ sơ mới",
        f"Cơ quan trả lời trong {hours} giờ làm việc; chỉ tính giờ làm việc của cơ quan.",
        calendar.explain_hours(entry.at, hours),
        turn.due or deadlines.intake_due(calendar, entry.at, hours),
        "Hạn trả lời",
        hours=True,
    )


def _counted(turn: Turn, calendar: WorkCalendar) -> Stage:
    entry = turn.entry
    again = entry.kind == ClockKind.RESET
    said = f"Thời hạn {term(entry.time, entry.unit)}, tính từ lúc này."
    return Stage(
        entry.at,
        "Tính lại thời hạn từ đầu" if again else "Bắt đầu tính thời hạn",
        said if turn.due else "Thủ tục này không quy định thời hạn.",
        term_lines(calendar, entry.at, entry.time, entry.unit),
        turn.due,
        "Hạn trả kết quả mới" if again else "Hạn trả kết quả",
        hours=entry.unit == TimeUnit.HOUR,
    )


def _named(turn: Turn) -> Stage:
    """The due date is somebody's word: nothing to count."""
    entry = turn.entry
    if entry.kind == ClockKind.EXTEND:
        title, text = "Hẹn lại ngày trả kết quả", "Cơ quan xin lỗi và hẹn lại, chỉ được một lần."
    else:
        title, text = (
            "Đặt lại hạn",
            "Quản trị hệ thống đặt lại hạn; lý do trong quá trình xử lý.",
        )
    if turn.before:
        text += f" Hạn trước đó: {moment(turn.before)}."
    return Stage(entry.at, title, text, due=turn.due, due_title="Hạn trả kết quả mới")


def _resumed(turn: Turn, calendar: WorkCalendar) -> list[Stage]:
    """The wait, then the due date moved on by it."""
    entry = turn.entry
    if not (turn.paused_at and turn.before):
        return [Stage(entry.at, "Tính tiếp thời hạn")]
    wait = Stage(
        entry.at,
        "Hết tạm dừng, tính tiếp",
        f"Thời gian chờ {spoken(turn.waited)} làm việc, từ ngày cơ quan tạm dừng đến lúc này:",
        calendar.explain_wait(turn.paused_at, entry.at),
        hours=True,
    )
    if not turn.waited:
        return [wait]
    moved = Stage(
        entry.at,
        "Cộng thời gian chờ vào hạn",
        f"Từ hạn cũ cộng thêm {spoken(turn.waited)} làm việc:",
        calendar.explain_hours(turn.before, Decimal(turn.waited) / 3600),
        turn.due,
        "Hạn trả lời mới" if turn.answer else "Hạn trả kết quả mới",
        hours=True,
    )
    return [wait, moved]
