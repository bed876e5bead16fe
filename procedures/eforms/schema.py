"""Is a definition fit to be published? Problems come back as Vietnamese sentences."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from . import conditions
from .blocks import part_specs
from .limits import day_limit
from .nodes import GROUPS, TEXTS

MAX_FIELDS = 500
MAX_VALUES = 40_000  # JSON values in one definition
MAX_DEPTH = 24
MAX_TEXT = 1_000_000  # characters in one definition
MAX_CONDITION_DEPTH = 5
MAX_PROBLEMS = 50

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "schema.json").read_text("utf-8"))
_VALIDATOR = Draft202012Validator(SCHEMA)

# Which field types an account datum can answer.
PREFILL_TYPES = {
    "user": {"person"},
    "user.full_name": {"text"},
    "user.birth_date": {"date"},
    "user.sex": {"choice"},
    "user.citizen_id": {"citizen_id", "text", "tax_code"},
    "user.phone": {"phone"},
    "user.email": {"email"},
    "user.address": {"address", "text", "long_text"},
}
_UNCOMPARABLE = GROUPS | {"table", "file"}


def check_definition(definition: Any) -> list[str]:
    """What is wrong with the definition, each with its place; [] when it may be published.

    Anything may be passed in, however deep, large or mistyped.
    """
    if problem := too_much(definition):
        return [problem]
    errors = list(_first(_VALIDATOR.iter_errors(definition), MAX_PROBLEMS))
    if errors:
        return sorted({_schema_sentence(error, definition) for error in errors})
    return list(_first(_rules(definition), MAX_PROBLEMS))


def _first(items: Iterator[Any], limit: int) -> Iterator[Any]:
    for _, item in zip(range(limit), items, strict=False):
        yield item


def too_much(definition: Any) -> str | None:
    """Refuses what would be slow or dangerous to look at more closely."""
    values = text = fields = 0
    stack: list[tuple[Any, int]] = [(definition, 1)]
    while stack:
        value, level = stack.pop()
        values += 1
        if level > MAX_DEPTH:
            return f"Biểu mẫu lồng nhau quá sâu (hơn {MAX_DEPTH} tầng). Hãy làm phẳng bớt."
        if isinstance(value, dict):
            inner = value.get("fields")
            fields += len(inner) if isinstance(inner, list) else 0
            text += sum(len(key) for key in value if isinstance(key, str))
            if any(not isinstance(key, str) for key in value):
                return "Biểu mẫu có tên thuộc tính không phải là chữ."
            values += len(value)
            stack.extend((part, level + 1) for part in value.values())
        elif isinstance(value, list):
            values += len(value)
            if values <= MAX_VALUES:
                stack.extend((part, level + 1) for part in value)
        elif isinstance(value, str):
            text += len(value)
        elif value is not None and not isinstance(value, bool | int | float):
            return "Biểu mẫu có giá trị không thuộc kiểu dữ liệu JSON."
        elif isinstance(value, float) and value - value != 0:
            return "Biểu mẫu có số vô hạn hoặc không xác định."
        if fields > MAX_FIELDS:
            return f"Biểu mẫu có quá {MAX_FIELDS} trường. Hãy tách thành nhiều biểu mẫu."
        if values > MAX_VALUES or text > MAX_TEXT:
            return "Biểu mẫu quá lớn. Hãy bỏ bớt trường, lựa chọn hoặc chữ."
    return None


# --- schema errors, in words -----------------------------------------------------------------


def _place(path: list[Any], definition: Any) -> str:
    """“Phần 2 (cha_me), trường 3 (ho_ten)” from a JSON path."""
    words: list[str] = []
    value = definition
    titles = {"sections": "phần", "fields": "trường", "columns": "cột", "options": "lựa chọn"}
    previous: Any = None
    for step in path:
        value = value[step]
        if isinstance(step, int) and previous in titles:
            key = value.get("key") if isinstance(value, dict) else None
            words.append(f"{titles[previous]} {step + 1}" + (f" ({str(key)[:40]})" if key else ""))
        elif isinstance(step, str) and step not in titles:
            words.append(f"thuộc tính “{step[:40]}”")
        previous = step
    return ", ".join(words).capitalize() if words else "Biểu mẫu"


def _listed(values: Any) -> str:
    return ", ".join(str(value)[:40] for value in list(values)[:20])


_TYPE_WORDS = {
    "object": "một đối tượng",
    "array": "một danh sách",
    "string": "chữ",
    "integer": "số nguyên",
    "number": "số",
    "boolean": "true hoặc false",
}


def _schema_sentence(error: ValidationError, definition: Any) -> str:
    place = _place(list(error.absolute_path), definition)
    rule, limit, value = error.validator, error.validator_value, error.instance
    if rule == "required":
        return f"{place}: thiếu {_listed(name for name in limit if name not in value)}."
    if rule in ("additionalProperties", "unevaluatedProperties"):
        known = error.schema.get("properties", {}) if rule == "additionalProperties" else ()
        unknown = [name for name in value if name not in known]
        if rule == "unevaluatedProperties":
            unknown = [name for name in unknown if name not in _FIELD_PROPERTIES]
        return f"{place}: không hiểu thuộc tính {_listed(unknown) or 'được ghi ở đây'}."
    if rule == "type":
        kinds = [limit] if isinstance(limit, str) else limit
        return f"{place}: phải là {' hoặc '.join(_TYPE_WORDS[kind] for kind in kinds)}."
    if rule in ("enum", "const"):
        return f"{place}: “{str(value)[:40]}” không nằm trong {_listed(limit)}."
    if rule == "pattern":
        return f"{place}: “{str(value)[:40]}” viết sai dạng {limit}."
    if rule in ("minItems", "minLength", "minProperties"):
        return f"{place}: không được để trống."
    if rule in ("maxItems", "maxLength"):
        return f"{place}: dài quá {limit}."
    return f"{place}: phải trong khoảng cho phép ({rule} {limit})."


_FIELD_PROPERTIES = frozenset(SCHEMA["$defs"]["field"]["properties"]) | frozenset(
    SCHEMA["$defs"]["limits"]["properties"]
)


# --- rules a schema cannot say ---------------------------------------------------------------


def _rules(definition: dict[str, Any]) -> Iterator[str]:
    order: dict[str, dict[str, Any]] = {}
    for section in definition["sections"]:
        for spec in section["fields"]:
            order.setdefault(spec["key"], spec)
    seen: set[str] = set()
    section_keys: set[str] = set()
    for section in definition["sections"]:
        place = f"Phần {section['key']}"
        if section["key"] in section_keys:
            yield f"{place}: khóa này đã dùng cho phần khác."
        section_keys.add(section["key"])
        yield from _condition_rules(place, section.get("show_if"), seen, order, set())
        for spec in section["fields"]:
            here = f"{place}, trường {spec['key']}"
            if spec["key"] in seen:
                yield f"{here}: khóa này đã dùng cho trường khác."
            yield from _condition_rules(here, spec.get("show_if"), seen, order, {spec["key"]})
            yield from _field_rules(here, spec)
            seen.add(spec["key"])


def _condition_rules(
    place: str,
    condition: dict[str, Any] | None,
    seen: set[str],
    order: dict[str, dict[str, Any]],
    own: set[str],
) -> Iterator[str]:
    if condition is None:
        return
    if conditions.depth(condition) > MAX_CONDITION_DEPTH:
        yield f"{place}: điều kiện lồng quá {MAX_CONDITION_DEPTH} tầng."
        return
    if problem := _condition_shape(condition):
        yield f"{place}: {problem}"
        return
    for leaf in conditions.leaves(condition):
        key = leaf["field"]
        if key not in order:
            yield f"{place}: điều kiện nói đến trường “{key}” không có trong biểu mẫu."
        elif key in own or own & _needs(key, order):
            yield f"{place}: điều kiện tạo thành vòng lặp với trường “{key}”."
        elif key not in seen:
            yield f"{place}: điều kiện nói đến trường “{key}” đứng sau; chỉ dùng trường đứng trước."
        elif problem := _comparison_problem(leaf, order[key]):
            yield f"{place}: {problem}"


def _condition_shape(condition: dict[str, Any]) -> str | None:
    """A condition is one comparison or one combination, never a mix."""
    words = set(condition)
    if "field" in words:
        if len(words & {"equals", "in", "filled"}) != 1 or len(words) != 2:
            return "điều kiện phải có field và đúng một trong equals, in, filled."
        return None
    if len(words) != 1 or not words & {"all", "any", "not"}:
        return "điều kiện phải là field, all, any hoặc not."
    parts = [condition["not"]] if "not" in condition else next(iter(condition.values()))
    return next((problem for part in parts if (problem := _condition_shape(part))), None)


def _needs(key: str, order: dict[str, dict[str, Any]]) -> set[str]:
    """Every field that decides, directly or not, whether `key` is asked."""
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for name in conditions.names(order.get(waiting.pop(), {}).get("show_if")):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def _comparison_problem(leaf: dict[str, Any], spec: dict[str, Any]) -> str | None:
    key, kind = spec["key"], spec["type"]
    if kind in TEXTS:
        return f"điều kiện nói đến “{key}” là phần chữ, không có câu trả lời."
    if "filled" in leaf:
        return None
    if kind in _UNCOMPARABLE:
        return f"điều kiện chỉ hỏi được “{key}” đã trả lời hay chưa (filled)."
    wanted = leaf["in"] if "in" in leaf else [leaf["equals"]]
    if kind == "yes_no" and any(not isinstance(value, bool) for value in wanted):
        return f"điều kiện với “{key}” phải so với true hoặc false."
    if kind in ("choice", "checks"):
        known = {option["value"] for option in spec["options"]}
        if unknown := [value for value in wanted if value not in known]:
            return f"“{key}” không có lựa chọn {_listed(unknown)}."
    return None


def _field_rules(place: str, spec: dict[str, Any]) -> Iterator[str]:
    kind = spec["type"]
    source = spec.get("prefill")
    if source and kind not in PREFILL_TYPES[source]:
        yield f"{place}: không điền sẵn {source} vào kiểu {kind} được."
    if kind == "table":
        keys = [column["key"] for column in spec["columns"]]
        if len(set(keys)) < len(keys):
            yield f"{place}: hai cột trùng khóa."
        if spec.get("min_rows", 0) > spec.get("max_rows", 50):
            yield f"{place}: min_rows lớn hơn max_rows."
        for column in spec["columns"]:
            yield from _limit_rules(f"{place}, cột {column['key']}", column)
    elif kind in ("person", "organisation"):
        parts = [part["key"] for part in part_specs(spec)]
        if len(set(parts)) < len(parts):
            yield f"{place}: parts có phần lặp lại."
        if lost := set(spec.get("required_parts", ())) - set(parts):
            yield f"{place}: required_parts nói đến {_listed(sorted(lost))} không có trong parts."
    else:
        yield from _limit_rules(place, spec)


def _limit_rules(place: str, spec: dict[str, Any]) -> Iterator[str]:
    kind, low, high = spec["type"], spec.get("min"), spec.get("max")
    if "options" in spec:
        values = [option["value"] for option in spec["options"]]
        if len(set(values)) < len(values):
            yield f"{place}: hai lựa chọn trùng giá trị."
        if kind == "checks" and max(low or 0, 1) > min(high or len(values), len(values)):
            yield f"{place}: số lựa chọn ít nhất lớn hơn số nhiều nhất."
        return
    if kind == "date":
        for limit in (low, high):
            if limit is not None and day_limit(limit) is None:
                yield f"{place}: “{limit}” không phải là một ngày có thật."
                return
        low, high = (day_limit(limit) if limit is not None else None for limit in (low, high))
    if low is not None and high is not None and type(low) is not str and low > high:
        yield f"{place}: min lớn hơn max."
