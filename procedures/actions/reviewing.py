"""Drafts on their way from one person to another, and into force on their day."""

import logging
from datetime import date, datetime

from django.db import IntegrityError, OperationalError, transaction
from django.utils.timezone import localdate

from accounts.models import User
from procedures.actions.draft_rows import (
    BASE_CHANGED,
    bump,
    in_force,
    lock,
    note_event,
    refuse_other_base,
    take_back,
)
from procedures.actions.drafting import hinders_replacing
from procedures.actions.errors import DraftRefused, RecordInvalid
from procedures.actions.publishing import is_current, problems_of, publish, retire
from procedures.actions.services import relate_one
from procedures.models import OPEN_DRAFTS, Draft, DraftKind, DraftState, DraftStep
from procedures.policies import hinders_approval

log = logging.getLogger("procedures.reviewing")


@transaction.atomic
def submit_draft(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    """Hand it to a second person. Raises RecordInvalid while something needed is missing."""
    locked = lock(draft, revision, DraftState.EDITING)
    refuse_other_base(locked)
    if locked.kind == DraftKind.CONTENT:
        if problems := problems_of(locked.record, locked.eform):
            raise RecordInvalid(locked.code, problems)
        if locked.procedure and is_current(locked.procedure, locked.record, locked.eform):
            raise DraftRefused("Bản soạn không khác phiên bản đang áp dụng.")
    locked.state = DraftState.REVIEW
    locked.submitted_at, locked.submitted_by = at, by
    locked.problem = ""
    bump(locked)
    note_event(locked, DraftStep.SUBMITTED, by=by, at=at)
    return locked


@transaction.atomic
def return_draft(draft: Draft, *, revision: int, by: User, at: datetime, note: str) -> Draft:
    """Back to the editor, with what to change; an approved one too, before its day."""
    locked = lock(draft, revision, DraftState.REVIEW, DraftState.APPROVED)
    if not note.strip():
        raise DraftRefused("Hãy ghi rõ cần sửa gì.")
    take_back(locked)
    locked.review_note = note.strip()
    bump(locked)
    note_event(locked, DraftStep.RETURNED, by=by, at=at, note=locked.review_note)
    return locked


@transaction.atomic
def recall_draft(draft: Draft, *, revision: int, by: User, at: datetime, note: str = "") -> Draft:
    """Who submitted it takes it back to write on. Once approved, others count on its day: then
    a reason is needed."""
    locked = lock(draft, revision, DraftState.REVIEW, DraftState.APPROVED)
    if locked.submitted_by_id != by.pk:
        raise DraftRefused("Chỉ người trình thu hồi được; người khác hãy trả lại kèm ý kiến.")
    if locked.state == DraftState.APPROVED and not note.strip():
        raise DraftRefused("Bản soạn đã duyệt: hãy ghi lý do thu hồi.")
    take_back(locked)
    bump(locked)
    note_event(locked, DraftStep.RECALLED, by=by, at=at, note=note.strip())
    return locked


@transaction.atomic
def approve_draft(
    draft: Draft, *, revision: int, by: User, at: datetime, publish_on: date, note: str = ""
) -> Draft:
    """A second person's yes: in force at once when the day has come, else on its day."""
    locked = lock(draft, revision, DraftState.REVIEW)
    if why := hinders_approval(locked, by):
        raise DraftRefused(why)
    refuse_other_base(locked)
    if publish_on < localdate(at):
        raise DraftRefused("Ngày áp dụng không thể ở trong quá khứ.")
    locked.state = DraftState.APPROVED
    locked.reviewed_at, locked.reviewed_by = at, by
    locked.publish_on, locked.review_note = publish_on, note.strip()
    bump(locked)
    told = f"Áp dụng từ {publish_on:%d/%m/%Y}. {locked.review_note}".strip()
    note_event(locked, DraftStep.APPROVED, by=by, at=at, note=told)
    return publish_draft(locked, at=at) if publish_on == localdate(at) else locked


@transaction.atomic
def discard_draft(draft: Draft, *, revision: int, by: User, at: datetime) -> Draft:
    locked = lock(draft, revision, *OPEN_DRAFTS)
    locked.state = DraftState.DISCARDED
    bump(locked)
    note_event(locked, DraftStep.DISCARDED, by=by, at=at)
    _empty_journal(locked)
    return locked


def publish_draft(draft: Draft, *, at: datetime) -> Draft:
    """Put an approved draft in force once its day has come; else nothing. What can no longer
    be published goes back to its editor, with the reason in `problem`."""
    return _publish(draft, at)[0]


@transaction.atomic
def _publish(draft: Draft, at: datetime) -> tuple[Draft, bool]:
    """(the draft as it is after, whether we published it)"""
    locked = Draft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    if locked.state != DraftState.APPROVED or (locked.publish_on or localdate(at)) > localdate(at):
        return locked, False
    # The procedure stays locked: nobody publishes between this look and our version.
    if in_force(locked, lock=True) != locked.base_id:
        return _send_back(locked, BASE_CHANGED, at), False
    try:
        with transaction.atomic():
            _put_in_force(locked, at)
    except RecordInvalid as invalid:
        return _send_back(locked, "; ".join(invalid.problems), at), False
    except DraftRefused as refused:
        return _send_back(locked, str(refused), at), False
    except IntegrityError:  # its code was published elsewhere while we looked
        return _send_back(locked, BASE_CHANGED, at), False
    locked.state = DraftState.PUBLISHED
    bump(locked)
    note_event(locked, DraftStep.PUBLISHED, by=None, at=at)
    _empty_journal(locked)
    return locked, True


def _put_in_force(draft: Draft, at: datetime) -> None:
    if draft.kind == DraftKind.RETIREMENT:
        assert draft.procedure  # draft_retirement_has_decision
        if draft.replaced_by and (why := hinders_replacing(draft.procedure, draft.replaced_by)):
            raise DraftRefused(why)
        retire(draft.procedure, at=at, decision_no=draft.decision_no, replaced_by=draft.replaced_by)
        draft.version = draft.base
        return
    made = publish(
        draft.record,
        eform=draft.eform,
        by=draft.reviewed_by,
        at=at,
        prepared_by=draft.submitted_by,
    )
    relate_one(made.procedure)
    draft.procedure, draft.version = made.procedure, made.version


def _send_back(draft: Draft, problem: str, at: datetime) -> Draft:
    take_back(draft)
    draft.problem = problem
    bump(draft)
    note_event(draft, DraftStep.FAILED, by=None, at=at, note=problem)
    return draft


def _empty_journal(draft: Draft) -> None:
    """Nobody undoes in a closed draft; who changed what and when stays."""
    draft.changes.update(record={}, eform=None)


def publish_due(*, at: datetime) -> int:
    """Publish every approved draft whose day has come, each in its own transaction; how many.
    One that fails goes back to its editor and stops no other."""
    published = 0
    for draft in Draft.objects.due(localdate(at)).only("pk"):
        try:
            published += _publish(draft, at)[1]
        except OperationalError:  # the database was busy: the next turn tries again
            log.exception("draft %s was not published", draft.pk)
        except Exception:
            log.exception("draft %s cannot be published", draft.pk)
            _give_up(draft, at)
    return published


@transaction.atomic
def _give_up(draft: Draft, at: datetime) -> None:
    locked = Draft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    if locked.state == DraftState.APPROVED:
        _send_back(locked, "Có lỗi khi đưa vào áp dụng; hãy xem lại rồi trình lại.", at)
