"""A record as the controls of one page: made from the kinds, with what is wrong beside each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from procedures.editing.moves import row_title
from procedures.editing.sections import INNER, WINDOW, Screen
from procedures.models import CatalogueFile, FilePurpose
from procedures.records import Problem
from procedures.records.kinds import (
    Block,
    Choice,
    Day,
    FileRef,
    Flag,
    Key,
    Kind,
    Number,
    Rows,
    Text,
    Url,
    Words,
)
from procedures.reference import AGENCY_KINDS, AUDIENCES, EVENTS

# Seldom touched, or for machines: folded away until they are asked for or wrong.
FOLDED = {"key", "reuse_type", "source_url", "hint_key"}
# Sentences written in one line: as wide as their row.
WIDE = {"time_text", "form_title"}
# Lists with names everybody should write alike, offered but not forced.
OFFERED: dict[str, list[tuple[str, str]]] = {
    "life_events": [(card.name, card.name) for card in EVENTS],
    "executing": list(AGENCY_KINDS.items()),
    "audiences": [(name, name) for name in AUDIENCES.values()],
}
HINTS = {
    "code": "Như trên Cổng Dịch vụ công quốc gia, ví dụ 1.001193.",
    "amount": "Số đồng; 0 là không thu, để trống khi chỉ ghi được ở ghi chú.",
    "time": "Chỉ ghi số; để trống khi không quy định.",
    "time_text": "Câu công dân đọc, ví dụ “03 ngày làm việc kể từ khi nhận đủ hồ sơ”.",
    "key": "Tên để máy nhận ra mục này giữa các phiên bản; nên giữ nguyên.",
    "keywords": "Mỗi dòng một từ khóa, như người dân hay gõ.",
    "related": "Mỗi dòng một mã thủ tục.",
    "chained": "Mỗi dòng một mã thủ tục, theo thứ tự thực hiện.",
    "is_note": "Dòng này chỉ dặn dò, công dân không phải nộp gì.",
    "hint": "Giúp công dân tự chọn đúng trường hợp.",
    "exemption": "Luôn hiện với công dân.",
}
_TYPES: dict[type[Kind], str] = {
    Number: "number",
    Flag: "flag",
    Choice: "choice",
    Day: "day",
    Words: "words",
    FileRef: "file",
    Url: "url",
    Key: "text",
}


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Control:
    """`kind` chooses the template's branch; `value` is what stands in it."""

    name: str
    label: str
    kind: str
    value: Any
    needed: bool
    folded: bool = False
    wide: bool = False
    hint: str = ""
    problem: str = ""
    options: list[Option] = field(default_factory=list)
    # A choice may be none; boxes may be added to; lines of a textarea.
    blank: bool = False
    more: bool = False
    height: int = 2
    file: CatalogueFile | None = None
    accept: str = ""
    # What others wrote here, to choose from while typing.
    offered: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        return place_id(self.name)

    @property
    def told_by(self) -> str:
        """Ids for aria-describedby."""
        parts = [("hint", self.hint), ("error", self.problem)]
        return " ".join(f"{self.id}-{part}" for part, words in parts if words)


@dataclass(frozen=True, slots=True)
class Row:
    path: str
    title: str
    number: int
    count: int
    controls: list[Control]
    lists: list["List"]
    # Where the row's own page is, and what stands there ("Giấy tờ (3)").
    inner: Screen | None = None
    inner_words: str = ""

    @property
    def id(self) -> str:
        return place_id(self.path)

    @property
    def plain(self) -> list[Control]:
        hidden = {control.name for control in (*self.folded, *self.attached)}
        return [control for control in self.controls if control.name not in hidden]

    @property
    def folded(self) -> list[Control]:
        return [control for control in self.controls if control.folded]

    @property
    def fold_open(self) -> bool:
        return any(control.problem for control in self.folded)

    @property
    def attached(self) -> list[Control]:
        """Single files of a row that holds lists of files too: both stand under one flap."""
        return [control for control in self.controls if control.kind == "file" and self.lists]

    @property
    def files(self) -> int:
        listed = sum(lines.count for lines in self.lists)
        return listed + sum(bool(control.value) for control in self.attached)

    @property
    def files_open(self) -> bool:
        return self.files > 0 or any(control.problem for control in self.attached)


@dataclass(frozen=True, slots=True)
class List:
    """Rows `start` … of `count`; `windows` leads to the others."""

    path: str
    label: str
    one: str
    rows: list[Row]
    start: int
    count: int
    most: int
    problem: str
    windows: list[tuple[str, str, bool]]

    @property
    def id(self) -> str:
        return place_id(self.path)

    @property
    def nested(self) -> bool:
        return "." in self.path

    @property
    def shown(self) -> str:
        return f"{self.start}:{len(self.rows)}"


