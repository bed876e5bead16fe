"""Kinds of values a record is made of. Each reads what somebody sent into its normal form and
notes what is wrong; nothing here raises on bad input."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlsplit

from portal.lib.text import nfc

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# Codes stand in addresses beside words ("/thu-tuc/ket-qua/"): those have no digit, and no slash.
CODE = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
# Control characters no database column, PDF or spreadsheet of ours should meet.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """`path` is where in the record (`cases.0.name`), `place` the same in an editor's words."""

    path: str
    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


@dataclass(slots=True)
class Notes:
    """What was found wrong; stops counting where nobody would read on."""

    problems: list[Problem] = field(default_factory=list)
    most: int = 50

    def add(self, path: str, place: str, sentence: str) -> None:
        if len(self.problems) < self.most:
            self.problems.append(Problem(path, place, sentence))


@dataclass(frozen=True, slots=True)
class Kind:
    """`needed`: a record cannot be published without it (missing_of says so)."""

    label: str
    needed: bool = field(default=False, kw_only=True)
    # What is empty reads as empty, without a word.
    may_lack: ClassVar[bool] = True

    def empty(self) -> Any:
        return ""

    def read(self, value: Any, path: str, place: str, notes: Notes) -> Any:
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """The value in an editor's words."""
        return str(value)


def clean_text(value: str) -> str:
    """NFC, one kind of line break, no control characters, no blank ends."""
    text = nfc(value)
    if not text.isprintable():  # most texts are: one pass instead of three
        text = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.strip()


@dataclass(frozen=True, slots=True)
class Text(Kind):
    longest: int = 250
    lines: bool = False

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        if value is None:
            return ""
        if not isinstance(value, str):
            notes.add(path, place, "phải là chữ.")
            return ""
        if len(value) > 4 * self.longest + 1000:  # before any work on ten megabytes
            notes.add(path, place, f"dài quá {self.longest} ký tự.")
            return ""
        text = clean_text(value)
        if not self.lines:
            text = " ".join(text.split())
        if len(text) > self.longest:
            notes.add(path, place, f"dài {len(text)} ký tự, nhiều nhất {self.longest}.")
        return text


@dataclass(frozen=True, slots=True)
class Key(Kind):
    """A name machines use: unique among its neighbours, kept from version to version."""

    may_lack: ClassVar[bool] = False

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        text = value if isinstance(value, str) else ""
        if not KEY.fullmatch(text):
            notes.add(path, place, "chỉ gồm chữ thường không dấu, số, gạch nối; dài 1–60 ký tự.")
            return ""
        return text


@dataclass(frozen=True, slots=True)
class Code(Kind):
    """A procedure's code: part of its address, so nothing that an address cannot hold."""

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        text = clean_text(value) if isinstance(value, str) and len(value) < 1000 else ""
        if value in (None, "") or CODE.fullmatch(text):
            return text
        notes.add(path, place, "gồm chữ không dấu, số và dấu chấm, gạch nối, có ít nhất một số.")
        return ""


@dataclass(frozen=True, slots=True)
class Url(Kind):
    """http(s) only: anything else (`javascript:` …) would run or read where it is clicked."""

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        text = clean_text(value) if isinstance(value, str) else ""
        if not text:
            return ""
        try:
            parts = urlsplit(text)
            good = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            good = False
        if not good or len(text) > 500 or any(c.isspace() or c in "<>\"'" for c in text):
            notes.add(path, place, "phải là địa chỉ bắt đầu bằng https:// hoặc http://.")
            return ""
        return text


@dataclass(frozen=True, slots=True)
class FileRef(Kind):
    """The public id of an uploaded CatalogueFile; `purpose` is what it is uploaded as."""

    purpose: str = "form"

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        if value in (None, ""):
            return ""
        try:
            return str(uuid.UUID(value))
        except (ValueError, TypeError, AttributeError):
            notes.add(path, place, "phải là một tệp đã tải lên.")
            return ""


@dataclass(frozen=True, slots=True)
class Number(Kind):
    low: int = 0
    high: int = 32767
    default: int | None = 0

    def empty(self) -> int | None:
        return self.default

    def read(self, value: Any, path: str, place: str, notes: Notes) -> int | None:
        if value is None:
            return self.default
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            notes.add(path, place, "phải là số nguyên.")
            return self.default
        if not self.low <= value <= self.high:
            notes.add(path, place, f"phải từ {self.low} đến {self.high}.")
            return self.default
        return value

    def shown(self, value: Any) -> str:
        return "" if value is None else f"{value:,}".replace(",", ".")


@dataclass(frozen=True, slots=True)
class Flag(Kind):
    default: bool = False

    def empty(self) -> bool:
        return self.default

    def read(self, value: Any, path: str, place: str, notes: Notes) -> bool:
        if value is None:
            return self.default
        if not isinstance(value, bool):
            notes.add(path, place, "phải là có hoặc không.")
            return self.default
        return value

    def shown(self, value: Any) -> str:
        return "Có" if value else "Không"


@dataclass(frozen=True, slots=True)
class Choice(Kind):
    """`choices` are (value, words) pairs, a Django Choices' own."""

    choices: tuple[tuple[Any, str], ...] = ()
    default: Any = ""

    def empty(self) -> Any:
        return self.default

    def read(self, value: Any, path: str, place: str, notes: Notes) -> Any:
        if value in (None, ""):
            return self.default
        known = {choice for choice, _ in self.choices}
        if isinstance(value, bool) or not isinstance(value, (str, int)) or value not in known:
            words = ", ".join(str(choice) for choice, _ in self.choices)
            notes.add(path, place, f"phải là một trong: {words}.")
            return self.default
        return value

    def shown(self, value: Any) -> str:
        return str(dict(self.choices).get(value, "" if value is None else value))


