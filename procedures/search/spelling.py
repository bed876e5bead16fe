"""Mending slips: one letter too many, missing, wrong or swapped, and Telex typed without its
keyboard ("dang kys", "cawn cuwowcs"). Works on words without marks, so marks are never wrong."""

import math
import re
from collections.abc import Iterator

from rapidfuzz import process
from rapidfuzz.distance import OSA

from portal.lib.text import fold
from procedures.search.index import Index
from procedures.search.stops import stopped
from procedures.search.synonyms import Thesaurus
from procedures.search.words import Word, words

SHORTEST = 3  # letters: shorter words have too many neighbours
_DOUBLED = re.compile(r"(a|e|o|d)\1")
_TONE_KEY = re.compile(r"(?<=[aeiouy])([a-z]*?)[sfrxj]")
_VNI = re.compile(r"(?<=[a-z])[0-9]+")
TELEX_BONUS = 2.0
PAIR_BONUS = 4.0


def mended(index: Index, thesaurus: Thesaurus, asked: tuple[Word, ...]) -> tuple[Word, ...] | None:
    """What was probably meant; None when nothing better is known."""
    found = list(asked)
    skip = stopped(asked)
    marked = any(word.marked for word in asked)
    for at in range(len(asked)):
        if not skip[at] and (better := _better(index, thesaurus, found, at)):
            shown = _shown(index, better)
            found[at] = words(shown if marked else fold(shown))[0]
    return tuple(found) if tuple(found) != asked else None


def _better(index: Index, thesaurus: Thesaurus, found: list[Word], at: int) -> str | None:
    """A likelier word for this place: any near one for a word nobody knows; for a known one
    only a near one that stands beside its neighbours somewhere, where this one never does."""
    plain = found[at].plain
    known = plain in index.shown or plain in thesaurus or index.plain[2].get(plain)
    if known and (len(plain) < SHORTEST or len(found) == 1 or _beside(index, found, at, plain)):
        return None
    best, best_worth = None, 0.0
    for other, worth in _near(index, plain):
        beside = _beside(index, found, at, other)
        # A wrong first letter is rare: then, as for a known word, the neighbours must say so.
        odd = other[0] != plain[0] or len(plain) < SHORTEST
        if not beside and (known or (len(found) > 1 and odd)):
            continue
        worth += PAIR_BONUS * beside + index.weight("") - index.weight(other)
        if worth > best_worth:
            best, best_worth = other, worth
    return best


def _near(index: Index, plain: str) -> Iterator[tuple[str, float]]:
    for other in _retyped(plain):
        if other in index.shown:
            yield other, 1 + TELEX_BONUS
    if len(plain) >= SHORTEST - 1:
        near = process.extract(
            plain, index.shown.keys(), scorer=OSA.distance, score_cutoff=1, limit=None
        )
        for other, distance, _ in near:
            if distance == 1 and not other.isdigit():
                # The first letter is rarely the wrong one.
                yield other, 1.0 + 0.5 * (other[0] == plain[0])


def _retyped(plain: str) -> set[str]:
    """The word when its Telex or VNI keys are taken for marks."""
    without = _VNI.sub("", plain)
    base = _DOUBLED.sub(r"\1", without).replace("w", "")
    found = {
        without,
        base,
        _TONE_KEY.sub(r"\1", base, count=1),
        _TONE_KEY.sub(r"\1", without, count=1),
    }
    return found - {plain, ""}


def _beside(index: Index, found: list[Word], at: int, plain: str) -> float:
    """With how many of its neighbours the catalogue has this word side by side; a little more
    for pairs that stand in many places."""
    worth = 0.0
    for one, two in ((at - 1, at), (at, at + 1)):
        if one >= 0 and two < len(found):
            first = plain if one == at else found[one].plain
            second = plain if two == at else found[two].plain
            count = index.pairs.get((first, second), 0)
            worth += (1 + math.log(count) / 10) if count else 0
    return worth


def _shown(index: Index, plain: str) -> str:
    """The word with the marks it mostly has in the catalogue."""
    return max(index.shown[plain].items(), key=lambda pair: (pair[1], pair[0]))[0]