@dataclass(frozen=True, slots=True)
class Maker:
    """What making controls needs beside the record."""

    screen: Screen
    problems: Mapping[str, str]
    files: Mapping[str, CatalogueFile]
    offered: Mapping[str, list[str]]

    def block(
        self, block: Block, values: Mapping[str, Any], path: str
    ) -> tuple[list[Control], list[List]]:
        controls, lists = [], []
        for name, kind in block.fields.items():
            where = f"{path}.{name}" if path else name
            if not isinstance(kind, Rows):
                controls.append(self._control(name, kind, values[name], where))
            elif not (path and self.screen.row is None and name in INNER.values()):
                lists.append(self._list(kind, values[name], where))
        return controls, lists

    def _list(self, kind: Rows, rows: list[dict[str, Any]], path: str) -> List:
        start = self.screen.start if self._pages(path) else 0
        start = start if start < len(rows) else 0
        shown = rows[start : start + WINDOW] if self._pages(path) else rows
        return List(
            path=path,
            label=kind.label,
            one=kind.one,
            rows=[self._row(kind, row, path, i, len(rows)) for i, row in enumerate(shown, start)],
            start=start,
            count=len(rows),
            most=kind.most,
            problem=self.problems.get(path, ""),
            windows=self._windows(len(rows), start) if self._pages(path) else [],
        )

    def _pages(self, path: str) -> bool:
        """The page's main list; lists inside its rows are short."""
        depth = path.count(".")
        return depth == (0 if self.screen.row is None else 2)

    def _windows(self, count: int, start: int) -> list[tuple[str, str, bool]]:
        if count <= WINDOW:
            return []
        found = []
        for first in range(0, count, WINDOW):
            there = Screen(self.screen.section, self.screen.row, first)
            words = f"{first + 1}–{min(first + WINDOW, count)}"
            found.append((there.query, words, first == start))
        return found

    def _row(self, kind: Rows, row: dict[str, Any], path: str, i: int, count: int) -> Row:
        where = f"{path}.{i}"
        controls, lists = self.block(kind.block, row, where)
        inner = INNER.get(path)
        title = row_title(kind, row, i)
        return Row(
            path=where,
            title=title[:1].upper() + title[1:],
            number=i + 1,
            count=count,
            controls=controls,
            lists=lists,
            inner=Screen(self.screen.section, i) if inner else None,
            inner_words=f"{kind.block.fields[inner].label} ({len(row[inner])})" if inner else "",
        )

    def _control(self, name: str, kind: Kind, value: Any, path: str) -> Control:
        wide = isinstance(kind, Text) and (kind.lines or kind.longest > 1000)
        shape = "lines" if wide else _TYPES.get(type(kind), "text")
        options: list[Option] = []
        if isinstance(kind, Choice):
            options = [Option(str(v), w, v == value) for v, w in kind.choices]
        elif isinstance(kind, Words) and (kind.among or name in OFFERED):
            shape, options = "checks", _checks(kind, name, value)
        return Control(
            name=path,
            label=kind.label,
            kind=shape,
            value="\n".join(map(str, value)) if shape == "words" else _shown(value),
            needed=kind.needed,
            folded=name in FOLDED,
            wide=name in WIDE,
            hint=HINTS.get(name, ""),
            problem=self.problems.get(path, ""),
            options=options,
            blank=isinstance(kind, Choice) and kind.default in ("", None),
            more=shape == "checks" and name in OFFERED,
            height=_height(shape, value),
            file=self.files.get(value) if isinstance(kind, FileRef) else None,
            accept=_accept(kind),
            offered=self.offered.get(path, []),
        )


def _checks(kind: Words, name: str, chosen: list[str]) -> list[Option]:
    """The offered ones, then what somebody wrote beside them."""
    offered = list(kind.among) or OFFERED[name]
    known = {value for value, _ in offered}
    offered += [(value, value) for value in chosen if value not in known]
    return [Option(value, words, value in chosen) for value, words in offered]


def _height(shape: str, value: Any) -> int:
    """Rows of a textarea: what is in it shows without scrolling, within reason."""
    if shape == "words":
        return max(3, min(12, len(value) + 1))
    return max(2, min(14, len(value) // 80 + value.count("\n") + 1)) if shape == "lines" else 1


def _shown(value: Any) -> Any:
    return "" if value is None else value


def _accept(kind: Kind) -> str:
    if not isinstance(kind, FileRef):
        return ""
    pictures = "" if kind.purpose == FilePurpose.FORM else ",.jpg,.jpeg,.png"
    films = ",.mp4" if kind.purpose == FilePurpose.GUIDANCE else ""
    return f".pdf,.docx,.xlsx{pictures}{films}"


def place_id(path: str) -> str:
    return "o-" + path.replace(".", "-").replace("_", "-")


def by_path(problems: Iterable[Problem]) -> dict[str, str]:
    """The first sentence about each place; about an item of a list of words, at the list."""
    found: dict[str, str] = {}
    for problem in problems:
        path = problem.path
        found.setdefault(path, problem.sentence)
        head, _, last = path.rpartition(".")
        if last.isdigit():
            found.setdefault(head, problem.sentence)
    return found
