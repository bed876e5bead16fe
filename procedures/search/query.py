"""From what was typed to procedures in order."""

import re
from dataclasses import dataclass, replace

from procedures.search import ranking, spelling
from procedures.search.index import Index
from procedures.search.keeping import Kept
from procedures.search.words import Word, words

# d.dddddd, as people copy it: with or without the dot, with what portals put behind it.
_CODE = re.compile(r"(?<![\d.])(\d)[. ]?(\d{6})(?!\d)")
_CODE_BEGUN = re.compile(r"(\d)\.(\d{0,6})")


# Words that were mended have to answer at least this much of the question.
MENDED = 0.6


@dataclass(frozen=True, slots=True)
class Answer:
    """`ranked`: scores and numbers of entries, best first. `instead`: the words that were
    searched because those typed find nothing or much less; `maybe`: words that would find more;
    `coverage`: how much of what was asked the best one has; `begun`: only by taking the last
    word for the beginning of one."""

    ranked: list[tuple[float, int]]
    whole: bool = True
    instead: str = ""
    maybe: str = ""
    coverage: float = 1.0
    begun: bool = False


def answer(kept: Kept, q: str, *, literally: bool = False) -> Answer:
    """`literally`: no mending, the words are meant as they are."""
    index = kept.index
    if (numbers := _by_code(index, q)) is not None:
        return Answer([(1.0, number) for number in numbers])
    asked = words(q)[: ranking.LONGEST_QUERY]
    if literally:
        exact = ranking.rank(index, kept.thesaurus, asked)
        return Answer(exact.scores, exact.whole)
    mending = spelling.mended(index, kept.thesaurus, asked)
    if mending is None:
        return _as_typed(kept, asked)
    better = mending.words
    if mending.sure and not _half_typed(index, asked, better):
        other = ranking.rank(index, kept.thesaurus, better)
        if other.whole:
            return Answer(other.scores, instead=_phrase(better))
        typed = _as_typed(kept, asked)
    else:
        typed = _as_typed(kept, asked)
        if typed.begun:
            return typed
        other = ranking.rank(index, kept.thesaurus, better)
    if mending.sure and not typed.whole:
        if other.whole or other.coverage > max(typed.coverage, MENDED):
            return Answer(other.scores, other.whole, instead=_phrase(better))
    if other.whole and not (typed.whole and typed.ranked[0][0] >= other.scores[0][0]):
        return replace(typed, maybe=_phrase(better))
    return typed


def _as_typed(kept: Kept, asked: tuple[Word, ...]) -> Answer:
    """The last word may be half typed, unless whole ones are found."""
    typed = ranking.rank(kept.index, kept.thesaurus, asked)
    if typed.whole or not asked or not kept.index.starting(asked[-1].plain, 1):
        return Answer(typed.scores, typed.whole, coverage=typed.coverage)
    begun = ranking.rank(kept.index, kept.thesaurus, asked, beginning=True)
    best = max(typed, begun, key=lambda one: (one.whole, one.coverage))
    return Answer(best.scores, best.whole, coverage=typed.coverage, begun=begun.whole)


def _half_typed(index: Index, asked: tuple[Word, ...], better: tuple[Word, ...]) -> bool:
    """Only the last word was mended, and more letters might make a known one of it."""
    return asked[:-1] == better[:-1] and bool(index.starting(asked[-1].plain, 1))


def _phrase(found: tuple[Word, ...]) -> str:
    return " ".join(word.shown for word in found)


def _by_code(index: Index, q: str) -> list[int] | None:
    """Procedures of a code that was typed whole, or the beginning of one; None: no code."""
    if whole := _CODE.search(q):
        number = index.codes.get(whole[1] + whole[2])
        if number is not None:
            return [number]
    if begun := _CODE_BEGUN.fullmatch(q.strip()):
        start = begun[1] + begun[2]
        return [number for code, number in sorted(index.codes.items()) if code.startswith(start)]
    return None
