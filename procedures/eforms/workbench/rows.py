"""Rows inside a panel – options, parts, columns – and the buttons that change them.

A button's value is "<what>:<which rows>:<row>", for instance "len:lc:2". Every button saves what
was typed on the panel first.
"""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict

from .. import blocks, vocabulary
from ..editing import EditRefused, clean_line, new_spec
from ..keys import key_from
from .targets import columns_of

Json = dict[str, Any]
OPTIONS, PARTS, COLUMNS = "lc", "ph", "cot"
MOST_OPTIONS, MOST_COLUMNS = 300, 20


def press(button: str) -> tuple[str, str, str]:
    """(what, which rows, row) of a pressed button."""
    what, _, rest = button.partition(":")
    rows, _, row = rest.partition(":")
    return what, rows, row


def changes_of(spec: Json, data: QueryDict, button: str) -> Json:
    """What the rows of the panel say, the pressed button obeyed; for set_field."""
    kind = spec.get("type")
    if kind in ("choice", "checks") and f"{OPTIONS}-label" in data:
        return {"options": _options(data, button)}
    if kind in ("person", "organisation") and PARTS in data:
        return _parts(spec, data, button)
    if kind == "table" and COLUMNS in button:
        return {"columns": _columns(spec, data, button)}
    return {}


# --- options ---------------------------------------------------------------------------------


def _options(data: QueryDict, button: str) -> list[Json]:
    values, labels = data.getlist(f"{OPTIONS}-value"), data.getlist(f"{OPTIONS}-label")
    told = [(v, clean_line(label)) for v, label in zip(values, labels, strict=False)]
    what, rows, row = press(button)
    if rows == OPTIONS and what == "dan":
        told += [("", clean_line(line)) for line in data.get("lc-dan", "").splitlines()]
    if rows == OPTIONS and what in ("len", "xuong", "bo"):
        told = _changed(told, what, row)
    taken = {value for value, label in told if value}
    found: list[Json] = []
    for value, label in told:
        if label:
            value = value or key_from(label, taken, "muc")
            taken.add(value)
            found.append({"value": value[:60], "label": label})
    if not found:
        raise EditRefused("Cần ít nhất một lựa chọn.")
    if len(found) > MOST_OPTIONS:
        raise EditRefused(f"Có nhiều nhất {MOST_OPTIONS} lựa chọn.")
    return found


# --- parts -----------------------------------------------------------------------------------


def catalogue_of(kind: str) -> tuple[dict[str, Json], tuple[str, ...]]:
    """(all parts of a block, those asked when none are chosen)"""
    if kind == "person":
        return blocks.PERSON, blocks.PERSON_DEFAULT
    return blocks.ORGANISATION, blocks.ORGANISATION_DEFAULT


def part_rows(spec: Json) -> list[Json]:
    """Every part with whether it is asked and required; those asked come first, in order."""
    known, _ = catalogue_of(spec["type"])
    asked = {part["key"]: part["required"] for part in blocks.part_specs(_known_parts(spec))}
    order = [*asked, *(key for key in known if key not in asked)]
    return [
        {"key": k, "label": known[k]["label"], "asked": k in asked, "required": asked.get(k, False)}
        for k in order
    ]


def _known_parts(spec: Json) -> Json:
    known, _ = catalogue_of(spec["type"])
    parts = spec.get("parts")
    kept = (
        [k for k in parts if isinstance(k, str) and k in known] if isinstance(parts, list) else []
    )
    return {**spec, "parts": list(dict.fromkeys(kept))}


def _parts(spec: Json, data: QueryDict, button: str) -> Json:
    known, default = catalogue_of(spec["type"])
    told = [key for key in dict.fromkeys(data.getlist(PARTS)) if key in known]
    what, rows, row = press(button)
    if rows == PARTS and what in ("len", "xuong"):
        told = _changed(told, what, row)
    parts = [key for key in told if key in data.getlist("ph-hoi")]
    if not parts:
        raise EditRefused("Khối này cần hỏi ít nhất một thông tin.")
    needed = [key for key in parts if key in data.getlist("ph-can")]
    changes: Json = {"parts": parts, "required_parts": needed or None}
    if "parts" not in spec and parts == list(default):
        changes["parts"] = None
    before = spec.get("required_parts")
    if isinstance(before, list) and set(before) == set(needed):
        changes["required_parts"] = before
    elif before is None and needed == [default[0]]:
        changes["required_parts"] = None
    return changes


# --- columns ---------------------------------------------------------------------------------


def _columns(spec: Json, data: QueryDict, button: str) -> list[Json]:
    columns = columns_of(spec)
    what, _, key = press(button)
    at = next((i for i, c in enumerate(columns) if c.get("key") == key), None)
    taken = frozenset(str(column.get("key")) for column in columns)
    if what in ("them", "doi") and len(columns) >= MOST_COLUMNS:
        raise EditRefused(f"Bảng có nhiều nhất {MOST_COLUMNS} cột.")
    if what == "them":
        kind = data.get("cot-kieu", "")
        if kind not in vocabulary.COLUMN_TYPES:
            raise EditRefused("Hãy chọn kiểu của cột.")
        label = clean_line(data.get("cot-ten", "")) or vocabulary.TYPES[kind]
        return [*columns, new_spec(kind, label, taken)]
    if at is None:
        raise EditRefused("Bảng không còn cột này.")
    if what == "doi":
        twin = {**columns[at], "key": key_from(key.replace("_", " "), taken)}
        return [*columns[: at + 1], twin, *columns[at + 1 :]]
    if what == "bo" and len(columns) == 1:
        raise EditRefused("Bảng cần ít nhất một cột.")
    return _changed(columns, what, str(at))


def _changed(items: Iterable[Any], what: str, row: str) -> list[Any]:
    """One place up, one down, or gone; a row that is not there changes nothing."""
    found = list(items)
    if not row.isdecimal() or int(row) >= len(found):
        return found
    at = int(row)
    item = found.pop(at)
    if what == "bo":
        return found
    found.insert(max(at - 1, 0) if what == "len" else at + 1, item)
    return found
