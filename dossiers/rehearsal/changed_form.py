"""The part of a new e-form that can refuse what an older one took."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from procedures.eforms.conditions import names

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Narrowed:
    """`definition` asks the questions of `changed` and what their conditions need; None when
    the new form takes whatever the old one took."""

    definition: Json | None
    changed: frozenset[str]


def narrowed(new: Json, old: Json) -> Narrowed:
    """Questions that are new or other, or stand under other conditions. Checking these alone
    takes a small part of the time of checking a form of fifty questions."""
    if new == old:
        return Narrowed(None, frozenset())
    before = {field["key"]: (field, section.get("show_if")) for section, field in _fields(old)}
    common = [field["key"] for _, field in _fields(new) if field["key"] in before]
    if common != [key for key in before if key in set(common)]:
        # Moved questions may be decided by other answers than before.
        return Narrowed(new, frozenset(field["key"] for _, field in _fields(new)))
    kept = {field["key"] for _, field in _fields(new)}
    changed: set[str] = set(before) - kept
    for section, field in _fields(new):
        same = before.get(field["key"]) == (field, section.get("show_if"))
        if not same or _asked_by(section, field) & changed:
            changed.add(field["key"])
    changed &= kept
    return Narrowed(_only(new, changed), frozenset(changed))


def _fields(definition: Json) -> Iterator[tuple[Json, Json]]:
    for section in definition["sections"]:
        for field in section["fields"]:
            yield section, field


def _asked_by(section: Json, field: Json) -> set[str]:
    return {*names(section.get("show_if")), *names(field.get("show_if"))}


def _only(definition: Json, wanted: set[str]) -> Json | None:
    """Those questions, and before them the ones their conditions ask about."""
    needed = set(wanted)
    for section, field in reversed(list(_fields(definition))):
        if field["key"] in needed:
            needed |= _asked_by(section, field)
    sections = [
        section | {"fields": [field for field in section["fields"] if field["key"] in needed]}
        for section in definition["sections"]
    ]
    left = [section for section in sections if section["fields"]]
    return definition | {"sections": left} if left else None
