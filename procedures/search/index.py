"""The catalogue in the memory of one process: which words stand in which procedure.

Ten thousand procedures take some 30 MB and are the same on every database, so that one ranking
and one way of mending slips serves both (docs/adr/0008).
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise, takewhile

from portal.lib.text import fold
from procedures.search.words import Word, plain_line, words

# Fields in the order of their weight.
TITLE, KEYWORD, MORE = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure as search sees it. `facets`: values by facet (see facets.FACETS)."""

    pk: int
    version: int
    code: str
    name: str
    popularity: int
    fields: tuple[tuple[Word, ...], ...]
    lines: tuple[str, str]
    keywords: tuple[str, ...]
    phrases: tuple[tuple[Word, ...], ...]
    facets: dict[str, tuple[str, ...]]

    @property
    def order(self) -> tuple[int, int]:
        """Behind an equal rank: what is filed most."""
        return (-self.popularity, self.pk)


def entry(
    pk: int,
    version: int,
    code: str,
    name: str,
    popularity: int,
    keywords: Sequence[str],
    more: str,
    facets: dict[str, tuple[str, ...]],
) -> Entry:
    title = words(name)
    keys = [words(keyword) for keyword in keywords]
    flat = tuple(word for key in keys for word in key)
    lines = tuple(plain_line(key) for key in keys)
    return Entry(
        pk, version, code, name, popularity,
        (title, flat, words(more)), (plain_line(title), "|".join(lines)), lines, tuple(keys),
        facets,
    )  # fmt: skip


Postings = dict[str, list[int]]


@dataclass(slots=True)
class Index:
    entries: list[Entry]
    plain: tuple[Postings, Postings, Postings] = field(init=False)
    toned: tuple[Postings, Postings, Postings] = field(init=False)
    # In how many procedures a word stands, its names and keywords only.
    spread: Counter[str] = field(init=False)
    pairs: Counter[tuple[str, str]] = field(init=False)
    shown: dict[str, Counter[str]] = field(init=False)
    # Words letter by letter, as fingers type them ("ky"), and what they are here ("ki").
    spelled: dict[str, str] = field(init=False)
    vocabulary: list[str] = field(init=False)
    codes: dict[str, int] = field(init=False)
    popular: list[int] = field(init=False)
    # Where each entry stands among `popular`: ties are settled by it.
    standing: list[int] = field(init=False)
    masks: dict[str, dict[str, int]] = field(init=False)
    everything: int = field(init=False)

    def __post_init__(self) -> None:
        self.plain, self.toned = ({}, {}, {}), ({}, {}, {})
        self.spread, self.pairs, self.shown = Counter(), Counter(), {}
        self.spelled, self.codes = {}, {}
        for number, one in enumerate(self.entries):
            self._add(number, one)
        self.vocabulary = sorted(self.spread)
        self.popular = sorted(range(len(self.entries)), key=lambda n: self.entries[n].order)
        self.standing = [0] * len(self.entries)
        for place, number in enumerate(self.popular):
            self.standing[number] = place
        self.everything = (1 << len(self.entries)) - 1
        self.masks = masks(self.entries)

    def _add(self, number: int, one: Entry) -> None:
        self.codes["".join(c for c in one.code if c.isalnum())] = number
        for place, found in enumerate(one.fields):
            for plain in {word.plain for word in found}:
                self.plain[place].setdefault(plain, []).append(number)
            for toned in {word.toned for word in found if word.marked}:
                self.toned[place].setdefault(toned, []).append(number)
        named = (*one.fields[TITLE], *one.fields[KEYWORD])
        self.spread.update({word.plain for word in named})
        self.learn(one.fields[TITLE])
        for key in one.phrases:
            self.learn(key)

    def learn(self, found: Iterable[Word]) -> None:
        """Words and neighbours for mending slips."""
        known = list(found)
        self.pairs.update((one.plain, two.plain) for one, two in pairwise(known))
        for word in known:
            if word.shown not in (shown := self.shown.setdefault(word.plain, Counter())):
                self.spelled[fold(word.shown)] = word.plain
            shown[word.shown] += 1

    def starting(self, start: str, most: int = 50) -> list[str]:
        """Words that begin so, without `start` itself."""
        at = bisect_left(self.vocabulary, start)
        found = takewhile(lambda word: word.startswith(start), islice(self.vocabulary, at, None))
        return [word for word in islice(found, most) if word != start]

    def having(self, phrase: tuple[Word, ...], place: int) -> list[int]:
        """Entries whose name (or one of whose keywords) says just this."""
        lists = [self.plain[place].get(word.plain, []) for word in phrase]
        if len(lists) == 1:
            return lists[0]
        rarest = min(lists, key=len)
        line = plain_line(phrase)
        return [number for number in rarest if line in self.entries[number].lines[place]]

    def weight(self, plain: str) -> float:
        """How much a word tells: rare ones more. A word nobody uses tells as much as one that
        stands in a single procedure."""
        return math.log(1 + len(self.entries) / max(1, self.spread.get(plain, 1)))


def masks(entries: Sequence[Entry]) -> dict[str, dict[str, int]]:
    """For each facet and value the procedures that have it, one bit each."""
    found: dict[str, dict[str, bytearray]] = {}
    size = len(entries) // 8 + 1
    for number, one in enumerate(entries):
        for facet, values in one.facets.items():
            for value in values:
                bits = found.setdefault(facet, {}).setdefault(value, bytearray(size))
                bits[number >> 3] |= 1 << (number & 7)
    return {
        facet: {value: int.from_bytes(bits, "little") for value, bits in values.items()}
        for facet, values in found.items()
    }


def mask_of(numbers: Iterable[int], size: int) -> int:
    bits = bytearray(size // 8 + 1)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(bits, "little")
