"""Editing a definition: each function takes one and gives a new one with what was done.

No database, no request. `outline.safe` must have taken the definition. A change that makes no
sense raises EditRefused with a sentence. What an edit leaves behind (a condition on a question
that now comes later) is told by lint, and `check_definition` keeps it from being published.
"""

import copy
from collections.abc import Iterator
from typing import Any, NamedTuple

from . import outline, vocabulary
from .files import clean_text
from .keys import KEY, key_from
from .references import renamed, unused, users_of
from .schema import MAX_FIELDS

Json = dict[str, Any]
MAX_SECTIONS = 60


class EditRefused(ValueError):
    """What was asked is not possible; `str()` is a sentence for the editor."""


class Edit(NamedTuple):
    definition: Json
    key: str  # of the section or question it was about
    summary: str  # for the journal of the draft


def empty(title: str) -> Json:
    first = {"key": "phan_1", "title": "Thông tin chung", "fields": []}
    return {"title": title[:300] or "Tờ khai", "form_no": "", "source": "", "sections": [first]}


def clean_line(text: str, longest: int = 300) -> str:
    """One line of text in normal form."""
    return " ".join(clean_text(text).split())[:longest]


def name_of(spec: Json) -> str:
    label = str(spec.get("label") or spec.get("title") or spec.get("key", ""))
    return f"“{label if len(label) <= 80 else label[:79] + '…'}”"


# --- finding ---------------------------------------------------------------------------------


def find_section(definition: Json, key: str) -> Json:
    for section in definition["sections"]:
        if section["key"] == key:
            return dict(section)
    raise EditRefused("Biểu mẫu không còn phần này.")


def find_field(definition: Json, key: str) -> Json:
    for _, spec in outline.walk(definition):
        if spec["key"] == key:
            return dict(spec)
    raise EditRefused("Biểu mẫu không còn câu hỏi này.")


def place_of(definition: Json, key: str) -> tuple[str, int]:
    """(section, position from 0) of a question."""
    for section in definition["sections"]:
        for at, spec in enumerate(section["fields"]):
            if spec["key"] == key:
                return section["key"], at
    raise EditRefused("Biểu mẫu không còn câu hỏi này.")


def field_keys(definition: Json | None) -> frozenset[str]:
    return frozenset(outline.specs_of(definition))


def _section(definition: Json, key: str) -> Json:
    """The section itself, to be changed."""
    find_section(definition, key)
    return next(section for section in definition["sections"] if section["key"] == key)


def _at(items: list[Json], at: int | None) -> int:
    return len(items) if at is None else max(0, min(at, len(items)))


# --- adding ----------------------------------------------------------------------------------


def add_section(definition: Json, title: str = "", at: int | None = None) -> Edit:
    if len(definition["sections"]) >= MAX_SECTIONS:
        raise EditRefused(f"Biểu mẫu có nhiều nhất {MAX_SECTIONS} phần.")
    new = copy.deepcopy(definition)
    taken = {section["key"] for section in new["sections"]}
    title = title or f"Phần {len(taken) + 1}"
    section: Json = {"key": key_from(title, taken, "phan"), "title": title, "fields": []}
    new["sections"].insert(_at(new["sections"], at), section)
    return Edit(new, section["key"], f"Thêm phần {name_of(section)}")


def add_field(
    definition: Json, section: str, kind: str, label: str = "", at: int | None = None
) -> Edit:
    """A question of this type with what the type must have."""
    if kind not in vocabulary.TYPES:
        raise EditRefused("Hãy chọn kiểu câu hỏi có trong danh sách.")
    _room(definition, 1)
    new = copy.deepcopy(definition)
    spec = new_spec(kind, label or vocabulary.TYPES[kind], field_keys(new))
    fields = _section(new, section)["fields"]
    fields.insert(_at(fields, at), spec)
    return Edit(new, spec["key"], f"Thêm câu hỏi {name_of(spec)}")


def new_spec(kind: str, label: str, taken: frozenset[str]) -> Json:
    spec: Json = {"key": key_from(label, taken), "type": kind, "label": label}
    if kind in ("choice", "checks"):
        spec["options"] = [{"value": f"muc_{i}", "label": f"Lựa chọn {i}"} for i in (1, 2)]
    if kind == "table":
        spec["columns"] = [new_spec("text", "Nội dung", frozenset())]
    return spec


