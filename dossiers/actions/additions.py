"""Asking for additions, once and in writing, and the citizen's answer (Mẫu 02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from dossiers import deadlines, policies
from dossiers.actions.autosaving import (
    NOBODY,
    Saver,
    comes_late,
    is_own,
    mark_of,
    note_saver,
)
from dossiers.actions.errors import Clash, DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.actions.notices import remind_of_additions
from dossiers.actions.who import AUTHORITY, OWN_PAPERS
from dossiers.models import AdditionRound, Deficiency, Dossier, Event
from dossiers.models.paper import UNUSABLE, PaperQuerySet
from dossiers.workflow import MOVES, Status
from portal.lib.text import nfc
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Requirement


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to mend: a paper (of the case, or of who files for another) or a field of the
    e-form, and why."""

    label: str
    reason: str
    requirement: Requirement | None = None
    field_key: str = ""


@transaction.atomic
def ask_additions(
    dossier: Dossier,
    *,
    gaps: list[Gap],
    reason: str,
    by: User,
    at: datetime,
    revision: int | None = None,
) -> Event:
    """T5 before acceptance, T10 after: one round listing everything, the clock stops."""
    locked = lock(dossier, revision=revision)
    name = "ask_additions_at_intake" if locked.status == Status.SUBMITTED else "ask_additions"
    move = MOVES[name]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    if not gaps:
        raise MoveRefused("Hãy chọn ít nhất một giấy tờ hoặc ô cần bổ sung và ghi rõ lý do.")
    asked = open_round(locked, gaps=gaps, reason=reason, by=by, at=at)
    data = {"round": asked.number, "items": [gap.label for gap in gaps]}
    return apply_move(locked, move, by=by, at=at, note=reason, data=data)


def open_round(
    locked: Dossier, *, gaps: list[Gap], reason: str, by: User, at: datetime
) -> AdditionRound:
    """The request as rows; the caller makes the move. Its last day is one on which the office
    works (domain.md R12), until it closes."""
    calendar = deadlines.calendar_of(locked.receiving_agency)
    last = at + timedelta(days=locked.version.addition_days)
    asked = AdditionRound.objects.create(
        dossier=locked,
        number=locked.rounds.count() + 1,
        asked_by=by,
        asked_at=at,
        reason=reason,
        answer_due_at=calendar.closing(last),
        answers_before=locked.answers,
    )
    Deficiency.objects.bulk_create(
        Deficiency(
            round=asked,
            requirement=gap.requirement,
            field_key=gap.field_key,
            label=gap.label,
            reason=gap.reason,
        )
        for gap in gaps
    )
    return asked


def close_round(locked: Dossier, *, at: datetime) -> AdditionRound:
    """The answered request is done with, whether its answer will do or a new one follows."""
    asked = locked.rounds.get(completed_at=None)
    asked.completed_at = at
    asked.save(update_fields=["completed_at"])
    return asked


def asked_only(answers: dict[str, Any], wanted: list[Deficiency]) -> dict[str, Any]:
    """Of what was sent, the answers to what was asked: nothing else may change."""
    fields = {item.field_key for item in wanted if item.field_key} - OWN_PAPERS.keys()
    return {key: value for key, value in answers.items() if key in fields}


def additions_mark(asked: AdditionRound) -> str:
    return mark_of([asked.answers_draft, asked.note_draft])


@transaction.atomic
def save_additions(
    dossier: Dossier,
    *,
    answers: dict[str, Any],
    note: str,
    by: User,
    at: datetime,
    base: str = "",
    saver: Saver = NOBODY,
) -> AdditionRound:
    """Keep what is done so far, right or wrong, None where an answer was taken out; the office
    sees nothing of it yet. `base` and `saver`, and Clash, as for actions.save_part."""
    locked = lock(dossier)
    asked, wanted = _to_answer(locked, by)
    part, now = f"bo-sung-{asked.number}", additions_mark(asked)
    own = is_own(locked, part, saver, now)
    if own and comes_late(locked, part, saver):
        return asked
    asked.answers_draft = asked.answers_draft | asked_only(answers, wanted)
    # PostgreSQL holds no NUL.
    asked.note_draft, asked.saved_at = nfc(note.replace("\0", ""))[:1000], at
    mark = additions_mark(asked)
    if not own and base and base != now and mark != now:
        raise Clash
    asked.save(update_fields=["answers_draft", "note_draft", "saved_at"])
    note_saver(locked, part, saver, mark)
    locked.save(update_fields=["savers"])
    return asked


def _to_answer(locked: Dossier, by: User) -> tuple[AdditionRound, list[Deficiency]]:
    if refusal := policies.refusal(by, locked, MOVES["answer_additions"]):
        raise MoveRefused(refusal)
    asked = locked.rounds.get(completed_at=None)
    return asked, list(asked.deficiencies.select_related("requirement"))


