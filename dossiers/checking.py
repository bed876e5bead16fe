"""The heavy look at one uploaded file: virus scan, then a clean copy made in the child."""

import tempfile
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from dossiers.actions import record_check
from dossiers.models import CheckState, Paper
from portal.lib import clamd, files
from portal.lib.errors import Retryable
from portal.lib.jobs import JobError

# A child that crashed may have met a bad moment; a file that does it thrice is the cause.
TRIES = 3
# Without the backoff: when the scanner is back, what waits is looked at within a minute or so.
SCANNER_AGAIN_SECONDS = 60
UNREADABLE = "Không mở được tệp này để kiểm tra. Mời lưu lại thành PDF hoặc chụp ảnh rồi gửi lại."


def check(paper: Paper) -> None:
    """Scan and re-encode one claimed paper. A scanner that does not answer is asked again:
    the paper stays unseen by officers until then."""
    source = Path(files.private_storage().path(paper.stored_name))
    if not source.exists():
        _record(paper, CheckState.REFUSED, "Không còn tệp trên máy chủ.")
        return
    verdict = clamd.scan(source)
    if verdict.state == "failed":
        raise Retryable("Phần mềm quét mã độc không trả lời.", SCANNER_AGAIN_SECONDS, counts=False)
    if verdict.state == "infected":
        _record(paper, CheckState.INFECTED, verdict.signature)
        return
    with tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / f"clean.{paper.kind}"
        try:
            made = files.clean_copy(source, clean, paper.kind)
        except files.FileRefused as refused:
            _record(paper, CheckState.REFUSED, refused.sentence)
            return
        except JobError as error:
            if paper.attempts < TRIES:
                raise Retryable(str(error)) from error
            _record(paper, CheckState.REFUSED, UNREADABLE)
            return
        with clean.open("rb") as content:
            stored = files.store_file(File(content, name=clean.name), "papers")
    _record(
        paper,
        CheckState.CLEAN,
        stored_name=stored,
        size=made.size,
        sha256=made.sha256,
        pages=made.pages,
    )
    source.unlink(missing_ok=True)


def _record(
    paper: Paper,
    state: CheckState,
    note: str = "",
    *,
    stored_name: str = "",
    size: int = 0,
    sha256: str = "",
    pages: int | None = None,
) -> None:
    with transaction.atomic():
        record_check(
            paper,
            state=state,
            at=timezone.now(),
            note=note,
            stored_name=stored_name,
            size=size,
            sha256=sha256,
            pages=pages,
        )