def _room(definition: Json, more: int) -> None:
    if len(list(outline.walk(definition))) + more > MAX_FIELDS:
        raise EditRefused(f"Biểu mẫu có nhiều nhất {MAX_FIELDS} câu hỏi.")


# --- duplicating -----------------------------------------------------------------------------


def duplicate_field(definition: Json, key: str) -> Edit:
    _room(definition, 1)
    new = copy.deepcopy(definition)
    section, at = place_of(new, key)
    twin = _twin(find_field(new, key), set(field_keys(new)))
    _section(new, section)["fields"].insert(at + 1, twin)
    return Edit(new, twin["key"], f"Nhân đôi câu hỏi {name_of(twin)}")


def duplicate_section(definition: Json, key: str) -> Edit:
    """With its questions under new keys; conditions inside follow them."""
    source = find_section(definition, key)
    _room(definition, len(source["fields"]))
    made = add_section(definition, source["title"], _index(definition, key) + 1)
    new, taken, keys = made.definition, set(field_keys(definition)), {}
    twin = _section(new, made.key)
    twin |= {name: copy.deepcopy(value) for name, value in source.items() if name != "key"}
    twin["fields"] = []
    for spec in source["fields"]:
        copied = _twin(spec, taken)
        keys[spec["key"]] = copied["key"]
        taken.add(copied["key"])
        twin["fields"].append(copied)
    for spec in twin["fields"]:
        if "show_if" in spec:
            spec["show_if"] = renamed(spec["show_if"], keys)
    return Edit(new, made.key, f"Nhân đôi phần {name_of(twin)}")


def _twin(spec: Json, taken: set[str]) -> Json:
    twin = copy.deepcopy(spec)
    twin["key"] = key_from(spec["key"].replace("_", " "), taken)
    return twin


# --- moving ----------------------------------------------------------------------------------


def _index(definition: Json, key: str) -> int:
    for at, section in enumerate(definition["sections"]):
        if section["key"] == key:
            return at
    raise EditRefused("Biểu mẫu không còn phần này.")


def move_section(definition: Json, key: str, *, at: int) -> Edit:
    new = copy.deepcopy(definition)
    section = new["sections"].pop(_index(new, key))
    new["sections"].insert(_at(new["sections"], at), section)
    return Edit(new, key, f"Chuyển phần {name_of(section)} đến vị trí {_index(new, key) + 1}")


def step_section(definition: Json, key: str, by: int) -> Edit:
    at = _index(definition, key) + by
    if not 0 <= at < len(definition["sections"]):
        raise EditRefused("Phần này đã ở đầu hoặc cuối biểu mẫu.")
    return move_section(definition, key, at=at)


def move_field(definition: Json, key: str, section: str, at: int | None = None) -> Edit:
    """To a position (from 0) of a section, counted without the question itself."""
    new = copy.deepcopy(definition)
    home, old = place_of(new, key)
    spec = _section(new, home)["fields"].pop(old)
    goal = _section(new, section)
    goal["fields"].insert(_at(goal["fields"], at), spec)
    number = place_of(new, key)[1] + 1
    words = f"Chuyển câu hỏi {name_of(spec)} đến vị trí {number} của phần {name_of(goal)}"
    return Edit(new, key, words)


def step_field(definition: Json, key: str, by: int) -> Edit:
    """One place up (-1) or down (1), over the border of its section when it stands there."""
    home, at = place_of(definition, key)
    index = _index(definition, home)
    if 0 <= at + by < len(definition["sections"][index]["fields"]):
        return move_field(definition, key, home, at + by)
    if not 0 <= index + by < len(definition["sections"]):
        raise EditRefused("Câu hỏi này đã ở đầu hoặc cuối biểu mẫu.")
    return move_field(
        definition, key, definition["sections"][index + by]["key"], None if by < 0 else 0
    )


# --- removing --------------------------------------------------------------------------------


def used_by(definition: Json, keys: set[str]) -> list[str]:
    """Names of the questions and sections whose conditions ask one of `keys`."""
    return [name_of(item) for item in users_of(definition, keys)]


