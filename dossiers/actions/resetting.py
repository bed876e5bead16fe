"""T25: an administrator names the due date anew, with a reason that the citizen reads."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dossiers import deadlines, policies
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import Dossier, Event
from dossiers.workflow import MOVES

# Further away is a slip of the finger in the year.
FURTHEST = timedelta(days=3 * 366)


@transaction.atomic
def reset_deadline(
    dossier: Dossier,
    *,
    until: datetime,
    reason: str,
    by: User,
    at: datetime,
    revision: int | None = None,
) -> Event:
    """`until` is a moment at which the office works; the ledger keeps the one before."""
    locked = lock(dossier, revision=revision)
    move = MOVES["reset_deadline"]
    if refusal := policies.refusal(by, locked, move):
        raise MoveRefused(refusal)
    if len(reason.split()) < 3:
        raise MoveRefused("Hãy ghi rõ lý do đặt lại hạn bằng một câu để người nộp hiểu.")
    if why := no_due_date(locked, until, at):
        raise MoveRefused(why)
    data = {"before": locked.due_at.isoformat() if locked.due_at else None}
    event = apply_move(locked, move, by=by, at=at, note=reason, data=data, until=until)
    dossier.refresh_from_db()
    return event


def no_due_date(dossier: Dossier, until: datetime, at: datetime) -> str | None:
    """Why `until` cannot be the new due time; None when it can. An apology (T26) asks too."""
    if until <= at:
        return "Hạn mới phải ở sau lúc này."
    if until > at + FURTHEST:
        return "Hạn mới quá xa. Hãy xem lại năm."
    if until == dossier.due_at:
        return "Hạn mới trùng với hạn đang có."
    calendar = deadlines.calendar_of(dossier.receiving_agency)
    here = timezone.localtime(until)
    if not any(opens <= here.time() <= closes for opens, closes in calendar.hours(here.date())):
        return "Hạn mới phải vào giờ làm việc của một ngày làm việc."
    return None
