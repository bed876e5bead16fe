"""Mending slips: one letter too many, missing, wrong or swapped, letters that sound alike, and
Telex typed without its keyboard ("dang kys", "cawn cuwowcs"). Works on words without marks, so
marks are never wrong.

Every word has some readings; which of them were meant is told by how such slips happen and by
the words that stand side by side in the catalogue (a noisy channel, read by Viterbi's way)."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.lib.text import fold
from procedures.search.index import Index
from procedures.search.stops import stopped
from procedures.search.synonyms import Thesaurus
from procedures.search.words import Word, words

SHORTEST = 3  # letters: shorter words have too many neighbours
READINGS = 8  # of one word
# Logarithms, about: how often fingers do what would have made the typed word of this one.
RETYPED, SWAPPED, MISSED, DOUBLED, SOUNDS = -1.0, -1.5, -1.5, -1.5, -2.5
NEXT_KEY, EXTRA, WRONG = -2.0, -3.0, -3.5
FIRST_LETTER = -3.0  # is rarely the wrong one
# A word that stands in the catalogue is mostly meant; what nobody knows is not.
KNOWN, UNKNOWN = 3.0, -6.0
BESIDE, BESIDE_OFTEN = 4.0, 0.4
COMMON = 0.3
SURELY = 2.0  # gained by a word that is known: searched without asking first

_TWICE = re.compile(r"(a|e|o|d)\1")
_TONE_KEY = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]")
_VNI = re.compile(r"(?<=[a-z])[0-9]+")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = frozenset(
    pair
    for upper, row in zip(("", *_ROWS), _ROWS, strict=False)
    for at, key in enumerate(row)
    for near in (row[at + 1 : at + 2], upper[at : at + 1], upper[at + 1 : at + 2])
    if near
    for pair in (key + near, near + key)
)
# Said alike by many, so written for each other: beginnings, endings.
_BEGINNINGS = (("ch", "tr"), ("s", "x"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("l", "n"))
_ENDINGS = (("n", "ng"), ("t", "c"), ("n", "nh"))


@dataclass(frozen=True, slots=True)
class Mending:
    """What was probably meant. `sure`: by so much likelier that nobody need be asked first."""

    words: tuple[Word, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Path:
    """Readings of the first words; `told`: what the best single mending of them gains."""

    worth: float
    plains: tuple[str, ...]


def mended(index: Index, thesaurus: Thesaurus, asked: tuple[Word, ...]) -> Mending | None:
    """None when nothing better is known than what was typed."""
    skip = stopped(asked)
    readings = [
        {word.plain: 0.0} if skip[at] else _readings(index, thesaurus, word, alone=len(asked) == 1)
        for at, word in enumerate(asked)
    ]
    if all(len(some) == 1 for some in readings):
        return None
    typed = tuple(word.plain for word in asked)
    best = _likeliest(index, readings)
    if best.plains == typed:
        return None
    marked = any(word.marked for word in asked)
    found = tuple(
        word if plain == word.plain else _shown(index, plain, marked=marked)
        for word, plain in zip(asked, best.plains, strict=True)
    )
    gained = best.worth - _worth(index, readings, typed)
    return Mending(found, gained >= SURELY)


def knows(index: Index, thesaurus: Thesaurus, plain: str) -> bool:
    return plain in index.shown or plain in thesaurus or plain in index.plain[2]


def _readings(index: Index, thesaurus: Thesaurus, word: Word, *, alone: bool) -> dict[str, float]:
    """The word itself and those it may be a slip of, with what speaks for each by itself."""
    letters = fold(word.shown)
    known = knows(index, thesaurus, word.plain)
    if letters.isdigit():
        return {word.plain: 0.0}
    # Two letters are mended beside a neighbour only.
    alien = UNKNOWN if len(letters) >= SHORTEST else 0.0
    near: dict[str, float] = {}
    for other, worth in _near(index, letters):
        if other != word.plain:
            if other[0] != letters[0] and not alone and worth not in (RETYPED, SOUNDS):
                worth += FIRST_LETTER
            worth += COMMON * (index.weight("") - index.weight(other))
            near[other] = max(worth, near.get(other, -math.inf))
    common = COMMON * (index.weight("") - index.weight(word.plain)) if known else 0.0
    best = sorted(near.items(), key=lambda pair: (-pair[1], pair[0]))[:READINGS]
    return {word.plain: (KNOWN if known else alien) + common, **dict(best)}


def _near(index: Index, letters: str) -> Iterator[tuple[str, float]]:
    """Words as the catalogue has them (plain), and what the slip is worth."""
    for other in _retyped(letters):
        if other in index.spelled:
            yield index.spelled[other], RETYPED
    for other in _alike(letters):
        if other in index.spelled:
            yield index.spelled[other], SOUNDS
    if len(letters) >= SHORTEST - 1:
        near = process.extract(
            letters, index.spelled.keys(), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        for other, distance, _ in near:
            if distance == 1 and not other.isdigit():
                yield index.spelled[other], _slip(letters, other)


def _slip(typed: str, meant: str) -> float:
    """How the one came of the other, by a single slip."""
    at = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    if len(typed) < len(meant):
        return MISSED
    if len(typed) > len(meant):
        at = len(meant) if at is None else at
        around = typed[max(0, at - 1) : at] + typed[at + 1 : at + 2]
        if typed[at] in around:
            return DOUBLED
        return NEXT_KEY if any(typed[at] + key in _KEYS for key in around) else EXTRA
    assert at is not None
    if typed[at + 1 :] != meant[at + 1 :]:
        return SWAPPED
    return NEXT_KEY if typed[at] + meant[at] in _KEYS else WRONG


def _retyped(letters: str) -> set[str]:
    """The word when its Telex or VNI keys are taken for marks."""
    without = _VNI.sub("", letters)
    base = _TWICE.sub(r"\1", without).replace("w", "")
    found = {
        without,
        base,
        _TONE_KEY.sub(r"\1", base, count=1),
        _TONE_KEY.sub(r"\1", without, count=1),
    }
    return found - {letters, ""}


def _alike(letters: str) -> Iterator[str]:
    for pair in _BEGINNINGS:
        for one, two in (pair, pair[::-1]):
            if letters.startswith(one):
                yield two + letters.removeprefix(one)
    for pair in _ENDINGS:
        for one, two in (pair, pair[::-1]):
            if letters.endswith(one):
                yield letters.removesuffix(one) + two


def _likeliest(index: Index, readings: list[dict[str, float]]) -> _Path:
    """The best way through the readings: each word's last ones carry the best way to them."""
    paths = [_Path(worth, (plain,)) for plain, worth in readings[0].items()]
    for some in readings[1:]:
        paths = [
            max(
                (
                    _Path(
                        path.worth + worth + _beside(index, path.plains[-1], plain),
                        (*path.plains, plain),
                    )
                    for path in paths
                ),
                key=lambda path: path.worth,
            )
            for plain, worth in some.items()
        ]
    return max(paths, key=lambda path: path.worth)


def _worth(index: Index, readings: list[dict[str, float]], plains: tuple[str, ...]) -> float:
    pairs = zip(plains, plains[1:], strict=False)
    alone = sum(some[plain] for some, plain in zip(readings, plains, strict=True))
    return alone + sum(_beside(index, one, two) for one, two in pairs)


def _beside(index: Index, one: str, two: str) -> float:
    """Whether the catalogue has them side by side; a little more when in many places."""
    count = index.pairs.get((one, two), 0)
    return BESIDE + BESIDE_OFTEN * math.log(count) if count else 0.0


def _shown(index: Index, plain: str, *, marked: bool) -> Word:
    """The word with the marks it mostly has in the catalogue."""
    shown = max(index.shown[plain].items(), key=lambda pair: (pair[1], pair[0]))[0]
    return words(shown if marked else fold(shown))[0]
