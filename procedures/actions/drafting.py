"""Drafts: written by an editor, approved by a second person, in force on their day."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from portal.lib.text import fold
from procedures.actions.errors import Conflict, DraftRefused, RecordInvalid
from procedures.actions.publishing import problems_of, publish, retire
from procedures.models import (
    OPEN_DRAFTS,
    Draft,
    DraftChange,
    DraftKind,
    DraftState,
    Procedure,
    ProcedureVersion,
)
from procedures.records import RECORD, normal, record_of

KEPT_CHANGES = 100


@transaction.atomic
def new_draft(
    record: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    eform: Mapping[str, Any] | None = None,
    base: ProcedureVersion | None = None,
    summary: str = "Bắt đầu soạn",
) -> Draft:
    """A draft of this content. Raises DraftRefused when the code has an open draft already."""
    whole, _ = normal({**RECORD.empty(), **record})
    if not whole["code"]:
        raise DraftRefused("Hãy ghi mã thủ tục trước.")
    draft = Draft(
        base=base,
        code=whole["code"],
        procedure=Procedure.objects.filter(code=whole["code"]).first(),
        record=whole,
        eform=eform,
        step=1,
        created_at=at,
        created_by=by,
    )
    _touch(draft, by, at)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise DraftRefused(f"Thủ tục {whole['code']} đang có một bản soạn khác.") from None
    _note(draft, summary)
    return draft


def open_draft(procedure: Procedure, *, by: User, at: datetime) -> Draft:
    """The procedure's open draft, or a new one that starts from the version in force (for a
    retired procedure from its last)."""
    found = Draft.objects.open().filter(code=procedure.code).first()
    if found:
        return found
    base = procedure.current or procedure.versions.order_by("-number").first()
    record = record_of(base) if base else {"code": procedure.code, "name": procedure.name}
    return new_draft(record, eform=base.eform if base else None, base=base, by=by, at=at)


@transaction.atomic
def save_draft(
    draft: Draft,
    *,
    revision: int,
    by: User,
    at: datetime,
    record: Mapping[str, Any] | None = None,
    eform: Mapping[str, Any] | None | str = "same",
    summary: str = "",
) -> Draft:
    """Write new content; the draft as it is after. `eform` "same" leaves the e-form alone.
    Raises Conflict when somebody else saved since `revision`, RecordInvalid for a record that
    does not keep its shape. Saving what is there already changes nothing."""
    locked = _locked(draft, revision, DraftState.EDITING)
    content: dict[str, Any] = dict(locked.record)
    if record is not None:
        content, problems = normal({**locked.record, **record})
        if problems:
            raise RecordInvalid(locked.code, [str(problem) for problem in problems])
    form = locked.eform if isinstance(eform, str) else eform
    if content == locked.record and form == locked.eform:
        return locked
    _refuse_other_code(locked, content["code"])
    locked.record, locked.eform = content, form
    _forget_undone(locked)
    locked.step += 1
    _save(locked, by, at)
    _note(locked, summary)
    return locked


def undo(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    """Back to the content before the last change."""
    return _walk(draft, -1, revision=revision, by=by, at=at)


def redo(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    return _walk(draft, 1, revision=revision, by=by, at=at)


@transaction.atomic
def _walk(draft: Draft, way: int, *, revision: int, by: User, at: datetime) -> Draft:
    locked = _locked(draft, revision, DraftState.EDITING)
    change = locked.changes.filter(number=locked.step + way).first()
    if change is None:
        raise DraftRefused("Không còn gì để hoàn tác." if way < 0 else "Không còn gì để làm lại.")
    locked.record, locked.eform = change.record, change.eform
    locked.step += way
    _save(locked, by, at)
    return locked


@transaction.atomic
def submit_draft(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    """Hand it to a second person. Raises RecordInvalid while something needed is missing."""
    locked = _locked(draft, revision, DraftState.EDITING)
    if locked.kind == DraftKind.CONTENT and (problems := problems_of(locked.record, locked.eform)):
        raise RecordInvalid(locked.code, problems)
    locked.state = DraftState.REVIEW
    locked.submitted_at, locked.submitted_by = at, by
    locked.reviewed_at = locked.reviewed_by = None
    locked.problem = ""
    _bump(locked)
    return locked


@transaction.atomic
def return_draft(draft: Draft, *, revision: int, by: User, at: datetime, note: str) -> Draft:
    """Back to the editor, with what to change; an approved one may be called back too."""
    locked = _locked(draft, revision, DraftState.REVIEW, DraftState.APPROVED)
    if not note.strip():
        raise DraftRefused("Hãy ghi rõ cần sửa gì.")
    locked.state = DraftState.EDITING
    locked.review_note = note.strip()
    locked.submitted_at = locked.submitted_by = None
    locked.reviewed_at = locked.reviewed_by = None
    _bump(locked)
    return locked


@transaction.atomic
def approve_draft(
    draft: Draft, *, revision: int, by: User, at: datetime, publish_on: date, note: str = ""
) -> Draft:
    """A second person's yes: in force at once when the day has come, else on its day."""
    locked = _locked(draft, revision, DraftState.REVIEW)
    if by.pk in (locked.submitted_by_id, locked.updated_by_id):
        raise DraftRefused("Người soạn hoặc trình không tự duyệt được; cần người thứ hai.")
    if publish_on < localdate(at):
        raise DraftRefused("Ngày áp dụng không thể ở trong quá khứ.")
    locked.state = DraftState.APPROVED
    locked.reviewed_at, locked.reviewed_by = at, by
    locked.publish_on, locked.review_note = publish_on, note.strip()
    _bump(locked)
    return publish_draft(locked, at=at) if publish_on == localdate(at) else locked


