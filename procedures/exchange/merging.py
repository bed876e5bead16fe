"""A file's content laid over the version in force: what the file does not say stays as it is.

Found content is a record's tree in which every field may be missing. Rows find the earlier row
they continue (by key, by name, by likeness), keep its key and its other fields; keys of new
rows are made from their names, so that the next import finds them again.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from django.utils.text import slugify
from rapidfuzz import fuzz

from procedures.exchange.rows import Fallback
from procedures.records import RECORD
from procedures.records.kinds import Block, Rows, clean_text

NEW = ""  # where a found row holds its Fallback: no field has this name
Mark = Callable[[Mapping[str, Any]], Any]
_KEY_WORDS = 48
_D = str.maketrans("đĐ", "dd")  # the one letter that slugify drops
_ALIKE = 88  # of 100: a mended word in a paper's name
_COMPARED = 300
_NOTHING = Fallback({})


def merged(found: Mapping[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
    """`found` over `before` (in normal form). Fields that neither has are for normal() to add."""
    return _block(RECORD, found, before)


def _block(
    block: Block, found: Mapping[str, Any], before: Mapping[str, Any] | None
) -> dict[str, Any]:
    said = found.get(NEW)
    spare = said if isinstance(said, Fallback) else _NOTHING
    if before is not None and spare is not _NOTHING and not spare.keeps(before):
        before = {**before, **spare.values}
    # Names nobody knows are kept, so that normal() refuses them.
    result = {**(spare.values if before is None else before), **found}
    if isinstance(said, Fallback):
        del result[NEW]
    for name, kind in block.rows:
        value = found.get(name)
        if isinstance(value, list):
            result[name] = _rows(kind, value, before[name] if before else [])
    return result


def _rows(kind: Rows, rows: list[Any], old: list[dict[str, Any]]) -> list[Any]:
    if len(rows) > kind.most:
        return rows  # normal() will say so; nothing to be gained from looking at each
    pairs = _pairs(kind, rows, old)
    result = [
        _block(kind.block, row, None if pair is None else old[pair])
        if isinstance(row, Mapping)
        else row
        for row, pair in zip(rows, pairs, strict=True)
    ]
    if "key" in kind.block.fields:
        _give_keys(rows, result, pairs)
    return result


def _give_keys(rows: list[Any], result: list[Any], pairs: list[int | None]) -> None:
    """New rows get a key of their name that no neighbour has."""
    fresh = [
        i
        for i, row in enumerate(rows)
        if isinstance(row, Mapping) and not row.get("key") and pairs[i] is None
    ]
    taken = {row.get("key") for i, row in enumerate(result) if isinstance(row, dict)}
    for i in fresh:
        key = base = key_of(_said(rows[i], "name"))
        number = 2
        while key in taken:
            key, number = f"{base}-{number}", number + 1
        taken.add(key)
        result[i]["key"] = key


@lru_cache(maxsize=50_000)  # a national file has 38,000 such names, and is read twice
def key_of(name: str) -> str:
    """Readable, and different for names that only begin alike."""
    words = slugify(name[: 4 * _KEY_WORDS].translate(_D))
    short = words[:_KEY_WORDS].strip("-_")
    if short and short == words and len(name) <= 4 * _KEY_WORDS:
        return short
    return f"{short or 'muc'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def _said(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None and isinstance(spare := row.get(NEW), Fallback):
        value = spare.values.get(name)
    return clean_text(value) if isinstance(value, str) else ""


# --- which earlier row a row continues ----------------------------------------------------------


def _pairs(kind: Rows, rows: list[Any], old: list[dict[str, Any]]) -> list[int | None]:
    pairs: list[int | None] = [None] * len(rows)
    if not old:
        return pairs
    free = dict.fromkeys(range(len(old)))
    for of_row, of_old in _marks(kind):
        if not free:
            break
        waiting: dict[Any, list[int]] = {}
        for i in free:
            if mark := of_old(old[i]):
                waiting.setdefault(mark, []).append(i)
        for n, row in enumerate(rows):
            if pairs[n] is None and isinstance(row, Mapping):
                same = waiting.get(of_row(row))
                if same:
                    found = same.pop(0)
                    pairs[n] = found
                    del free[found]
    _pair_alike(kind, rows, old, pairs, list(free))
    return pairs


def _marks(kind: Rows) -> Iterator[tuple[Mark, Mark]]:
    """By what rows are the same one, surest first."""
    fields = kind.block.fields
    if "key" in fields:
        yield _both("key")
        yield _both("name")
        yield _made_key, _both("key")[1]
        return
    for names in _NAMES:
        if all(name in fields for name in names):
            yield _both(*names)


def _made_key(row: Mapping[str, Any]) -> tuple[str] | None:
    return None if row.get("key") else (key_of(_said(row, "name")),)


_NAMES = (
    ("kind", "description"),
    ("kind", "time_text"),
    ("name", "note"),
    ("note",),
    ("number",),
    ("name",),
    ("title", "text"),
    ("text",),
    ("title",),
    ("kind",),
)


def _both(*names: str) -> tuple[Mark, Mark]:
    def mark(row: Mapping[str, Any]) -> tuple[str, ...] | None:
        words = tuple(_said(row, name) for name in names)
        return words if all(words) else None

    return mark, mark


def _pair_alike(
    kind: Rows,
    rows: list[Any],
    old: list[dict[str, Any]],
    pairs: list[int | None],
    free: list[int],
) -> None:
    """A name in which a word was mended is still that row; so is a fee left over alone."""
    left = [n for n, row in enumerate(rows) if pairs[n] is None and isinstance(row, Mapping)]
    left = [n for n in left if not rows[n].get("key")]
    if "amount" in kind.block.fields and len(left) == len(free) == 1:
        pairs[left[0]] = free[0]
        return
    if len(left) > 40 or len(free) > 40 or "kind" in kind.block.fields:
        return
    for n in left:
        words = _words(rows[n])
        best = max(free, key=lambda i: fuzz.ratio(words, _words(old[i])), default=None)
        if best is not None and words and fuzz.ratio(words, _words(old[best])) >= _ALIKE:
            pairs[n] = best
            free.remove(best)


def _words(row: Mapping[str, Any]) -> str:
    return (_said(row, "name") or _said(row, "text"))[:_COMPARED]
