"""Sheets to take away: XLSX row by row, CSV that a spreadsheet opens right. Memory stays flat, and
what people typed is never a formula."""

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Characters that XML cannot hold (openpyxl refuses the whole book for one).
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A spreadsheet takes a cell of a CSV that begins so for a formula
# (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def xlsx(
    title: str,
    rows: Iterable[Sequence[Any]],
    *,
    head: Sequence[str],
    lead: Sequence[str] = (),
    widths: Sequence[int] = (),
) -> IO[bytes]:
    """A book of one sheet in a temporary file, at its beginning: `lead` lines, the bold `head`,
    then `rows` as they come."""
    file = tempfile.TemporaryFile()
    try:
        with book_into(file) as book:
            _fill(book.create_sheet(title[:31]), rows, head, lead, widths)
        file.seek(0)
    except BaseException:
        with suppress(OSError):
            file.close()
        raise
    return file


def _fill(
    page: Any,
    rows: Iterable[Sequence[Any]],
    head: Sequence[str],
    lead: Sequence[str],
    widths: Sequence[int],
) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    page.freeze_panes = f"A{len(lead) + 2}"

    def cell(value: Any, bold: bool = False) -> Any:
        if not isinstance(value, str):
            return value
        made = WriteOnlyCell(page, value=_UNFIT.sub(" ", value))
        made.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
        if bold:
            made.font = Font(bold=True)
        return made

    for line in lead:
        page.append([cell(line, bold=True)])
    page.append([cell(name, bold=True) for name in head])
    for row in rows:
        page.append([cell(value) for value in row])


@contextmanager
def book_into(file: IO[bytes]) -> Iterator[Any]:
    """An openpyxl book to be filled row by row; at the end `file` holds it. One that finds no room
    on the disk is put away whole: what openpyxl had begun would fail once more when it is thrown
    away, whenever that is, and leave its temporary files."""
    from openpyxl import Workbook  # 0.3 s, for whoever needs it
    from openpyxl.writer.excel import ExcelWriter

    book = Workbook(write_only=True)
    try:
        yield book
        with ZipFile(file, "w", ZIP_DEFLATED) as archive:
            ExcelWriter(book, archive).save()
    except BaseException:
        for page in book.worksheets:
            _put_away(page)
        raise


def _put_away(page: Any) -> None:
    """The rows' generator of a write-only sheet, the one it writes to, and their file."""
    writer = page._writer
    for under_way in (page._rows, writer and writer.xf):
        if under_way is not None:
            with suppress(Exception):  # what went wrong was said already
                under_way.close()
    if writer is not None and Path(writer.out).exists():
        writer.cleanup()


def csv_lines(rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """UTF-8 with the mark that tells Excel so; text that could be a formula gets a quote."""
    yield codecs.BOM_UTF8
    line = io.StringIO()
    writer = csv.writer(line)
    for row in rows:
        writer.writerow([_plain(value) for value in row])
        yield line.getvalue().encode()
        line.seek(0)
        line.truncate()


def _plain(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
