"""A batch's spreadsheet: the template written, a filled one read back as rows with problems."""

import warnings
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

from django.utils.datastructures import MultiValueDict

from accounts.models import User
from dossiers.batch_columns import OWNER, Column, columns_of, mark_of, shared_answers, shared_keys
from dossiers.forms import who
from dossiers.models import Dossier, FiledFor
from portal.lib.text import fold, nfc
from portal.lib.workbook import book_into
from procedures import eforms
from procedures.eforms import places
from procedures.eforms.nodes import Node
from procedures.exchange.rows import FileRefused
from procedures.exchange.sheets import look_inside
from procedures.general_form import definition_of

PAGE = "Hồ sơ"
NAME = "Tên gợi nhớ"
MOST_ROWS = 200
_UNPACKED = 40 * 1024 * 1024
_LAST_ROW = 2000  # looked at, blank ones too
_CELL = 6000  # characters: an answer has 5,000 at most
_LIST = 250  # characters Excel takes in a list of choices
_FORMULA = "Ô có công thức. Hãy sao chép rồi dán lại dạng giá trị."
_BROKEN = "Ô có lỗi tính toán. Hãy gõ lại giá trị."
_HUGE = f"Ô dài quá {_CELL} ký tự. Hãy rút gọn."
# Words before a place's own name that people leave out.
_KINDS = ("tinh ", "thanh pho ", "xa ", "phuong ", "dac khu ")


@dataclass(slots=True)
class ReadRow:
    """`problems`: [column, sentence, as typed]."""

    number: int
    name: str
    answers: dict[str, Any] = field(default_factory=dict)
    owner: dict[str, str] = field(default_factory=dict)
    problems: list[list[str]] = field(default_factory=list)


def columns(pattern: Dossier) -> list[Column]:
    return columns_of(pattern, who.ROW_OWNER)


def mark(pattern: Dossier) -> str:
    return mark_of(pattern, columns(pattern))


# --- the template -----------------------------------------------------------------------------


def template(file: BinaryIO, pattern: Dossier) -> None:
    """Labels in the first row, the controls' names in a second, hidden one, then text cells."""
    with book_into(file) as book:
        _ask(book.create_sheet(PAGE), pattern)
        _explain(book.create_sheet("Hướng dẫn"), pattern)


def _ask(page: Any, pattern: Dossier) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    asked = columns(pattern)
    page.freeze_panes = "B3"
    page.row_dimensions[2].hidden = True
    headers, blanks = [], []
    for i, text in enumerate([NAME, *(column.header for column in asked)], 1):
        page.column_dimensions[get_column_letter(i)].width = 24
        cell = WriteOnlyCell(page, value=text)
        cell.data_type = "s"  # a label may begin with "="
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        headers.append(cell)
    for i, column in enumerate(asked, 2):
        words = ",".join(_choices(column.node))
        if words and len(words) < _LIST:
            offered = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
            letter = get_column_letter(i)
            offered.add(f"{letter}3:{letter}{MOST_ROWS + 2}")
            page.data_validations.append(offered)
    page.append(headers)
    page.append([mark_of(pattern, asked), *(column.name for column in asked)])
    for _ in range(MOST_ROWS):
        blanks = [WriteOnlyCell(page) for _ in headers]
        for cell in blanks:
            cell.number_format = "@"  # a number keeps its first zero
        page.append(blanks)


def _explain(page: Any, pattern: Dossier) -> None:
    page.column_dimensions["A"].width = 110
    for sentence in guidance(pattern):
        page.append([sentence])
    for column in columns(pattern):
        if options := column.node.spec.get("options"):
            labels = "; ".join(str(option["label"]) for option in options)
            page.append([f"Cột {column.label}: {labels}"])


def guidance(pattern: Dossier) -> list[str]:
    sentences = [
        f"Mỗi hồ sơ một dòng của trang “{PAGE}”, từ dòng 3, nhiều nhất {MOST_ROWS} dòng.",
        "Cột có dấu * phải điền. Ngày ghi ngày/tháng/năm, ví dụ 31/12/1990.",
        "Ô chọn nhiều mục: các mục cách nhau bằng dấu chấm phẩy, hoặc ghi “tất cả”. Tỉnh, xã ghi "
        "bằng tên. Các mục được chọn của từng cột ghi ở trang “Hướng dẫn” của bảng tính.",
        "Không dùng công thức; không sửa dòng tiêu đề. Thứ tự các cột thì đổi được.",
    ]
    if labels := "; ".join(shared_labels(pattern)):
        sentences.append(
            f"Bảng và tệp trong tờ khai ({labels}) không có cột: khai một lần ở tờ khai mẫu, mọi "
            "hồ sơ dùng chung."
        )
    return sentences


