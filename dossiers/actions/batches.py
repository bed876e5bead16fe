"""Many dossiers of one procedure: the pattern, the rows of its sheet, and asking for the work.
The work itself: batch_work.py."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dossiers import people
from dossiers.actions import duplicates, who
from dossiers.actions.errors import DossierError, Missing, MoveRefused
from dossiers.actions.filing import gaps, paper_gaps
from dossiers.actions.locking import lock_draft
from dossiers.models import Batch, BatchRow, Dossier, FiledFor, RowState, Work
from dossiers.workflow import Status
from portal.lib.outbox import hint

# Of one person, not yet filed, over all batches: their papers are shared, their rows are not.
BATCH_DRAFTS = 200
TASK = "dossiers.tasks.work_batches"
# What may still become a dossier, or a draft that may still be filed. Of a batch not at work: a
# row that waits was left by work that was given up.
OPEN_STATES = (RowState.READY, RowState.DRAFTED, RowState.REFUSED, RowState.WAITING)
NOT_MADE = (RowState.READY, RowState.WAITING)


class Given(Protocol):
    """One row as read from the sheet (dossiers.sheets.ReadRow)."""

    number: int
    name: str
    answers: dict[str, Any]
    owner: dict[str, str]
    problems: list[list[str]]


@dataclass(frozen=True, slots=True)
class Taken:
    """`kept`: rows that have a dossier already and say something else now."""

    rows: int
    kept: list[int]


def refusal(draft: Dossier, by: User) -> str:
    """Why `by` cannot make this draft a pattern, in words; "" when they can."""
    if draft.submitter_id != by.pk or draft.assisted_by_id:
        return "Chỉ chính người nộp mới nộp nhiều hồ sơ bằng bảng tính được."
    if not by.auth_level:
        return (
            "Nộp nhiều hồ sơ cùng lúc cần tài khoản đã xác thực. Hãy mang căn cước đến bộ phận "
            "một cửa để xác thực, hoặc nộp từng hồ sơ."
        )
    if draft.code:
        return "Hồ sơ đã có mã thì không dùng làm mẫu được. Hãy lập bản nháp mới."
    return ""


@transaction.atomic
def begin_batch(pattern: Dossier, *, by: User, at: datetime) -> Batch:
    """From now on the draft is a pattern: it is not filed itself."""
    draft = lock_draft(pattern, by=by)
    if sentence := refusal(draft, by):
        raise MoveRefused(sentence)
    made, _ = Batch.objects.get_or_create(
        pattern=draft,
        defaults={"key": f"batch-{draft.public_id}", "owner": by, "done_at": at},
    )
    return made


@transaction.atomic
def drop_batch(batch: Batch, *, by: User, at: datetime) -> None:
    """The draft is an ordinary one again; MoveRefused once rows have become dossiers."""
    locked = _locked(batch, by)
    if locked.rows.exclude(dossier=None).exists():
        raise MoveRefused("Đã có hồ sơ tạo từ bảng tính này nên không thôi được nữa.")
    locked.delete()


@transaction.atomic
def replace_rows(
    batch: Batch, *, rows: Iterable[Given], filename: str, mark: str, by: User, at: datetime
) -> Taken:
    """The sheet as it is now. Rows are known by their number; one that has a dossier stays."""
    locked = _locked(batch, by)
    having = {row.number: row for row in locked.rows.exclude(dossier=None)}
    locked.rows.filter(dossier=None).delete()
    given = list(rows)
    kept = [one.number for one in given if _differs(one, having.get(one.number))]
    new = [
        BatchRow(
            batch=locked,
            number=one.number,
            name=one.name,
            answers=one.answers,
            owner=one.owner,
            problems=one.problems,
            state=RowState.WRONG if one.problems else RowState.READY,
        )
        for one in given
        if one.number not in having
    ]
    _ask_about(locked, new, list(having.values()), by, at)
    BatchRow.objects.bulk_create(new)
    locked.filename, locked.mark, locked.uploaded_at = filename[:150], mark, at
    locked.save(update_fields=["filename", "mark", "uploaded_at"])
    return Taken(len(new), kept)


def _differs(one: Given, before: BatchRow | None) -> bool:
    return before is not None and before.words != {"answers": one.answers, "owner": one.owner}


def _ask_about(
    batch: Batch, new: list[BatchRow], having: list[BatchRow], by: User, at: datetime
) -> None:
    """Rows that say what another row or an earlier dossier says wait for a tick."""
    said: dict[str, int] = {}
    earlier: dict[str, list[Dossier]] = {}  # asked once for each owner
    for row in having:
        said.setdefault(repr(row.words), row.number)
    ours = set(batch.rows.exclude(dossier=None).values_list("dossier", flat=True))
    probe = Dossier.objects.select_related("version", "case").get(pk=batch.pattern_id)
    for row in new:
        if row.state != RowState.READY:
            continue
        fill(probe, row)
        whose = row.owner.get("owner_citizen_id", "")
        if whose not in earlier:
            earlier[whose] = duplicates.near(probe, by=by, at=at)
        row.alike = [
            str(one.code)
            for one in earlier[whose]
            if one.pk not in ours and duplicates.repeats(probe, one)
        ][: duplicates.SHOWN]
        first = said.setdefault(repr(row.words), row.number)
        row.twin = first if first != row.number else None
        if row.alike or row.twin:
            row.state = RowState.ASK


def fill(dossier: Dossier, row: BatchRow) -> None:
    """What the row itself says."""
    dossier.answers = dict(row.answers)
    for name, value in row.owner.items():
        setattr(dossier, name, value)


def pattern_gaps(pattern: Dossier, at: datetime | None = None) -> list[Missing]:
    """What all rows share and is not there yet."""
    papers = list(pattern.papers.current())
    found = [one for one in gaps(pattern, at=at) if one.place != "eform"]
    found += [one for one in paper_gaps(pattern, papers) if one.place == "eform"]
    if pattern.filed_for == FiledFor.OTHER:
        told = who.authority_gaps(pattern, timezone.localdate(at), papers)
        found = [Missing("owner", one) for one in told] + [
            one for one in found if one.place != "owner"
        ]
    return found


def outdated(pattern: Dossier) -> str:
    """Why no dossier can be made from this pattern any more."""
    if pattern.version_id != pattern.version.procedure.current_id:
        return "Thủ tục đã có phiên bản mới. Hãy bắt đầu lượt nộp mới; bảng này chỉ còn để xem."
    return ""


@transaction.atomic
def start_work(
    batch: Batch,
    *,
    work: Work,
    mark: str,
    confirmed: Collection[int],
    by: User,
    at: datetime,
) -> int:
    """Ask for the rows that are right to become drafts, or to be filed; how many.

    `confirmed`: numbers of rows ticked although they say what others say.
    """
    locked = _locked(batch, by)
    pattern = pattern_of(locked)
    if sentence := outdated(pattern):
        raise MoveRefused(sentence)
    if mark != locked.mark:
        raise DossierError(
            "Bạn đã đổi người nộp sau khi tải bảng tính lên nên các cột đã khác. Hãy tải mẫu mới, "
            "chép các dòng sang rồi tải lên lại."
        )
    if missing := pattern_gaps(pattern, at):
        raise DossierError(f"Phần dùng chung còn thiếu: {missing[0].sentence}")
    ticked = locked.rows.filter(state=RowState.ASK, number__in=confirmed)
    ticked.update(state=RowState.READY, confirmed=True)
    chosen = locked.rows.filter(state__in=_taken_by(work))
    count = chosen.count()
    if not count:
        raise DossierError("Chưa có dòng nào đủ để làm tiếp.")
    _refuse_too_many(by, chosen.filter(dossier=None).count())
    chosen.update(state=RowState.WAITING, reason="")
    locked.doing, locked.done_at, locked.dead_at = work, None, None
    locked.available_at, locked.attempts, locked.last_error = at, 0, ""
    locked.save()
    hint(TASK)
    return count


def pattern_of(batch: Batch) -> Dossier:
    """With what looking for its gaps reads."""
    looked_at = Dossier.objects.select_related("version__procedure", "case", "submitter")
    return looked_at.get(pk=batch.pattern_id)


def _taken_by(work: Work) -> tuple[RowState, ...]:
    """Drafts are made once; what has a draft can still be filed."""
    return NOT_MADE if work == Work.DRAFTS else OPEN_STATES


def _refuse_too_many(by: User, more: int) -> None:
    held = Dossier.objects.filter(submitter=by, status=Status.DRAFT, batch_row__isnull=False)
    if (there := held.count()) + more > BATCH_DRAFTS:
        raise MoveRefused(
            f"Bạn đang có {there} bản nháp tạo từ bảng tính; nhiều nhất {BATCH_DRAFTS}. Hãy nộp "
            "hoặc xóa bớt rồi làm tiếp."
        )


def _locked(batch: Batch, by: User) -> Batch:
    """The batch's row, locked, of the person and not at work."""
    locked = Batch.objects.select_for_update(no_key=True, of=("self",)).get(pk=batch.pk)
    if locked.owner_id != by.pk or not people.writes(by, locked.pattern):
        raise MoveRefused("Bạn không có quyền với lượt nộp này.")
    if locked.working:
        raise DossierError("Các hồ sơ đang được tạo. Hãy đợi xong rồi làm tiếp.")
    return locked
