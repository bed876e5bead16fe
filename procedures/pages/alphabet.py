"""Procedures of one field, agency or life event on a page, under the letters they begin with:
whatever there is of them, home is never more than three clicks away."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import normalize

from django.db.models import QuerySet
from django.urls import reverse

from procedures.models import Procedure
from procedures.reference import LEVEL_WORDS

# Up to so many stand on one page; above, each letter has its own.
ON_ONE_PAGE = 400
LONGEST_NAME = 300
_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_MARKS = "\u0306\u0302\u031b"  # breve, circumflex and horn belong to the letter, tones do not
OTHER = "0"


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    code: str
    url: str
    level_text: str
    online: bool


@dataclass(frozen=True, slots=True)
class Letter:
    """`key` in addresses ("d", "dd" for Đ …), `letter` for people."""

    key: str
    letter: str
    entries: list[Entry]
    count: int


def letter_of(name: str) -> str:
    """The letter a Vietnamese index has it under: "Ấp" under Â, "đ" under Đ, "1" under 0."""
    for char in normalize("NFC", name.strip().lower()):
        if char.isdigit():
            return OTHER
        if char.isalpha():
            kept = "".join(c for c in normalize("NFD", char) if c.isalpha() or c in _MARKS)
            letter = normalize("NFC", kept)
            return letter if letter in _LETTERS else OTHER
    return OTHER


def sort_key(name: str) -> tuple[tuple[int, ...], str]:
    """The order of a Vietnamese dictionary, near enough: letters first, tones last."""
    plain = "".join(c for c in normalize("NFD", name.lower()) if c in _MARKS or not _is_tone(c))
    order = {letter: place for place, letter in enumerate(_LETTERS, 20)}
    return tuple(order.get(c, 1 if c == " " else 2) for c in normalize("NFC", plain)), name


def _is_tone(char: str) -> bool:
    return char in "\u0300\u0301\u0303\u0309\u0323"


def key_of(letter: str) -> str:
    """For addresses, without marks."""
    places = {"ă": "aw", "â": "aa", "đ": "dd", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw"}
    return places.get(letter, letter)


def letters_of(procedures: QuerySet[Procedure], only: str = "") -> tuple[list[Letter], int]:
    """(letters with their entries, how many procedures). With more than ON_ONE_PAGE only the
    letter asked for has its entries, the others say how many they are. Two queries at most."""
    rows = procedures.order_by().values_list("pk", "name")
    named = sorted(((letter_of(name), sort_key(name), pk) for pk, name in rows.iterator()))
    counts = Counter(letter for letter, _, _ in named)
    whole = len(named) <= ON_ONE_PAGE
    order = {pk: place for place, (_, _, pk) in enumerate(named)}
    wanted = [pk for letter, _, pk in named if whole or key_of(letter) == only]
    shown: dict[str, list[Entry]] = {}
    for row in _in_order(wanted, order):
        shown.setdefault(letter_of(row.name), []).append(_entry(row))
    letters = sorted(counts, key=lambda letter: _LETTERS.find(letter))
    return [
        Letter(key_of(letter), _shown(letter), shown.get(letter, []), counts[letter])
        for letter in letters
    ], len(named)


def _shown(letter: str) -> str:
    return "0–9" if letter == OTHER else letter.upper()


def _in_order(wanted: list[int], order: dict[int, int]) -> Iterable[Procedure]:
    found = Procedure.objects.filter(pk__in=wanted).select_related("current")
    rows = found.only("code", "name", "current__level")
    return sorted(rows, key=lambda row: order[row.pk])


def _entry(procedure: Procedure) -> Entry:
    level = procedure.current.level if procedure.current else 1
    name = procedure.name
    return Entry(
        name=name if len(name) <= LONGEST_NAME else name[:LONGEST_NAME].rsplit(" ", 1)[0] + "…",
        code=procedure.code,
        url=reverse("procedure", args=[procedure.code]),
        level_text=LEVEL_WORDS[level],
        online=level >= 3,
    )
