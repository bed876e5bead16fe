"""Rows of an import become drafts or versions. Each by itself: what one cannot do, the others
still do. Runs inside the caller's transaction, which holds the run's lock."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from procedures.actions import DraftRefused, RecordInvalid, new_draft, publish, retire
from procedures.actions.bulk import publish_many, relate_all
from procedures.actions.drafting import start_retirement
from procedures.exchange.judging import Verdict, judge
from procedures.exchange.rows import SourceRow
from procedures.models import Fate, ImportMode, ImportRow, ImportRun, Outcome, Procedure

_MOVED = "Phiên bản đang áp dụng đã đổi từ khi đọc tệp; hãy nhập lại tệp."
_SAME = "Nội dung này đang áp dụng rồi."
_GONE = "Thủ tục không còn phiên bản áp dụng."


def apply_rows(run: ImportRun, chunk: list[SourceRow], source: str) -> None:
    """The rows after `run.done`, as the reader found them fit."""
    marks = {
        mark.number: mark
        for mark in run.rows.filter(number__gt=run.done, number__lte=run.done + len(chunk))
    }
    pairs = [(row, marks[number]) for number, row in enumerate(chunk, run.done + 1)]
    wanted = [(row, mark) for row, mark in pairs if _is_wanted(run, mark)]
    # Nobody else publishes these until we have.
    codes = [row.code for row, _ in wanted]
    list(
        Procedure.objects.select_for_update(no_key=True)
        .filter(code__in=codes)
        .order_by("pk")
        .only("pk")
    )
    verdicts = judge([row for row, _ in wanted], source=source, taken={}, remembered=False)
    ready = []
    for verdict, (_, mark) in zip(verdicts, wanted, strict=True):
        if reason := _hindrance(verdict, mark):
            mark.outcome, mark.outcome_reason = Outcome.SKIPPED, reason
        else:
            ready.append((verdict, mark))
    _carry_out(run, ready)
    _write_outcomes(run, [mark for _, mark in wanted])
    if run.mode == ImportMode.PUBLISHED:
        from procedures.exchange.jobs import remember

        remember(source, [row for row, mark in pairs if _is_in_force(mark)])


def _is_wanted(run: ImportRun, mark: ImportRow) -> bool:
    if run.mode == ImportMode.DRAFTS and mark.draftable:
        return True
    return mark.fate in (Fate.NEW, Fate.CHANGED)


def _is_in_force(mark: ImportRow) -> bool:
    return mark.outcome == Outcome.APPLIED or mark.fate == Fate.UNCHANGED


def _hindrance(verdict: Verdict, mark: ImportRow) -> str:
    if verdict.fate == Fate.UNCHANGED:
        return _SAME
    if (verdict.base.pk if verdict.base else None) != mark.base_id:
        return _MOVED
    if verdict.fate == Fate.REJECTED and not (verdict.draftable and mark.draftable):
        return "; ".join(verdict.reasons)
    return ""


def _carry_out(run: ImportRun, ready: list[tuple[Verdict, ImportRow]]) -> None:
    now = timezone.now()
    if run.mode == ImportMode.DRAFTS:
        for verdict, mark in ready:
            _try(mark, _draft, run, verdict, now)
        return
    try:
        with transaction.atomic():
            publish_many(
                [(_record(verdict), verdict.eform) for verdict, _ in ready],
                by=run.approved_by,
                at=now,
                prepared_by=run.asked_by,
            )
    except (DataError, IntegrityError):
        # One of them the database does not take: which, shows when each goes alone.
        for verdict, mark in ready:
            _try(mark, _publish, run, verdict, now)
    else:
        for _, mark in ready:
            mark.outcome = Outcome.APPLIED


def _try(mark: ImportRow, act: Callable[..., Any], *args: Any) -> None:
    mark.outcome, mark.outcome_reason = Outcome.APPLIED, ""
    try:
        with transaction.atomic():
            act(*args)
    except (DraftRefused, RecordInvalid) as refused:
        mark.outcome, mark.outcome_reason = Outcome.SKIPPED, str(refused)
    except (DataError, IntegrityError) as error:
        reason = f"cơ sở dữ liệu không nhận: {type(error).__name__}."
        mark.outcome, mark.outcome_reason = Outcome.SKIPPED, reason


def _draft(run: ImportRun, verdict: Verdict, at: datetime) -> None:
    new_draft(
        _record(verdict),
        by=run.asked_by,
        at=at,
        eform=verdict.eform,
        base=verdict.base,
        summary=f"Nhập từ tệp {run.file_name}"[:250],
    )


def _publish(run: ImportRun, verdict: Verdict, at: datetime) -> None:
    publish(
        _record(verdict),
        eform=verdict.eform,
        by=run.approved_by,
        at=at,
        prepared_by=run.asked_by,
    )


def _record(verdict: Verdict) -> dict[str, Any]:
    assert verdict.record is not None
    return verdict.record


def _write_outcomes(run: ImportRun, marks: list[ImportRow]) -> None:
    applied = [mark.pk for mark in marks if mark.outcome == Outcome.APPLIED]
    ImportRow.objects.filter(pk__in=applied).update(outcome=Outcome.APPLIED)
    skipped = [mark for mark in marks if mark.outcome == Outcome.SKIPPED]
    ImportRow.objects.bulk_update(skipped, ["outcome", "outcome_reason"])
    run.applied += len(applied)
    run.skipped += len(skipped)


def withdraw_chosen(run: ImportRun) -> None:
    """Withdrawn rows an editor ticked: out of force, or a draft that proposes it."""
    now = timezone.now()
    marks = list(run.rows.filter(chosen=True, outcome="").select_related("base__procedure"))
    for mark in marks:
        procedure = mark.base.procedure if mark.base else None
        if procedure is None or procedure.current_id != mark.base_id:
            mark.outcome, mark.outcome_reason = Outcome.SKIPPED, _GONE
        elif run.mode == ImportMode.DRAFTS:
            _try(mark, _propose_end, run, procedure, now)
        else:
            retire(procedure, at=now, decision_no=run.decision_no)
            mark.outcome = Outcome.APPLIED
    _write_outcomes(run, marks)


def _propose_end(run: ImportRun, procedure: Procedure, at: datetime) -> None:
    assert run.asked_by is not None
    start_retirement(procedure, by=run.asked_by, at=at, decision_no=run.decision_no)


def finish(run: ImportRun) -> None:
    if run.mode == ImportMode.PUBLISHED and run.applied:
        relate_all()
