"""Which procedures answer some words, and in which order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from procedures.search.index import KEYWORD, MORE, TITLE, Index
from procedures.search.stops import stopped
from procedures.search.synonyms import Span, Thesaurus
from procedures.search.words import Word

# What a word is worth where it stands: with its own marks, or only without them.
WITH_MARKS = {TITLE: 1.0, KEYWORD: 0.9, MORE: 0.3}
WITHOUT_MARKS = {TITLE: 0.6, KEYWORD: 0.54, MORE: 0.12}
SYNONYM = 0.85
ABBREVIATED = 0.6
BEGINNING = 0.6
# Bonuses are shares of what the words themselves are worth.
NEIGHBOURS = 0.5
PHRASE = 0.5
WHOLE_NAME = 0.3
# Of procedures that have only some of the words: at least this much of the words, and of the
# best one's score.
COVERED = 0.25
COVERED_OF_ALL = 0.2  # words counted that nobody knows
NEAR_BEST = 0.5
UNKNOWN = 0.5
IN_SUMMARY = 0.5  # of a word that only the summary has
ENOUGH = 5  # with all the words: those with fewer are not looked at
NAMING = (KEYWORD, TITLE)
LOOKED_AT = 150  # best ones whose phrases are compared
LONGEST_QUERY = 16  # words


@dataclass(slots=True)
class Ranked:
    """Numbers of entries, best first, with the score; `whole`: they have all the words."""

    scores: list[tuple[float, int]] = field(default_factory=list)
    whole: bool = False
    coverage: float = 0.0


def rank(
    index: Index, thesaurus: Thesaurus, asked: tuple[Word, ...], *, beginning: bool = False
) -> Ranked:
    """`beginning`: the last word may be cut off (somebody is still typing)."""
    asked = asked[:LONGEST_QUERY]
    if not asked:
        return Ranked()
    spans = list(thesaurus.spans(asked))
    named = [_named(index, word) for word in asked]
    if beginning:
        for word in index.starting(asked[-1].plain):
            named[-1].update(index.plain[KEYWORD].get(word, ()), index.plain[TITLE].get(word, ()))
    meant = [(span, place, index.having(span.means, place)) for span in spans for place in NAMING]
    for span, _, numbers in meant:
        for at in range(span.start, span.end):
            named[at].update(numbers)
    weights = _weights(index, asked, named, spans)
    among = _candidates(named, weights)
    values = [_direct(index, word, asked, among) for word in asked]
    if beginning:
        _begin(index, asked[-1].plain, values[-1], among)
    for span, place, numbers in meant:
        size = len(span.means)
        value = SYNONYM * WITH_MARKS[place] * (1 + NEIGHBOURS * (size - 1) / size)
        for at in range(span.start, span.end):
            _raise(values[at], among.intersection(numbers), value)
    known = sum(weight for weight, found in zip(weights, values, strict=True) if found)
    if not known:
        return Ranked()
    score, cover = _summed(weights, values)
    total = sum(weights)
    least = max(COVERED * known, COVERED_OF_ALL * total)
    kept = [(value / total, n) for n, value in score.items() if cover[n] >= least]
    best = max(cover.values()) / total
    complete = {n for n, covered in cover.items() if covered > 0.999 * total}
    ordered = _ordered(index, kept, asked, weights, total)
    return Ranked(_cut(ordered, complete), bool(complete), best)


def _summed(
    weights: list[float], values: list[dict[int, float]]
) -> tuple[dict[int, float], dict[int, float]]:
    """(score, how much of what was asked it covers) of every procedure found."""
    score: dict[int, float] = {}
    cover: dict[int, float] = {}
    for weight, found in zip(weights, values, strict=True):
        if weight:
            for number, value in found.items():
                score[number] = score.get(number, 0.0) + weight * value
                counted = weight if value > WITH_MARKS[MORE] else weight * IN_SUMMARY
                cover[number] = cover.get(number, 0.0) + counted
    return score, cover


def _named(index: Index, word: Word) -> set[int]:
    """Entries with the word in their name or keywords."""
    found = set(index.plain[TITLE].get(word.plain, ()))
    found.update(index.plain[KEYWORD].get(word.plain, ()))
    return found


def _candidates(named: list[set[int]], weights: list[float]) -> set[int]:
    """Those worth a closer look: who have all the words, or one less than the best, or the
    word that tells most. Ten thousand entries are too many to weigh for every letter typed."""
    telling = [at for at, weight in enumerate(weights) if weight and named[at]]
    if not telling:
        return set()
    count: Counter[int] = Counter()
    for at in telling:
        count.update(named[at])
    best = max(count.values())
    if best == len(telling) == sum(1 for weight in weights if weight):
        complete = {number for number, times in count.items() if times == best}
        if len(complete) >= ENOUGH:
            return complete
    rarest = named[max(telling, key=lambda at: weights[at])]
    return rarest.union(number for number, times in count.items() if times >= best - 1)


def _weights(
    index: Index, asked: tuple[Word, ...], named: list[set[int]], spans: list[Span]
) -> list[float]:
    """What each word asked tells. 0 for those that only surround the others; less for those
    that stand nowhere. An abbreviation tells what the words tell that it stands for."""
    skip = stopped(asked)
    weights = [
        index.weight(word.plain) * (1 if _stands(index, word, named[at]) else UNKNOWN)
        for at, word in enumerate(asked)
    ]
    for span in spans:
        size = span.end - span.start
        told = ABBREVIATED * sum(index.weight(word.plain) for word in span.means) / size
        for at in range(span.start, span.end):
            weights[at] = max(weights[at], told)
            skip[at] = skip[at] and size == 1
    return [0.0 if skip[at] else weight for at, weight in enumerate(weights)]


def _stands(index: Index, word: Word, named: set[int]) -> bool:
    return bool(named) or word.plain in index.plain[MORE]


def _cut(ordered: list[tuple[float, int]], complete: set[int]) -> list[tuple[float, int]]:
    """When some have all the words: those, and whatever fits better still. Else the best ones."""
    if not ordered:
        return []
    if not complete:
        return [pair for pair in ordered if pair[0] >= ordered[0][0] * NEAR_BEST]
    first = next(score for score, number in ordered if number in complete)
    return [pair for pair in ordered if pair[1] in complete or pair[0] >= first]


def _direct(index: Index, word: Word, asked: tuple[Word, ...], among: set[int]) -> dict[int, float]:
    """Those among the candidates that have the word, and what it is worth there."""
    found: dict[int, float] = {}
    exact = word.marked and any(one.marked for one in asked)
    for place in (MORE, KEYWORD, TITLE):
        value = WITHOUT_MARKS[place] if exact else WITH_MARKS[place]
        numbers = among.intersection(index.plain[place].get(word.plain, ()))
        found.update(dict.fromkeys(numbers, value))
    if exact:
        for place in (MORE, KEYWORD, TITLE):
            numbers = among.intersection(index.toned[place].get(word.toned, ()))
            _raise(found, numbers, WITH_MARKS[place])
    return found


def _raise(found: dict[int, float], numbers: Iterable[int], value: float) -> None:
    for number in numbers:
        if found.get(number, 0.0) < value:
            found[number] = value


def _begin(index: Index, start: str, found: dict[int, float], among: set[int]) -> None:
    for word in index.starting(start):
        for place in NAMING:
            numbers = among.intersection(index.plain[place].get(word, ()))
            _raise(found, numbers, BEGINNING * WITH_MARKS[place])


def _ordered(
    index: Index,
    kept: list[tuple[float, int]],
    asked: tuple[Word, ...],
    weights: list[float],
    total: float,
) -> list[tuple[float, int]]:
    """By score, then by what is filed most; the best ones are looked at more closely. Those not
    looked at stay behind, whatever they are worth."""
    standing = index.standing
    rough = sorted((-value, standing[number], number) for value, number in kept)
    closer = sorted(
        (-round(_bonus(index, number, asked, weights, total) - value, 4), place, number)
        for value, place, number in rough[:LOOKED_AT]
    )
    top = [(-value, number) for value, _, number in closer]
    return top + [(round(-value - 1, 4), number) for value, _, number in rough[LOOKED_AT:]]


def _bonus(
    index: Index, number: int, asked: tuple[Word, ...], weights: list[float], total: float
) -> float:
    """For words that stand side by side, as they were asked."""
    entry = index.entries[number]
    bonus = 0.0
    for at in range(len(asked) - 1):
        pair = f" {asked[at].plain} {asked[at + 1].plain} "
        worth = (weights[at] + weights[at + 1]) / 2
        if worth and pair in entry.lines[0]:
            bonus += NEIGHBOURS * worth
        elif worth and pair in entry.lines[1]:
            bonus += NEIGHBOURS * 0.9 * worth
    bonus /= total
    content = [word.plain for word, weight in zip(asked, weights, strict=True) if weight]
    phrase = f" {' '.join(content)} "
    if len(content) > 1 and phrase in entry.lines[0]:
        bonus += PHRASE
    elif phrase in entry.keywords:
        bonus += PHRASE
    named = entry.fields[TITLE]
    share = len({word.plain for word in named} & set(content)) / (len(named) or 1)
    return bonus + WHOLE_NAME * share
