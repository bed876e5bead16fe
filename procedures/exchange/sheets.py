"""Workbooks (XLSX) by our template. Sheets come in any order, so the rows of the smaller ones
are first put into a scratch database: memory stays flat however large the book is."""

import json
import sqlite3
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO

from portal.lib.files import disk_is_full
from procedures.exchange import table
from procedures.exchange.assembling import assembled
from procedures.exchange.rows import Content, FileRefused, SourceRow

UNPACKED = 400 * 1024 * 1024
RATIO = 150  # text in our own exports packs to a tenth
PARTS = 500
MOST_ROWS = 600_000  # of one sheet
MOST_BLANK = 10_000  # in a row: a sheet that claims a million rows
_HEADER_WITHIN = 20
_COLUMNS = 50
_BATCH = 500


def is_workbook(file: BinaryIO) -> bool:
    file.seek(0)
    magic = file.read(4)
    file.seek(0)
    return magic == b"PK\x03\x04"


@contextmanager
def opened(file: BinaryIO) -> Iterator["Book"]:
    """Raises FileRefused for what is no workbook of ours."""
    look_inside(file)
    import openpyxl  # 0.3 s, for the worker that needs it

    with tempfile.TemporaryDirectory() as folder:
        with closing(sqlite3.connect(f"{folder}/rows.sqlite3")) as scratch:
            scratch.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;")
            try:
                with warnings.catch_warnings(action="ignore"):
                    book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
                    with closing(book):
                        made = Book(book, scratch)
            except FileRefused:
                raise
            except Exception as error:  # whatever the library meets in a stranger's zip and XML
                if disk_is_full(error):
                    raise
                raise FileRefused(f"Không đọc được bảng tính ({type(error).__name__}).") from None
            yield made


def look_inside(file: BinaryIO, *, unpacked: int = UNPACKED) -> None:
    """What unpacking would cost, before unpacking: FileRefused above `unpacked` bytes, and for
    what is no workbook or has macros."""
    try:
        with zipfile.ZipFile(file) as packed:
            parts = packed.infolist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError):
        raise FileRefused("Tệp không phải bảng tính XLSX.") from None
    whole = sum(part.file_size for part in parts)
    packed_size = sum(part.compress_size for part in parts) or 1
    if len(parts) > PARTS or whole > unpacked or (whole > 2**24 and whole / packed_size > RATIO):
        raise FileRefused("Bảng tính nở ra quá lớn khi mở.")
    names = [part.filename for part in parts]
    if any("vbaproject" in name.lower() for name in names):
        raise FileRefused("Bảng tính có macro; hãy lưu lại thành .xlsx.")
    if "xl/workbook.xml" not in names:
        raise FileRefused("Tệp không phải bảng tính XLSX.")


class Book:
    """A workbook whose smaller sheets lie in `scratch` by code."""

    def __init__(self, book: Any, scratch: sqlite3.Connection) -> None:
        self.scratch = scratch
        if table.MAIN.title not in book.sheetnames:
            raise FileRefused(f"Bảng tính không có trang “{table.MAIN.title}”.")
        scratch.execute("CREATE TABLE line (sheet TEXT, code TEXT, number INTEGER, cells TEXT)")
        # A sheet nobody filled in says nothing, not that everything is gone.
        self.filled = {
            sheet.title for sheet in table.SHEETS if sheet.field and self._stage(book, sheet)
        }
        self.total = self._stage(book, table.MAIN)
        scratch.execute("CREATE INDEX by_code ON line (code, sheet, number)")
        scratch.commit()

    def rows(self) -> Iterator[SourceRow]:
        """The procedures in the order of the main sheet, then codes that stand on others only."""
        listed = self.scratch.execute(
            "SELECT number, code, cells FROM line WHERE sheet = ? ORDER BY number",
            (table.MAIN.title,),
        )
        for number, code, cells in listed:
            yield self._row(number, code, json.loads(cells))
        orphans = self.scratch.execute(
            "SELECT code, sheet, min(number) FROM line WHERE code NOT IN "
            "(SELECT code FROM line WHERE sheet = ?) GROUP BY code",
            (table.MAIN.title,),
        )
        for code, sheet, number in orphans:
            reason = f"mã {code} ở trang “{sheet}” (dòng {number}) không có ở trang “Thủ tục”."
            yield SourceRow(number, None, _unread, code="", name=code, problem=reason)

    def _row(self, number: int, code: str, main: dict[str, Any]) -> SourceRow:
        parts: dict[str, list[Any]] = {
            sheet.field: [] for sheet in table.SHEETS if sheet.title in self.filled
        }
        found = self.scratch.execute(
            "SELECT sheet, number, cells FROM line WHERE code = ? AND sheet != ? "
            "ORDER BY sheet, number",
            (code, table.MAIN.title),
        )
        for sheet, line, cells in found:
            parts[table.BY_TITLE[sheet].field].append([line, json.loads(cells)])
        name = str(main.get("|name", ""))
        raw = {"number": number, "main": main, **parts}
        return SourceRow(number, _numberless(raw), lambda _: assembled(raw), code, name[:500])

    def _stage(self, book: Any, sheet: table.Sheet) -> int:
        """How many rows of this sheet were put aside."""
        if sheet.title not in book.sheetnames:
            return 0
        page, count, batch = book[sheet.title], 0, []
        for number, code, cells in _lines(page, sheet):
            batch.append((sheet.title, code, number, json.dumps(cells, ensure_ascii=False)))
            count += 1
            if len(batch) >= _BATCH:
                self._put(batch)
        self._put(batch)
        return count

    def _put(self, batch: list[tuple[str, str, int, str]]) -> None:
        self.scratch.executemany("INSERT INTO line VALUES (?, ?, ?, ?)", batch)
        batch.clear()


