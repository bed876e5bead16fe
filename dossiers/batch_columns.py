"""The columns of a batch's spreadsheet: the leaf questions of its pattern's declaration, and whom
each dossier is about when they are filed for others."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dossiers.models import Dossier, FiledFor
from procedures import eforms
from procedures.eforms.nodes import Node
from procedures.general_form import definition_of

# Before the names of the owner's questions; no key of an e-form begins so.
OWNER = "chu_ho_so."


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is the control of the e-form it answers."""

    name: str
    label: str
    node: Node
    required: bool

    @property
    def header(self) -> str:
        return f"{self.label} *" if self.required else self.label


def columns_of(pattern: Dossier, owner_definition: dict[str, Any]) -> list[Column]:
    """`owner_definition` is asked when the dossiers are filed for others."""
    found: list[Column] = []
    if pattern.filed_for == FiledFor.OTHER:
        for _, node in eforms.parse(owner_definition).walk():
            found += _leaves(node, OWNER + node.key, f"Chủ hồ sơ – {node.label}", node.required)
    definition = eforms.parse(definition_of(pattern.version))
    for section, node in definition.walk():
        needed = node.required and not node.show_if and not section.show_if
        # On the page its section's title says whose name it is; a sheet has none.
        alone = node.is_group or len(definition.sections) == 1
        label = node.label if alone else f"{section.title} – {node.label}"
        found += _leaves(node, node.key, label, needed)
    return found


def _leaves(node: Node, name: str, label: str, required: bool) -> Iterator[Column]:
    if node.is_table or node.type == "file":
        return
    if not node.is_group:
        yield Column(name, label, node, required)
    for part in node.parts if node.is_group else ():
        needed = required and part.required
        yield from _leaves(part, f"{name}-{part.key}", f"{label} – {part.label}", needed)


def shared_keys(pattern: Dossier) -> dict[str, str]:
    """Questions no cell can answer, tables and files: said once in the pattern; key → label."""
    nodes = eforms.parse(definition_of(pattern.version)).walk()
    return {node.key: node.label for _, node in nodes if node.is_table or node.type == "file"}


def shared_answers(pattern: Dossier) -> dict[str, Any]:
    keys = shared_keys(pattern)
    return {key: value for key, value in pattern.answers.items() if key in keys}


def mark_of(pattern: Dossier, columns: list[Column]) -> str:
    """What a sheet made for other questions does not carry."""
    names = [column.name for column in columns]
    told = json.dumps([pattern.version_id, pattern.filed_for == FiledFor.OTHER, names])
    return "mau-" + hashlib.sha256(told.encode()).hexdigest()[:24]
