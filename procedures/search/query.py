"""From what was typed to procedures in order."""

import re
from dataclasses import dataclass

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
    searched because those typed find nothing; `maybe`: words that would find more."""

    ranked: list[tuple[float, int]]
    whole: bool = True
    instead: str = ""
    maybe: str = ""


def answer(kept: Kept, q: str, *, literally: bool = False) -> Answer:
    """`literally`: no mending, the words are meant as they are."""
    index = kept.index
    if (numbers := _by_code(index, q)) is not None:
        return Answer([(1.0, number) for number in numbers])
    asked = words(q)[: ranking.LONGEST_QUERY]
    better = None if literally else spelling.mended(index, kept.thesaurus, asked)
    if better and _surely(kept, asked, better):
        other = ranking.rank(index, kept.thesaurus, better)
        if other.whole:
            return Answer(other.scores, instead=_phrase(better))
    typed = ranking.rank(index, kept.thesaurus, asked)
    if literally:
        return Answer(typed.scores, typed.whole)
    if typed.whole:
        return Answer(typed.scores, maybe=_phrase(better) if _worth(kept, typed, better) else "")
    begun = ranking.rank(index, kept.thesaurus, asked, beginning=True)
    if begun.whole:
        return Answer(begun.scores)
    if better:
        other = ranking.rank(index, kept.thesaurus, better)
        if other.whole or other.coverage > max(typed.coverage, MENDED):
            return Answer(other.scores, other.whole, instead=_phrase(better))
    best = max(typed, begun, key=lambda one: one.coverage)
    return Answer(best.scores, whole=False)


def _surely(kept: Kept, asked: tuple[Word, ...], better: tuple[Word, ...]) -> bool:
    """A word nobody has was mended, and not the last one, which may be half typed: nothing has
    all the words as they stand."""
    pairs = zip(asked[:-1], better[:-1], strict=True)
    return any(
        one != two and one.plain not in kept.index.shown and one.plain not in kept.index.plain[2]
        for one, two in pairs
    )


def _worth(kept: Kept, typed: ranking.Ranked, better: tuple[Word, ...] | None) -> bool:
    """Whether to ask "did you mean": when the other words fit better."""
    if not better:
        return False
    other = ranking.rank(kept.index, kept.thesaurus, better)
    return other.whole and other.scores[0][0] > typed.scores[0][0]


def _phrase(found: tuple[Word, ...] | None) -> str:
    return " ".join(word.shown for word in found or ())


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
