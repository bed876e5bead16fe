"""A question on its way: asked, answered (or not), read by an editor, then everybody's."""

import re
import unicodedata
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User
from accounts.models.agency import DEFAULT_HOURS
from notices import actions as notices
from portal.lib import slots
from portal.lib.calendar import WorkCalendar
from portal.lib.text import nfc
from procedures import stamps
from procedures.models import Helped, Procedure, Question, QuestionState, Requirement, Service
from procedures.models.questions import digest_of_text
from procedures.questions import policies

SUBJECTS = {
    "answered": "Câu hỏi của bạn đã được trả lời",
    "rejected": "Câu hỏi của bạn không được trả lời",
    "published": "Câu hỏi của bạn nay giúp cả những người khác",
}
MAILED = ("answered", "rejected")


class QuestionRefused(Exception):
    """What was asked is not possible now; the text is a sentence for the person."""


def clean_text(text: str) -> str:
    """As it is kept: composed, without invisible signs, lines trimmed, at most one empty."""
    lines = nfc(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    shown = (
        "".join(sign for sign in line if unicodedata.category(sign) not in ("Cc", "Cf"))
        for line in lines
    )
    return re.sub(r"\n{3,}", "\n\n", "\n".join(" ".join(line.split()) for line in shown)).strip()


def ask(
    procedure: Procedure,
    *,
    text: str,
    by: User,
    at: datetime,
    case_key: str = "",
    requirement_key: str = "",
) -> Question:
    """A question about the procedure or, by its key, about one paper. Raises QuestionRefused
    for a place the version in force has not, and for the same question again."""
    text = clean_text(text)
    place = _place(procedure, case_key, requirement_key)
    try:
        with transaction.atomic():
            return Question.objects.create(
                procedure=procedure,
                case_key=case_key,
                requirement_key=requirement_key,
                place=place[:250],
                text=text,
                text_digest=digest_of_text(text),
                asker=by,
                asked_at=at,
                answer_due_at=_calendar(procedure).add_working_days(at, settings.QUESTION_DAYS),
            )
    except IntegrityError:
        if not Question.objects.filter(asker=by, text_digest=digest_of_text(text)).exists():
            raise
        raise QuestionRefused("Bạn đã hỏi câu này ở đây; xem ở trang Câu hỏi của tôi.") from None


def _place(procedure: Procedure, case_key: str, requirement_key: str) -> str:
    if not case_key and not requirement_key:
        return ""
    need = Requirement.objects.filter(
        case__version=procedure.current_id, case__key=case_key, key=requirement_key
    ).first()
    if need is None:
        raise QuestionRefused("Giấy tờ này không có trong thủ tục đang áp dụng.")
    return need.name


def _calendar(procedure: Procedure) -> WorkCalendar:
    """Of an agency that receives the procedure; what knows holidays stands above us."""
    service = Service.objects.open().filter(procedure=procedure).first()
    known = slots.fill("agency.calendar", service.receiving_agency) if service else []
    if known:
        found: WorkCalendar = known[0]
        return found
    hours = tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in DEFAULT_HOURS)
    return WorkCalendar(off=frozenset(), makeup=frozenset(), segments=hours)


@transaction.atomic
def answer(question: Question, *, text: str, by: User, at: datetime) -> Question:
    """The office's answer, to the asker alone. Raises QuestionRefused."""
    locked = _locked(question)
    _refuse(policies.hinders_answer(locked, by))
    locked.state = QuestionState.ANSWERED
    locked.answer = clean_text(text)
    locked.answered_at, locked.answered_by = at, by
    locked.save()
    _tell(locked, "answered", at)
    return locked


@transaction.atomic
def reject(question: Question, *, reason: str, by: User, at: datetime) -> Question:
    """Not answered, with the reason the asker reads. Raises QuestionRefused."""
    locked = _locked(question)
    _refuse(policies.hinders_answer(locked, by))
    if len(reason.split()) < 3:
        raise QuestionRefused("Hãy ghi lý do bằng một câu để người hỏi hiểu.")
    locked.state = QuestionState.REJECTED
    locked.reject_reason = clean_text(reason)
    locked.rejected_at, locked.rejected_by = at, by
    locked.save()
    _tell(locked, "rejected", at)
    return locked


@transaction.atomic
def publish_question(
    question: Question, *, text: str, answer: str, by: User, at: datetime
) -> Question:
    """Everybody reads these words from now on, not what was asked. Raises QuestionRefused."""
    locked = _locked(question)
    _refuse(policies.hinders_moderation(locked, by))
    locked.state = QuestionState.PUBLISHED
    locked.public_text, locked.public_answer = clean_text(text), clean_text(answer)
    locked.moderated_at, locked.moderated_by = at, by
    locked.save()
    _tell(locked, "published", at)
    stamps.changed()
    return locked


@transaction.atomic
def keep_question(question: Question, *, by: User, at: datetime) -> Question:
    """Not for everybody, or not any more; the asker keeps the answer. Raises QuestionRefused."""
    locked = _locked(question)
    _refuse(policies.hinders_moderation(locked, by))
    was_public = locked.state == QuestionState.PUBLISHED
    locked.state = QuestionState.ANSWERED
    locked.moderated_at, locked.moderated_by = at, by
    locked.save()
    if was_public:
        stamps.changed()
    return locked


@transaction.atomic
def mark_helped(question: Question, *, who: str, at: datetime) -> bool:
    """Count one reader (`questions.reader_mark`); False when counted before. Kept pages show
    the new number within their minute: dropping them all for it would let anybody do so."""
    if question.state != QuestionState.PUBLISHED:
        raise QuestionRefused("Câu hỏi này không còn được đăng.")
    try:
        with transaction.atomic():
            Helped.objects.create(question=question, who=who, at=at)
    except IntegrityError:
        return False
    Question.objects.filter(pk=question.pk).update(helped=F("helped") + 1)
    return True


def _locked(question: Question) -> Question:
    """As it is now: two officers may answer at once."""
    found = Question.objects.select_for_update(no_key=True, of=("self",)).select_related(
        "procedure", "asker"
    )
    return found.get(pk=question.pk)


def _refuse(reason: str | None) -> None:
    if reason:
        raise QuestionRefused(reason)


def _tell(question: Question, kind: str, at: datetime) -> None:
    """To the asker, in the caller's transaction; a mail carries no word of the question."""
    link = reverse("question", args=[question.public_id])
    context: dict[str, Any] = {
        "person": question.asker,
        "procedure_name": question.procedure.name,
        "url": notices.absolute(link),
    }
    notices.queue(
        key=f"question/{question.public_id}/{kind}",
        kind="question",
        subject=SUBJECTS[kind],
        body=render_to_string(f"procedures/email/question_{kind}.txt", context).strip(),
        at=at,
        user=question.asker,
        to_address=(question.asker.email or "") if kind in MAILED else "",
        link=link,
    )
