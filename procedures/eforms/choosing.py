"""Conditions made by choice: groups of lines "question – operator – values".

A rule has one or more groups; each group and the whole is "all" or "any". What somebody wrote
more deeply by hand has no rule: it can be read, kept or removed, not chosen.
"""

from typing import Any, NamedTuple

from . import outline
from .nodes import GROUPS, TEXTS

Json = dict[str, Any]
OPERATORS = {
    "is": "là",
    "is_not": "không phải là",
    "filled": "đã được trả lời",
    "empty": "chưa được trả lời",
}
MODES = {"all": "tất cả", "any": "một trong"}
MOST_GROUPS = 10
MOST_LINES = 20  # of a group


class Line(NamedTuple):
    field: str
    operator: str
    values: tuple[Any, ...] = ()


class Group(NamedTuple):
    mode: str
    lines: tuple[Line, ...]


class Rule(NamedTuple):
    mode: str
    groups: tuple[Group, ...]


def rule_of(condition: Json | None) -> Rule | None:
    """The choice that gives this condition; None when no choice does."""
    if not outline.well_formed(condition) or condition is None:
        return None
    if line := _line_of(condition):
        return Rule("all", (Group("all", (line,)),))
    if "not" in condition:
        return None
    if group := _group_of(condition):
        return Rule("all", (group,))
    mode, parts = next(iter(condition.items()))
    groups = []
    for part in parts:
        line = _line_of(part)
        group = Group("all", (line,)) if line else _group_of(part)
        if group is None:
            return None
        groups.append(group)
    return Rule(mode, tuple(groups))


def _group_of(condition: Json) -> Group | None:
    mode, parts = next(iter(condition.items()))
    if mode not in MODES or "field" in condition:
        return None
    lines = [_line_of(part) for part in parts]
    known = tuple(line for line in lines if line is not None)
    return Group(mode, known) if len(known) == len(lines) else None


def _line_of(condition: Json) -> Line | None:
    denied = "not" in condition
    leaf = condition["not"] if denied else condition
    if "field" not in leaf:
        return None
    if "filled" in leaf:
        filled = leaf["filled"] is not denied
        return Line(leaf["field"], "filled" if filled else "empty")
    values = tuple(leaf["in"]) if "in" in leaf else (leaf["equals"],)
    return Line(leaf["field"], "is_not" if denied else "is", values)


def condition_of(rule: Rule | None) -> Json | None:
    """The condition of a choice; lines without a value and empty groups say nothing."""
    if rule is None:
        return None
    groups: list[Json | None] = [
        found
        for group in rule.groups
        if (found := _joined(group.mode, [_leaf(line) for line in group.lines]))
    ]
    return _joined(rule.mode, groups)


def _joined(mode: str, parts: list[Json | None]) -> Json | None:
    known = [part for part in parts if part is not None]
    if len(known) < 2:
        return known[0] if known else None
    return {mode: known}


def _leaf(line: Line) -> Json | None:
    if line.operator in ("filled", "empty"):
        return {"field": line.field, "filled": line.operator == "filled"}
    if not line.values:
        return None
    leaf: Json = {"field": line.field}
    leaf |= {"equals": line.values[0]} if len(line.values) == 1 else {"in": list(line.values)}
    return {"not": leaf} if line.operator == "is_not" else leaf


def operators_for(kind: str) -> dict[str, str]:
    """Blocks, tables and files can only be asked whether they were answered."""
    if kind in GROUPS or kind in ("table", "file"):
        return {name: OPERATORS[name] for name in ("filled", "empty")}
    return OPERATORS


def first_line(spec: Json) -> Line:
    """What a new line about this question says until the editor chooses."""
    kind = spec.get("type")
    if kind == "yes_no":
        return Line(spec["key"], "is", (True,))
    options = spec.get("options")
    if kind in ("choice", "checks") and isinstance(options, list) and options:
        return Line(spec["key"], "is", (options[0].get("value"),))
    return Line(spec["key"], "filled")


def askable(definition: Json, key: str, *, section: bool = False) -> list[Json]:
    """The questions a condition of this question (or section) may ask: those before it."""
    found = []
    for part, spec in outline.walk(definition):
        if part.get("key") == key if section else spec.get("key") == key:
            break
        if str(spec.get("type")) not in TEXTS and isinstance(spec.get("key"), str):
            found.append(spec)
    return found


def in_words(condition: Any, specs: dict[str, Json]) -> str:
    """The condition as editors read it, also when it names what is not there."""
    if not outline.well_formed(condition):
        return "điều kiện viết sai"
    if "all" in condition or "any" in condition:
        word = " và " if "all" in condition else " hoặc "
        parts = condition.get("all") or condition["any"]
        return word.join(_inner(part, specs, alone=len(parts) == 1) for part in parts)
    line = _line_of(condition)
    if line is None:
        return f"không phải ({in_words(condition['not'], specs)})"
    spec = specs.get(line.field, {})
    label = f"“{spec.get('label', line.field)}”"
    values = " hoặc ".join(f"“{value_words(spec, value)}”" for value in line.values)
    return f"{label} {OPERATORS[line.operator]} {values}".rstrip()


def _inner(condition: Json, specs: dict[str, Json], *, alone: bool) -> str:
    words = in_words(condition, specs)
    return f"({words})" if not alone and ("all" in condition or "any" in condition) else words


def value_words(spec: Json, value: Any) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    options = spec.get("options")
    for option in options if isinstance(options, list) else ():
        if isinstance(option, dict) and option.get("value") == value:
            return str(option.get("label"))
    return str(value)
