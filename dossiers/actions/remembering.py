"""Whose a dossier is where nobody need hold it: who last worked on it, at the one-stop desk
(`received_by`) and in processing (`worked_by`). Queues ask it for "Của tôi" (queues.Scope).

All of it happens on a locked dossier, which the caller saves.
"""

from collections.abc import Mapping

from accounts.models import User
from accounts.roles import Role
from dossiers.models import Dossier, StepOutcome, StepRun
from dossiers.workflow import OPEN, PUT_DOWN, WITH_DECIDING_AGENCY, Actor, Status

FIELDS = ("received_by", "worked_by")
_AT_DESK = (Status.SUBMITTED, Status.ACCEPTED)


def acted(
    dossier: Dossier, by: User | None, actor: Actor | None, source: Status | None = None
) -> None:
    """Somebody made a move (from `source`) or drafted one. Leaders and clerks act on many a
    dossier that is a specialist's: theirs is what no specialist had."""
    if source in _AT_DESK and dossier.assignee_id:
        dossier.received_by_id = dossier.assignee_id
    if by is None:
        return
    if actor is Actor.RECEPTION:
        dossier.received_by = by
    elif actor is Actor.SPECIALIST or (
        actor in (Actor.LEADER, Actor.CLERK) and dossier.worked_by_id is None
    ):
        dossier.worked_by = by


def worked(dossier: Dossier, run: StepRun) -> None:
    """A step ended. One taken back was nobody's work."""
    if run.assignee_id is None or run.outcome == StepOutcome.UNDONE:
        return
    if run.role == Role.SPECIALIST or dossier.worked_by_id is None:
        dossier.worked_by_id = run.assignee_id


def handed(dossier: Dossier, to_id: int | None) -> None:
    """Claimed, given or let go where nobody need hold it."""
    if dossier.status in PUT_DOWN:
        side = "worked_by" if dossier.status in WITH_DECIDING_AGENCY else "received_by"
        write(dossier, {side: to_id})


def held(dossier: Dossier) -> None:
    """Whoever made the move or drafted it: where somebody holds it still, it is theirs."""
    if dossier.assignee_id and dossier.status in OPEN:
        handed(dossier, dossier.assignee_id)


def sides(dossier: Dossier) -> dict[str, int | None]:
    return {side: getattr(dossier, f"{side}_id") for side in FIELDS}


def write(dossier: Dossier, whose: Mapping[str, int | None]) -> None:
    for side, person_id in whose.items():
        setattr(dossier, f"{side}_id", person_id)


def before(dossier: Dossier, to_id: int, left: Mapping[str, int | None]) -> dict[str, int | None]:
    """Of what was `left`, the sides that are still theirs to whom it was given."""
    now = sides(dossier)
    return {side: left[side] for side in FIELDS if side in left and now[side] == to_id}
