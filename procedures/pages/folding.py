"""Long texts on a page that stays light: they fold, and past the page's share of bytes they
stand in full at an address of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

# A text longer than this folds; so much of it is read before.
FOLD_AT, HEAD = 700, 450
# Bytes of HTML a page gives to what the catalogue says; head, menus and footer come on top.
PAGE_BYTES = 165_000
UNLIMITED = 10**12


def size_of(text: str) -> int:
    """Bytes of a text as it travels before compression (quotes and < grow a little)."""
    return len(text.encode()) + 4 * (text.count('"') + text.count("'") + text.count("<"))


@dataclass(frozen=True, slots=True)
class Fold:
    """`head` is always read; `rest` opens; `url`: the rest stands there, not on this page."""

    head: str
    rest: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.head)

    @property
    def line(self) -> str:
        """For a list elsewhere that only names it."""
        return self.head + ("…" if self.rest or self.url else "")


@dataclass(slots=True)
class Share:
    """What one section may still say. `url` is where it stands in full; `cut` whether anything
    was left to it."""

    left: int = UNLIMITED
    url: str = ""
    cut: bool = field(default=False, init=False)

    def fold(self, text: str) -> Fold:
        if len(text) <= FOLD_AT:
            self.left -= size_of(text)
            return Fold(text)
        at = _end_of_word(text, HEAD)
        head, rest = text[:at].rstrip(), text[at:].lstrip(" ")
        if self.take(size_of(text)):
            return Fold(head, rest)
        self.left -= size_of(head)
        return Fold(head, url=self.url)

    def take(self, size: int) -> bool:
        """Whether so many bytes still fit; they are used then."""
        if size > self.left:
            self.cut = True
            return False
        self.left -= size
        return True


def _end_of_word(text: str, near: int) -> int:
    """A place to cut behind a line or a word, not far before `near`."""
    for mark in ("\n", " "):
        at = text.rfind(mark, near - 150, near)
        if at > 0:
            return at + 1
    return near


def shares(needs: Mapping[str, int], total: int) -> dict[str, int]:
    """Who needs little gets it all; the others get as much as one another."""
    granted: dict[str, int] = {}
    left, waiting = total, sorted(needs, key=lambda name: needs[name])
    for place, name in enumerate(waiting):
        granted[name] = min(needs[name], max(left, 0) // (len(waiting) - place))
        left -= granted[name]
    return granted
