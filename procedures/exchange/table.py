"""Sheets and columns of our workbook, made from RECORD: reading and writing both follow it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from procedures.records import RECORD
from procedures.records.kinds import Block, Choice, Day, Flag, Kind, Number, Rows, Words
from procedures.records.shape import CASE, CHANNEL, FEE, LEGAL, PROCESS, REQUIREMENT, RESULT, STEP

CODE = "Mã thủ tục"
WAY = "Cách thứ"  # which of a procedure's channels: several may be of one kind
SKIP = "#"  # rows that begin so are help
# Excel holds 32,767 characters in a cell; openpyxl cuts silently.
CELL = 30_000
MORE = " (tiếp theo)"
_VIETNAMESE_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


class BadCell(ValueError):
    """The text says what is wrong, without the place."""


@dataclass(frozen=True, slots=True)
class Column:
    """`part` tells rows of one sheet apart that hold two blocks: "case" or ""."""

    label: str
    name: str
    kind: Kind
    part: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """`field` is the record's list that the sheet holds, "" for the record itself."""

    title: str
    field: str
    columns: tuple[Column, ...]
    help: str


def _columns(block: Block, *left_out: str, part: str = "") -> tuple[Column, ...]:
    names = [name for name in block.fields if name not in left_out]
    made = []
    for name in names:
        kind = block.fields[name]
        if isinstance(kind, Rows):
            continue
        made.append(Column(kind.label, name, kind, part))
        if getattr(kind, "longest", 0) > CELL:
            made.append(Column(kind.label + MORE, name, kind, part))
    return tuple(made)


FORMS = Column("Tệp mẫu", "forms", Words("Tệp mẫu", longest=250, most=20))
_WAY = Column(WAY, "way", Number(WAY, low=1, high=30, default=None))
_CASE_KEY = Column("Khóa trường hợp", "key", CASE.fields["key"], "case")

MAIN = Sheet("Thủ tục", "", _columns(RECORD), "Mỗi thủ tục một dòng.")
SHEETS = (
    MAIN,
    Sheet(
        "Trường hợp và giấy tờ",
        "cases",
        (
            _CASE_KEY,
            *_columns(CASE, "key", part="case"),
            Column("Khóa giấy tờ", "key", REQUIREMENT.fields["key"]),
            *_columns(REQUIREMENT, "key", "sample"),
            FORMS,
        ),
        "Mỗi giấy tờ một dòng; trường hợp ghi lại ở từng dòng. Khóa có thể bỏ trống.",
    ),
    Sheet(
        "Cách thức",
        "channels",
        (_WAY, *_columns(CHANNEL)),
        "Mỗi cách nộp một dòng, đánh số 1, 2, 3 trong từng thủ tục.",
    ),
    Sheet(
        "Phí",
        "fees",
        (_WAY, *_columns(FEE)),
        "Mỗi khoản một dòng, ghi số của cách nộp. Số tiền trống: xem ghi chú; 0: không thu.",
    ),
    Sheet("Trình tự", "steps", _columns(STEP), "Mỗi bước một dòng, theo thứ tự."),
    Sheet("Căn cứ", "legal_basis", _columns(LEGAL), "Mỗi văn bản một dòng."),
    Sheet("Kết quả", "result_types", _columns(RESULT), "Mỗi kết quả một dòng."),
    Sheet("Quy trình", "process", _columns(PROCESS), "Mỗi bước nội bộ một dòng, theo thứ tự."),
)
BY_TITLE = {sheet.title: sheet for sheet in SHEETS}


def hint(kind: Kind) -> str:
    """What may stand in a cell, for the template's help row."""
    if isinstance(kind, Choice):
        return "Một trong: " + "; ".join(_choice_words(kind))
    if isinstance(kind, Words):
        closed = ": " + "; ".join(text for _, text in kind.among) if kind.among else ""
        return f"Mỗi mục một dòng trong ô (Alt+Enter){closed}"
    if isinstance(kind, Flag):
        return "Có hoặc Không"
    if isinstance(kind, Day):
        return "Ngày/tháng/năm"
    if isinstance(kind, Number):
        return "Số nguyên" + (f", bỏ trống là {kind.default}" if kind.default else "")
    return "Bắt buộc" if kind.needed else ""


def choices(kind: Kind) -> list[str]:
    """What a cell's list offers; words with a comma cannot stand in Excel's list."""
    words = _choice_words(kind) if isinstance(kind, Choice) else []
    words = ["Có", "Không"] if isinstance(kind, Flag) else words
    return [] if any("," in word for word in words) else words