@dataclass(frozen=True, slots=True)
class Day(Kind):
    """ISO text, "" when unknown."""

    def read(self, value: Any, path: str, place: str, notes: Notes) -> str:
        if value in (None, ""):
            return ""
        try:
            return date.fromisoformat(value).isoformat()
        except (TypeError, ValueError):
            notes.add(path, place, "phải là ngày dạng năm-tháng-ngày.")
            return ""

    def shown(self, value: Any) -> str:
        return date.fromisoformat(value).strftime("%d/%m/%Y") if value else ""


@dataclass(frozen=True, slots=True)
class Words(Kind):
    """A list of short texts, each once. `among` closes the set; `names` only says how some
    of them are shown."""

    longest: int = 250
    most: int = 100
    among: tuple[tuple[str, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()

    def empty(self) -> list[str]:
        return []

    def read(self, value: Any, path: str, place: str, notes: Notes) -> list[str]:
        if value is None:
            return []
        if not isinstance(value, list):
            notes.add(path, place, "phải là danh sách.")
            return []
        if len(value) > self.most:
            notes.add(path, place, f"có {len(value)} mục, nhiều nhất {self.most}.")
            return []
        one = Text(self.label, longest=self.longest)
        texts = [one.read(text, f"{path}.{i}", place, notes) for i, text in enumerate(value)]
        found = list(dict.fromkeys(text for text in texts if text))
        known = {word for word, _ in self.among}
        if known and (strange := [text for text in found if text not in known]):
            notes.add(path, place, f"không có mục “{strange[0][:60]}”.")
            return [text for text in found if text in known]
        return found

    def shown(self, value: Any) -> str:
        words = dict(self.among or self.names)
        return "; ".join(words.get(text, text) for text in value)


@dataclass(frozen=True, slots=True)
class Block(Kind):
    """An object with named fields; others are refused."""

    fields: Mapping[str, Kind] = field(default_factory=dict)
    # Names that old files carry and nobody reads.
    ignored: frozenset[str] = frozenset()
    # Found out once, not for each of a catalogue's two million fields.
    rows: tuple[tuple[str, "Rows"], ...] = field(init=False, repr=False, compare=False)
    asking: tuple[tuple[str, Kind], ...] = field(init=False, repr=False, compare=False)
    _each: tuple[tuple[str, Kind, Any], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        fields = self.fields.items()
        rows = tuple((name, kind) for name, kind in fields if isinstance(kind, Rows))
        asking = tuple(pair for pair in fields if pair[1].needed or isinstance(pair[1], Rows))
        each = tuple((name, kind, kind.empty()) for name, kind in fields)
        for name, found in (("rows", rows), ("asking", asking), ("_each", each)):
            object.__setattr__(self, name, found)

    def empty(self) -> dict[str, Any]:
        return {name: kind.empty() for name, kind in self.fields.items()}

    def read(self, value: Any, path: str, place: str, notes: Notes) -> dict[str, Any]:
        if not isinstance(value, dict):
            notes.add(path, place, "phải là một mục có tên các ô.")
            return self.empty()
        for name in value:
            if name not in self.fields and name not in self.ignored:
                notes.add(path, place, f"không có ô tên “{str(name)[:60]}”.")
        found = {}
        for name, kind, empty in self._each:
            given = value.get(name)
            # Most fields of a catalogue are empty: no place need be named for those.
            if kind.may_lack and (given is None or (type(given) is type(empty) and given == empty)):
                found[name] = kind.empty() if isinstance(empty, list | dict) else empty
                continue
            where = f"{path}.{name}" if path else name
            label = f"{place} › {kind.label}" if place else kind.label
            found[name] = kind.read(given, where, label, notes)
        return found

    def shown(self, value: Any) -> str:
        parts = ((kind, kind.shown(value[name])) for name, kind in self.fields.items())
        return "; ".join(f"{kind.label}: {text}" for kind, text in parts if text)


@dataclass(frozen=True, slots=True)
class Rows(Kind):
    """A list of blocks. `one` names a row ("Giấy tờ 3"); `identity` is the field by which rows
    of two versions are the same row; with `unique` it may occur once only."""

    block: Block = field(default_factory=lambda: Block(""))
    one: str = "Mục"
    most: int = 100
    identity: str = ""
    unique: bool = False

    def empty(self) -> list[Any]:
        return []

    def read(self, value: Any, path: str, place: str, notes: Notes) -> list[dict[str, Any]]:
        if value is None:
            return []
        if not isinstance(value, list):
            notes.add(path, place, "phải là danh sách.")
            return []
        if len(value) > self.most:
            notes.add(path, place, f"có {len(value)} mục, nhiều nhất {self.most}.")
            return []
        rows = [
            self.block.read(row, f"{path}.{i}", f"{place} {i + 1}", notes)
            for i, row in enumerate(value)
        ]
        if self.unique:
            for key in _twice(row[self.identity] for row in rows):
                notes.add(path, place, f"khóa “{key}” lặp lại.")
        return rows

    def shown(self, value: Any) -> str:
        return "\n".join(self.block.shown(row) for row in value)


def _twice(keys: Iterator[str]) -> list[str]:
    seen: set[str] = set()
    again: dict[str, None] = {}
    for key in keys:
        if key in seen and key:
            again[key] = None
        seen.add(key)
    return list(again)
