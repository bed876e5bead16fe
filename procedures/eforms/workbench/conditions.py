""" "Hiện khi …": a rule as controls of a page, and back.

Names: `dk-mode`, `dk-<group>-mode`, `dk-<group>-<line>-o` (question), `-la` (operator),
`-gt` (values). The page says with `dk` that it has these controls at all.
"""

import re
from typing import Any

from django.http import QueryDict

from .. import choosing, outline
from ..choosing import Group, Line, Rule
from ..editing import EditRefused
from ..files import clean_text
from ..numbers import read_number
from .rows import press

Json = dict[str, Any]
_LINE = re.compile(r"dk-([0-9]{1,2})-([0-9]{1,2})-o")


def read_condition(
    item: Json, definition: Json, askable: list[Json], data: QueryDict, button: str
) -> Json | None:
    """The condition the page asks for; the one before when the page has no controls for it."""
    before = outline.condition_of(item)
    if "dk" not in data:
        return item.get("show_if")
    if "dk-bo" in data:
        return None
    rule = choosing.rule_of(before)
    if before is not None and rule is None:
        return before  # written by hand, more deeply than a choice
    if before is None and "show_if" in item and not _lines(data):
        return item.get("show_if")  # written wrongly: kept until taken away
    wanted = _obeyed(_read(data, outline.specs_of(definition)), askable, data, button)
    if rule is not None and wanted == rule:
        return before
    return choosing.condition_of(wanted)


def _lines(data: QueryDict) -> list[tuple[int, int]]:
    found = [match for name in data if (match := _LINE.fullmatch(name))]
    return sorted((int(match[1]), int(match[2])) for match in found)


def _read(data: QueryDict, specs: dict[str, Json]) -> Rule:
    groups: dict[int, list[Line]] = {}
    for group, line in _lines(data):
        name = f"dk-{group}-{line}"
        key, operator = data.get(f"{name}-o", ""), data.get(f"{name}-la", "")
        spec = specs.get(key, {"key": key, "type": "text"})
        if operator not in choosing.operators_for(str(spec.get("type"))):
            operator = "filled"
        typed = data.getlist(f"{name}-gt") if operator in ("is", "is_not") else []
        values = tuple(v for one in typed if (v := value_of(spec, one)) is not None)
        groups.setdefault(group, []).append(Line(key, operator, values))
    made = tuple(
        Group(_mode(data.get(f"dk-{number}-mode", "")), tuple(lines))
        for number, lines in groups.items()
    )
    return Rule(_mode(data.get("dk-mode", "")), made)


def _mode(word: str) -> str:
    return word if word in choosing.MODES else "all"


def value_of(spec: Json, typed: str) -> Any:
    """What an answer is compared with; None when nothing was chosen."""
    text = " ".join(clean_text(typed).split())[:200]
    kind = spec.get("type")
    if not text:
        return None
    if kind == "yes_no":
        return {"true": True, "false": False}.get(text)
    if kind in ("number", "money"):
        number = read_number(text, 6)
        if number is None:
            raise EditRefused(f"“{text}” không phải là số để so với “{spec.get('label', '')}”.")
        return int(number) if number == number.to_integral_value() else float(number)
    return text


def _obeyed(rule: Rule, askable: list[Json], data: QueryDict, button: str) -> Rule:
    what, rows, row = press(button)
    groups = list(rule.groups)
    if rows != "dk":
        return rule
    if what == "them":
        line = _new_line(askable, data.get(f"dk-moi-{row}", ""))
        if row.isdecimal() and int(row) < len(groups):
            group = groups[int(row)]
            if len(group.lines) >= choosing.MOST_LINES:
                raise EditRefused(f"Mỗi nhóm có nhiều nhất {choosing.MOST_LINES} điều kiện.")
            groups[int(row)] = Group(group.mode, (*group.lines, line))
        elif len(groups) >= choosing.MOST_GROUPS:
            raise EditRefused(f"Có nhiều nhất {choosing.MOST_GROUPS} nhóm điều kiện.")
        else:
            groups.append(Group("all", (line,)))
    elif what == "bo":
        groups = _without(groups, row)
    return Rule(rule.mode, tuple(groups))


def _new_line(askable: list[Json], key: str) -> Line:
    for spec in askable:
        if spec.get("key") == key:
            return choosing.first_line(spec)
    raise EditRefused("Hãy chọn câu hỏi làm điều kiện.")


def _without(groups: list[Group], row: str) -> list[Group]:
    first, _, second = row.partition(":")
    kept = []
    for number, group in enumerate(groups):
        lines = tuple(
            line for at, line in enumerate(group.lines) if (str(number), str(at)) != (first, second)
        )
        if lines:
            kept.append(Group(group.mode, lines))
    return kept


def shown(item: Json, specs: dict[str, Json], askable: list[Json]) -> Json:
    """What the template draws."""
    condition = item.get("show_if")
    rule = choosing.rule_of(outline.condition_of(item))
    return {
        "exists": "show_if" in item,
        "words": choosing.in_words(condition, specs) if condition is not None else "",
        "by_hand": "show_if" in item and rule is None,
        "mode": rule.mode if rule else "all",
        "modes": choosing.MODES.items(),
        "groups": [
            {"mode": group.mode, "lines": [_line_shown(line, specs) for line in group.lines]}
            for group in (rule.groups if rule else ())
        ],
        "askable": askable,
    }


def _line_shown(line: Line, specs: dict[str, Json]) -> Json:
    spec = specs.get(line.field, {})
    kind = str(spec.get("type"))
    options: list[tuple[str, str, bool]] = []
    if kind == "yes_no":
        options = [
            (w, t, (w == "true") in line.values) for w, t in (("true", "Có"), ("false", "Không"))
        ]
    elif kind in ("choice", "checks") and isinstance(spec.get("options"), list):
        options = [
            (str(o.get("value")), str(o.get("label")), o.get("value") in line.values)
            for o in spec["options"]
            if isinstance(o, dict)
        ]
    shown_values = [str(value) for value in line.values]
    return {
        "key": line.field,
        "label": spec.get("label", line.field),
        "operators": [(o, w, o == line.operator) for o, w in choosing.operators_for(kind).items()],
        "options": options,
        "free": not options and "is" in choosing.operators_for(kind),
        "date": kind == "date",
        "values": shown_values or [""],
    }
