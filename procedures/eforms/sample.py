"""Answers nobody gave, to try a form with: they fit its limits and follow its conditions."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from . import places
from .definition import parse
from .limits import day_limit
from .nodes import Node
from .visible import visible_answers

Answers = dict[str, Any]
_NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu", "Hoàng Thị Lan", "Nông Văn Dũng")
_WORDS = ("Nội dung điền thử", "Theo giấy tờ kèm theo", "Không có gì thêm")
_PATTERNED = {
    "person_name": "Nguyễn Văn An",
    "letters": "Nội dung điền thử",
    "digits": "123456",
    "plot_no": "125",
    "account_no": "0123456789",
    "year": "1995",
}
# Numbers that pass their checks and belong to nobody: random part 000000; a code with its
# check digit from the public register's example (python-stdnum).
_CITIZEN_ID = "001090000000"
_TAX_CODE = "0100233488"


def sample_answers(definition: dict[str, Any], seed: int = 0) -> Answers:
    """Answers to every question asked; another `seed` takes other ways through the form.

    File questions get made-up papers: whoever shows the answers knows there is no file.
    """
    tree = parse(definition)
    chance = random.Random(seed)
    answers = {node.key: _answer(node, chance, seed == 0) for _, node in tree.walk()}
    return visible_answers(
        tree, {key: value for key, value in answers.items() if value is not None}
    )


def first_answer(node: Node) -> Any:
    """The answer of seed 0; of an address only that there is one: places stand in tables."""
    if node.type == "address":
        return {"detail": "Số 1"}
    if node.is_group or node.is_table:
        parts = {part.key: first_answer(part) for part in node.parts}
        return [parts] if node.is_table else parts
    return _answer(node, random.Random(0), True)  # noqa: S311  (nothing secret)


def _answer(node: Node, chance: random.Random, first: bool) -> Any:
    """`first`: everything is answered, with the first option; else as it comes."""
    if not (first or node.required or node.first_rows) and chance.random() < 0.3:
        return None
    if node.is_table:
        return _table(node, chance, first)
    if node.type == "address":
        return _address(node, chance)
    if node.is_group:
        parts = {part.key: _answer(part, chance, first) for part in node.parts}
        return {key: value for key, value in parts.items() if value is not None} or None
    return _LEAVES[node.type](node, chance, first)


def _table(node: Node, chance: random.Random, first: bool) -> list[Answers] | None:
    rows = max(node.first_rows, 1)
    made = []
    for _ in range(rows):
        cells = {part.key: _answer(part, chance, first) for part in node.parts}
        if row := {key: value for key, value in cells.items() if value is not None}:
            made.append(row)
        elif rows == node.first_rows:
            filled = {part.key: _answer(part, chance, True) for part in node.parts}
            made.append({key: value for key, value in filled.items() if value is not None})
    return made or None


def _address(node: Node, chance: random.Random) -> Answers | None:
    provinces = [code for code, _ in places.provinces() if places.wards(code)]
    if not provinces:
        return None
    province = chance.choice(provinces)
    ward = chance.choice(places.wards(province))[0]
    return {"province": province, "ward": ward, "detail": "Số 1, tổ 2"}


def _text(node: Node, chance: random.Random, first: bool) -> str:
    limit = int(node.spec.get("max_length", 500))
    pattern = node.spec.get("pattern")
    text = _PATTERNED[pattern] if pattern else _WORDS[0] if first else chance.choice(_WORDS)
    if pattern == "person_name" and not first:
        text = chance.choice(_NAMES)
    return text[:limit].strip()


def _number(node: Node, chance: random.Random, first: bool) -> int | str | None:
    low, high = (node.spec.get(name) for name in ("min", "max"))
    step = Decimal(1).scaleb(-int(node.spec.get("decimals", 0)))
    start = Decimal(str(low)) if low is not None else Decimal(0)
    if node.type == "money" and low is None:
        start = Decimal(0)
    if high is not None and start > Decimal(str(high)):
        start = Decimal(str(high))
    number = -(-start // step) * step  # up to the next number with so many digits
    if low is None and (high is None or number + 2 <= Decimal(str(high))):
        number += 2
    elif high is not None and not first:
        room = int((Decimal(str(high)) - number) / step)
        number += step * chance.randint(0, max(min(room, 50), 0))
    if number == number.to_integral_value():
        return int(number)
    return f"{number.normalize():f}"


def _date(node: Node, chance: random.Random, first: bool) -> str:
    low, high = (
        day_limit(node.spec[name]) if name in node.spec else None for name in ("min", "max")
    )
    day = date(1990, 6, 15) if not first or high else timezone.localdate()
    if high and day > high:
        day = high
    if low and day < low:
        day = low
    if not first and (high is None or day + timedelta(days=1) <= high):
        day += timedelta(days=1)
    return day.isoformat()


def _choice(node: Node, chance: random.Random, first: bool) -> str:
    options = node.spec["options"]
    return str((options[0] if first else chance.choice(options))["value"])


def _checks(node: Node, chance: random.Random, first: bool) -> list[str]:
    values = [option["value"] for option in node.spec["options"]]
    low, high = max(node.spec.get("min", 0), 1), node.spec.get("max", len(values))
    count = low if first else chance.randint(low, max(low, min(high, len(values))))
    chosen = values[:count] if first else chance.sample(values, count)
    return [value for value in values if value in chosen]


def _same(value: Any) -> Callable[[Node, random.Random, bool], Any]:
    return lambda node, chance, first: value


_LEAVES: dict[str, Callable[[Node, random.Random, bool], Any]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "money": _number,
    "date": _date,
    "choice": _choice,
    "checks": _checks,
    "yes_no": lambda node, chance, first: first or chance.random() < 0.5,
    "citizen_id": _same(_CITIZEN_ID),
    "tax_code": _same(_TAX_CODE),
    "phone": _same("0912345678"),
    "email": _same("dien.thu@example.vn"),
    "file": _same(["dien-thu"]),
}
