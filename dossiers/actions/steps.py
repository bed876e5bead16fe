"""T9, the steps of the internal process: forward, back, to a colleague, over some, taken back.

Each is one Event `pass_on`; its data say how, from which step to which, and to whom.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from dossiers import policies, process
from dossiers.actions import runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import Dossier, Event, StepOutcome, StepRun
from dossiers.process import Step
from dossiers.taken_up import has_begun
from dossiers.workflow import MOVES

PASS_ON = MOVES["pass_on"]
# Whoever handed it over may take it back, wherever it went.
TAKE_BACK = replace(PASS_ON, guards=())
TAKE_UP = "take_up"


@transaction.atomic
def forward_step(
    dossier: Dossier,
    *,
    by: User,
    at: datetime,
    to: User | None = None,
    note: str = "",
    revision: int | None = None,
) -> Event:
    """To the next step, to a named person or to nobody yet."""
    locked, run = _turn(dossier, by, at, revision)
    ahead = process.after(locked.version, run.position)
    if not ahead:
        raise MoveRefused(f"“{run.name}” là bước cuối; hãy ghi kết quả giải quyết.")
    return _pass(locked, run, ahead[0], StepOutcome.FORWARD, by=by, at=at, to=to, note=note)


@transaction.atomic
def return_step(
    dossier: Dossier, *, by: User, at: datetime, reason: str, revision: int | None = None
) -> Event:
    """To the step before, to whoever had it there; the reason is for them."""
    locked, run = _turn(dossier, by, at, revision)
    behind = process.before(locked.version, run.position)
    if not behind:
        raise MoveRefused(f"“{run.name}” là bước đầu, không có bước trước để trả lại.")
    _require(reason, "Hãy ghi lý do trả lại để người ở bước trước biết cần sửa gì.")
    step = behind[-1]
    to = runs.known_at(locked, step.position, at)
    return _pass(locked, run, step, StepOutcome.BACK, by=by, at=at, to=to, note=reason)


@transaction.atomic
def skip_steps(
    dossier: Dossier,
    *,
    position: int,
    by: User,
    at: datetime,
    reason: str,
    to: User | None = None,
    revision: int | None = None,
) -> Event:
    """Chuyển bước nhanh: to a later step, over those between; the reason stands in the history."""
    locked, run = _turn(dossier, by, at, revision)
    ahead = {step.position: step for step in process.after(locked.version, run.position)[1:]}
    if position not in ahead:
        raise MoveRefused("Hãy chọn một bước ở sau bước kế tiếp.")
    _require(reason, "Hãy ghi lý do chuyển bước nhanh.")
    step = ahead[position]
    return _pass(locked, run, step, StepOutcome.SKIPPED, by=by, at=at, to=to, note=reason)


@transaction.atomic
def hand_over(
    dossier: Dossier,
    *,
    to: User,
    by: User,
    at: datetime,
    note: str = "",
    revision: int | None = None,
) -> Event:
    """To a colleague at the same step; its due time stays."""
    locked, run = _turn(dossier, by, at, revision)
    if to.pk == locked.assignee_id:
        raise MoveRefused(f"{to} đang làm bước này rồi.")
    runs.refuse_person(locked, run, to, at)
    runs.end(locked, run, StepOutcome.HANDED, at=at, note=note)
    opened = runs.again(locked, run, by=by, at=at, assignee=to)
    return _tell(locked, StepOutcome.HANDED, run, opened, by=by, at=at, note=note)


@transaction.atomic
def take_back_step(
    dossier: Dossier, *, by: User, at: datetime, revision: int | None = None
) -> Event:
    """Undo: who passed it on has it again, at the step and with the time it had, as long as
    nobody has taken it up."""
    locked = lock(dossier, revision=revision)
    if why := take_back_step_refusal(by, locked):
        raise MoveRefused(why)
    run = _current(locked, by, at)
    last = locked.step_runs.filter(number__lt=run.number).select_related("agency").last()
    assert last is not None  # take_back_step_refusal has seen it
    runs.end(locked, run, StepOutcome.UNDONE, at=at)
    opened = runs.again(locked, last, by=by, at=at, assignee=by)
    runs.taken(opened, at)
    return _tell(locked, StepOutcome.UNDONE, run, opened, by=by, at=at, note="")


def take_back_step_refusal(user: Any, dossier: Dossier) -> str | None:
    """Why the last hand-over is not this person's to undo; None when it is."""
    if why := policies.refusal(user, dossier, TAKE_BACK):
        return why
    last_two = list(dossier.step_runs.order_by("-number")[:2])
    if len(last_two) < 2 or last_two[0].started_by_id != user.pk:
        return "Chỉ người vừa chuyển bước mới lấy lại được."
    if last_two[1].outcome in (StepOutcome.LEFT, StepOutcome.UNDONE):
        return "Không có lần chuyển bước nào để lấy lại."
    if last_two[0].taken_up_at or last_two[0].assignee_id != dossier.assignee_id:
        return "Người nhận đã bắt đầu làm; hãy trao đổi để họ trả lại."
    given = dossier.events.filter(move__in=(PASS_ON.name, "forward")).last()
    if given and given.move != PASS_ON.name:
        return "Không có lần chuyển bước nào để lấy lại."
    return has_begun(dossier, given) if given and dossier.assignee_id else None


@transaction.atomic
def take_up(dossier: Dossier, *, by: User, at: datetime, revision: int | None = None) -> Event:
    """The person at the step begins: from now on nobody takes it back."""
    locked, run = _turn(dossier, by, at, revision)
    if run.taken_up_at and locked.assignee_id == by.pk:
        raise MoveRefused("Bạn đã nhận làm bước này.")
    runs.refuse_person(locked, run, by, at)
    locked.assignee = by
    runs.take_up(locked, at)
    return _tell(locked, TAKE_UP, run, run, by=by, at=at, note="")


def _turn(
    dossier: Dossier, by: User, at: datetime, revision: int | None
) -> tuple[Dossier, StepRun]:
    """The dossier locked, and the step this person has."""
    locked = lock(dossier, revision=revision)
    if why := policies.refusal(by, locked, PASS_ON, at=at):
        raise MoveRefused(why)
    return locked, _current(locked, by, at)


def _current(locked: Dossier, by: User, at: datetime) -> StepRun:
    run = runs.current(locked)
    return run or runs.begin(locked, process.steps(locked.version)[0], by=by, at=at)


def _pass(
    locked: Dossier,
    run: StepRun,
    step: Step,
    how: StepOutcome,
    *,
    by: User,
    at: datetime,
    to: User | None,
    note: str,
) -> Event:
    if locked.assignee_id is None and runs.holds(by, run, at):
        locked.assignee = by  # who did the step, for the control slip
    runs.end(locked, run, how, at=at, note=note)
    opened = runs.begin(locked, step, by=by, at=at, assignee=to)
    if to is not None:
        runs.refuse_person(locked, opened, to, at)
    return _tell(locked, how, run, opened, by=by, at=at, note=note)


def _tell(
    locked: Dossier, how: str, run: StepRun, opened: StepRun, *, by: User, at: datetime, note: str
) -> Event:
    data: dict[str, Any] = {
        "how": str(how),
        "from": run.name,
        "to": opened.name,
        "role": opened.role,
    }
    if opened.assignee:
        data["person"] = opened.assignee.full_name
    if run.ended_at:
        data["run"] = run.seal
    return apply_move(locked, PASS_ON, by=by, at=at, note=note, data=data)


def _require(reason: str, sentence: str) -> None:
    if len(reason.split()) < 3:
        raise MoveRefused(sentence)
