"""A file as rows, whatever its format."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from procedures.exchange import dataset, jsonlines, national, own, sheets
from procedures.exchange.rows import MOST_ROWS, Content, FileRefused, SourceRow
from procedures.models import ImportFormat
from procedures.records.kinds import clean_text

# Two formats of one source: its lines are remembered together.
SOURCES = {
    ImportFormat.DATASET: "national",
    ImportFormat.NATIONAL: "national",
    ImportFormat.SHEETS: "local",
    ImportFormat.OWN: "local",
}
_UNKNOWN = "không nhận ra dạng dữ liệu của dòng này."


@dataclass(frozen=True, slots=True)
class Opened:
    """`total` is about how many rows there are."""

    format: ImportFormat
    total: int
    rows: Iterator[SourceRow]

    @property
    def source(self) -> str:
        return SOURCES[self.format]


@contextmanager
def opened(file: BinaryIO, format_name: str = "") -> Iterator[Opened]:
    """The file's rows, one at a time. Raises FileRefused for what is no catalogue at all."""
    if format_name == ImportFormat.SHEETS or (not format_name and sheets.is_workbook(file)):
        with sheets.opened(file) as book:
            yield Opened(ImportFormat.SHEETS, book.total, _limited(book.rows()))
        return
    shape = ImportFormat(format_name) if format_name else _shape(file)
    rows = _json_rows(file, shape)
    yield Opened(shape, jsonlines.count(file), _limited(rows))


def _limited(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    for number, row in enumerate(rows):
        if number >= MOST_ROWS:
            raise FileRefused(f"Tệp có quá {MOST_ROWS:,} thủ tục.".replace(",", "."))
        yield row


def _shape(file: BinaryIO) -> ImportFormat:
    """By the first line that can be read."""
    for _, value in jsonlines.values(file):
        if isinstance(value, Mapping):
            for test, found in _TESTS:
                if test(value):
                    return found
    raise FileRefused(
        "Không nhận ra dạng tệp: không phải bảng tính theo mẫu, dòng JSON của bộ dữ liệu, bản ghi "
        "của Cổng Dịch vụ công quốc gia hay tệp do cổng này xuất."
    )


_TESTS: tuple[tuple[Callable[[Mapping[str, Any]], bool], ImportFormat], ...] = (
    (dataset.is_ours, ImportFormat.DATASET),
    (national.is_api, ImportFormat.NATIONAL),
    (national.is_gateway, ImportFormat.NATIONAL),
    (own.is_ours, ImportFormat.OWN),
)
_CONVERTERS: dict[ImportFormat, Callable[[Any], Content]] = {
    ImportFormat.DATASET: dataset.convert,
    ImportFormat.NATIONAL: national.convert,
    ImportFormat.OWN: own.convert,
}


def _json_rows(file: BinaryIO, shape: ImportFormat) -> Iterator[SourceRow]:
    convert = _CONVERTERS[shape]
    for number, value in jsonlines.values(file):
        row = SourceRow(number, value, convert)
        if isinstance(value, jsonlines.Broken):
            row.raw, row.problem = None, value.reason
        elif not isinstance(value, Mapping):
            row.problem = "phải là một mục có tên các ô."
        elif shape != ImportFormat.OWN and not any(t(value) for t, s in _TESTS if s == shape):
            row.problem = _UNKNOWN
        else:
            row.code, row.name = _called(value, shape)
        yield row


def _called(value: Mapping[str, Any], shape: ImportFormat) -> tuple[str, str]:
    if shape == ImportFormat.OWN:
        code, name = own.code_of(value)
    else:
        code = str(value.get("code") or value.get("MATTHC") or "")
        name = str(value.get("name") or value.get("TENTTHC") or "")
    return " ".join(clean_text(code[:400]).split()), name.strip()[:500]
