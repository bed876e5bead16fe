"""Our own records: lines of {"record": …, "eform": …}, as exports write them, or a record by
itself. A packed folder's lines also name their file, and may say why it could not be read."""

from collections.abc import Mapping
from typing import Any

from procedures.exchange.rows import SAME, Content


def is_ours(raw: Mapping[str, Any]) -> bool:
    return "record" in raw or "problem" in raw or ("sector" in raw and "code" in raw)


def convert(raw: Mapping[str, Any]) -> Content:
    if raw.get("problem"):
        return Content({}, problems=[str(raw["problem"])])
    if "record" not in raw:
        data, eform = dict(raw), SAME
    else:
        data, eform = raw["record"], raw.get("eform", SAME)
        if not isinstance(data, dict):
            raise TypeError("record")
    data = {name: value for name, value in data.items() if name != "eform"}
    if eform is not SAME and not isinstance(eform, dict | None):
        return Content(data, problems=["Biểu mẫu điện tử: phải là một mục có tên các ô."])
    return Content(data, eform)


def code_of(raw: Mapping[str, Any]) -> tuple[str, str]:
    """(code, name or file) for the list of rows, before anything is checked."""
    record = raw.get("record", raw)
    if not isinstance(record, Mapping):
        record = {}
    name = record.get("name") or raw.get("file") or ""
    return str(record.get("code") or ""), str(name)
