"""Two editors changed one form: what goes together by itself, and what one of them decides.

Three-way, question by question: `base` is what both started from. Where only one side changed
a question, its change counts; where both did, `clashes` names it and `merged` takes the choice.
"""

import copy
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import choosing, outline, vocabulary
from .editing import name_of

Json = dict[str, Any]
MINE, THEIRS = "toi", "ho"
HEAD = "dau"  # the title and number of the form
ORDER = "thu_tu"


@dataclass(frozen=True, slots=True)
class Clash:
    """`name` is what a choice is filed under; the two sides come as lines of words."""

    name: str
    what: str
    mine: list[str]
    theirs: list[str]


@dataclass
class _Sides:
    base: Json
    mine: Json
    theirs: Json

    def of(self, part: Callable[[Json], Any]) -> tuple[Any, Any, Any]:
        return part(self.base), part(self.mine), part(self.theirs)


def clashes(base: Json | None, mine: Json, theirs: Json) -> list[Clash]:
    """What both changed, each in another way. Without a base everything that differs clashes."""
    start = base or {"sections": []}
    sides = _Sides(start, mine, theirs)
    found = []
    if _both(*sides.of(_head)):
        words = [_lines(_head(side)) for side in (mine, theirs)]
        found.append(Clash(HEAD, "Tên và số của biểu mẫu", *words))
    for prefix, parts in (("phan", _sections), ("o", outline.specs_of)):
        one, two, three = sides.of(parts)
        for key in dict.fromkeys([*three, *two]):
            b, m, t = one.get(key), two.get(key), three.get(key)
            if _both(b, m, t):
                what = name_of(t or m or {"key": key})
                kind = "Phần" if prefix == "phan" else "Câu hỏi"
                specs = outline.specs_of(mine) | outline.specs_of(theirs)
                found.append(
                    Clash(f"{prefix}:{key}", f"{kind} {what}", _lines(m, specs), _lines(t, specs))
                )
    if _order_clashes(sides):
        found.append(Clash(ORDER, "Thứ tự các câu hỏi", _order_lines(mine), _order_lines(theirs)))
    return found


def merged(base: Json | None, mine: Json, theirs: Json, picks: dict[str, str]) -> Json:
    """Both sides' changes; `picks` says MINE or THEIRS for each clash (THEIRS when silent)."""
    sides = _Sides(base or {"sections": []}, mine, theirs)
    new = dict(_chosen(*sides.of(_head), picks.get(HEAD)) or {})
    titles = _all_chosen(sides, _sections, "phan", picks)
    specs = _all_chosen(sides, outline.specs_of, "o", picks)
    first, second = _order(sides, picks)
    # Each took away what the other left: a form has a part.
    new["sections"] = _laid_out(first, second, titles, specs) or theirs["sections"]
    return copy.deepcopy(new)


def _both(base: Any, mine: Any, theirs: Any) -> bool:
    return not (_same(mine, theirs) or _same(mine, base) or _same(theirs, base))


def _same(one: Any, other: Any) -> bool:
    # 1 == True in Python, and 1 == 1.0.
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def _chosen(base: Any, mine: Any, theirs: Any, pick: str | None) -> Any:
    if _both(base, mine, theirs):
        return mine if pick == MINE else theirs
    return theirs if _same(mine, base) else mine


def _all_chosen(sides: _Sides, parts: Any, prefix: str, picks: dict[str, str]) -> dict[str, Json]:
    one, two, three = sides.of(parts)
    chosen = {
        key: _chosen(one.get(key), two.get(key), three.get(key), picks.get(f"{prefix}:{key}"))
        for key in dict.fromkeys([*three, *two])
    }
    return {key: value for key, value in chosen.items() if value is not None}


def _head(definition: Json) -> Json:
    return {name: value for name, value in definition.items() if name != "sections"}


def _sections(definition: Json) -> dict[str, Json]:
    return {
        section["key"]: {name: value for name, value in section.items() if name != "fields"}
        for section in outline.sections_of(definition)
    }


# --- order -----------------------------------------------------------------------------------


def _walked(definition: Json) -> list[tuple[str, str]]:
    """(section, question) of everything, sections themselves with ""."""
    found = []
    for section in outline.sections_of(definition):
        found.append((section["key"], ""))
        found += [(section["key"], spec["key"]) for spec in outline.fields_of(section)]
    return found


