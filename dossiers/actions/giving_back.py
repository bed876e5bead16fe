"""A forwarded dossier (T8) is at the one-stop desk again: taken back by who forwarded it while
nobody had begun (T8b), or returned from the first step with a reason (T8c).

The legal clock runs on; forwarded once more it begins the first step anew.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from dossiers import people, policies
from dossiers.actions import holding, runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import Dossier, Event, StepOutcome
from dossiers.workflow import MOVES
from notices import actions as notices


@transaction.atomic
def undo_forward(dossier: Dossier, *, by: User, at: datetime, revision: int | None = None) -> Event:
    """T8b. Whoever it had been given to is told nothing: they have not seen it."""
    locked = lock(dossier, revision=revision)
    return _back(locked, "undo_forward", StepOutcome.UNDONE, by=by, at=at, to=by, note="")


@transaction.atomic
def return_to_desk(
    dossier: Dossier, *, by: User, at: datetime, reason: str, revision: int | None = None
) -> Event:
    """T8c, to who forwarded it; to the whole desk when they work there no more. The reason is for
    the desk, not for the citizen."""
    if len(reason.split()) < 3:
        raise MoveRefused("Hãy ghi lý do trả lại để bộ phận một cửa biết cần sửa gì.")
    locked = lock(dossier, revision=revision)
    sent = locked.events.filter(move="forward").select_related("by").last()
    to = sent.by if sent else None
    note = reason.strip()
    event = _back(locked, "return_to_desk", StepOutcome.BACK, by=by, at=at, to=to, note=note)
    if locked.assignee and locked.assignee != by:
        notices.write_to(
            locked.assignee,
            key=f"given-back-{event.pk}",
            kind="assign",
            subject=f"Hồ sơ {locked.code} được trả lại bộ phận một cửa",
            link=reverse("officer-dossier", args=[locked.public_id]),
            at=at,
        )
    return event


def _back(
    locked: Dossier,
    name: str,
    outcome: StepOutcome,
    *,
    by: User,
    at: datetime,
    to: User | None,
    note: str,
) -> Event:
    move = MOVES[name]
    if why := policies.refusal(by, locked, move, at=at):
        raise MoveRefused(why)
    data: dict[str, Any] = {}
    if run := runs.current(locked):
        if locked.assignee_id is None and outcome == StepOutcome.BACK and runs.holds(by, run, at):
            locked.assignee = by  # who had the step, for the control slip
        runs.end(locked, run, outcome, at=at, note=note)
        data["run"] = run.seal
    taker = to if to and _receives(to, locked) else None
    said = data | ({"holder": taker.full_name} if taker else {})
    event = apply_move(locked, move, by=by, at=at, note=note, data=said)
    locked.assignee = taker
    locked.save(update_fields=["assignee"])
    return event


def _receives(person: User, dossier: Dossier) -> bool:
    there = person in holding.people_at(dossier.receiving_agency_id)
    return there and not people.is_party(person, dossier)
