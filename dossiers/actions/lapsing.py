"""The time for additions is over and nothing came: T15 before acceptance, T15b after."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from dossiers import policies
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import AdditionRound, Dossier, Event
from dossiers.workflow import MOVES, Status

AT_ONCE = 500


@transaction.atomic
def lapse_additions(
    dossier: Dossier, *, by: User | None, at: datetime, revision: int | None = None
) -> Event:
    """Refused (Mẫu 03) or stopped (Mẫu 05); `by=None` is the portal itself. The request is closed
    unanswered and counts as a round."""
    locked = lock(dossier, revision=revision)
    move = MOVES[late_move(locked)]
    if why := policies.refusal(by, locked, move, at=at):
        raise MoveRefused(why)
    asked = locked.rounds.get(completed_at=None)
    asked.completed_at, asked.lapsed = at, True
    asked.save(update_fields=["completed_at", "lapsed"])
    due = timezone.localtime(asked.answer_due_at)
    note = f"Đã quá hạn bổ sung ({due:%H:%M ngày %d/%m/%Y}) mà cơ quan chưa nhận được bổ sung."
    return apply_move(locked, move, by=by, at=at, note=note, data={"round": asked.number})


def late_move(dossier: Dossier) -> str:
    return "stop_late_additions" if dossier.accepted_at else "refuse_late_additions"


def lapse_late(*, at: datetime) -> int:
    """Every request whose time is over, each in a transaction of its own; how many."""
    late = AdditionRound.objects.filter(
        answered_at=None, completed_at=None, answer_due_at__lt=at, dossier__status=Status.ADDITIONS
    )
    related = ("version", "receiving_agency", "deciding_agency", "submitter")
    ids = list(late.order_by("answer_due_at").values_list("dossier", flat=True)[:AT_ONCE])
    done = 0
    for dossier in Dossier.objects.filter(pk__in=ids).select_related(*related):
        try:
            lapse_additions(dossier, by=None, at=at)
        except MoveRefused:
            continue  # answered this very moment
        done += 1
    return done
