"""Runs of imports on their way: uploaded, read, asked for, approved by a second person."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.base import File
from django.db import transaction

from accounts.models import User
from portal.lib import files
from portal.lib.outbox import hint
from procedures.models import (
    Fate,
    ImportFormat,
    ImportJob,
    ImportMode,
    ImportRow,
    ImportRun,
    ImportState,
    JobKind,
)

MAX_BYTES = 100 * 1024 * 1024
_TASK = "procedures.tasks.work_imports"


class ImportRefused(Exception):
    """What was asked of a run is not possible now; the text is a sentence for the editor."""


def start_import(
    upload: File, *, by: User | None, at: datetime, complete: bool = False, format_name: str = ""
) -> ImportRun:
    """Keep the file; a worker reads it. `complete`: what it lacks is listed as withdrawn."""
    if not upload.size:
        raise ImportRefused("Tệp trống.")
    if upload.size > MAX_BYTES:
        raise ImportRefused(f"Tệp lớn quá {MAX_BYTES // 1024 // 1024} MB.")
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    stored = files.store_file(upload, "imports")
    with transaction.atomic():
        run = ImportRun.objects.create(
            file_name=files.clean_name(upload.name or "danh-muc"),
            stored_name=stored,
            sha256=digest.hexdigest(),
            size=upload.size,
            format=ImportFormat(format_name).value if format_name else "",
            complete=complete,
            created_at=at,
            created_by=by,
        )
        _give_work(run, JobKind.READ, at)
    return run


@transaction.atomic
def ask_to_apply(
    run: ImportRun,
    *,
    mode: str,
    by: User | None,
    at: datetime,
    withdraw: Iterable[int] = (),
    decision_no: str = "",
) -> ImportRun:
    """As drafts: at once, each draft has its own review. As published: once another editor has
    approved. `withdraw`: numbers of withdrawn rows whose procedures are to go out of force."""
    locked = _locked(run, ImportState.READY)
    numbers = set(withdraw)
    if numbers and not decision_no.strip():
        raise ImportRefused("Hãy ghi số quyết định bãi bỏ các thủ tục đã chọn.")
    if len(decision_no.strip()) > 80:
        raise ImportRefused("Số quyết định dài quá 80 ký tự.")
    gone = locked.rows.filter(fate=Fate.WITHDRAWN)
    gone.update(chosen=False)
    gone.filter(number__in=numbers).update(chosen=True)
    if not _takes(locked, mode) and not numbers:
        raise ImportRefused("Tệp này không có gì để áp dụng.")
    locked.mode, locked.decision_no = ImportMode(mode).value, decision_no.strip()
    locked.asked_at, locked.asked_by = at, by
    if mode == ImportMode.DRAFTS:
        return _start_applying(locked, at)
    locked.state = ImportState.REVIEW
    locked.save()
    return locked


def _takes(run: ImportRun, mode: str) -> bool:
    wanted = ImportRow.objects.filter(run=run)
    if wanted.filter(fate__in=[Fate.NEW, Fate.CHANGED]).exists():
        return True
    return mode == ImportMode.DRAFTS and wanted.filter(draftable=True).exists()


@transaction.atomic
def approve_import(run: ImportRun, *, by: User, at: datetime) -> ImportRun:
    """The second person's yes to publishing."""
    locked = _locked(run, ImportState.REVIEW)
    if reason := hinders_approval(locked, by):
        raise ImportRefused(reason)
    locked.approved_at, locked.approved_by = at, by
    return _start_applying(locked, at)


def hinders_approval(run: ImportRun, user: Any) -> str | None:
    """Why this person may not approve the run."""
    if run.state != ImportState.REVIEW:
        return f"Lần nhập đang ở tình trạng “{run.get_state_display()}”."
    if user.pk in (run.asked_by_id, run.created_by_id):
        return "Người tải tệp lên hoặc đề nghị không tự duyệt được; cần người thứ hai."
    return None


@transaction.atomic
def return_import(run: ImportRun) -> ImportRun:
    """Back from review: to be asked for anew, or left."""
    locked = _locked(run, ImportState.REVIEW)
    locked.state, locked.mode = ImportState.READY, ""
    locked.asked_at = locked.asked_by = None
    locked.save()
    return locked


@transaction.atomic
def discard_import(run: ImportRun, *, at: datetime) -> ImportRun:
    """Nothing comes of it; its list stays to be looked up."""
    locked = _locked(run, ImportState.READING, ImportState.READY, ImportState.REVIEW)
    locked.state, locked.finished_at = ImportState.DISCARDED, at
    locked.save()
    return locked


@transaction.atomic
def apply_at_once(run: ImportRun, *, mode: str, at: datetime) -> ImportRun:
    """For the operator's command, who has the machine anyway: nobody else is asked."""
    locked = _locked(run, ImportState.READY)
    locked.mode, locked.asked_at = ImportMode(mode).value, at
    return _start_applying(locked, at)


def _start_applying(run: ImportRun, at: datetime) -> ImportRun:
    run.state, run.done = ImportState.APPLYING, 0
    run.save()
    _give_work(run, JobKind.APPLY, at)
    return run


def _give_work(run: ImportRun, kind: str, at: datetime) -> None:
    ImportJob.objects.create(
        run=run, kind=kind, key=f"import-{run.public_id}-{kind}", available_at=at
    )
    hint(_TASK)


def _locked(run: ImportRun, *states: str) -> ImportRun:
    locked = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if locked.state not in states:
        raise ImportRefused(f"Lần nhập đang ở tình trạng “{locked.get_state_display()}”.")
    return locked
