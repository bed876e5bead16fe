"""A definition read once: a tree of nodes that every other module walks."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from . import blocks

GROUPS = frozenset({"person", "organisation", "address"})
TEXTS = frozenset({"heading", "note"})


@dataclass(frozen=True, slots=True)
class Node:
    """One question: a leaf, a group of parts, a table of columns, or a text between questions."""

    key: str
    type: str
    label: str
    required: bool
    help: str
    show_if: dict[str, Any] | None
    prefill: str
    spec: dict[str, Any]
    parts: tuple["Node", ...] = ()

    @property
    def is_group(self) -> bool:
        return self.type in GROUPS

    @property
    def is_table(self) -> bool:
        return self.type == "table"

    @property
    def is_text(self) -> bool:
        return self.type in TEXTS

    @property
    def first_rows(self) -> int:
        """How many rows of a table must be answered."""
        return max(int(self.spec.get("min_rows", 0)), 1 if self.required else 0)

    @property
    def max_rows(self) -> int:
        return int(self.spec.get("max_rows", 50))


@dataclass(frozen=True, slots=True)
class Section:
    key: str
    title: str
    help: str
    show_if: dict[str, Any] | None
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    title: str
    sections: tuple[Section, ...]
    nodes: dict[str, Node] = field(default_factory=dict)

    def walk(self) -> Iterator[tuple[Section, Node]]:
        """Every question in the order it is asked; texts are left out."""
        for section in self.sections:
            for node in section.nodes:
                if not node.is_text:
                    yield section, node


def make_node(spec: dict[str, Any], prefill: str = "") -> Node:
    prefill = spec.get("prefill", prefill)
    kind = spec["type"]
    if kind in GROUPS:
        parts = tuple(
            make_node(part, _part_prefill(kind, part, prefill)) for part in blocks.part_specs(spec)
        )
    else:
        parts = tuple(make_node(column) for column in spec.get("columns", ()))
    return Node(
        key=spec["key"],
        type=kind,
        label=spec["label"],
        required=bool(spec.get("required", False)),
        help=spec.get("help", ""),
        show_if=spec.get("show_if"),
        prefill=prefill,
        spec=spec,
        parts=parts,
    )


def _part_prefill(kind: str, part: dict[str, Any], prefill: str) -> str:
    """What fills a part: a block filled from "user" passes the fitting datum down."""
    if kind == "person" and prefill == "user":
        source = blocks.PERSON_SOURCES.get(part["key"])
        return f"user.{source}" if source else ""
    return prefill if kind == "address" else ""


def make_definition(definition: dict[str, Any]) -> Definition:
    """The tree of a definition that `check_definition` has passed."""
    sections = tuple(
        Section(
            key=section["key"],
            title=section["title"],
            help=section.get("help", ""),
            show_if=section.get("show_if"),
            nodes=tuple(make_node(spec) for spec in section["fields"]),
        )
        for section in definition["sections"]
    )
    nodes = {node.key: node for section in sections for node in section.nodes}
    return Definition(definition["title"], sections, nodes)
