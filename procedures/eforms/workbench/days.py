"""Limits of days as editors write them: "hôm nay", "hôm nay - 18 năm", "31/12/1990"."""

import re

from portal.lib.text import fold

from ..fields import vi_date
from ..limits import day_limit
from ..numbers import read_day

_UNITS = {"nam": "y", "thang": "m", "ngay": "d"}
_WORDS = {"y": "năm", "m": "tháng", "d": "ngày"}
_TYPED = re.compile(r"hom nay(?: ?([+-]) ?([0-9]{1,4}) ?(nam|thang|ngay))?")
_STORED = re.compile(r"today(?:([+-])([0-9]{1,4})([ymd]))?")


def day_words(limit: str) -> str:
    match = _STORED.fullmatch(limit)
    if match is None:
        return vi_date(limit)
    if match[1] is None:
        return "hôm nay"
    return f"hôm nay {match[1]} {match[2]} {_WORDS[match[3]]}"


def day_from_words(typed: str) -> str | None:
    """What the definition keeps; None when it is no day."""
    match = _TYPED.fullmatch(fold(typed).replace("–", "-").replace("−", "-"))
    if match is None:
        day = read_day(typed.strip())
        return day.isoformat() if day else None
    limit = "today" if match[1] is None else f"today{match[1]}{match[2]}{_UNITS[match[3]]}"
    return limit if day_limit(limit) else None
