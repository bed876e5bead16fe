"""From an Export row to its file, by the worker: a batch of procedures in memory at a time."""

import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from typing import BinaryIO

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from portal.lib import files
from portal.lib.outbox import LeaseLost
from procedures.exchange import writing
from procedures.exchange.standing import in_force_stamp
from procedures.models import Export, ExportKind

FOLDER = "exports"
# Each batch renews it: a worker that dies is followed within that time.
LEASE = timedelta(minutes=3)
MIMES = {
    ExportKind.LINES: "application/jsonl",
    ExportKind.SHEETS: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def key_now(kind: str) -> str:
    """Of this kind of file and the catalogue as it is in force."""
    return f"{kind}-{in_force_stamp()[0]}"


def write(export: Export) -> None:
    """Make and store the file of one claimed row."""
    made: Callable[[BinaryIO, writing.Told], None] = (
        writing.workbook if export.kind == ExportKind.SHEETS else _lines
    )
    with files.waited_out(), tempfile.TemporaryFile() as file:
        made(file, lambda written, total: _tell(export, written, total))
        size = file.seek(0, os.SEEK_END)
        stored = files.store_file(File(file, name=f"danh-muc.{export.kind}"), FOLDER)
    with transaction.atomic():
        Export.objects.filter(pk=export.pk, lease_token=export.lease_token).update(
            stored_name=stored, size=size
        )
        if not export.settle_done(timezone.now()):
            raise LeaseLost


def _lines(file: BinaryIO, told: writing.Told) -> None:
    for line in writing.lines(told):
        file.write(line)


def _tell(export: Export, written: int, total: int) -> None:
    mine = Export.objects.filter(pk=export.pk, lease_token=export.lease_token)
    until = timezone.now() + LEASE
    if not mine.update(written=written, total=total, leased_until=until):
        raise LeaseLost
