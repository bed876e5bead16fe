"""Words people use → words of the catalogue (the editors' list)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from procedures.search.words import Word, words


@dataclass(frozen=True, slots=True)
class Span:
    """Words `start` to `end` of what was asked, and one other way of saying them."""

    start: int
    end: int
    means: tuple[Word, ...]


class Thesaurus:
    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        self._by_words: dict[tuple[str, ...], list[tuple[tuple[Word, ...], tuple[Word, ...]]]] = {}
        for said, means in rows:
            key = words(said)
            plain = tuple(word.plain for word in key)
            if plain and means:
                self._by_words.setdefault(plain, []).append((key, words(means)))
        self._longest = max(map(len, self._by_words), default=0)

    def __contains__(self, plain: str) -> bool:
        return (plain,) in self._by_words

    def all_words(self) -> Iterator[tuple[Word, ...]]:
        for pairs in self._by_words.values():
            yield from (said for said, _ in pairs)

    def spans(self, asked: tuple[Word, ...]) -> Iterator[Span]:
        """Every place where the list knows other words. Who types marks means them: "số đo" is
        no "sổ đỏ"; who types none may mean either."""
        unmarked = not any(word.marked for word in asked)
        for start in range(len(asked)):
            for size in range(1, min(self._longest, len(asked) - start) + 1):
                part = asked[start : start + size]
                for said, means in self._by_words.get(tuple(word.plain for word in part), ()):
                    if unmarked or all(_same(a, b) for a, b in zip(part, said, strict=True)):
                        yield Span(start, start + size, means)


def _same(asked: Word, listed: Word) -> bool:
    return asked.toned == listed.toned or not listed.marked
