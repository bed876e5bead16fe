"""A citizen takes a dossier back: T2 before the office has answered, T18 and T19 after (T20 a
leader consents to: proposals.py)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from accounts.models import User
from dossiers import deadlines, policies
from dossiers.actions import office
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move, make_move
from dossiers.models import Dossier, Event, ReturnMethod
from dossiers.workflow import MOVES, Move


@transaction.atomic
def recall(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """T2: back to a draft that keeps its code, to be changed and filed again. Who was let help
    with the filing before is not let in again by that. A draft is only its writer's: a firm's
    becomes that of the member who recalls it, for who filed it may have left."""
    locked = lock(dossier)
    move = MOVES["recall"]
    if refusal := policies.refusal(by, locked, move, at=at):
        raise MoveRefused(refusal)
    if locked.organisation_id:
        locked.submitter = by
    locked.assisted_by = locked.consent = None
    locked.filed_how = ""
    event = apply_move(locked, move, by=by, at=at, note="", data={})
    dossier.refresh_from_db()
    return event


@transaction.atomic
def ask_withdrawal(dossier: Dossier, *, by: User, at: datetime, reason: str) -> Event:
    """T18. The office answers and hears of it; until then the clock stands."""
    if not reason.strip():
        raise MoveRefused("Hãy ghi lý do rút hồ sơ.")
    whose = office.held_by(lock(dossier))  # at another agency's desk nobody has it yet
    event = make_move(dossier, "ask_withdrawal", by=by, at=at, note=reason.strip())
    office.tell_of_wish(dossier, whose, event)
    return event


@transaction.atomic
def decline_withdrawal(
    dossier: Dossier, *, by: User, at: datetime, reason: str, revision: int | None = None
) -> Event:
    """T19: the dossier goes on where it stood; who was asked for additions has the days back on
    which they could not answer."""
    if len(reason.split()) < 3:
        raise MoveRefused("Hãy ghi rõ vì sao không đồng ý bằng một câu để người nộp hiểu.")
    locked = lock(dossier, revision=revision)
    move = MOVES["decline_withdrawal"]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    _give_days_back(locked, at)
    event = apply_move(locked, move, by=by, at=at, note=reason.strip(), data={})
    dossier.refresh_from_db()
    return event


def _give_days_back(locked: Dossier, at: datetime) -> None:
    """An open request for additions ends later by every day begun since the wish."""
    asked = locked.rounds.filter(completed_at=None, answered_at=None).first()
    wished = locked.events.filter(move="ask_withdrawal").last()
    if asked is None or wished is None:
        return
    days = -((wished.at - at) // timedelta(days=1))
    calendar = deadlines.calendar_of(locked.receiving_agency)
    asked.answer_due_at = calendar.closing(asked.answer_due_at + timedelta(days=max(days, 0)))
    asked.save(update_fields=["answer_due_at"])


def nothing_to_return(
    locked: Dossier, move: Move, *, by: User, at: datetime, note: str, data: dict[str, Any]
) -> Event:
    """A move that finishes a dossier without a result, and T24 right behind it: the citizen reads
    the notice on the portal. No parcel is made, no fee of the result is due."""
    data |= {"return_method": locked.return_method}
    locked.return_method = ReturnMethod.DESK
    event = apply_move(locked, move, by=by, at=at, note=note, data=data)
    over = replace(MOVES["return_result"], notice="")
    apply_move(locked, over, by=None, at=at, note="", data={move.name: True})
    return event
