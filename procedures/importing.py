"""The demo's catalogue: records from a folder (<code>.json, e-forms in eforms/<code>.json), all
known to be good. Files from elsewhere come in by procedures.exchange."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from portal.lib.text import nfc
from procedures.actions import is_current, publish, relate
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
