"""Files as somebody would send them, taken in without a worker."""

import io
import json
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from procedures.actions import imports
from procedures.exchange import jobs
from procedures.exchange.reading import opened
from procedures.models import ImportRun
from tests.procedures.generated_catalogue import records


def a_line(**changes: Any) -> dict[str, Any]:
    """One line of the national data set."""
    return next(records(1)) | changes


def lines(*values: Any) -> bytes:
    return b"".join(json.dumps(v, ensure_ascii=False).encode() + b"\n" for v in values)


def rows(content: bytes, format_name: str = "") -> list[Any]:
    with opened(io.BytesIO(content), format_name) as source:
        return list(source.rows)


def read(content: bytes, name: str = "danh-muc.jsonl", **options: Any) -> ImportRun:
    """The run after its dry run."""
    upload = ContentFile(content, name=name)
    run = imports.start_import(upload, **{"by": None, "at": timezone.now(), **options})
    jobs.work_whole(run, "read")
    run.refresh_from_db()
    return run


def publish(content: bytes, **options: Any) -> ImportRun:
    run = read(content, **options)
    imports.apply_at_once(run, mode="published", at=timezone.now())
    jobs.work_whole(run, "apply")
    run.refresh_from_db()
    return run


def reasons(run: ImportRun) -> list[str]:
    """Of every rejected row, with its line."""
    return [
        f"{row.line}: {'; '.join(row.detail['reasons'])}"
        for row in run.rows.filter(fate="rejected")
    ]