def shared_labels(pattern: Dossier) -> list[str]:
    return list(shared_keys(pattern).values())


def _choices(node: Node) -> list[str]:
    if node.type == "yes_no":
        return ["Có", "Không"]
    words = [str(o["label"]) for o in node.spec["options"]] if node.type == "choice" else []
    return [] if any("," in word or '"' in word for word in words) else words


# --- reading ----------------------------------------------------------------------------------


def read(file: BinaryIO, pattern: Dossier, by: User) -> list[ReadRow]:
    """Raises FileRefused with a sentence for what is not the pattern's own sheet."""
    asked = columns(pattern)
    look_inside(file, unpacked=_UNPACKED)
    lines = _opened(file, asked, mark_of(pattern, asked))
    if not lines:
        raise FileRefused(f"Trang “{PAGE}” chưa có dòng nào. Hãy điền từ dòng 3.")
    reader = _Reader(pattern, by, asked)
    return [reader.row(number, name, cells) for number, name, cells in lines]


def _opened(
    file: BinaryIO, asked: list[Column], expected: str
) -> list[tuple[int, str, dict[str, Any]]]:
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError("defusedxml is not there: strangers' XML is not read without it.")
    try:
        with warnings.catch_warnings(action="ignore"):
            book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
            with closing(book):
                if PAGE not in book.sheetnames:
                    raise FileRefused(f"Bảng tính không có trang “{PAGE}”. Hãy dùng mẫu đã tải.")
                return list(_lines(book[PAGE], asked, expected))
    except FileRefused:
        raise
    except Exception as error:  # whatever the library meets in a stranger's zip and XML
        raise FileRefused(f"Không đọc được bảng tính ({type(error).__name__}).") from None


def _lines(
    page: Any, asked: list[Column], expected: str
) -> Iterator[tuple[int, str, dict[str, Any]]]:
    page.reset_dimensions()  # what the file claims about its size
    places_of: dict[int, str] = {}
    found = 0
    width = len(asked) + 20
    for number, row in enumerate(page.iter_rows(max_row=_LAST_ROW, max_col=width), 1):
        if number == 2:
            places_of = _header(row, asked, expected)
        if number <= 2 or all(cell.value in (None, "") for cell in row):
            continue
        found += 1
        if found > MOST_ROWS:
            raise FileRefused(f"Bảng tính có hơn {MOST_ROWS} dòng. Hãy chia thành nhiều lượt.")
        cells = {name: row[i] for i, name in places_of.items() if i < len(row)}
        yield number, nfc(" ".join(_text(row[0].value).split()))[:150], cells
    if not places_of:
        raise FileRefused("Bảng tính không theo mẫu của thủ tục này. Hãy tải mẫu và điền lại.")


def _header(row: Any, asked: list[Column], expected: str) -> dict[int, str]:
    """Where each column stands, by the hidden names of the second row."""
    names = [str(cell.value or "").strip() for cell in row]
    if not names or names[0] != expected:
        raise FileRefused(
            "Bảng tính theo mẫu cũ hoặc mẫu của thủ tục khác. Hãy tải mẫu mới ở trang này, "
            "chép các dòng sang rồi tải lên lại."
        )
    known = {column.name for column in asked}
    found = {i: name for i, name in enumerate(names) if i and name}
    if set(found.values()) != known or len(found) != len(known):
        raise FileRefused("Bảng tính thiếu cột hoặc có cột lặp lại. Hãy tải mẫu và điền lại.")
    return found


