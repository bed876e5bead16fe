"""A definition looked at while it is being written: it may lack what the schema wants.

`safe(definition)` is what editing, lint and merging take; the rest finds things in it.
"""

from collections.abc import Iterator
from typing import Any

from . import conditions
from .schema import MAX_DEPTH, too_much

Json = dict[str, Any]


class Unreadable(ValueError):
    """Not even the outline of a form; `args[0]` is a sentence."""


def safe(definition: Any) -> Json:
    """`definition` when it is a form with sections of questions, finished or not; raises
    Unreadable. Duplicate keys are refused: an edit could not say which one it means."""
    if problem := too_much(definition):
        raise Unreadable(problem)
    if not isinstance(definition, dict) or not isinstance(definition.get("sections"), list):
        raise Unreadable("Tệp này không phải là biểu mẫu: không có các phần (sections).")
    seen: set[str] = set()
    titles: set[str] = set()
    for section in definition["sections"]:
        _named(section, titles, "title", "Một phần")
        if not isinstance(section.get("fields"), list):
            raise Unreadable(f"Phần “{section['title'][:60]}” không có danh sách câu hỏi.")
        for spec in section["fields"]:
            _named(spec, seen, "label", "Một câu hỏi")
            if not isinstance(spec.get("type"), str):
                raise Unreadable(f"Câu hỏi “{spec['label'][:60]}” không có kiểu.")
    return definition


def _named(item: Any, seen: set[str], name: str, what: str) -> None:
    words = [item.get("key"), item.get(name)] if isinstance(item, dict) else [None]
    if not all(isinstance(word, str) for word in words):
        raise Unreadable(f"{what} thiếu khóa hoặc tên.")
    if item["key"] in seen:
        raise Unreadable(f"Khóa “{item['key'][:40]}” dùng hai lần.")
    seen.add(item["key"])


def sections_of(definition: Any) -> Iterator[Json]:
    """The sections, whatever the definition is; what is no object is passed over."""
    sections = definition.get("sections") if isinstance(definition, dict) else None
    if isinstance(sections, list):
        yield from (section for section in sections if isinstance(section, dict))


def fields_of(section: Json) -> Iterator[Json]:
    fields = section.get("fields")
    if isinstance(fields, list):
        yield from (spec for spec in fields if isinstance(spec, dict))


def walk(definition: Any) -> Iterator[tuple[Json, Json]]:
    """(section, question) in the order they are asked."""
    for section in sections_of(definition):
        for spec in fields_of(section):
            yield section, spec


def specs_of(definition: Any) -> dict[str, Json]:
    """The questions by key; of equal keys the first."""
    found: dict[str, Json] = {}
    for _, spec in walk(definition):
        if isinstance(key := spec.get("key"), str):
            found.setdefault(key, spec)
    return found


def well_formed(condition: Any, level: int = 1) -> bool:
    """May the functions of `conditions` walk it?"""
    if level > MAX_DEPTH or not isinstance(condition, dict) or len(condition) == 0:
        return False
    if "field" in condition:
        known = {"equals", "in", "filled"} & set(condition)
        listed = condition.get("in", [""])
        return (
            len(condition) == 2
            and len(known) == 1
            and isinstance(condition["field"], str)
            and isinstance(listed, list)
            and bool(listed)
            and all(_scalar(value) for value in [*listed, condition.get("equals", "")])
            and isinstance(condition.get("filled", True), bool)
        )
    if len(condition) != 1:
        return False
    word, inner = next(iter(condition.items()))
    if word == "not":
        return well_formed(inner, level + 1)
    return (
        word in ("all", "any")
        and isinstance(inner, list)
        and bool(inner)
        and all(well_formed(part, level + 1) for part in inner)
    )


def _scalar(value: Any) -> bool:
    return isinstance(value, str | int | float | bool)


def condition_of(item: Json) -> Json | None:
    """The item's condition when it can be read at all."""
    condition = item.get("show_if")
    return condition if well_formed(condition) else None


def asked_by(item: Json) -> set[str]:
    """Keys of the questions the item's condition asks about."""
    return set(conditions.names(condition_of(item)))
