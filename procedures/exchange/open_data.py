"""The catalogue as open data: one table for spreadsheets, whole records for programs, and a
dictionary that says what each name means. What happens inside the office is not part of it."""

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from procedures.exchange.writing import InForce, in_force
from procedures.models import ChannelKind
from procedures.records import RECORD
from procedures.records.kinds import Block, Choice, Day, Flag, Kind, Number, Rows, Words

INSIDE = frozenset({"process"})
# A spreadsheet runs what begins so; a quote in front makes it text (OWASP, CSV injection).
_RUNS = tuple("=+-@\t\r\n＝＋－＠|%")
_TEXT = 30_000  # Excel's cell, as in our workbooks


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    meaning: str
    value: Callable[[InForce], Any]


def _field(name: str, of: str) -> Column:
    kind = RECORD.fields[of]
    return Column(name, kind.label, lambda one: kind.shown(one.record[of]))


def _channels(kind: str, tell: Callable[[Mapping[str, Any]], str]) -> Callable[[InForce], str]:
    def value(one: InForce) -> str:
        told = [tell(way) for way in one.record["channels"] if way["kind"] == kind]
        return " | ".join(dict.fromkeys(text for text in told if text))

    return value


def _fees(way: Mapping[str, Any]) -> str:
    told = []
    for fee in way["fees"]:
        amount = fee["amount"]
        sum_ = "xem ghi chú" if amount is None else f"{amount} đồng" if amount else "không thu"
        told.append(f"{fee['name']}: {sum_}" + (f" ({fee['note']})" if fee["note"] else ""))
    return "; ".join(told)


_WAYS = (
    ("truc_tiep", ChannelKind.DIRECT),
    ("truc_tuyen", ChannelKind.ONLINE),
    ("buu_chinh", ChannelKind.POST),
)
COLUMNS: tuple[Column, ...] = (
    _field("ma_thu_tuc", "code"),
    _field("ten_thu_tuc", "name"),
    _field("linh_vuc", "sector"),
    Column("muc_do", RECORD.fields["level"].label, lambda one: one.record["level"]),
    _field("loai_dich_vu", "service_type"),
    _field("su_kien", "life_events"),
    _field("doi_tuong", "audiences"),
    _field("co_quan_cong_bo", "issuing_agency"),
    _field("so_quyet_dinh", "decision_no"),
    _field("loai_thu_tuc", "kind"),
    _field("cap_thuc_hien", "administrative_level"),
    _field("co_quan_thuc_hien", "executing_text"),
    _field("co_quan_tham_quyen", "authority"),
    *(
        Column(f"thoi_han_{name}", f"Thời hạn khi nộp: {kind.label}",
               _channels(kind, lambda way: way["time_text"]))
        for name, kind in _WAYS
    ),
    *(
        Column(f"phi_{name}", f"Phí, lệ phí khi nộp: {kind.label}", _channels(kind, _fees))
        for name, kind in _WAYS
    ),
    Column("so_truong_hop", "Số trường hợp", lambda one: len(one.record["cases"])),
    Column("so_giay_to", "Số giấy tờ của mọi trường hợp", lambda one: sum(
        len(case["requirements"]) for case in one.record["cases"])),
    Column("ket_qua", "Tên các kết quả", lambda one: "; ".join(
        result["name"] for result in one.record["result_types"])),
    Column("can_cu", "Số các văn bản căn cứ", lambda one: "; ".join(
        text["number"] for text in one.record["legal_basis"])),
    _field("chi_nop_truc_tuyen", "online_only"),
    Column("ap_dung_tu", "Ngày bản này có hiệu lực", lambda one: one.version.effective_from),
    Column("phien_ban", "Số phiên bản", lambda one: one.version.number),
    Column("dia_chi", "Trang của thủ tục", lambda one: page_of(one.record["code"])),
)  # fmt: skip


def page_of(code: str) -> str:
    return f"{settings.SITE_URL}/thu-tuc/{code}/"


def csv_lines() -> Iterator[bytes]:
    """With a byte order mark, without which Excel reads no Vietnamese."""
    yield b"\xef\xbb\xbf" + _line([column.name for column in COLUMNS])
    for one in in_force(eforms=False):
        yield _line([column.value(one) for column in COLUMNS])


def _line(values: list[Any]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([guarded(value) for value in values])
    return out.getvalue().encode()


def guarded(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    value = value[:_TEXT]
    return f"'{value}" if value.startswith(_RUNS) else value


def public(one: InForce) -> dict[str, Any]:
    """A record as everybody may have it."""
    return {
        **{name: value for name, value in one.record.items() if name not in INSIDE},
        "version": one.version.number,
        "effective_from": one.version.effective_from.isoformat(),
        "page": page_of(one.record["code"]),
    }


def json_lines() -> Iterator[bytes]:
    for one in in_force(eforms=False):
        yield json.dumps(public(one), ensure_ascii=False).encode() + b"\n"


def json_list() -> Iterator[bytes]:
    """The same as one JSON text."""
    before = b"[\n"
    for line in json_lines():
        yield before + line.removesuffix(b"\n")
        before = b",\n"
    yield b"\n]\n" if before != b"[\n" else b"[]\n"


# --- the dictionary -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Meaning:
    """A name of a record; `cases[].name` stands in each row of `cases`."""

    path: str
    label: str
    kind: str


def dictionary() -> list[Meaning]:
    own = [
        Meaning("version", "Số phiên bản", "số"),
        Meaning("effective_from", "Ngày bản này có hiệu lực", "ngày dạng năm-tháng-ngày"),
        Meaning("page", "Trang của thủ tục", "địa chỉ"),
    ]
    return [*_meanings(RECORD, ""), *own]


def _meanings(block: Block, path: str) -> Iterator[Meaning]:
    for name, kind in block.fields.items():
        if name in INSIDE and not path:
            continue
        where = f"{path}{name}"
        yield Meaning(where, kind.label, _in_words(kind))
        if isinstance(kind, Rows):
            yield from _meanings(kind.block, f"{where}[].")


def _in_words(kind: Kind) -> str:
    if isinstance(kind, Rows):
        return "danh sách"
    if isinstance(kind, Words):
        among = "; ".join(f"{value} ({text})" for value, text in kind.among)
        return f"danh sách chữ{': ' + among if among else ''}"
    if isinstance(kind, Choice):
        return "; ".join(f"{value} ({words})" for value, words in kind.choices)
    if isinstance(kind, Flag):
        return "có (true) hoặc không (false)"
    if isinstance(kind, Number):
        return "số" if kind.default is not None else "số hoặc trống (null)"
    return "ngày dạng năm-tháng-ngày" if isinstance(kind, Day) else "chữ"
