"""What an account already knows, as answers: nobody types twice what the portal holds."""

from datetime import date
from typing import Any

from portal.lib.text import fold

from . import places
from .definition import parse
from .nodes import Node
from .rows import address_text
from .visible import visible_answers

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
        known = value if isinstance(value, dict) else taken_apart(value)
        return {part.key: known[part.key] for part in node.parts if known.get(part.key)}
    if isinstance(value, dict):
        return address_text(value)
    if node.type == "choice":
        return _option(node, str(value))
    return str(value)


def told(definition: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The `source` that answers amount to: what a form already asked it need not ask again. Of
    several questions with the same meaning the first counts."""
    tree, found = parse(definition), dict[str, Any]()
    given = visible_answers(tree, answers)
    for _, node in tree.walk():
        for leaf, value in _leaves(node, given.get(node.key)):
            if value and leaf.prefill.startswith("user."):
                found.setdefault(leaf.prefill.removeprefix("user."), value)
    return found


def _leaves(node: Node, value: Any) -> list[tuple[Node, Any]]:
    """An address is one answer; rows of a table are many people's."""
    if node.type == "person" and isinstance(value, dict):
        return [(part, value.get(part.key)) for part in node.parts]
    return [] if node.is_table or node.is_group and node.type != "address" else [(node, value)]


def taken_apart(line: str) -> dict[str, str]:
    """ "Thôn Đông, Xã Hòa Vang, Thành phố Đà Nẵng" as an address answer, as far as its last pieces
    name places of today."""
    pieces = [piece.strip() for piece in line.split(",") if piece.strip()]
    province = _place(places.provinces(), pieces[-1:])
    if not province:
        return {"detail": line}
    found = {"province": province}
    del pieces[-1]
    if ward := _place(places.wards(province), pieces[-1:]):
        found["ward"] = ward
        del pieces[-1]
    return found | ({"detail": ", ".join(pieces)} if pieces else {})


_KINDS = ("tinh ", "thanh pho ", "tp ", "tp. ", "xa ", "phuong ", "dac khu ")


def _place(known: places.Places, pieces: list[str]) -> str:
    """With or without its kind before the name; "" for none and for two of that name."""
    wanted = {_bare(piece) for piece in pieces}
    found = [code for code, name in known if _bare(name) in wanted]
    return found[0] if len(found) == 1 else ""


def _bare(name: str) -> str:
    folded = fold(name)
    return next((folded.removeprefix(kind) for kind in _KINDS if folded.startswith(kind)), folded)


def _option(node: Node, value: str) -> str | None:
    """The option with this value, or with its Vietnamese name as label."""
    wanted = {value, _SEX.get(value, value)}
    for option in node.spec["options"]:
        if option["value"] in wanted or fold(option["label"]) in wanted:
            return str(option["value"])
    return None
