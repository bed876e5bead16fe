"""Sheets to take away: XLSX row by row, CSV that a spreadsheet opens right. Memory stays flat, and
what people typed is never a formula."""

import codecs
import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

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
    from openpyxl import Workbook  # 0.3 s, for whoever needs it
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
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
    file = tempfile.TemporaryFile()
    book.save(file)
    file.seek(0)
    return file


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