class _Reader:
    """What all rows of one sheet share."""

    def __init__(self, pattern: Dossier, by: User, asked: list[Column]) -> None:
        self.pattern, self.by, self.asked = pattern, by, asked
        self.definition = definition_of(pattern.version)
        self.shared = shared_answers(pattern)
        self.blank = eforms.as_data(eforms.parse(self.definition), self.shared)
        self.labels = {column.name: column.label for column in asked}

    def row(self, number: int, name: str, cells: dict[str, Any]) -> ReadRow:
        found = ReadRow(number, name)
        data, owner = self.blank.copy(), MultiValueDict[str, Any]()
        typed: dict[str, str] = {}
        refused = set()
        for column in self.asked:
            cell = cells[column.name] if column.name in cells else None
            typed[column.name] = _text(cell.value)[:100] if cell is not None else ""
            wrong = _refusal(cell)
            if wrong:
                found.problems.append([column.label, wrong, typed[column.name]])
                refused.add(column.name)
            raw = "" if wrong or cell is None else cell.value
            target, key = data, column.name
            if key.startswith(OWNER):
                target, key = owner, key.removeprefix(OWNER)
            value = _raw(column.node, raw, data, column.name)
            target.setlist(key, value if isinstance(value, list) else [value])
        self._take(found, data, owner, typed, refused)
        return found

    def _take(
        self,
        found: ReadRow,
        data: MultiValueDict[str, Any],
        owner: MultiValueDict[str, Any],
        typed: dict[str, str],
        refused: set[str],
    ) -> None:
        forms: list[tuple[str, eforms.EForm]] = []
        if self.pattern.filed_for == FiledFor.OTHER:
            whose = who.row_owner_form(owner, self.by)
            found.owner = who.row_owner(whose)
            forms.append((OWNER, whose))
        form = eforms.build_form(self.definition, data=data, initial_answers=self.shared)
        form.is_valid()
        given = form.partial_answers()
        found.answers = {key: given[key] for key in given if key not in self.shared}
        for before, one in [*forms, ("", form)]:
            for problem in one.found:
                name = before + problem.name
                if name not in refused:
                    label = self.labels.get(name, problem.label)
                    found.problems.append([label, problem.message, typed.get(name, "")])
        if not found.name:
            first = next((typed[column.name] for column in self.asked if typed[column.name]), "")
            found.name = nfc(first)


def _refusal(cell: Any) -> str:
    if cell is None or cell.value is None:
        return ""
    if cell.data_type in ("f", "e"):
        return _FORMULA if cell.data_type == "f" else _BROKEN
    return _HUGE if isinstance(cell.value, str) and len(cell.value) > _CELL else ""


def _raw(node: Node, value: Any, data: MultiValueDict[str, Any], name: str) -> Any:
    """What a person would have chosen or typed in the control."""
    text = _text(value).strip()
    if node.type == "checks":
        if fold(text) == "tat ca":
            return [str(option["value"]) for option in node.spec["options"]]
        return [_option(node, part.strip()) for part in text.split(";") if part.strip()]
    if node.type == "choice":
        return _option(node, text)
    if node.type == "yes_no":
        return {"co": "true", "khong": "false"}.get(fold(text), text)
    if node.type == "province":
        return _place(places.provinces(), text)
    if node.type == "ward":
        province = data.get(f"{name.removesuffix('ward')}province") or ""
        return _place(places.wards(str(province)), text)
    if isinstance(value, int | float) and text.isdigit():
        # Typed as a number it has lost its first zeros.
        return text.zfill({"citizen_id": 12, "tax_code": 10}.get(node.type, 0))
    return text


def _option(node: Node, text: str) -> str:
    for option in node.spec["options"]:
        if text == option["value"] or fold(text) == fold(option["label"]):
            return str(option["value"])
    return text


def _place(offered: places.Places, text: str) -> str:
    """The code of a place named in full or without its kind; what is not found stays as typed."""
    if not text or text in dict(offered):
        return text
    wanted = fold(text)
    full = {fold(name): code for code, name in offered}
    if wanted in full:
        return full[wanted]
    short = [code for name, code in full.items() if _bare(name) == _bare(wanted)]
    return short[0] if len(short) == 1 else text


def _bare(name: str) -> str:
    return next((name.removeprefix(kind) for kind in _KINDS if name.startswith(kind)), name)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Có" if value else "Không"
    if isinstance(value, datetime | date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return (
            str(int(value)) if value.is_integer() else f"{Decimal(str(value)):f}".replace(".", ",")
        )
    return str(value)
