"""How long typing a form takes by the keystroke model: three characters a second, 1.35 seconds
of thought a field (Card, Moran and Newell 1980, as the draft regulation on forms counts)."""

from typing import Any

from .definition import parse
from .nodes import Node
from .sample import first_answer
from .visible import asked

THINK, A_SIGN = 1.35, 1 / 3
# Characters people type into each kind of field; what is chosen counts as one.
_SIGNS = {
    "text": 15,
    "long_text": 20,
    "date": 10,
    "citizen_id": 12,
    "tax_code": 10,
    "phone": 10,
    "email": 18,
    "number": 4,
    "money": 8,
}


def typing_seconds(definition: dict[str, Any]) -> int:
    """Of one person who takes the first way through the form, whose account fills in what it
    knows; a table counts one row."""
    tree = parse(definition)
    answers = {node.key: first_answer(node) for _, node in tree.walk()}
    return round(sum(_seconds(node) for _, node, _ in asked(tree, answers)))


def _seconds(node: Node) -> float:
    if node.prefill or node.is_text:
        return 0.0
    if node.parts:
        return sum(_seconds(part) for part in node.parts)
    return THINK + _SIGNS.get(node.type, 1) * A_SIGN
