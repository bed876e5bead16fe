"""Searches that found nothing, or nothing with all their words, for the editors: what people
call things here.

A phrase comes by a POST of the page's script, never by opening a page: reading writes nothing,
pages kept for everybody never reach us, robots and half-typed words send none. What may name a
person is not kept: a phrase with a long number or a day, an address of mail or the web,
what is written like a name, or so many words that it is a story.
"""

import re
from datetime import date, timedelta
from itertools import pairwise

from django.db import IntegrityError, transaction
from django.db.models import F

from portal.lib.text import fold
from procedures.models import SearchMiss
from procedures.search import finding

LONGEST = 80
MOST_WORDS = 10
MOST_A_DAY = 1000  # different phrases
KEPT = timedelta(days=180)
_NUMBER = re.compile(r"(?:\d[\s.\-]*){6,}")
_DATE = re.compile(r"\d{1,2}[/.\- ]\d{1,2}[/.\- ]\d{2,4}")
_ADDRESS = re.compile(r"@|://|www\.")
# The commonest family names; "văn" or "thị" behind one makes a name of it.
_FAMILY = set(
    "nguyen tran le pham hoang huynh phan vu vo dang bui do ho ngo duong ly nong vi chu hua trieu "
    "luong trinh dinh lam mai truong ha cao".split()
)


def keepable(q: str) -> str:
    """The folded phrase, or "" when it may not be kept."""
    if any(kind.search(q) for kind in (_NUMBER, _DATE, _ADDRESS)) or _is_name(q):
        return ""
    phrase = fold(q)
    if not any(c.isalpha() for c in phrase) or len(phrase) > LONGEST:
        return ""
    return phrase if len(phrase.split()) <= MOST_WORDS else ""


def _is_name(q: str) -> bool:
    """Two to five words that all begin large, "nguyen van …", or "… Trần Quốc …"."""
    written = q.split()
    if 2 <= len(written) <= 5 and all(
        word[:1].isupper() and word[1:].islower() for word in written
    ):
        return True
    for first, second in pairwise(written):
        if fold(first) in _FAMILY and first[:1].isupper() and second[:1].isupper():
            return not q.isupper()
    found = fold(q).split()
    return any(first in _FAMILY and second in ("van", "thi") for first, second in pairwise(found))


def record(q: str, *, on: date) -> bool:
    """Count one search that found nothing; whether it was one."""
    phrase = keepable(q)
    if not phrase or finding.counts([q])[q]:
        return False
    today = SearchMiss.objects.filter(day=on)
    if today.filter(phrase=phrase).update(count=F("count") + 1):
        return True
    if today.count() >= MOST_A_DAY:
        return False
    try:
        with transaction.atomic():
            SearchMiss.objects.create(phrase=phrase, day=on)
    except IntegrityError:  # somebody else's first came in between
        today.filter(phrase=phrase).update(count=F("count") + 1)
    return True


def forget_old(today: date) -> int:
    return SearchMiss.objects.filter(day__lt=today - KEPT).delete()[0]
