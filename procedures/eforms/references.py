"""Which conditions ask about a question; how they read when it is renamed or gone."""

from collections.abc import Collection, Iterator
from typing import Any

from . import outline

Json = dict[str, Any]


def users_of(definition: Json, keys: Collection[str]) -> Iterator[Json]:
    """Sections and questions whose condition asks one of `keys`."""
    for section in outline.sections_of(definition):
        for item in (section, *outline.fields_of(section)):
            if outline.asked_by(item) & set(keys):
                yield item


def renamed(condition: Any, keys: dict[str, str]) -> Any:
    """The condition with other keys (old → new)."""
    if isinstance(condition, list):
        return [renamed(part, keys) for part in condition]
    if not isinstance(condition, dict):
        return condition
    return {
        name: keys.get(value, value)
        if name == "field" and isinstance(value, str)
        else renamed(value, keys)
        if name in ("all", "any", "not")
        else value
        for name, value in condition.items()
    }


def unused(condition: Json, keys: Collection[str]) -> Json | None:
    """The condition without what it says about `keys`; None when that was all."""
    if "field" in condition:
        return None if condition["field"] in keys else condition
    word, inner = next(iter(condition.items()))
    if word == "not":
        left = unused(inner, keys)
        return None if left is None else {"not": left}
    parts = [left for part in inner if (left := unused(part, keys)) is not None]
    if len(parts) < 2 and len(parts) < len(inner):
        return parts[0] if parts else None
    return {word: parts}
