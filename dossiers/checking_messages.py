"""The worker's look at one file of a message: as at a paper, without turning and joining."""

import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.utils import timezone

from dossiers.actions import record_message_check
from dossiers.checking import SCANNER_AGAIN_SECONDS, TRIES, UNREADABLE
from dossiers.models import CheckState, MessageFile
from portal.lib import clamd, files
from portal.lib.errors import Retryable
from portal.lib.jobs import JobError


def check(file: MessageFile) -> None:
    """Scan, then keep a clean copy; a scanner that does not answer is asked again."""
    source = Path(files.private_storage().path(file.stored_name))
    if not source.exists():
        _record(file, CheckState.REFUSED, "Không còn tệp trên máy chủ.")
        return
    verdict = clamd.scan(source)
    if verdict.state == "failed":
        raise Retryable("Phần mềm quét mã độc không trả lời.", SCANNER_AGAIN_SECONDS, counts=False)
    if verdict.state == "infected":
        _record(file, CheckState.INFECTED, verdict.signature)
        return
    try:
        made = _cleaned(file, source)
    except files.FileRefused as refused:
        _record(file, CheckState.REFUSED, refused.sentence)
    except JobError as error:
        if file.attempts < TRIES:
            raise Retryable(str(error)) from error
        _record(file, CheckState.REFUSED, UNREADABLE)
    else:
        _record(file, CheckState.CLEAN, **made)
        source.unlink(missing_ok=True)


def _cleaned(file: MessageFile, source: Path) -> dict[str, Any]:
    """The columns of the clean copy, which is kept by then."""
    with files.waited_out(), tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "clean"
        made = files.clean_copy(source, clean, file.kind, 0)
        kind = made.kind or file.kind
        with clean.open("rb") as content:
            stored = files.store_file(File(content, name=f"clean.{kind}"), "messages")
    return {
        "stored_name": stored,
        "size": made.size,
        "sha256": made.sha256,
        "kind": kind,
        "mime": files.KINDS[kind].mime,
        "filename": files.renamed(file.filename, kind),
    }


def _record(file: MessageFile, state: CheckState, note: str = "", **made: Any) -> None:
    record_message_check(file, state=state, at=timezone.now(), note=note, **made)