def remove_field(definition: Json, key: str, *, clean: bool = False) -> Edit:
    """Refuses while conditions ask it, unless told to take it out of them."""
    spec = find_field(definition, key)
    new = _without(definition, {key}, clean, spec)
    return Edit(new, key, f"Xóa câu hỏi {name_of(spec)}")


def remove_section(definition: Json, key: str, *, clean: bool = False) -> Edit:
    section = find_section(definition, key)
    if len(definition["sections"]) == 1:
        raise EditRefused("Biểu mẫu cần ít nhất một phần.")
    rest = {**definition, "sections": [s for s in definition["sections"] if s["key"] != key]}
    new = _without(rest, {spec["key"] for spec in section["fields"]}, clean, section)
    return Edit(new, key, f"Xóa phần {name_of(section)}")


def _without(definition: Json, keys: set[str], clean: bool, what: Json) -> Json:
    new = copy.deepcopy(definition)
    for section in new["sections"]:
        section["fields"] = [spec for spec in section["fields"] if spec["key"] not in keys]
    users = list(users_of(new, keys))
    if users and not clean:
        names = ", ".join(name_of(item) for item in users[:5])
        raise EditRefused(f"Điều kiện của {names} còn nói đến {name_of(what)}.")
    for item in users:
        left = unused(item["show_if"], keys)
        item.pop("show_if")
        if left is not None:
            item["show_if"] = left
    return new


# --- setting ---------------------------------------------------------------------------------


def set_form(definition: Json, changes: Json) -> Edit:
    new = {**copy.deepcopy(definition), **changes}
    return Edit(new, "", "Sửa tên và nguồn của biểu mẫu")


def set_section(definition: Json, key: str, changes: Json) -> Edit:
    """`changes` of title, help, show_if; None takes a property away."""
    new = copy.deepcopy(definition)
    section = _section(new, key)
    _put(section, changes)
    return Edit(new, key, f"Sửa phần {name_of(section)}")


def set_field(
    definition: Json, key: str, changes: Json, *, published: frozenset[str] = frozenset()
) -> Edit:
    """`changes` by property; None takes one away. A new type keeps what it knows.

    Keys of questions in `published` stay: dossiers filed before answer under them.
    """
    find_field(definition, key)
    new = copy.deepcopy(definition)
    spec = next(spec for _, spec in outline.walk(new) if spec["key"] == key)
    wanted = changes.get("key", key)
    if wanted != key:
        _refuse_key(wanted, field_keys(new), published, spec)
        _rename(new, key, wanted)
    _put(spec, changes)
    _fit(spec)
    return Edit(new, wanted, f"Sửa câu hỏi {name_of(spec)}")


def _refuse_key(wanted: str, taken: frozenset[str], published: frozenset[str], spec: Json) -> None:
    if spec["key"] in published:
        raise EditRefused(
            f"Khóa của {name_of(spec)} đã có trong phiên bản đang áp dụng, nên không đổi được: "
            "câu trả lời trong hồ sơ trước dùng khóa này."
        )
    if not KEY.fullmatch(wanted):
        raise EditRefused(
            "Khóa bắt đầu bằng chữ cái thường, chỉ gồm chữ cái thường không dấu, chữ số và dấu "
            "gạch dưới, nhiều nhất 40 ký tự."
        )
    if wanted in taken:
        raise EditRefused(f"Khóa “{wanted}” đã dùng cho câu hỏi khác.")


def _rename(definition: Json, old: str, new: str) -> None:
    for item in users_of(definition, {old}):
        item["show_if"] = renamed(item["show_if"], {old: new})


def _put(item: Json, changes: Json) -> None:
    for name, value in changes.items():
        if value is None:
            item.pop(name, None)
        else:
            item[name] = value


def _fit(spec: Json) -> None:
    """Take away what its type knows nothing of; give it what the type needs."""
    kind = spec["type"]
    if kind in vocabulary.TYPES:
        for name in set(spec) - set(vocabulary.properties(kind)):
            del spec[name]
        for name, value in new_spec(kind, spec["label"] or "x", frozenset()).items():
            if name in ("options", "columns"):
                spec.setdefault(name, value)


def items_of(definition: Json) -> Iterator[Json]:
    """Sections and questions in order."""
    for section in definition["sections"]:
        yield section
        yield from section["fields"]
