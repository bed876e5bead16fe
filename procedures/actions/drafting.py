"""Drafts being written. How they are reviewed and published: reviewing.py."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from procedures.actions.draft_rows import (
    bump,
    in_force,
    insert,
    lock,
    note_change,
    note_event,
    touch,
)
from procedures.actions.errors import DraftRefused, RecordInvalid
from procedures.models import (
    Draft,
    DraftKind,
    DraftState,
    DraftStep,
    Procedure,
    ProcedureVersion,
)
from procedures.records import RECORD, normal, record_of


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
    """A draft of this content. Raises DraftRefused when the code has an open draft already.
    Without `base` it is the version in force, if there is one."""
    whole, problems = normal({**RECORD.empty(), **record})
    if problems:
        raise RecordInvalid(whole["code"], [str(problem) for problem in problems])
    if not whole["code"]:
        raise DraftRefused("Hãy ghi mã thủ tục trước.")
    procedure = Procedure.objects.filter(code=whole["code"]).select_related("current").first()
    draft = Draft(
        base=base or (procedure.current if procedure else None),
        code=whole["code"],
        procedure=procedure,
        record=whole,
        eform=eform,
        step=1,
        created_at=at,
        created_by=by,
    )
    touch(draft, by, at)
    insert(draft)
    note_change(draft, summary)
    note_event(draft, DraftStep.STARTED, by=by, at=at)
    return draft


def open_draft(procedure: Procedure, *, by: User, at: datetime) -> Draft:
    """The procedure's open draft, or a new one that starts from the version in force (for a
    retired procedure from its last)."""
    found = Draft.objects.open().filter(code=procedure.code).first()
    if found:
        return found
    last = procedure.current or procedure.versions.order_by("-number").first()
    record = record_of(last) if last else {"code": procedure.code, "name": procedure.name}
    return new_draft(
        record, eform=last.eform if last else None, base=procedure.current, by=by, at=at
    )


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
    locked = _for_writing(draft, revision)
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
    _new_step(locked, by, at, summary)
    return locked


def _new_step(draft: Draft, by: User, at: datetime, summary: str) -> None:
    """Save the draft's new content as the next step; what was undone before is forgotten."""
    draft.changes.filter(number__gt=draft.step).delete()
    draft.step += 1
    touch(draft, by, at)
    bump(draft)
    note_change(draft, summary)


def undo(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    """Back to the content before the last change."""
    return _walk(draft, -1, revision=revision, by=by, at=at)


def redo(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    return _walk(draft, 1, revision=revision, by=by, at=at)


@transaction.atomic
def _walk(draft: Draft, way: int, *, revision: int, by: User, at: datetime) -> Draft:
    locked = _for_writing(draft, revision)
    change = locked.changes.filter(number=locked.step + way).first()
    if change is None:
        raise DraftRefused("Không còn gì để hoàn tác." if way < 0 else "Không còn gì để làm lại.")
    _refuse_other_code(locked, change.record["code"])
    locked.record, locked.eform = change.record, change.eform
    locked.step += way
    touch(locked, by, at)
    bump(locked)
    return locked


@transaction.atomic
def renew_base(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    """Go on from the version in force now. Fields the editor left alone take what that version
    says; fields both changed stay as the editor has them, and the journal names them."""
    locked = lock(draft, revision, DraftState.EDITING)
    now_in_force = in_force(locked)
    if now_in_force == locked.base_id:
        raise DraftRefused("Bản soạn đã theo phiên bản đang áp dụng.")
    if locked.kind == DraftKind.RETIREMENT and now_in_force is None:
        raise DraftRefused("Thủ tục này không còn phiên bản áp dụng.")
    theirs = ProcedureVersion.objects.get(pk=now_in_force) if now_in_force else None
    note = "Thủ tục không còn phiên bản áp dụng; nội dung giữ nguyên."
    if theirs and locked.kind == DraftKind.CONTENT:
        note = _take_over(locked, theirs)
    elif theirs:
        note = f"Bãi bỏ phiên bản {theirs.number}."
    locked.base, locked.problem = theirs, ""
    locked.procedure = Procedure.objects.filter(code=locked.code).first()
    if locked.kind == DraftKind.CONTENT:
        _new_step(locked, by, at, DraftStep.RENEWED.label)
    else:
        bump(locked)
    note_event(locked, DraftStep.RENEWED, by=by, at=at, note=note)
    return locked


def _take_over(draft: Draft, theirs: ProcedureVersion) -> str:
    """Merge field by field; the sentence for the journal."""
    before = record_of(draft.base) if draft.base else RECORD.empty()
    after, ours = record_of(theirs), dict(draft.record)
    both = []
    for name, kind in RECORD.fields.items():
        if after[name] in (before[name], ours[name]):
            continue
        if ours[name] == before[name]:
            ours[name] = after[name]
        else:
            both.append(kind.label)
    eform_before = draft.base.eform if draft.base else None
    if theirs.eform not in (eform_before, draft.eform):
        if draft.eform == eform_before:
            draft.eform = theirs.eform
        else:
            both.append("Biểu mẫu điện tử")
    draft.record = ours
    kept = f" Hai bên cùng sửa, giữ lời của bản soạn: {', '.join(both)}." if both else ""
    return f"Theo phiên bản {theirs.number}.{kept}"


@transaction.atomic
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
    if replaced_by and (why := hinders_replacing(procedure, replaced_by)):
        raise DraftRefused(why)
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
    touch(draft, by, at)
    insert(draft)
    note_event(draft, DraftStep.STARTED, by=by, at=at)
    return draft


def hinders_replacing(procedure: Procedure, replaced_by: Procedure) -> str:
    """Why this one cannot stand in for the procedure; "" when it can."""
    if replaced_by == procedure:
        return "Thủ tục không thể thay bằng chính nó."
    if replaced_by.current_id is None:
        return f"Thủ tục thay thế {replaced_by.code} không còn phiên bản áp dụng."
    return ""


def _for_writing(draft: Draft, revision: int) -> Draft:
    locked = lock(draft, revision, DraftState.EDITING)
    if locked.kind == DraftKind.RETIREMENT:
        raise DraftRefused("Bản bãi bỏ không có nội dung để sửa.")
    return locked


def _refuse_other_code(draft: Draft, code: str) -> None:
    """A published procedure keeps its code; another code would make it another procedure."""
    if code == draft.code:
        return
    if draft.procedure_id:
        raise DraftRefused("Mã của thủ tục đã công bố không đổi được.")
    if not code:
        raise DraftRefused("Hãy ghi mã thủ tục.")
    if Procedure.objects.filter(code=code).exists():
        raise DraftRefused(f"Thủ tục {code} đã có; hãy soạn tiếp từ bản đang áp dụng của nó.")