@transaction.atomic
def publish_draft(draft: Draft, *, at: datetime) -> Draft:
    """Put an approved draft in force; once its day has come, beat calls this. A draft whose
    procedure got another version meanwhile goes back to its editor instead, with the reason."""
    locked = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if locked.state != DraftState.APPROVED or (locked.publish_on or localdate(at)) > localdate(at):
        return locked
    procedure = Procedure.objects.filter(code=locked.code).first()
    now_in_force = procedure.current_id if procedure else None
    if now_in_force != locked.base_id and now_in_force is not None:
        return _send_back(locked, "Phiên bản đang áp dụng đã đổi từ khi bắt đầu soạn.")
    if locked.kind == DraftKind.RETIREMENT and procedure:
        retire(procedure, at=at, decision_no=locked.decision_no, replaced_by=locked.replaced_by)
        locked.version = locked.base
    else:
        try:
            made = publish(
                locked.record,
                eform=locked.eform,
                by=locked.reviewed_by,
                at=at,
                prepared_by=locked.submitted_by,
            )
        except RecordInvalid as invalid:
            return _send_back(locked, "; ".join(invalid.problems))
        locked.procedure, locked.version = made.procedure, made.version
    locked.state = DraftState.PUBLISHED
    _bump(locked)
    return locked


@transaction.atomic
def discard_draft(draft: Draft, *, revision: int) -> Draft:
    locked = _locked(draft, revision, *OPEN_DRAFTS)
    locked.state = DraftState.DISCARDED
    _bump(locked)
    return locked


def start_retirement(
    procedure: Procedure,
    *,
    by: User,
    at: datetime,
    decision_no: str,
    replaced_by: Procedure | None = None,
) -> Draft:
    """A draft that takes the procedure out of force once a second person agrees."""
    if procedure.current is None:
        raise DraftRefused("Thủ tục này không còn phiên bản áp dụng.")
    if not decision_no.strip():
        raise DraftRefused("Hãy ghi số quyết định bãi bỏ.")
    if replaced_by == procedure:
        raise DraftRefused("Thủ tục không thể thay bằng chính nó.")
    draft = Draft(
        kind=DraftKind.RETIREMENT,
        procedure=procedure,
        base=procedure.current,
        code=procedure.code,
        record={"code": procedure.code, "name": procedure.name},
        created_at=at,
        created_by=by,
        decision_no=decision_no.strip(),
        replaced_by=replaced_by,
    )
    _touch(draft, by, at)
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError:
        raise DraftRefused(f"Thủ tục {procedure.code} đang có một bản soạn khác.") from None
    return draft


def _locked(draft: Draft, revision: int, *states: str) -> Draft:
    locked = Draft.objects.select_for_update(of=("self",)).get(pk=draft.pk)
    if locked.revision != revision:
        who = locked.updated_by.full_name if locked.updated_by else "Người khác"
        raise Conflict(f"{who} vừa lưu bản soạn này. Hãy xem bản mới trước khi lưu tiếp.", locked)
    if locked.state not in states:
        raise DraftRefused(f"Bản soạn đang ở tình trạng “{locked.get_state_display()}”.")
    return locked


def _refuse_other_code(draft: Draft, code: str) -> None:
    """A published procedure keeps its code; another code would make it another procedure."""
    if code == draft.code:
        return
    if draft.procedure_id:
        raise DraftRefused("Mã của thủ tục đã công bố không đổi được.")
    if not code or Draft.objects.open().filter(code=code).exists():
        raise DraftRefused(f"Thủ tục {code} đang có một bản soạn khác." if code else "Thiếu mã.")
    draft.procedure = Procedure.objects.filter(code=code).first()


def _touch(draft: Draft, by: User | None, at: datetime) -> None:
    draft.updated_at, draft.updated_by = at, by
    draft.code, draft.name = draft.record["code"], draft.record["name"]
    draft.name_fold = fold(f"{draft.code} {draft.name}")


def _save(draft: Draft, by: User, at: datetime) -> None:
    _touch(draft, by, at)
    _bump(draft)


def _bump(draft: Draft) -> None:
    draft.revision += 1
    draft.save()


def _note(draft: Draft, summary: str) -> None:
    DraftChange.objects.create(
        draft=draft,
        number=draft.step,
        record=draft.record,
        eform=draft.eform,
        summary=summary[:250],
        at=draft.updated_at,
        by=draft.updated_by,
    )
    draft.changes.filter(number__lte=draft.step - KEPT_CHANGES).delete()


def _forget_undone(draft: Draft) -> None:
    draft.changes.filter(number__gt=draft.step).delete()


def _send_back(draft: Draft, problem: str) -> Draft:
    draft.state = DraftState.EDITING
    draft.problem = problem
    draft.submitted_at = draft.submitted_by = None
    draft.reviewed_at = draft.reviewed_by = None
    _bump(draft)
    return draft
