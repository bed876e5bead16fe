"""Answers as people read them: the check page, the officer's page and the PDF."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .builder import LEAVES
from .conditions import is_filled
from .definition import parse
from .fields import place_name
from .nodes import Node
from .reading import Answers
from .visible import asked

NOT_GIVEN = "chưa cung cấp"
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One answer: a `value`, the (label, value) `items` of a block, or a `table` of such rows;
    `files` beside the value that names them.

    A heading between answers has none of the three.
    """

    key: str
    label: str
    value: str | None = None
    items: Pairs | None = None
    table: list[Pairs] | None = None
    files: list[dict[str, str]] | None = None
    missing: bool = False

    @property
    def is_heading(self) -> bool:
        return self.value is None and self.items is None and self.table is None


@dataclass(frozen=True, slots=True)
class SectionRows:
    key: str
    title: str
    rows: list[Row] = field(default_factory=list)
    change_url: str = ""

    @property
    def blocks(self) -> list[tuple[str, list[Row]]]:
        """(heading or "", answers under it) in order."""
        found: list[tuple[str, list[Row]]] = []
        for row in self.rows:
            if row.is_heading:
                found.append((row.label, []))
            else:
                if not found:
                    found.append(("", []))
                found[-1][1].append(row)
        return [(title, rows) for title, rows in found if rows]


def rows(
    definition: dict[str, Any],
    answers: Answers,
    *,
    files: dict[str, list[dict[str, str]]] | None = None,
    change_url: Callable[[str], str] | None = None,
) -> list[SectionRows]:
    """Every question asked, with its answer or "chưa cung cấp".

    `files` names the papers of file fields, as for `build_form`; `change_url` gives the
    address where a section (by key) is changed.
    """
    found: dict[str, SectionRows] = {}
    for section, node, _ in asked(parse(definition), answers):
        url = change_url(section.key) if change_url else ""
        part = found.setdefault(
            section.key, SectionRows(section.key, section.title, change_url=url)
        )
        if node.type == "heading":
            part.rows.append(Row(node.key, node.label))
        elif not node.is_text:
            part.rows.append(_row(node, answers.get(node.key), (files or {}).get(node.key)))
    return list(found.values())


def _row(node: Node, value: Any, papers: list[dict[str, str]] | None) -> Row:
    if node.type == "file" and papers:
        return Row(node.key, node.label, "; ".join(paper["name"] for paper in papers), files=papers)
    if not is_filled(value):
        return Row(node.key, node.label, NOT_GIVEN, missing=True)
    if node.is_table and isinstance(value, list):
        table = [_pairs(node, row) for row in value]
        return Row(node.key, node.label, table=table)
    if node.type in ("person", "organisation") and isinstance(value, dict):
        return Row(node.key, node.label, items=_pairs(node, value))
    return Row(node.key, node.label, shown(node, value))


def in_words(node: Node, value: Any) -> str:
    """One answer on one line, also one that is wrong or not asked at the moment."""
    row = _row(node, value, None)
    lines = row.table or ([row.items] if row.items else [])
    if not lines:
        return row.value or NOT_GIVEN
    given = [[f"{label}: {text}" for label, text in line if text != NOT_GIVEN] for line in lines]
    return "; ".join(", ".join(line) for line in given if line) or NOT_GIVEN


def _pairs(node: Node, value: Any) -> Pairs:
    given = value if isinstance(value, dict) else {}
    return [(part.label, shown(part, given.get(part.key))) for part in node.parts]


def shown(node: Node, value: Any) -> str:
    """One answer in Vietnamese; what a draft holds unchecked is shown as it was typed."""
    if not is_filled(value):
        return NOT_GIVEN
    if node.type == "address":
        return address_text(value)
    if node.parts:
        return str(value)
    return LEAVES[node.type](node).shown(value)


def address_text(value: Any) -> str:
    """ "Thôn Đông, Xã Hòa Vang, Thành phố Đà Nẵng" from an address answer."""
    if not isinstance(value, dict):
        return str(value)
    names = [value.get("detail"), place_name(value.get("ward") or "")]
    names.append(place_name(value.get("province") or ""))
    return ", ".join(str(name) for name in names if name)
