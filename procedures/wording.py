"""What changed between two texts, word by word, for people to read."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from procedures.records import Change

# Comparing is quadratic: texts of more words than this are shown whole, once out, once in.
MOST_WORDS = 2500
# And so is everything once a page has compared this many.
MOST_WORDS_A_PAGE = 30_000
# Below this share of common words marks between the words only confuse.
ALIKE = 0.35
KEPT_AROUND = 14  # unchanged words left standing on each side of a change
FOLDED_FROM = 700  # characters of a change shown closed
_TOKEN = re.compile(r"\s*\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """`kind`: same, out, in, or gap (unchanged words left away)."""

    kind: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class ShownChange:
    change: Change
    pieces: list[Piece]

    @property
    def what(self) -> str:
        """A field that was empty is added to, whatever the record's shape says."""
        if self.change.what == "changed" and not (self.change.before and self.change.after):
            return "added" if self.change.after else "removed"
        return self.change.what

    @property
    def folded(self) -> bool:
        return sum(len(piece.text) for piece in self.pieces) > FOLDED_FROM

    @property
    def shortened(self) -> bool:
        return any(piece.kind == "gap" for piece in self.pieces)


def shown(changes: Iterable[Change]) -> list[ShownChange]:
    """The changes with their words marked."""
    found, words = [], 0
    for change in changes:
        before, after = _TOKEN.findall(change.before), _TOKEN.findall(change.after)
        words += len(before) + len(after)
        plain = change.what != "changed" or words > MOST_WORDS_A_PAGE
        pieces = _whole(change.before, change.after) if plain else compared(before, after)
        found.append(ShownChange(change, pieces))
    return found


def compared(before: list[str], after: list[str]) -> list[Piece]:
    """Both as words with the blanks in front of them."""
    one, two = "".join(before), "".join(after)
    if len(before) + len(after) > MOST_WORDS or len(before) < 2 or len(after) < 2:
        return _whole(one, two)
    matcher = SequenceMatcher(None, [w.strip() for w in before], [w.strip() for w in after])
    if matcher.ratio() < ALIKE:
        return _whole(one, two)
    return list(_pieces(matcher, before, after))


def _whole(before: str, after: str) -> list[Piece]:
    pieces = [Piece("out", before.strip()), Piece("in", after.strip())]
    return [piece for piece in pieces if piece.text]


def _pieces(
    matcher: "SequenceMatcher[str]", before: list[str], after: list[str]
) -> Iterator[Piece]:
    codes = matcher.get_opcodes()
    for place, (what, i, j, k, m) in enumerate(codes):
        if what == "equal":
            yield from _same(after[k:m], first=place == 0, last=place == len(codes) - 1)
            continue
        if i < j:
            yield Piece("out", "".join(before[i:j]))
        if k < m:
            yield Piece("in", "".join(after[k:m]))


def _same(words: list[str], *, first: bool, last: bool) -> Iterator[Piece]:
    head = 0 if first else KEPT_AROUND
    tail = 0 if last else KEPT_AROUND
    if len(words) <= head + tail + KEPT_AROUND:
        yield Piece("same", "".join(words))
        return
    if head:
        yield Piece("same", "".join(words[:head]))
    yield Piece("gap")
    if tail:
        yield Piece("same", "".join(words[-tail:]))
