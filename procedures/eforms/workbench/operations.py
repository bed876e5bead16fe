"""What the buttons of the structure page do: "len:o:ho_ten" moves a question one place up."""

from collections.abc import Mapping
from typing import Any

from .. import editing
from ..editing import Edit, EditRefused
from .rows import press

Json = dict[str, Any]
STEPS = {"len": -1, "xuong": 1}


def operate(definition: Json, data: Mapping[str, Any]) -> Edit:
    """Raises EditRefused for what makes no sense and for buttons nobody drew."""
    what, thing, key = press(str(data.get("viec", "")))
    if thing == "phan":
        return _section(definition, what, key, data)
    if thing == "o":
        return _field(definition, what, key, data)
    raise EditRefused("Không rõ việc cần làm. Hãy thử lại từ trang này.")


def _section(definition: Json, what: str, key: str, data: Mapping[str, Any]) -> Edit:
    if what == "them":
        return editing.add_section(definition, _line(data.get("ten")))
    if what in STEPS:
        return editing.step_section(definition, key, STEPS[what])
    if what == "dat":
        return editing.move_section(definition, key, at=_number(data.get("vi_tri")))
    if what == "doi":
        return editing.duplicate_section(definition, key)
    if what in ("bo", "bo-het"):
        return editing.remove_section(definition, key, clean=what == "bo-het")
    raise EditRefused("Không rõ việc cần làm với phần này.")


def _field(definition: Json, what: str, key: str, data: Mapping[str, Any]) -> Edit:
    if what == "them":
        kind, label = str(data.get("kieu", "")), _line(data.get("ten"))
        return editing.add_field(definition, key, kind, label)
    if what in STEPS:
        return editing.step_field(definition, key, STEPS[what])
    if what == "dat":
        section, _, at = str(data.get("noi", "")).partition(":")
        return editing.move_field(definition, key, section, _number(at))
    if what == "doi":
        return editing.duplicate_field(definition, key)
    if what in ("bo", "bo-het"):
        return editing.remove_field(definition, key, clean=what == "bo-het")
    raise EditRefused("Không rõ việc cần làm với câu hỏi này.")


def removal(definition: Json, button: str) -> tuple[str, list[str]] | None:
    """(what it is called, who asks it) when a pressed "bo" needs a second word."""
    what, thing, key = press(button)
    if what != "bo":
        return None
    if thing == "phan":
        section = editing.find_section(definition, key)
        name = f"phần {editing.name_of(section)}"
        keys, rest = {spec["key"] for spec in section["fields"]}, _others(definition, key)
        users = editing.used_by({"sections": rest}, keys)
    else:
        name = f"câu hỏi {editing.name_of(editing.find_field(definition, key))}"
        users = editing.used_by(definition, {key})
    return (name, users) if users else None


def _others(definition: Json, key: str) -> list[Json]:
    return [section for section in definition["sections"] if section["key"] != key]


def _line(value: Any) -> str:
    return editing.clean_line(str(value or ""))


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def neighbour(definition: Json, button: str) -> str:
    """Where the focus goes when what had it is gone: the id of what stands beside it."""
    _, thing, key = press(button)
    if thing == "phan":
        keys = [section["key"] for section in definition["sections"]]
        left = [other for other in keys if other != key]
        return f"phan-{left[min(keys.index(key), len(left) - 1)]}" if left else ""
    home, at = editing.place_of(definition, key)
    fields = editing.find_section(definition, home)["fields"]
    left = [spec["key"] for spec in fields if spec["key"] != key]
    return f"o-{left[min(at, len(left) - 1)]}" if left else f"phan-{home}"
