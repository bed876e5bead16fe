"""What a page of the editor sent, laid over the record the page was made from.

A control's name is its path in the record (`cases.0.requirements.3.name`). Beside them:
`PATH.n` says which rows of a list the page showed ("25:25": 25 of them from the 26th on),
`PATH.o` that a box or a group of boxes was there at all, `PATH.k` what was written beside the
boxes, `PATH.x` takes a file out.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.text import slugify

from portal.lib.text import fold
from procedures.records.kinds import Block, Choice, FileRef, Flag, Key, Kind, Number, Rows, Words
from procedures.records.shape import RECORD

KEY_LENGTH = 40


def typed_over(record: Mapping[str, Any], data: QueryDict) -> dict[str, Any]:
    """A copy of the record with what the page sent; fields the page did not show stay."""
    whole = copy.deepcopy(dict(record))
    _block(RECORD, whole, data, "")
    return whole


def _block(block: Block, values: dict[str, Any], data: QueryDict, path: str) -> None:
    for name, kind in block.fields.items():
        where = f"{path}.{name}" if path else name
        if isinstance(kind, Rows):
            _rows(kind, values[name], data, where)
        elif where in data or f"{where}.o" in data:
            values[name] = _READERS.get(type(kind), _text)(kind, data, where)
    _name_keys(block, values)


def _rows(kind: Rows, rows: list[dict[str, Any]], data: QueryDict, path: str) -> None:
    start, _, count = data.get(f"{path}.n", "").partition(":")
    if not (start.isdecimal() and count.isdecimal() and len(start + count) < 9):
        return
    for i in range(int(start), min(int(start) + int(count), len(rows))):
        _block(kind.block, rows[i], data, f"{path}.{i}")


def _text(kind: Kind, data: QueryDict, path: str) -> Any:
    return data.get(path, "")


def _number(kind: Kind, data: QueryDict, path: str) -> Any:
    """Digits with or without the dots of thousands; else as typed, to be told what is wrong."""
    text = data.get(path, "").strip()
    digits = text.replace(".", "").replace(" ", "").removesuffix("đ")
    if digits.isascii() and digits.isdigit() and len(digits) <= 15:
        return int(digits)
    return text or None


def _flag(kind: Kind, data: QueryDict, path: str) -> Any:
    return path in data


def _choice(kind: Kind, data: QueryDict, path: str) -> Any:
    assert isinstance(kind, Choice)
    typed = data.get(path, "")
    return next((value for value, _ in kind.choices if str(value) == typed), typed)


def _words(kind: Kind, data: QueryDict, path: str) -> Any:
    """Ticked boxes and the lines beside them, or lines alone."""
    ticked = data.getlist(path) if f"{path}.o" in data else []
    lines = data.get(f"{path}.k" if f"{path}.o" in data else path, "").splitlines()
    return ticked + [line for line in lines if line.strip()]


def _file(kind: Kind, data: QueryDict, path: str) -> Any:
    return "" if f"{path}.x" in data else data.get(path, "")


_READERS: dict[type[Kind], Callable[[Kind, QueryDict, str], Any]] = {
    Number: _number,
    Flag: _flag,
    Choice: _choice,
    Words: _words,
    FileRef: _file,
}


def _name_keys(block: Block, values: dict[str, Any]) -> None:
    """An empty key is named after the row; one that a neighbour has is told to the editor."""
    if isinstance(block.fields.get("key"), Key) and not values["key"]:
        values["key"] = key_of(values["name"]) or "muc"


def key_of(name: str) -> str:
    return slugify(fold(name[:200]))[:KEY_LENGTH].strip("-")


def free_key(wanted: str, rows: list[dict[str, Any]]) -> str:
    """`wanted`, or with a number when a neighbour has it."""
    taken = {row["key"] for row in rows}
    found, number = wanted, 2
    while found in taken:
        found, number = f"{wanted}-{number}", number + 1
    return found
