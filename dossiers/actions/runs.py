"""StepRun rows: each stay of a dossier at a step of its internal process. Whoever changes the
status calls `leave` and `follow`; whoever passes a step on (actions.steps) ends one run and begins
the next. All of it happens on a locked dossier, which the caller saves; what ended stands sealed in
the event that ended it (StepRun.seal)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import Position, User
from accounts.roles import Role
from dossiers import deadlines, process
from dossiers.actions import remembering
from dossiers.actions.errors import MoveRefused
from dossiers.models import Dossier, StepOutcome, StepRun
from dossiers.process import Step
from dossiers.workflow import Clock, Move, Status
from notices import actions as notices
from procedures.models.version import AdditionPolicy

# The desk had it again since: it is forwarded to whom the desk names.
_GIVEN_BACK = (StepOutcome.BACK, StepOutcome.UNDONE)


def current(dossier: Dossier) -> StepRun | None:
    return dossier.step_runs.filter(ended_at=None).select_related("agency", "assignee").first()


def leave(dossier: Dossier, source: Status, *, at: datetime) -> dict[str, Any]:
    """End the open step on the way out of processing; what the event says of it."""
    if source == Status.PROCESSING != dossier.status and (run := current(dossier)):
        end(dossier, run, StepOutcome.LEFT, at=at)
        return {"run": run.seal}
    return {}


def follow(dossier: Dossier, move: Move, source: Status, *, by: Any, at: datetime) -> None:
    """A step begins on the way into processing."""
    if source == Status.PROCESSING or dossier.status != Status.PROCESSING:
        return
    last = dossier.step_runs.select_related("agency", "assignee", "successor").last()
    policy = dossier.version.addition_policy
    again = move.clock is Clock.RECOUNT and policy == AdditionPolicy.RESET
    first = process.steps(dossier.version)[0]
    if last is None or last.outcome in _GIVEN_BACK:
        begin(dossier, first, by=by, at=at)
    elif again:
        begin(dossier, first, by=by, at=at, assignee=known_at(dossier, first.position, at))
    else:
        _go_on(dossier, last, by=by, at=at)


def begin(
    dossier: Dossier, step: Step, *, by: Any, at: datetime, assignee: User | None = None
) -> StepRun:
    """At a step with its full time."""
    agency = process.place(dossier, step.role, timezone.localdate(at))
    due = None
    if step.hours:
        due = deadlines.calendar_of(agency).add_hours(timezone.localtime(at), step.hours)
    run = StepRun(
        position=step.position,
        name=step.name,
        role=step.role,
        agency=agency,
        hours=step.hours,
        due_at=due,
    )
    return _open(dossier, run, by=by, at=at, assignee=assignee)


def again(
    dossier: Dossier, run: StepRun, *, by: Any, at: datetime, assignee: User | None
) -> StepRun:
    """At the step of an ended run once more, with the time it had."""
    copy = StepRun(
        position=run.position,
        name=run.name,
        role=run.role,
        agency=run.agency,
        hours=run.hours,
        due_at=run.due_at,
    )
    return _open(dossier, copy, by=by, at=at, assignee=assignee)


def _go_on(dossier: Dossier, last: StepRun, *, by: Any, at: datetime) -> None:
    """Where it stood before the wait; the working time of the wait is added, as the dossier's own
    clock does."""
    if last.due_at and last.ended_at:
        calendar = deadlines.calendar_of(last.agency)
        last.due_at, _ = deadlines.put_off(calendar, last.due_at, last.ended_at, at)
    keeper = _keeper(last, at)
    run = again(dossier, last, by=by, at=at, assignee=keeper)
    if last.taken_up_at and keeper and keeper == last.assignee:
        taken(run, at)


def _open(
    dossier: Dossier, run: StepRun, *, by: Any, at: datetime, assignee: User | None
) -> StepRun:
    run.dossier, run.number = dossier, dossier.step_runs.count() + 1
    run.started_at, run.started_by, run.assignee = at, by, assignee
    run.save()
    dossier.assignee, dossier.step_due_at, dossier.desk_agency = assignee, run.due_at, run.agency
    if assignee and assignee != by:
        tell_given(dossier, assignee, key=f"run-{run.pk}", at=at)
    return run


def tell_given(dossier: Dossier, to: User, *, key: str, at: datetime) -> None:
    """Work that somebody else gave; once for `key`."""
    link = reverse("officer-dossier", args=[dossier.public_id])
    subject = f"Bạn được giao hồ sơ {dossier.code}"
    notices.write_to(to, key=key, kind="assign", subject=subject, link=link, at=at)


def end(dossier: Dossier, run: StepRun, outcome: str, *, at: datetime, note: str = "") -> None:
    """`dossier.assignee` is whoever has it at last: claims and assignments change it alone."""
    run.assignee = dossier.assignee
    run.ended_at, run.outcome, run.note = max(at, run.started_at), outcome, note
    run.save()
    remembering.worked(dossier, run)
    dossier.assignee = dossier.step_due_at = None


def taken(run: StepRun, at: datetime) -> None:
    run.taken_up_at = at
    run.save(update_fields=["taken_up_at"])


def give(dossier: Dossier, person: User, at: datetime, *, by: Any) -> None:
    """The open step to a named person who holds its role; MoveRefused for anybody else."""
    run = current(dossier)
    if run is None:
        return
    refuse_person(dossier, run, person, at)
    run.assignee = dossier.assignee = person
    run.save(update_fields=["assignee"])
    if person != by:
        tell_given(dossier, person, key=f"run-{run.pk}", at=at)


def refuse_person(dossier: Dossier, run: StepRun, person: User, at: datetime) -> None:
    if why := unfit(dossier, run, person, at):
        raise MoveRefused(why)


def unfit(dossier: Dossier, run: StepRun, person: User, at: datetime) -> str | None:
    """Why this person may not be at the step; None when they may."""
    if person in process.colleagues(dossier, run.role, run.agency, timezone.localdate(at)):
        return None
    return f"{person} không giữ vai {Role(run.role).label} ở {run.agency.name}."


def take_up(dossier: Dossier, at: datetime) -> None:
    """Whoever has the dossier now begins with its step, if it is at one."""
    if run := current(dossier):
        run.assignee, run.taken_up_at = dossier.assignee, at
        run.save(update_fields=["assignee", "taken_up_at"])


def put_back(dossier: Dossier, given: Mapping[str, Any]) -> dict[str, int | None]:
    """A hand-over (its event's data) is taken back: a step comes back to whom it would have. What
    becomes of the dossier's sides."""
    left = given.get("left", {})
    if "run" in left:
        dossier.step_runs.filter(number=left["run"]).update(successor=left["successor"])
    return remembering.before(dossier, given["to"], left)


def known_at(dossier: Dossier, position: int, at: datetime) -> User | None:
    """Who last had the step and may have it still."""
    runs = dossier.step_runs.filter(position=position).exclude(assignee=None)
    last = runs.select_related("agency", "assignee", "successor").last()
    return _keeper(last, at) if last else None


def _keeper(last: StepRun, at: datetime) -> User | None:
    """Whose an ended step is when the dossier comes back to it."""
    person = last.successor or last.assignee
    return person if person and holds(person, last, at) else None


def holds(person: User, run: StepRun, at: datetime) -> bool:
    """Whether the person may be at the step today."""
    posts = Position.objects.in_force(timezone.localdate(at)).filter(user__is_active=True)
    return posts.filter(user=person, role=run.role, agency=run.agency_id).exists()
