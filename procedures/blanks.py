"""A blank form to print and fill by hand, made from an e-form's definition."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures import eforms
from procedures.eforms.conditions import Condition, sentence
from procedures.eforms.nodes import Node

# Empty rows of a printed table, where the form sets no number.
TABLE_ROWS = 4
_LINES = {"long_text": 4, "address": 2}
# Boxes to write one character each into.
_BOXES = {"citizen_id": 12}
_HINTS = {
    "checks": "đánh dấu một hoặc nhiều ô",
    "choice": "đánh dấu một ô",
    "yes_no": "đánh dấu một ô",
    "money": "đồng",
    "tax_code": "10 hoặc 13 chữ số",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What one question prints. `look`: lines, boxes, date, options, group, table, file,
    heading or note."""

    look: str
    label: str
    required: bool = False
    help: str = ""
    hint: str = ""
    when: str = ""
    count: int = 1
    options: list[str] = field(default_factory=list)
    parts: "list[Line]" = field(default_factory=list)

    @property
    def rows(self) -> range:
        return range(1, self.count + 1)


@dataclass(frozen=True, slots=True)
class Part:
    title: str
    help: str
    when: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class BlankForm:
    title: str
    form_no: str
    source: str
    parts: list[Part]


def form_of(definition: Mapping[str, Any]) -> BlankForm:
    """Every section and question of a published definition, conditions said in words."""
    tree = eforms.parse(dict(definition))
    parts = [
        Part(
            section.title,
            section.help,
            _when(section.show_if, tree.nodes),
            [_line(node, tree.nodes) for node in section.nodes],
        )
        for section in tree.sections
    ]
    no, source = str(definition.get("form_no", "")), str(definition.get("source", ""))
    return BlankForm(tree.title, no, source, parts)


def _when(condition: Condition | None, nodes: Mapping[str, Node]) -> str:
    return f"Chỉ ghi khi {sentence(condition, nodes)}" if condition else ""


def _line(node: Node, nodes: Mapping[str, Node]) -> Line:
    look, count = _look(node)
    unit = str(node.spec.get("unit", ""))
    return Line(
        look=look,
        label=node.label,
        required=node.required,
        help=node.help,
        hint=unit or _HINTS.get(node.type, ""),
        when=_when(node.show_if, nodes),
        count=count,
        options=_options(node),
        parts=[_line(part, nodes) for part in node.parts],
    )


def _look(node: Node) -> tuple[str, int]:
    if node.is_text:
        return node.type, 1
    if node.is_table:
        asked = max(node.first_rows, TABLE_ROWS)
        return "table", min(asked, node.max_rows)
    if node.is_group and node.parts:
        return "group", 1
    if node.type in ("choice", "checks", "yes_no"):
        return "options", 1
    if node.type in _BOXES:
        return "boxes", _BOXES[node.type]
    if node.type in ("date", "file"):
        return node.type, 1
    return "lines", _LINES.get(node.type, 1)


def _options(node: Node) -> list[str]:
    if node.type == "yes_no":
        return ["Có", "Không"]
    return [str(option["label"]) for option in node.spec.get("options", ())]
