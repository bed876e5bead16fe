"""The catalogue written out: lines that import again to the same lines, and workbooks."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from portal.lib.workbook import book_into
from procedures.exchange import table
from procedures.models import Procedure, ProcedureVersion
from procedures.records import RECORD, record_of
from procedures.records.kinds import Block, Rows
from procedures.records.reading import with_record_parts

BATCH = 100
# (procedures written so far, of how many)
Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class InForce:
    record: dict[str, Any]
    version: ProcedureVersion


def in_force(*, eforms: bool = True, told: Told | None = None) -> Iterator[InForce]:
    """Every procedure in force, by code; a batch of them in memory at a time."""
    listed = Procedure.objects.published().order_by("code").values_list("current_id", flat=True)
    ids = [pk for pk in listed if pk]
    versions = ProcedureVersion.objects.all() if eforms else ProcedureVersion.objects.defer("eform")
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        found = with_record_parts(versions).in_bulk(batch)
        for pk in batch:
            if pk in found:
                yield InForce(tidy(RECORD, record_of(found[pk])), found[pk])
        if told:
            told(start + len(batch), len(ids))


def tidy(block: Block, values: Mapping[str, Any]) -> dict[str, Any]:
    """In our order of fields, also what a database keeps as JSON in an order of its own."""
    found = {}
    for name, kind in block.fields.items():
        value = values.get(name, kind.empty())
        if isinstance(kind, Rows):
            value = [tidy(kind.block, row) for row in value]
        found[name] = value
    return found


def lines(told: Told | None = None) -> Iterator[bytes]:
    """JSON lines of {"record", "eform"}: reading them into an empty portal and writing them
    again gives the same bytes."""
    for one in in_force(told=told):
        eform = one.version.eform
        if eform is not None:
            eform = json.loads(json.dumps(eform, sort_keys=True))
        line = json.dumps({"record": one.record, "eform": eform}, ensure_ascii=False)
        yield line.encode() + b"\n"


def workbook(file: BinaryIO, told: Told | None = None) -> None:
    """All of it by our template, one sheet row at a time."""
    with book_into(file) as book:
        pages = {}
        for sheet in table.SHEETS:
            page = pages[sheet.title] = book.create_sheet(sheet.title)
            page.freeze_panes = "B2"
            page.append(_header(sheet))
        for one in in_force(eforms=False, told=told):
            for sheet, cells in table.rows_of(one.record):
                page = pages[sheet.title]
                page.append([_safe(page, value) for value in cells])


def _header(sheet: table.Sheet) -> list[str]:
    labels = [column.label for column in sheet.columns]
    return [table.CODE, *labels] if sheet.field else labels


def _safe(page: Any, value: Any) -> Any:
    """Text is text: openpyxl takes "=…" for a formula and "#N/A" for an error."""
    if not isinstance(value, str) or value[:1] not in ("=", "#"):
        return value
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(page, value=value)
    cell.data_type = "s"
    return cell


# --- the empty template ---------------------------------------------------------------------------

_ROWS = 2000
_SAMPLE: dict[str, Any] = {
    "code": "# 1.000001",
    "name": "Đăng ký sử dụng bến thuyền (dòng mẫu, được bỏ qua khi nhập)",
    "sector": "Bến bãi",
    "life_events": ["Phương tiện và người lái"],
    "level": 3,
    "service_type": "PARTIAL",
    "decision_no": "01/QĐ-UBND",
    "decision_date": "2026-01-15",
    "issuing_agency": "Ủy ban nhân dân tỉnh",
    "administrative_level": "Cấp xã",
    "executing": ["ubnd-xa"],
    "executing_text": "Ủy ban nhân dân cấp xã",
    "audiences": ["Công dân Việt Nam", "Doanh nghiệp"],
    "keywords": ["bến thuyền", "đò ngang"],
    "steps": [{"title": "Nộp hồ sơ", "text": "Người dân nộp hồ sơ trực tuyến hoặc tại quầy."}],
    "cases": [
        {
            "name": "Đăng ký lần đầu",
            "hint": "Khi bến chưa từng được đăng ký.",
            "requirements": [
                {"name": "Tờ khai theo mẫu", "original": 1, "forms": [{"name": "to-khai.docx"}]},
                {"name": "Sơ đồ bến", "copies": 1},
            ],
        }
    ],
    "channels": [
        {
            "kind": "online",
            "time": 5,
            "unit": "working_day",
            "time_text": "05 ngày làm việc",
            "fees": [{"name": "Lệ phí", "amount": 50_000, "exemption": "Miễn cho hộ nghèo."}],
        },
        {"kind": "direct", "time": 5, "unit": "working_day", "time_text": "05 ngày làm việc"},
    ],
    "result_types": [{"name": "Giấy xác nhận", "returns": ["desk", "online"]}],
    "legal_basis": [{"number": "01/2026/QĐ-UBND", "name": "Quyết định về bến thuyền"}],
    "process": [{"role": "reception", "name": "Tiếp nhận", "hours": 4}],
}


def template(file: BinaryIO) -> None:
    """Headers, a help row, a sample and lists to choose from; rows with # are not read."""
    with book_into(file) as book:
        for sheet in table.SHEETS:
            _head(book.create_sheet(sheet.title), sheet)
        for sheet, cells in table.rows_of(_filled(RECORD, _SAMPLE)):
            book[sheet.title].append(cells)


def _head(page: Any, sheet: table.Sheet) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    names = [WriteOnlyCell(page, value=label) for label in _header(sheet)]
    hints = [WriteOnlyCell(page, value=hint) for hint in _help(sheet)]
    for cell in names:
        cell.font = Font(bold=True)
    for cell in hints:
        cell.font = Font(italic=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "B2"
    for column in range(1, len(names) + 1):
        page.column_dimensions[get_column_letter(column)].width = 26
    _offer_choices(page, sheet)
    page.append(names)
    page.append(hints)


def _help(sheet: table.Sheet) -> list[str]:
    hints = [table.hint(column.kind) for column in sheet.columns]
    return [f"# {sheet.help}", *(hints if sheet.field else hints[1:])]


def _filled(block: Block, values: Mapping[str, Any]) -> dict[str, Any]:
    found = {**block.empty(), **values}
    for name, kind in block.fields.items():
        if isinstance(kind, Rows):
            found[name] = [_filled(kind.block, row) for row in found[name]]
    return found


def _offer_choices(page: Any, sheet: table.Sheet) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    for i, column in enumerate(sheet.columns, 2 if sheet.field else 1):
        words = ",".join(table.choices(column.kind))
        if words and len(words) < 250 and '"' not in words:
            rule = DataValidation("list", formula1=f'"{words}"', allow_blank=True)
            letter = get_column_letter(i)
            rule.add(f"{letter}3:{letter}{_ROWS}")
            page.data_validations.append(rule)
