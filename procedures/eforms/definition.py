"""From the JSON of a procedure version to its tree, once per content."""

import json
from functools import lru_cache
from typing import Any

from .nodes import Definition, Node, make_definition
from .schema import check_definition


class DefinitionInvalid(ValueError):
    """The definition has problems; `args[0]` is their list of Vietnamese sentences."""


def parse(definition: dict[str, Any]) -> Definition:
    """The tree of a definition; raises DefinitionInvalid when `check_definition` objects.

    Cached by content: the key (the definition as text) takes 0.1 ms for 30 fields,
    checking and reading them takes 10 ms.
    """
    try:
        text = json.dumps(definition, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise DefinitionInvalid(["Biểu mẫu không phải là dữ liệu JSON."]) from error
    return _parse(text)


@lru_cache(maxsize=256)
def _parse(text: str) -> Definition:
    definition = json.loads(text)
    if problems := check_definition(definition):
        raise DefinitionInvalid(problems)
    return make_definition(definition)


def controls(node: Node) -> int:
    """Of one question; a table counts one row."""
    return sum(controls(part) for part in node.parts) or 1


def count_fields(definition: dict[str, Any]) -> int:
    """Controls of the whole form; a table counts one row."""
    return sum(controls(node) for _, node in parse(definition).walk())
