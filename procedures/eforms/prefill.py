"""What an account already knows, as answers: nobody types twice what the portal holds."""

from datetime import date
from typing import Any

from portal.lib.text import fold

from .definition import parse
from .nodes import Node
from .rows import address_text

# accounts.models.Sex, for a definition that writes its own options.
_SEX = {"male": "nam", "female": "nu"}


def prefill(definition: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    """Answers known beforehand.

    `source` has any of full_name, birth_date (date or ISO), sex ("male" or "female"),
    citizen_id, phone, email, address ({"province", "ward", "detail"} or one line of text),
    organisation ({"name", "tax_code", …}: the parts of its block that are known).
    """
    answers = {}
    for _, node in parse(definition).walk():
        value = _answer(node, source)
        if value:
            answers[node.key] = value
    return answers


def _answer(node: Node, source: dict[str, Any]) -> Any:
    if node.type == "organisation":
        firm = source.get("organisation") or {}
        return {part.key: firm[part.key] for part in node.parts if firm.get(part.key)}
    if node.type == "person":
        parts = {part.key: _answer(part, source) for part in node.parts}
        return {key: value for key, value in parts.items() if value}
    value = source.get(node.prefill.removeprefix("user.")) if node.prefill else None
    if not value:
        return None
    if isinstance(value, date):
        return value.isoformat()
    if node.type == "address":
        known = value if isinstance(value, dict) else {"detail": value}
        return {part.key: known[part.key] for part in node.parts if known.get(part.key)}
    if isinstance(value, dict):
        return address_text(value)
    if node.type == "choice":
        return _option(node, str(value))
    return str(value)


def _option(node: Node, value: str) -> str | None:
    """The option with this value, or with its Vietnamese name as label."""
    wanted = {value, _SEX.get(value, value)}
    for option in node.spec["options"]:
        if option["value"] in wanted or fold(option["label"]) in wanted:
            return str(option["value"])
    return None
