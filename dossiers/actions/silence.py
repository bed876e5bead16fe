"""Nobody waits without a word: the portal says in whose hands a dossier lies once the office has
been silent for some working days, and the citizen may remind its leader (Nhắc cơ quan)."""

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain, islice

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency, User
from dossiers import deadlines, people, standing
from dossiers.actions import office
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import append_event
from dossiers.actions.notices import tell
from dossiers.models import Dossier, Event, ReturnMethod
from dossiers.models.dossier import DossierQuerySet
from dossiers.workflow import IN_OFFICE, Actor, Status
from portal.lib import slots
from portal.lib.calendar import WorkCalendar

log = logging.getLogger("dossiers.silence")

# Told in a turn; read at once; and looked at in a turn, most of which may not be due yet.
AT_ONCE, PAGE, LOOKED_AT = 500, 500, 50_000


def tell_silent(*, at: datetime) -> int:
    """Tell the people of dossiers that have been silent too long, once each silence, AT_ONCE a
    turn; how many. Each is its own transaction: a crash loses none and tells none twice."""
    told = 0
    for dossier in islice(_silent(at), AT_ONCE):
        try:
            told += _tell_one(dossier, at)
        except MoveRefused as refused:  # its history is ahead of our clock: it keeps no other
            log.warning("silence of %s is not told: %s", dossier.pk, refused)
    return told


def _silent(at: datetime) -> Iterator[Dossier]:
    """Working days are never fewer than calendar days: an index finds the candidates, the
    agency's calendar decides. Those it lets wait, many after a long holiday, keep no place from
    others."""
    days = settings.PATIENCE["silent_days"]
    marked, calendars = deadlines.marked_days(), dict[int, WorkCalendar]()
    waiting = chain.from_iterable(map(_page_by_page, _candidates(at - timedelta(days=days))))
    for dossier in islice(waiting, LOOKED_AT):
        agency = dossier.receiving_agency
        if agency.pk not in calendars:
            calendars[agency.pk] = deadlines.calendar_of(agency, marked)
        assert dossier.heard_at
        if calendars[agency.pk].add_working_days(dossier.heard_at, days) > at:
            continue
        if not _on_its_way(dossier):
            yield dossier


def _on_its_way(dossier: Dossier) -> str | None:
    """Where the result is that has left the office; None while it lies there."""
    if dossier.status != Status.FINISHED or dossier.return_method != ReturnMethod.POST:
        return None
    return next(iter(slots.fill("dossier.brought", dossier)), None)


def _page_by_page(found: DossierQuerySet) -> Iterator[Dossier]:
    """From where the last page ended: what is told meanwhile moves no other."""
    light = found.select_related("receiving_agency").only(
        "heard_at", "receiving_agency", "status", "return_method"
    )
    rest = light = light.order_by("heard_at", "pk")
    while page := list(rest[:PAGE]):
        yield from page
        last = page[-1]
        seen = Q(heard_at=last.heard_at, pk__lte=last.pk)
        rest = light.filter(heard_at__gte=last.heard_at).exclude(seen)


def _candidates(heard_before: datetime) -> list[DossierQuerySet]:
    """What waits for the office (standing.waits_for_office), each one range of an index: that
    of silence holds IN_OFFICE, of the others those of their queues."""
    untold = Dossier.objects.filter(silence_told_at=None, heard_at__lte=heard_before)
    asked = Q(status=Status.ADDITIONS, additions_answered=False)
    desks = list(Agency.objects.values_list("pk", flat=True))
    there = untold.filter(desk_agency__in=desks)
    return [
        untold.filter(status__in=IN_OFFICE).exclude(asked),
        there.filter(status=Status.STOPPED),
        there.filter(status=Status.FINISHED, return_method__in=standing.BROUGHT),
    ]


@transaction.atomic
def _tell_one(dossier: Dossier, at: datetime) -> bool:
    locked = lock(dossier)
    if not still_silent(locked, dossier.heard_at):
        return False
    holds = standing.of(locked)
    if holds is None or holds.mine:
        return False
    note = f"Hồ sơ đang ở {holds.unit}, {holds.agency.name}."
    event = append_event(locked, "silence", by=None, at=at, note=note)
    locked.silence_told_at = at
    locked.save()
    tell(locked, "silence", event=event)
    return True


def still_silent(locked: Dossier, heard_at: datetime | None) -> bool:
    """Looked at again under the lock: another worker may have told, the office may have acted."""
    return locked.silence_told_at is None and locked.heard_at == heard_at


# --- Nhắc cơ quan -----------------------------------------------------------------------------


def nudge_refusal(dossier: Dossier, *, by: User, at: datetime) -> str | None:
    """Why this person may not remind the office now; None when they may."""
    if not people.acts(by, dossier):
        return "Bạn không có quyền thực hiện thao tác này."
    if not standing.waits_for_office(dossier):
        holds = standing.of(dossier)
        if holds and holds.mine:
            return f"Hồ sơ đang chờ bạn {holds.doing}."
        return "Hồ sơ không chờ cơ quan xử lý."
    if not (dossier.silence_told_at or _late(dossier, at)):
        days = settings.PATIENCE["silent_days"]
        return f"Nhắc được khi hồ sơ quá hạn hoặc sau {days} ngày làm việc không có tin mới."
    if on_its_way := _on_its_way(dossier):
        return on_its_way
    if dossier.nudged_at:
        calendar = deadlines.calendar_of(dossier.receiving_agency)
        days = settings.PATIENCE["nudge_days"]
        again = calendar.add_working_days(dossier.nudged_at, days)
        if again > at:
            said = timezone.localtime(again)
            return f"Bạn đã nhắc rồi; có thể nhắc lại từ {said:%H:%M ngày %d/%m/%Y}."
    return None


def _late(dossier: Dossier, at: datetime) -> bool:
    holds = standing.of(dossier)
    return bool(holds and holds.due and holds.running and holds.due < at)


@transaction.atomic
def nudge(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """Tell the leaders of the unit that holds the dossier that its people are waiting; an event
    of the dossier that keeps who heard it (office.HEARING), counted, at most once in some working
    days."""
    locked = lock(dossier)
    if why := nudge_refusal(locked, by=by, at=at):
        raise MoveRefused(why)
    told = office.hearing(locked, at)
    locked.nudges += 1
    locked.nudged_at = at
    data = {"number": locked.nudges, "told": list(told.people)}
    event = append_event(locked, "nudge", by=by, at=at, data=data, actor=Actor.CITIZEN)
    locked.nudge_waits = True
    locked.save()
    office.tell_of_reminder(locked, told, event)
    return event
