"""Reading catalogue records from a folder: <code>.json, e-forms in eforms/<code>.json."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError, transaction

from accounts.models import User
from portal.lib.text import nfc
from procedures.actions import RecordInvalid, is_current, publish, relate
from procedures.models import Procedure

DEMO_FOLDER = Path(__file__).parent / "demo"


@dataclass(frozen=True, slots=True)
class Record:
    """One procedure as its author wrote it; `eform` is None when it has none of its own."""

    data: dict[str, Any]
    eform: dict[str, Any] | None

    @property
    def code(self) -> str:
        return str(self.data["code"])


def read_folder(folder: Path = DEMO_FOLDER) -> Iterator[Record]:
    """Every record of the folder, by code, its text composed (NFC)."""
    for path in sorted(folder.glob("*.json")):
        yield _record(path)


def _record(path: Path) -> Record:
    data = _read(path)
    form = path.parent / "eforms" / path.name
    return Record(data, _read(form) if data["eform"] else None)


def _read(path: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(nfc(path.read_text(encoding="utf-8")))
    return data


@transaction.atomic
def import_records(records: list[Record], *, by: User | None, at: datetime) -> list[Procedure]:
    """Publish all of them and tie the related ones; the procedures, in the records' order.
    Unchanged records cost one query together and change nothing."""
    known = Procedure.objects.select_related("current").in_bulk(field_name="code")
    found = []
    for record in records:
        procedure = known.get(record.code)
        if procedure is None or not is_current(procedure, record.data, record.eform):
            procedure = publish(record.data, eform=record.eform, by=by, at=at).procedure
        found.append(procedure)
    relate({record.code: record.data["related"] for record in records})
    return found


class Fate(StrEnum):
    NEW = "mới"
    CHANGED = "đổi"
    UNCHANGED = "không đổi"
    REJECTED = "bị từ chối"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one file; `reason` says why it was rejected."""

    file: str
    fate: Fate
    reason: str = ""
    procedure: Procedure | None = None
    record: Record | None = None


@transaction.atomic
def import_folder(folder: Path, *, by: User | None, at: datetime) -> list[Imported]:
    """Publish every record of the folder that may be, and tie the related ones. A record that
    may not leaves its procedure as it was and hinders no other."""
    known = set(Procedure.objects.values_list("code", flat=True))
    seen: set[str] = set()
    found = [_import(path, known, seen, by, at) for path in sorted(folder.glob("*.json"))]
    taken = [one.record for one in found if one.record]
    relate({record.code: record.data["related"] for record in taken})
    return found


def _import(path: Path, known: set[str], seen: set[str], by: User | None, at: datetime) -> Imported:
    try:
        with transaction.atomic():
            record = _record(path)
            if record.code in seen:
                raise ValueError(f"mã {record.code} đã có trong tệp khác")
            _need(record, "related", "executing")
            published = publish(record.data, eform=record.eform, by=by, at=at)
    except RecordInvalid as invalid:
        return Imported(path.name, Fate.REJECTED, "; ".join(invalid.problems))
    except (LookupError, TypeError, ValueError, AttributeError, OSError) as error:
        return Imported(path.name, Fate.REJECTED, _why(error))
    except (DataError, IntegrityError) as error:
        return Imported(path.name, Fate.REJECTED, f"cơ sở dữ liệu không nhận: {error}".strip())
    seen.add(record.code)
    fate = Fate.NEW if record.code not in known else Fate.CHANGED
    if not published.changed:
        fate = Fate.UNCHANGED
    return Imported(path.name, fate, procedure=published.procedure, record=record)


def _need(record: Record, *names: str) -> None:
    for name in names:
        words = record.data[name]
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise TypeError(f"{name} phải là danh sách chữ")


def _why(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"không phải JSON (dòng {error.lineno}, cột {error.colno})"
    if isinstance(error, KeyError):
        return f"thiếu {error.args[0]}"
    if isinstance(error, FileNotFoundError):
        return f"không có tệp {error.filename}"
    return f"nội dung không đúng dạng: {error}"