def _choice_words(kind: Choice) -> list[str]:
    return [_choice_word(kind, value) for value, _ in kind.choices]


def _choice_word(kind: Choice, value: Any) -> str:
    """Levels stay numbers: that is what everybody calls them."""
    words = str(dict(kind.choices)[value])
    return str(value) if words.startswith("Mức độ") else words


# --- cells --------------------------------------------------------------------------------------


def to_cell(kind: Kind, value: Any) -> str | int | None:
    if value is None or value in ("", []):
        return None
    if isinstance(kind, Choice):
        words = _choice_word(kind, value)
        return value if words == str(value) else words
    if isinstance(kind, Words):
        words_of = dict(kind.among)
        return "\n".join(words_of.get(text, text) for text in value)
    if isinstance(kind, Flag):
        return "Có" if value else "Không"
    if isinstance(kind, Day):
        return kind.shown(value)
    return value if isinstance(value, int) else str(value)


def from_cell(kind: Kind, value: Any) -> Any:
    """What `kind.read` understands. Raises BadCell."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value == "":
        return kind.empty()
    if isinstance(kind, Choice):
        return _choice(kind, value)
    if isinstance(kind, Words):
        by_words = {text: word for word, text in kind.among}
        return [by_words.get(line.strip(), line.strip()) for line in str(value).splitlines()]
    if isinstance(kind, Flag):
        return _flag(value)
    if isinstance(kind, Day):
        return _day(value)
    if isinstance(kind, Number):
        return _number(value)
    return _text(value)


def _choice(kind: Choice, value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    for choice, words in kind.choices:
        if value in (choice, words) or str(value).lower() in (str(choice).lower(), words.lower()):
            return choice
    raise BadCell("phải là một trong: " + "; ".join(_choice_words(kind)) + ".")


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    found = {"có": True, "x": True, "1": True, "không": False, "0": False}.get(str(value).lower())
    if found is None:
        raise BadCell("phải là Có hoặc Không.")
    return found


def _day(value: Any) -> str:
    if isinstance(value, (datetime, date)):
        return value.isoformat()[:10]
    if found := _VIETNAMESE_DAY.fullmatch(str(value)):
        day, month, year = (int(part) for part in found.groups())
        return f"{year:04d}-{month:02d}-{day:02d}"
    return str(value).removesuffix("T00:00:00")


def _number(value: Any) -> Any:
    if isinstance(value, str):
        digits = value.replace(".", "").replace(" ", "")
        if not digits.isdecimal():
            raise BadCell("phải là số nguyên.")
        return int(digits[:20])
    return value


def _text(value: Any) -> str:
    """A number typed where text belongs (a document's number, say) is that text."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y")
    return str(value)


# --- a record as rows of sheets -----------------------------------------------------------------


def rows_of(record: Mapping[str, Any]) -> Iterator[tuple[Sheet, list[Any]]]:
    """Each row with its cells, the procedure's code first."""
    for sheet in SHEETS:
        for found in _of_sheet(sheet, record):
            cells = [_cell(column, found[column.part]) for column in sheet.columns]
            yield (
                sheet,
                [record["code"], *_split(sheet, cells)] if sheet.field else _split(sheet, cells),
            )


def _of_sheet(sheet: Sheet, record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    if not sheet.field:
        yield {"": record}
    elif sheet.field == "cases":
        for case in record["cases"]:
            for need in case["requirements"] or [{}]:
                yield {"case": case, "": need}
    elif sheet.field == "channels":
        for i, channel in enumerate(record["channels"], 1):
            yield {"": {**channel, "way": i}}
    elif sheet.field == "fees":
        for i, channel in enumerate(record["channels"], 1):
            for fee in channel["fees"]:
                yield {"": {**fee, "way": i}}
    else:
        for row in record[sheet.field]:
            yield {"": row}


def _cell(column: Column, row: Mapping[str, Any]) -> str | int | None:
    value = row.get(column.name)
    if column is FORMS:
        value = [form["name"] for form in value or []]
    return to_cell(column.kind, value)


def _split(sheet: Sheet, cells: list[Any]) -> list[Any]:
    """A text too long for one cell goes on in the next."""
    for i, column in enumerate(sheet.columns):
        if column.label.endswith(MORE):
            text = cells[i - 1] or ""
            cells[i - 1], cells[i] = text[:CELL] or None, text[CELL:] or None
    return cells
