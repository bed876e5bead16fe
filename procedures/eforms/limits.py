"""Named limits of a definition: days relative to today, text patterns."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone

_RELATIVE = re.compile(r"today(?:([+-])([0-9]{1,4})([ymd]))?")


def day_limit(text: str, today: date | None = None) -> date | None:
    """The day meant by "today", "today-18y", "today+3m", "today-30d" or an ISO date.

    None when there is no such day. `today` is the day in Vietnam unless given.
    """
    match = _RELATIVE.fullmatch(text)
    if match is None:
        return _iso(text)
    day = today or timezone.localdate()
    if match[1] is None:
        return day
    amount = int(match[2]) * (1 if match[1] == "+" else -1)
    try:
        if match[3] == "d":
            return day + timedelta(days=amount)
        return _add_months(day, amount * (12 if match[3] == "y" else 1))
    except (OverflowError, ValueError):
        return None


def _add_months(day: date, months: int) -> date:
    """29/02 less 18 years is 28/02: who was born on 01/03 is not yet 18."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise ValueError("outside the calendar")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@lru_cache(maxsize=512)
def _iso(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


class Pattern(NamedTuple):
    regex: re.Pattern[str]
    sentence: str
    inputmode: str = ""


# No definition brings a regular expression of its own: one that runs for minutes on
# a crafted answer would stop the site. These are linear.
PATTERNS = {
    "person_name": Pattern(
        re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'’-]){0,149}"),
        "chỉ gồm chữ cái và dấu cách, bắt đầu bằng chữ cái, ví dụ Nguyễn Thị Lan",
    ),
    "letters": Pattern(
        re.compile(r"(?:[^\W\d_]| )+"), "chỉ gồm chữ cái và dấu cách, không có số hay ký hiệu"
    ),
    "digits": Pattern(re.compile(r"[0-9]+"), "chỉ gồm chữ số từ 0 đến 9", "numeric"),
    "plot_no": Pattern(
        re.compile(r"[0-9A-Za-zĐđ][0-9A-Za-zĐđ /.,-]*"),
        "chỉ gồm chữ số, chữ cái và các dấu / - . , ví dụ 125 hoặc 12/3a",
    ),
    "account_no": Pattern(
        re.compile(r"[0-9A-Za-z]{4,30}"),
        "gồm 4 đến 30 chữ số hoặc chữ cái, không có dấu cách",
    ),
    "year": Pattern(
        re.compile(r"(?:1[89]|20|21)[0-9]{2}"), "là một năm gồm 4 chữ số, ví dụ 1995", "numeric"
    ),
}
