"""Undo in steps people remember: what somebody typed at one place without a long pause is one."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from procedures import actions
from procedures.models import Draft, DraftChange

WRITING = "sửa "  # summaries of saves while somebody writes; rows that moved are steps of their own
PAUSE = timedelta(minutes=2)


@transaction.atomic
def walk(draft: Draft, *, back: bool, revision: int, by: User, at: datetime) -> str:
    """One remembered step back or forward; what it was. Raises DraftRefused."""
    light = draft.changes.defer("record", "eform")
    changes = {change.number: change for change in light}
    change = changes.get(draft.step if back else draft.step + 1)
    go = actions.undo if back else actions.redo
    for _ in range(_length(changes, draft.step, back=back)):
        revision = go(draft, revision=revision, by=by, at=at).revision
    return change.summary if change else ""


def _length(changes: Mapping[int, DraftChange], step: int, *, back: bool) -> int:
    """How many changes the step takes; at least one, which the action refuses if there is none."""
    way, at = (-1, step) if back else (1, step + 1)
    count = 1
    while at + way in changes and (not back or at + 2 * way in changes):
        if not _one_breath(changes[at], changes[at + way]):
            break
        at, count = at + way, count + 1
    return count


def _one_breath(one: DraftChange | None, two: DraftChange | None) -> bool:
    if one is None or two is None or not one.summary.startswith(WRITING):
        return False
    same = (one.summary, one.by_id) == (two.summary, two.by_id)
    return same and abs(one.at - two.at) <= PAUSE