@transaction.atomic
def answer_additions(
    dossier: Dossier, *, answers: dict[str, Any], note: str, by: User, at: datetime
) -> Event:
    """T12: the citizen sends what was asked. Only the asked fields change; every asked
    paper needs a new file. Sending twice raises MoveRefused with a sentence."""
    locked = lock(dossier)
    asked, wanted = _to_answer(locked, by)
    files = files_given(locked, asked, wanted)
    given = asked_only(asked.answers_draft | answers, wanted) | files
    merged = {**locked.answers, **given}
    locked.answers = {key: value for key, value in merged.items() if value is not None}
    if lacking := unanswered(locked, asked, wanted):
        raise DossierError("Còn thiếu: " + "; ".join(lacking) + ".")
    _put_aside(locked, asked, wanted)
    asked.answered_at, asked.answer_note = at, note
    asked.answers_draft, asked.note_draft = {}, ""
    asked.save(update_fields=["answered_at", "answer_note", "answers_draft", "note_draft"])
    data = {"round": asked.number}
    return apply_move(locked, MOVES["answer_additions"], by=by, at=at, note=note, data=data)


def remind_additions(*, at: datetime) -> int:
    """Remind the people of every open request whose end is near, once; of how many."""
    days = timedelta(days=settings.PATIENCE["remind_days"])
    near = AdditionRound.objects.filter(
        answered_at=None, reminded_at=None, answer_due_at__gt=at, answer_due_at__lte=at + days
    )
    return sum(_remind(asked, at) for asked in near.order_by("answer_due_at")[:500])


@transaction.atomic
def _remind(asked: AdditionRound, at: datetime) -> bool:
    locked = lock(asked.dossier)
    fresh = locked.rounds.filter(pk=asked.pk, answered_at=None, reminded_at=None)
    if locked.status != Status.ADDITIONS or not fresh.update(reminded_at=at):
        return False
    remind_of_additions(asked, at=at)
    return True


def asked_files(dossier: Dossier, wanted: list[Deficiency]) -> set[str]:
    """What was asked, beside papers of the case, that is answered by a file: questions of the
    e-form, and the authority paper."""
    nodes = eforms.parse(definition_of(dossier.version)).nodes
    keys = {item.field_key for item in wanted}
    return {key for key in keys if key == AUTHORITY or (key in nodes and nodes[key].type == "file")}


def files_given(
    dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency]
) -> dict[str, list[str]]:
    """What the e-form keeps of a question answered by files: the ids of the new ones, from the
    papers themselves (ids typed into a form name nothing)."""
    questions = asked_files(dossier, wanted) - OWN_PAPERS.keys()
    given: dict[str, list[str]] = {key: [] for key in questions}
    for paper in _fresh(dossier, asked).filter(field_key__in=given).in_order():
        given[paper.field_key].append(str(paper.public_id))
    return given


def _fresh(dossier: Dossier, asked: AdditionRound) -> PaperQuerySet:
    """Usable files that came since the request."""
    since = dossier.papers.current().filter(uploaded_at__gt=asked.asked_at)
    return since.exclude(state__in=UNUSABLE)


def unanswered(dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency]) -> list[str]:
    """What the round asked for and the citizen has not given yet."""
    fresh = set(_fresh(dossier, asked).values_list("requirement_id", "field_key"))
    problems = dict(eforms.problems(definition_of(dossier.version), dossier.answers))
    by_file = asked_files(dossier, wanted)
    found = []
    for item in wanted:
        if item.requirement_id or item.field_key in by_file:
            if (item.requirement_id, item.field_key) not in fresh:
                found.append(item.label)
        elif item.field_key in problems:
            found.append(problems[item.field_key])
    return found


def _put_aside(dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency]) -> None:
    """The new file of an asked paper takes the place of the old ones, which stay in the
    history: what was faulty (or infected) must not hold the dossier up."""
    by_file = asked_files(dossier, wanted)
    for item in wanted:
        if not (item.requirement_id or item.field_key in by_file):
            continue
        here = {"requirement": item.requirement_id, "field_key": item.field_key}
        papers = dossier.papers.current().filter(**here)
        fresh = _fresh(dossier, asked).filter(**here)
        newest = fresh.order_by("uploaded_at", "pk").last()
        papers.exclude(pk__in=fresh.values("pk")).update(superseded_by=newest)


@transaction.atomic
def complete_additions(
    dossier: Dossier, *, by: User, at: datetime, revision: int | None = None, note: str = ""
) -> Event:
    """T13: the answer will do; the dossier goes back to where it stood and its clock on."""
    locked = lock(dossier, revision=revision)
    move = MOVES["complete_additions"]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    asked = close_round(locked, at=at)
    return apply_move(locked, move, by=by, at=at, note=note, data={"round": asked.number})