def _common(definition: Json, others: list[Json]) -> list[tuple[str, str]]:
    """The order of what all have: a question added is not a question moved."""
    known = [{key or f"@{section}" for section, key in _walked(other)} for other in others]
    return [
        (section, key)
        for section, key in _walked(definition)
        if all((key or f"@{section}") in keys for keys in known)
    ]


def _orders(sides: _Sides) -> tuple[Any, Any, Any]:
    three = list(sides.of(lambda side: side))
    return sides.of(lambda side: _common(side, three))


def _order_clashes(sides: _Sides) -> bool:
    return _both(*_orders(sides))


def _order(sides: _Sides, picks: dict[str, str]) -> tuple[Json, Json]:
    """(whose order counts, whose questions are put in beside it)"""
    base, mine, theirs = _orders(sides)
    if _chosen(base, mine, theirs, picks.get(ORDER)) == theirs:
        return sides.theirs, sides.mine
    return sides.mine, sides.theirs


def _places(definition: Json) -> dict[str, tuple[str, str]]:
    """Question → (section, the question before it or "")."""
    found, before = {}, ""
    for section, key in _walked(definition):
        if key:
            found[key] = (section, before)
        before = key
    return found


def _laid_out(
    first: Json, second: Json, titles: dict[str, Json], specs: dict[str, Json]
) -> list[Json]:
    order: dict[str, list[str]] = {}
    for section, key in _walked(first):
        if section in titles:
            order.setdefault(section, [])
            if key in specs:
                order[section].append(key)
    placed = {key for keys in order.values() for key in keys}
    for at, section in enumerate(_sections(second)):
        if section in titles and section not in order:
            order = _inserted(order, section, at)
    for key, (section, before) in _places(second).items():
        if key in specs and key not in placed:
            home = order[section] if section in order else next(iter(order.values()), [])
            home.insert(home.index(before) + 1 if before in home else len(home), key)
    return [
        {**titles[section], "fields": [specs[k] for k in keys]} for section, keys in order.items()
    ]


def _inserted(order: dict[str, list[str]], section: str, at: int) -> dict[str, list[str]]:
    items = list(order.items())
    items.insert(at, (section, []))
    return dict(items)


# --- words -----------------------------------------------------------------------------------

_WORDS = {
    "title": "Tên",
    "label": "Câu hỏi",
    "type": "Kiểu",
    "help": "Hướng dẫn",
    "required": "Bắt buộc",
    "show_if": "Hiện khi",
    "options": "Lựa chọn",
    "columns": "Cột",
    "parts": "Gồm",
    "required_parts": "Phần bắt buộc",
    "prefill": "Điền sẵn",
    "pattern": "Dạng",
    "max_length": "Dài nhất",
    "min": "Từ",
    "max": "Đến",
    "decimals": "Số lẻ",
    "unit": "Đơn vị",
    "accept": "Loại tệp",
    "max_files": "Số tệp nhiều nhất",
    "min_rows": "Số dòng ít nhất",
    "max_rows": "Số dòng nhiều nhất",
    "row_label": "Tên một dòng",
    "form_no": "Số mẫu",
    "source": "Nguồn",
    "key": "Khóa",
}


def _lines(item: Json | None, specs: dict[str, Json] | None = None) -> list[str]:
    """A question in words, one line a property."""
    if item is None:
        return ["đã xóa"]
    return [
        f"{_WORDS.get(name, name)}: {_said(name, value, specs or {})}"
        for name, value in item.items()
        if value not in ("", None)
    ]


def _said(name: str, value: Any, specs: dict[str, Json]) -> str:
    if name == "show_if":
        return choosing.in_words(value, specs)
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, list):
        return ", ".join(
            str(one.get("label", "")) if isinstance(one, dict) else str(one) for one in value
        )
    words = {
        "type": vocabulary.TYPES,
        "pattern": vocabulary.PATTERNS,
        "prefill": vocabulary.PREFILLS,
    }
    return str(words.get(name, {}).get(value, value) if isinstance(value, str) else value)


def _order_lines(definition: Json) -> list[str]:
    return [
        f"{name_of(section)}: " + ", ".join(name_of(spec) for spec in outline.fields_of(section))
        for section in outline.sections_of(definition)
    ]
