"""Leaders hear of what is late: each late intake and each late step once, all that is stuck once
a day. Sweeps may run twice, at once or after a crash: the key of a notice is what tells once."""

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, User
from dossiers import deadlines, watching
from dossiers.actions.locking import lock
from dossiers.leaders import Leaders, link_for
from dossiers.models import Dossier
from dossiers.workflow import Status
from notices import actions as notices
from notices.models import Notice

AT_ONCE = 500
# Not in the night: the day's report is read when the office opens.
FROM_HOUR = 7
_LATE = {
    "intake": ("quá hạn tiếp nhận", "chưa được trả lời"),
    "step": ("quá hạn bước xử lý", "chưa được chuyển bước"),
}


def escalate(*, at: datetime) -> int:
    """How many dossiers leaders were told of."""
    leaders, told = Leaders(at), 0
    for kind, dossier in _late(at, leaders):
        told += _tell_late(dossier, kind, at, leaders)
    return told


def _late(at: datetime, leaders: Leaders) -> Iterator[tuple[str, Dossier]]:
    """Not told yet for the due time that is over. By desks: so the indexes of the queues serve.
    Those nobody hears of wait, and keep no place from others."""
    desks = list(Agency.objects.values_list("pk", flat=True))
    of = watching.bounds(at)
    for kind in watching.KINDS[:2]:
        late = kind.found(of).filter(desk_agency__in=desks)
        untold = late.filter(leaders.heard()).exclude(late_told_for=F(kind.since))
        for dossier in untold.select_related("deciding_agency", "desk_agency")[:AT_ONCE]:
            yield kind.key, dossier


@transaction.atomic
def _tell_late(dossier: Dossier, kind: str, at: datetime, leaders: Leaders) -> bool:
    locked = lock(dossier)
    due = _due_of(locked, kind)
    if due is None or due >= at or locked.late_told_for == due:
        return False  # the office has acted, or another worker has told
    if not (hearing := leaders.of(locked)):
        return False  # until somebody has the position
    # Not a move: neither the revision nor updated_at.
    Dossier.objects.filter(pk=locked.pk).update(late_told_for=due)
    what, how = _LATE[kind]
    said = f"{timezone.localtime(due):%H:%M ngày %d/%m/%Y}"
    for leader in hearing:
        notices.write_to(
            leader,
            key=late_key(locked, kind, due, leader),
            kind="late",
            subject=f"Hồ sơ {locked.code} {what}",
            said=f"Hồ sơ {locked.code} {how}; hạn là {said}.",
            link=link_for(leader, locked),
            at=at,
        )
    return True


def late_key(dossier: Dossier, kind: str, due: datetime, leader: User) -> str:
    return f"{dossier.public_id}/late-{kind}/{due:%Y%m%d%H%M%S}/{leader.pk}"


def _due_of(dossier: Dossier, kind: str) -> datetime | None:
    if kind == "intake":
        return dossier.intake_due_at if dossier.status == Status.SUBMITTED else None
    return dossier.step_due_at if dossier.status == Status.PROCESSING else None


@transaction.atomic
def tell_stuck(*, at: datetime) -> int:
    """The day's report to each leader with something stuck; how many were told. All of them in
    one transaction, so that any of today's letters means that the day is done. Whose agency is
    closed that day (by its own calendar) reads it when it opens again."""
    here = timezone.localtime(at)
    day = f"stuck/{here:%Y%m%d}/"
    if here.hour < FROM_HOUR or Notice.objects.filter(key__startswith=day).exists():
        return 0
    at_work = list(Leaders(at).desks(here.date(), deadlines.marked_days()))
    if not at_work:
        return 0
    numbers = watching.counts(watching.bounds(at))
    told = 0
    for leader, agencies in at_work:
        mine = {key: n for key, n in watching.total(numbers, agencies).items() if n}
        if mine:
            _tell_stuck(leader, mine, f"{day}{leader.pk}", at)
            told += 1
    return told


def _tell_stuck(leader: User, numbers: dict[str, int], key: str, at: datetime) -> None:
    titles = {kind.key: kind.title for kind in (*watching.KINDS, watching.APOLOGIES)}
    titles[watching.DEAD] = watching.DEAD_TITLE
    lines = "\n".join(f"- {titles[kind]}: {n}" for kind, n in numbers.items())
    notices.write_to(
        leader,
        key=key,
        kind="stuck",
        subject=f"{sum(numbers.values())} việc tồn đọng ngày {timezone.localtime(at):%d/%m/%Y}",
        said=f"Hồ sơ của cơ quan bạn cần được thúc đẩy:\n\n{lines}",
        link=reverse("officer-stuck"),
        at=at,
    )
