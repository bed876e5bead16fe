"""The work on an import: reading decides each row's fate, applying does it. In chunks of one
transaction each; whoever takes over from a dead worker goes on where `run.done` stands."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from typing import BinaryIO, cast

from django.db import transaction
from django.utils import timezone

from portal.lib import files
from portal.lib.outbox import LeaseLost
from procedures.exchange import applying
from procedures.exchange.judging import Verdict, judge
from procedures.exchange.reading import Opened, opened
from procedures.exchange.rows import FileRefused, SourceRow
from procedures.models import (
    Fate,
    ImportFormat,
    ImportJob,
    ImportRow,
    ImportRun,
    ImportState,
    JobKind,
    Procedure,
    SourceLine,
)

CHUNK = 200
# Other work of the queue waits that long; a workbook is unpacked anew for each turn.
TURN = timedelta(seconds=15)
TURN_OF_SHEETS = timedelta(seconds=100)
LEASE = timedelta(minutes=5)
_STATES = {JobKind.READ: ImportState.READING, JobKind.APPLY: ImportState.APPLYING}


def work(job: ImportJob, *, turn: timedelta | None = None) -> None:
    """Go on with the job's run for a turn; what is left is for the next one."""
    run = ImportRun.objects.get(pk=job.run_id)
    if run.state != _STATES[JobKind(job.kind)]:
        return  # done, failed or discarded meanwhile
    step = _read if job.kind == JobKind.READ else _apply
    try:
        with (
            files.waited_out(),  # a workbook is unpacked on disk
            files.open_private(run.stored_name) as file,
            opened(cast(BinaryIO, file), run.format) as source,
            _collecting_by_chunk(),
        ):
            usual = TURN_OF_SHEETS if source.format == ImportFormat.SHEETS else TURN
            length = usual if turn is None else turn
            ended = step(run, source, time.monotonic() + length.total_seconds())
    except FileRefused as refused:
        _fail(run, str(refused))
        return
    except FileNotFoundError:
        _fail(run, "Không còn tệp đã tải lên.")
        return
    if not ended:
        job.settle_retry("", timezone.now(), timedelta(0), counts=False)


def work_whole(run: ImportRun, kind: str) -> None:
    """The same for a command line that waits: no worker, no turns."""
    work(ImportJob(run=run, kind=kind), turn=timedelta(days=1))
    ImportJob.objects.filter(run=run, kind=kind).update(done_at=timezone.now())


def _fail(run: ImportRun, sentence: str) -> None:
    with transaction.atomic():
        locked = _mine(run)
        locked.state, locked.error = ImportState.FAILED, sentence
        locked.finished_at = timezone.now()
        locked.save()


def _mine(run: ImportRun) -> ImportRun:
    """The run's row, locked. Somebody else went on with it: LeaseLost."""
    locked = ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if (locked.state, locked.done) != (run.state, run.done):
        raise LeaseLost
    return locked


def _chunks(run: ImportRun, source: Opened) -> Iterator[list[SourceRow]]:
    rows = islice(source.rows, run.done, None)
    while chunk := list(islice(rows, CHUNK)):
        yield chunk
        gc.collect()


@contextmanager
def _collecting_by_chunk() -> Iterator[None]:
    """A chunk makes a hundred thousand objects and drops them together: looking for garbage
    while it grows finds none, and took a quarter of an import's processor time."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


# --- reading --------------------------------------------------------------------------------------


def _read(run: ImportRun, source: Opened, until: float) -> bool:
    """Whether the file was read to its end."""
    listed = run.rows.exclude(code="").values_list("code", "line")
    taken = {code: line or 0 for code, line in listed}
    for chunk in _chunks(run, source):
        verdicts = judge(chunk, source=source.source, taken=taken)
        run = _write_down(run, source, verdicts)
        if time.monotonic() > until:
            return False
    if run.done == 0:
        raise FileRefused("Tệp không có thủ tục nào.")
    _end_reading(run, source)
    return True


@transaction.atomic
def _write_down(run: ImportRun, source: Opened, verdicts: list[Verdict]) -> ImportRun:
    locked = _mine(run)
    ImportRow.objects.bulk_create(
        _row(locked, number, verdict) for number, verdict in enumerate(verdicts, locked.done + 1)
    )
    for verdict in verdicts:
        locked.counts[verdict.fate] = locked.counts.get(verdict.fate, 0) + 1
    locked.format = source.format
    locked.done += len(verdicts)
    locked.total = max(source.total, locked.done)
    locked.save()
    # Equal content by another text: next time the text alone will tell.
    remember(source.source, [v.row for v in verdicts if v.fate == Fate.UNCHANGED and v.base])
    return locked


def _row(run: ImportRun, number: int, verdict: Verdict) -> ImportRow:
    name = (verdict.record or {}).get("name") or verdict.row.name
    return ImportRow(
        run=run,
        number=number,
        line=verdict.row.number,
        code=verdict.row.code[:40],
        name=_plain(name)[:500],
        fate=verdict.fate,
        detail=verdict.detail,
        draftable=verdict.draftable,
        base=verdict.base,
    )


def _plain(text: str) -> str:
    """PostgreSQL takes neither NUL nor halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def remember(source: str, rows: list[SourceRow]) -> None:
    now = timezone.now()
    SourceLine.objects.bulk_create(
        [SourceLine(source=source, code=row.code, digest=row.digest, seen_at=now) for row in rows],
        update_conflicts=True,
        update_fields=["digest", "seen_at"],
        unique_fields=["source", "code"],
    )


@transaction.atomic
def _end_reading(run: ImportRun, source: Opened) -> None:
    locked = _mine(run)
    if locked.complete:
        gone = _withdrawn(locked, source.source)
        ImportRow.objects.bulk_create(
            ImportRow(run=locked, number=locked.done + i, code=one.code, name=one.name[:500],
                      fate=Fate.WITHDRAWN, base_id=one.current_id)
            for i, one in enumerate(gone, 1)
        )  # fmt: skip
        locked.counts[Fate.WITHDRAWN] = len(gone)
    locked.state, locked.total = ImportState.READY, locked.done
    locked.save()


def _withdrawn(run: ImportRun, source: str) -> list[Procedure]:
    """In force, once taken from this source, and not in its file any more. A rejected row still
    names its procedure: that it cannot be read does not mean that it is gone."""
    ours = SourceLine.objects.filter(source=source).values("code")
    found = Procedure.objects.published().filter(code__in=ours)
    here = set(run.rows.values_list("code", flat=True))
    return [one for one in found.only("code", "name", "current_id") if one.code not in here]


# --- applying -------------------------------------------------------------------------------------


def _apply(run: ImportRun, source: Opened, until: float) -> bool:
    for chunk in _chunks(run, source):
        with transaction.atomic():
            locked = _mine(run)
            applying.apply_rows(locked, chunk, source.source)
            locked.done += len(chunk)
            locked.save()
        run = locked
        if time.monotonic() > until:
            return False
    with transaction.atomic():
        locked = _mine(run)
        applying.withdraw_chosen(locked)
        applying.finish(locked)
        locked.state, locked.finished_at = ImportState.DONE, timezone.now()
        locked.save()
    return True
