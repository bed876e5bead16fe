"""`show_if`: which questions are asked, given the answers before them.

A condition is JSON: {"field": key, "equals": v} · {"field": key, "in": [v]} ·
{"field": key, "filled": true} · {"all": [c]} · {"any": [c]} · {"not": c}.
static/js/eform.js evaluates the same grammar in the browser; this module decides.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from .nodes import Node

Condition = dict[str, Any]


def holds(condition: Condition | None, answers: Mapping[str, Any]) -> bool:
    """Does the condition hold? A question that is hidden or unanswered is not in `answers`."""
    if condition is None:
        return True
    if "all" in condition:
        return all(holds(part, answers) for part in condition["all"])
    if "any" in condition:
        return any(holds(part, answers) for part in condition["any"])
    if "not" in condition:
        return not holds(condition["not"], answers)
    value = answers.get(condition["field"])
    if "filled" in condition:
        return is_filled(value) is condition["filled"]
    wanted = condition["in"] if "in" in condition else [condition["equals"]]
    given = value if isinstance(value, list) else [value]
    return any(_same(one, other) for one in given for other in wanted)


def is_filled(value: Any) -> bool:
    """False for what counts as no answer: nothing, blank text, groups of nothing."""
    if isinstance(value, dict):
        return any(is_filled(part) for part in value.values())
    if isinstance(value, list):
        return any(is_filled(part) for part in value)
    return value is not None and value != ""


def names(condition: Condition | None) -> Iterator[str]:
    """The keys the condition asks about."""
    if condition is None:
        return
    for part in condition.get("all", ()) or condition.get("any", ()):
        yield from names(part)
    if "not" in condition:
        yield from names(condition["not"])
    if "field" in condition:
        yield condition["field"]


def leaves(condition: Condition | None) -> Iterator[Condition]:
    """The simple comparisons inside the condition."""
    if condition is None:
        return
    for part in condition.get("all", ()) or condition.get("any", ()):
        yield from leaves(part)
    if "not" in condition:
        yield from leaves(condition["not"])
    if "field" in condition:
        yield condition


def depth(condition: Condition) -> int:
    parts = [*condition.get("all", ()), *condition.get("any", ())]
    if "not" in condition:
        parts.append(condition["not"])
    return 1 + max((depth(part) for part in parts), default=0)


def settle(
    condition: Condition | None, answers: Mapping[str, Any], open_keys: frozenset[str]
) -> Condition | bool:
    """What is left to decide on a page that asks only `open_keys`; the rest stands in `answers`."""
    if condition is None:
        return True
    if "not" in condition:
        inner = settle(condition["not"], answers, open_keys)
        return not inner if isinstance(inner, bool) else {"not": inner}
    for word, stop in (("all", False), ("any", True)):
        if word in condition:
            parts = [settle(part, answers, open_keys) for part in condition[word]]
            if stop in parts:
                return stop
            rest = [part for part in parts if not isinstance(part, bool)]
            return {word: rest} if rest else not stop
    return condition if condition["field"] in open_keys else holds(condition, answers)


def sentence(condition: Condition, nodes: Mapping[str, Node]) -> str:
    """The condition in words, for whoever fills the form without scripts."""
    if "all" in condition:
        return " và ".join(sentence(part, nodes) for part in condition["all"])
    if "any" in condition:
        return " hoặc ".join(sentence(part, nodes) for part in condition["any"])
    if "not" in condition:
        return f"không phải ({sentence(condition['not'], nodes)})"
    node = nodes[condition["field"]]
    if "filled" in condition:
        return f"“{node.label}” {'đã' if condition['filled'] else 'chưa'} được trả lời"
    wanted = condition["in"] if "in" in condition else [condition["equals"]]
    words = " hoặc ".join(f"“{_option_label(node, value)}”" for value in wanted)
    return f"“{node.label}” là {words}"


def _option_label(node: Node, value: Any) -> str:
    if isinstance(value, bool):
        return "Có" if value else "Không"
    for option in node.spec.get("options", ()):
        if option["value"] == value:
            return str(option["label"])
    return str(value)


def _same(given: Any, wanted: Any) -> bool:
    # True == 1 in Python; an answer "yes" is not the number one.
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    if given == wanted:
        return True
    if isinstance(wanted, int | float) and isinstance(given, str):
        try:
            return Decimal(given) == Decimal(str(wanted))
        except InvalidOperation:
            return False
    return False
