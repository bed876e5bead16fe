"""The worker's look at one file of a dossier: virus scan, then a clean copy made in the child,
turned as asked; pictures put together into one PDF."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from dossiers.actions import give_parts_back, record_check
from dossiers.models import CheckState, Origin, Paper
from dossiers.models.paper import UNUSABLE
from portal.lib import clamd, files
from portal.lib.errors import Retryable
from portal.lib.jobs import JobError

# A child that crashed may have met a bad moment; a file that does it thrice is the cause.
TRIES = 3
# Without the backoff: when the scanner is back, what waits is looked at within a minute or so.
SCANNER_AGAIN_SECONDS = 60
PARTS_AGAIN_SECONDS = 2
UNREADABLE = "Không mở được tệp này để kiểm tra. Mời lưu lại thành PDF hoặc chụp ảnh rồi gửi lại."
NOT_TURNED = "Tệp này không xoay được (đã ký số hoặc không phải ảnh, PDF); giữ nguyên chiều."
NOT_JOINED = "Không gộp được: có ảnh chưa đạt kiểm tra. Các ảnh vẫn còn riêng từng tệp."


def check(paper: Paper) -> None:
    """What one claimed paper waits for. A scanner that does not answer is asked again: the
    paper stays unseen by officers until then."""
    if paper.origin == Origin.MERGED and not paper.stored_name:
        _join(paper)
        return
    source = _path(paper)
    if not source.exists():
        _record(paper, CheckState.REFUSED, "Không còn tệp trên máy chủ.")
        return
    verdict = clamd.scan(source)
    if verdict.state == "failed":
        raise Retryable("Phần mềm quét mã độc không trả lời.", SCANNER_AGAIN_SECONDS, counts=False)
    if verdict.state == "infected":
        _record(paper, CheckState.INFECTED, verdict.signature)
        return
    _clean(paper, source)


def _clean(paper: Paper, source: Path) -> None:
    turn = (paper.turn - paper.turned) % 360
    try:
        stored, made = _kept(paper, lambda to: files.clean_copy(source, to, paper.kind, turn))
    except files.FileRefused as refused:
        _not_clean(paper, refused.sentence)
    except JobError as error:
        if paper.attempts < TRIES:
            raise Retryable(str(error)) from error
        _not_clean(paper, UNREADABLE)
    else:
        note = "" if made.turned else NOT_TURNED
        _record(paper, CheckState.CLEAN, note, stored_name=stored, made=made)
        # A clean copy may be another paper's too (reuse): the sweep knows, we do not.
        if not paper.cleaned:
            source.unlink(missing_ok=True)


def _not_clean(paper: Paper, sentence: str) -> None:
    """What was clean before stays so, only not turned."""
    if paper.cleaned:
        _record(paper, CheckState.CLEAN, NOT_TURNED)
    else:
        _record(paper, CheckState.REFUSED, sentence)


def _join(paper: Paper) -> None:
    """One PDF of the pictures that wait to be superseded by it, once they are clean."""
    parts = list(Paper.objects.filter(superseded_by=paper).in_order())
    if any(part.state == CheckState.PENDING for part in parts):
        raise Retryable("Chờ các ảnh được kiểm tra.", PARTS_AGAIN_SECONDS, counts=False)
    if not parts or any(part.state in UNUSABLE for part in parts):
        _not_joined(paper)
        return
    sources = [str(_path(part)) for part in parts]
    try:
        stored, made = _kept(paper, lambda to: files.join_pictures(sources, to))
    except files.FileRefused:
        _not_joined(paper)
    except JobError as error:
        if paper.attempts < TRIES:
            raise Retryable(str(error)) from error
        _not_joined(paper)
    else:
        _record(paper, CheckState.CLEAN, stored_name=stored, made=made)


def _not_joined(paper: Paper) -> None:
    with transaction.atomic():
        give_parts_back(paper, at=timezone.now())
        record_check(paper, state=CheckState.REFUSED, at=timezone.now(), note=NOT_JOINED)


def _path(paper: Paper) -> Path:
    return Path(files.private_storage().path(paper.stored_name))


def _kept(paper: Paper, make: Callable[[Path], files.Cleaned]) -> tuple[str, files.Cleaned]:
    """What the child has made, kept for good; its name. A disk that is full is no fault of
    the file: it waits."""
    with files.waited_out(), tempfile.TemporaryDirectory() as folder:
        clean = Path(folder) / "clean"
        made = make(clean)
        with clean.open("rb") as content:
            name = f"clean.{made.kind or paper.kind}"
            return files.store_file(File(content, name=name), "papers"), made


def _record(
    paper: Paper,
    state: CheckState,
    note: str = "",
    *,
    stored_name: str = "",
    made: files.Cleaned | None = None,
) -> None:
    with transaction.atomic():
        record_check(
            paper, state=state, at=timezone.now(), note=note, stored_name=stored_name, made=made
        )
