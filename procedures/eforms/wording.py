"""One question of a definition in an editor's words, for readers of what changed."""

from collections.abc import Iterator, Mapping
from typing import Any

from . import choosing, vocabulary
from .blocks import ORGANISATION, PERSON
from .workbench.days import day_words

Json = dict[str, Any]
_LABELS = {
    "help": "Hướng dẫn",
    "text": "Nội dung",
    "required": "Bắt buộc trả lời",
    "prefill": "Điền sẵn từ tài khoản",
    "max_length": "Dài nhất (ký tự)",
    "pattern": "Dạng chữ",
    "min": "Nhỏ nhất",
    "max": "Lớn nhất",
    "decimals": "Số lẻ",
    "unit": "Đơn vị",
    "min_rows": "Ít nhất mấy dòng",
    "max_rows": "Nhiều nhất mấy dòng",
    "row_label": "Tên gọi một dòng",
    "accept": "Loại tệp được nhận",
    "max_files": "Nhiều tệp nhất",
    "options": "Lựa chọn",
    "parts": "Hỏi những gì",
    "required_parts": "Trong đó bắt buộc",
}
_PARTS = {**ORGANISATION, **PERSON}


def spec_words(section: str, spec: Mapping[str, Any], specs: Mapping[str, Json]) -> str:
    """A line for each thing said; `specs` are the form's questions by key."""
    return "\n".join([f"Phần: {section}", *_lines(spec, specs)])


def _lines(spec: Mapping[str, Any], specs: Mapping[str, Json]) -> Iterator[str]:
    if "type" in spec:
        yield f"Kiểu: {vocabulary.TYPES.get(spec['type'], spec['type'])}"
    for name, label in _LABELS.items():
        if (value := spec.get(name)) not in (None, "", [], False):
            yield f"{label}: {_value(name, value, spec)}"
    for column in spec.get("columns", ()):
        said = "; ".join(_lines(column, specs))
        yield f"Cột “{column.get('label', column.get('key'))}”: {said}"
    if "show_if" in spec:
        yield f"Chỉ hiện khi: {choosing.in_words(spec['show_if'], dict(specs))}"


def _value(name: str, value: Any, spec: Mapping[str, Any]) -> str:
    if name == "options":
        return "; ".join(str(option.get("label", option.get("value"))) for option in value)
    if name in ("parts", "required_parts"):
        return "; ".join(str(_PARTS.get(part, {}).get("label", part)) for part in value)
    if name == "prefill":
        return vocabulary.PREFILLS.get(value, str(value))
    if name == "pattern":
        return vocabulary.PATTERNS.get(value, str(value))
    if name in ("min", "max") and spec.get("type") == "date":
        return day_words(str(value))
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "Có" if value is True else str(value)
