"""Which stored answers count: those whose questions are asked, given the answers before them."""

from collections.abc import Iterator
from typing import Any

from .conditions import holds
from .nodes import Definition, Node, Section


def asked(
    definition: Definition, answers: dict[str, Any]
) -> Iterator[tuple[Section, Node, dict[str, Any]]]:
    """The questions asked, texts included, each with the visible answers before it."""
    seen: dict[str, Any] = {}
    for section in definition.sections:
        if not holds(section.show_if, seen):
            continue
        for node in section.nodes:
            if holds(node.show_if, seen):
                yield section, node, seen
                if not node.is_text and answers.get(node.key) is not None:
                    seen[node.key] = answers[node.key]


def visible_answers(definition: Definition, answers: dict[str, Any]) -> dict[str, Any]:
    """`answers` without hidden, unknown and empty ones."""
    return {
        node.key: answers[node.key]
        for _, node, _ in asked(definition, answers)
        if not node.is_text and answers.get(node.key) is not None
    }