def _unread(raw: Any) -> Content:
    raise ValueError("a row with a problem is not converted")


def _numberless(raw: dict[str, Any]) -> dict[str, Any]:
    """What the digest is of: the same rows further down are the same rows."""
    lists = {k: [cells for _, cells in v] for k, v in raw.items() if isinstance(v, list)}
    return {"main": raw["main"], **lists}


def _lines(page: Any, sheet: table.Sheet) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(row, code, cells by "part|name") of rows that are neither help nor blank."""
    page.reset_dimensions()  # what the file claims about its size
    columns: dict[int, table.Column] | None = None
    blank = 0
    for number, row in enumerate(page.iter_rows(max_col=_COLUMNS), 1):
        if number > MOST_ROWS or blank > MOST_BLANK:
            raise FileRefused(f"Trang “{sheet.title}” có quá nhiều dòng.")
        code = _code(row[0].value)
        if all(cell.value is None for cell in row):
            blank += 1
            continue
        blank = 0
        if code.startswith(table.SKIP):
            continue
        if columns is None:
            if number > _HEADER_WITHIN:
                break
            if code == table.CODE:
                columns = _columns(row, sheet)
            continue
        yield number, code, _cells(row, columns)
    if columns is None:
        raise FileRefused(f"Trang “{sheet.title}” không có dòng tiêu đề “{table.CODE}”.")


def _code(value: Any) -> str:
    """A code typed as a number has lost its last zeros: national ones have six decimals."""
    if isinstance(value, float):
        value = f"{value:.6f}"
    return " ".join(str(value if value is not None else "").split())[:200]


def _columns(header: Any, sheet: table.Sheet) -> dict[int, table.Column]:
    known = {column.label: column for column in sheet.columns}
    found: dict[int, table.Column] = {}
    for i, cell in enumerate(header):
        label = " ".join(str(cell.value or "").split())
        if label in known:
            found[i] = known.pop(label)
        elif label and label != table.CODE:
            raise FileRefused(f"Trang “{sheet.title}” có cột lạ hoặc lặp lại: “{label[:60]}”.")
    return found


def _cells(row: Any, columns: dict[int, table.Column]) -> dict[str, Any]:
    """Cells as JSON values; formulas and errors as {"": what is wrong}."""
    found: dict[str, Any] = {}
    for i, column in columns.items():
        cell = row[i]
        value = cell.value
        if value is not None and cell.data_type in ("f", "e"):
            what = "công thức" if cell.data_type == "f" else "lỗi tính toán"
            value = {"": f"ô có {what}; hãy dán giá trị."}
        elif value is not None and not isinstance(value, (str, int, float, bool)):
            value = value.isoformat() if hasattr(value, "isoformat") else str(value)
        place = f"{column.part}|{column.name}"
        if column.label.endswith(table.MORE):
            if isinstance(value, str):
                found[place] = f"{found.get(place) or ''}{value}"
        else:
            found[place] = value
    if "|code" in found and isinstance(found["|code"], float):
        found["|code"] = _code(found["|code"])
    return found
