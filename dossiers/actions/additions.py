"""Asking for additions, once and in writing, and the citizen's answer (Mẫu 02)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from dossiers import policies
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import AdditionRound, Deficiency, Dossier, Event
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import MOVES, Status
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Requirement


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing to mend: a paper or a field of the e-form, and why."""

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
    asked = AdditionRound.objects.create(
        dossier=locked,
        number=locked.rounds.count() + 1,
        asked_by=by,
        asked_at=at,
        reason=reason,
        answer_due_at=at + timedelta(days=locked.version.addition_days),
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
    data = {"round": asked.number, "items": [gap.label for gap in gaps]}
    return apply_move(locked, move, by=by, at=at, note=reason, data=data)


@transaction.atomic
def answer_additions(
    dossier: Dossier, *, answers: dict[str, Any], note: str, by: User, at: datetime
) -> Event:
    """T12: the citizen sends what was asked. Only the asked fields change; every asked
    paper needs a new file. Sending twice raises MoveRefused with a sentence."""
    locked = lock(dossier)
    move = MOVES["answer_additions"]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    asked = locked.rounds.get(completed_at=None)
    wanted = list(asked.deficiencies.select_related("requirement"))
    fields = {item.field_key for item in wanted if item.field_key}
    locked.answers = {
        **locked.answers,
        **{key: value for key, value in answers.items() if key in fields},
    }
    if lacking := unanswered(locked, asked, wanted):
        raise DossierError("Còn thiếu: " + "; ".join(lacking) + ".")
    _put_aside(locked, asked, wanted)
    asked.answered_at, asked.answer_note = at, note
    asked.save(update_fields=["answered_at", "answer_note"])
    return apply_move(locked, move, by=by, at=at, note=note, data={"round": asked.number})


def unanswered(dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency]) -> list[str]:
    """What the round asked for and the citizen has not given yet."""
    given = dossier.papers.current().filter(uploaded_at__gt=asked.asked_at)
    fresh = set(given.exclude(state__in=UNUSABLE).values_list("requirement_id", "field_key"))
    problems = dict(eforms.problems(definition_of(dossier.version), dossier.answers))
    found = []
    for item in wanted:
        if item.requirement_id and (item.requirement_id, "") not in fresh:
            found.append(item.label)
        elif item.field_key and item.field_key in problems:
            found.append(problems[item.field_key])
    return found


def _put_aside(dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency]) -> None:
    """The new file of an asked paper takes the place of the old ones, which stay in the
    history: what was faulty (or infected) must not hold the dossier up."""
    for item in wanted:
        if not item.requirement_id:
            continue
        papers = dossier.papers.current().filter(requirement=item.requirement_id)
        fresh = papers.filter(uploaded_at__gt=asked.asked_at).exclude(state__in=UNUSABLE)
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
    asked = locked.rounds.get(completed_at=None)
    asked.completed_at = at
    asked.save(update_fields=["completed_at"])
    return apply_move(locked, move, by=by, at=at, note=note, data={"round": asked.number})
