"""Patterns of dossier codes as an administrator writes them, "{agency}-{date:%y%m%d}-{number:04d}".

dossiers.actions.filing.next_code fills them in; the number starts again every day.
"""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

LONGEST = 50  # Dossier.code
_PARTS = re.compile(
    r"\{agency\}"
    r"|\{date:(?:%[YymdjHM]|[-.])+\}"
    r"|\{number(?::0?[1-9]?d?)?\}"
    r"|[A-Z0-9.-]+"
)
_CODE = re.compile(r"[A-Z0-9.-]+")
_BUSIEST_DAY = 99_999
_DAY = datetime(2026, 3, 10, 8, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
# One apart in the day, the month, the year.
_OTHER_DAYS = (_DAY.replace(day=11), _DAY.replace(month=4), _DAY.replace(year=2027))

SHAPE = (
    "Mẫu chỉ gồm {agency}, {date:%y%m%d}, {number:04d}, chữ in hoa không dấu, chữ số, dấu chấm "
    "và gạch ngang."
)


def problem_of(pattern: str, agency_code: str) -> str | None:
    """Why codes of this agency cannot be made so; a Vietnamese sentence."""
    if _PARTS.sub("", pattern):
        return SHAPE
    if "{number" not in pattern:
        return "Mẫu phải có số thứ tự {number:04d}, nếu không mọi hồ sơ trong ngày trùng mã."
    code = _code(pattern, agency_code, _DAY)
    if any(code == _code(pattern, agency_code, day) for day in _OTHER_DAYS):
        return "Mẫu phải có ngày, tháng, năm {date:%y%m%d}, vì số thứ tự bắt đầu lại mỗi ngày."
    if len(code) > LONGEST:
        return f"Mã hồ sơ theo mẫu này dài {len(code)} ký tự, nhiều nhất là {LONGEST}."
    if not _CODE.fullmatch(code):
        return "Mã hồ sơ chỉ gồm chữ in hoa không dấu, chữ số, dấu chấm và gạch ngang."
    return None


def _code(pattern: str, agency_code: str, day: datetime) -> str:
    return pattern.format(agency=agency_code, date=day, number=_BUSIEST_DAY)
