"""Files editors upload, and the versions that name them."""

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import IntegrityError, transaction

from accounts.models import User
from portal.lib import clamd, files
from portal.lib.jobs import JobError
from procedures.files import files_by_id, named_in
from procedures.models import CatalogueFile, FilePurpose, ProcedureVersion

KINDS = frozenset({"pdf", "docx", "xlsx", "jpeg", "png"})
# What may be shown in a page; a form to fill must be a document.
KINDS_FOR = {
    FilePurpose.FORM: frozenset({"pdf", "docx", "xlsx"}),
    FilePurpose.SAMPLE: KINDS,
    FilePurpose.GUIDANCE: KINDS | {"mp4"},
}
UNREADABLE = "Không mở được tệp này để kiểm tra. Mời lưu lại thành PDF rồi gửi lại."
SCANNER_AWAY = "Phần mềm quét mã độc chưa trả lời. Mời gửi lại sau ít phút."


def add_file(upload: Any, *, purpose: str, by: User, at: datetime) -> CatalogueFile:
    """A clean copy of the upload, kept; the one there is when it was uploaded before under the
    same name. Editors wait for the check: they are few, and see at once what is wrong.
    Raises files.FileRefused with the sentence for the editor."""
    kinds = KINDS_FOR[FilePurpose(purpose)]
    checked = files.check_upload(upload, kinds=kinds)
    with files.room(), tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        with source.open("wb") as copy:
            for chunk in upload.chunks():
                copy.write(chunk)
        _refuse_infected(source, checked.name)
        clean = Path(folder) / f"clean.{checked.kind}"
        try:
            made = files.clean_copy(source, clean, checked.kind)
        except JobError:
            raise files.FileRefused(UNREADABLE) from None
        same = list(CatalogueFile.objects.filter(sha256=made.sha256))
        for file in same:
            if (file.name, file.purpose) == (checked.name, purpose):
                return file
        # The bytes are on disk before the row; a crash leaves a file the sweeper takes.
        stored = same[0].stored_name if same else _store(clean)
    return _record(checked, made, stored, purpose=purpose, by=by, at=at)


def _refuse_infected(source: Path, name: str) -> None:
    verdict = clamd.scan(source)
    if verdict.state == "failed":
        raise files.FileRefused(SCANNER_AWAY)
    if verdict.state == "infected":
        raise files.FileRefused(f"Tệp “{name}” có mã độc nên không nhận được.")


def _store(clean: Path) -> str:
    with clean.open("rb") as content:
        return files.store_file(File(content, name=clean.name), "catalogue")


def _record(
    checked: files.Checked,
    made: files.Cleaned,
    stored: str,
    *,
    purpose: str,
    by: User,
    at: datetime,
) -> CatalogueFile:
    try:
        with transaction.atomic():
            return CatalogueFile.objects.create(
                name=checked.name,
                kind=checked.kind,
                mime=checked.mime,
                size=made.size,
                sha256=made.sha256,
                stored_name=stored,
                purpose=purpose,
                uploaded_at=at,
                uploaded_by=by,
            )
    except IntegrityError:  # the same file, pressed twice
        return CatalogueFile.objects.get(sha256=made.sha256, name=checked.name, purpose=purpose)


def link_files(version: ProcedureVersion, record: Mapping[str, Any]) -> None:
    """Remember what a version that is being published names; two queries at most."""
    if ids := named_in(record):
        version.files.add(*files_by_id(ids).values())
