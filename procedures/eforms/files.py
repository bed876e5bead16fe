"""A definition as a file: what an editor uploads is read with suspicion."""

import json
import unicodedata
from typing import Any

from . import outline
from .schema import check_definition

LARGEST = 2_000_000  # bytes
Json = dict[str, Any]


class FileRefused(ValueError):
    """`problems` are sentences, the first few of what is wrong."""

    def __init__(self, *problems: str) -> None:
        super().__init__(problems[0])
        self.problems = list(problems)


def read_definition(content: bytes) -> Json:
    """The definition in an uploaded file; raises FileRefused unless it could be published."""
    definition = read_outline(content)
    if problems := check_definition(definition):
        raise FileRefused(*problems[:20])
    return definition


def read_outline(content: bytes) -> Json:
    """A form as far as it is written; raises FileRefused when it could not be edited either."""
    if len(content) > LARGEST:
        raise FileRefused("Tệp lớn hơn 2 MB. Biểu mẫu dài nhất cũng chỉ vài trăm kB.")
    try:
        text = content.decode("utf-8-sig")
        found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_such_number)
    except FileRefused:
        raise
    except (ValueError, RecursionError):
        raise FileRefused("Tệp không phải là JSON. Hãy chọn tệp .json đã tải từ cổng.") from None
    definition = _tidy_all(found)
    try:
        outline.safe(definition)
    except outline.Unreadable as error:
        raise FileRefused(str(error)) from None
    return dict(definition)


def _once(pairs: list[tuple[str, Any]]) -> Json:
    """Python keeps the last of two equal names; what the author meant is unknown."""
    found: Json = {}
    for name, value in pairs:
        if name in found:
            raise FileRefused(f"Thuộc tính “{name[:40]}” ghi hai lần trong một đối tượng.")
        found[name] = value
    return found


def _no_such_number(word: str) -> Any:
    raise FileRefused("Tệp có số vô hạn hoặc không xác định.")


def _tidy_all(found: Any) -> Any:
    """Text in normal form, without what PostgreSQL cannot keep. Not by recursion: the file may
    be nested as deep as the reader goes, and `outline.safe` refuses it afterwards."""
    root = [found]
    stack: list[Any] = [root]
    while stack:
        holder = stack.pop()
        for name, value in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(value, str):
                holder[name] = clean_text(value)
            elif isinstance(value, dict | list):
                stack.append(value)
    return root[0]


def clean_text(text: str) -> str:
    whole = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return unicodedata.normalize("NFC", whole)


def as_file(definition: Json) -> bytes:
    return json.dumps(definition, ensure_ascii=False, indent=2).encode() + b"\n"
