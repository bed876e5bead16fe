"""Whose work a dossier is: claim it, give it to a colleague, let go of it, take back what was
given; and who has it open.

Each is a line of the dossier's history (an Event that moves nothing) under the row's lock. It is
no new revision: who reads the dossier decides on what they read, whoever holds it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Position, User
from accounts.roles import CARDS, Role
from dossiers import people
from dossiers.actions import remembering, runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import CHAIN, append_event
from dossiers.models import Dossier, Event, Looking
from dossiers.taken_up import clock, has_begun
from dossiers.workflow import HOLDS, OPEN, PUT_DOWN, Status
from notices import actions as notices

# A screen tells every half minute; three missed and it is gone.
STILL_OPEN = timedelta(seconds=100)
WHOEVER = 0  # no person's number
WRITTEN = ("assignee", *remembering.FIELDS, *CHAIN)


@transaction.atomic
def claim(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """Nobody's becomes mine. Of ten who press at once nine are told who and when."""
    locked = lock(dossier)
    refuse(claim_refusal(by, locked, at=at))
    return hand(locked, "claim", to=by, by=by, at=at)


@transaction.atomic
def assign(
    dossier: Dossier,
    *,
    to: User,
    by: User,
    at: datetime,
    note: str = "",
    tell: bool = True,
    holder: int | None = WHOEVER,
) -> Event:
    """To a colleague at the agency whose hands it is in. `holder`: who held it as `by` saw it;
    who took it up since keeps it. Many at once (`tell` False) are told of by one notice
    (`tell_of_many`)."""
    locked = lock(dossier)
    if holder not in (WHOEVER, locked.assignee_id):
        raise MoveRefused(_changed_hands(locked, by))
    refuse(may_give(by, locked))
    if locked.assignee_id == to.pk:
        raise MoveRefused(_taken(locked, by))
    refuse(unfit(locked, to, at))
    event = hand(locked, "assign", to=to, by=by, at=at, note=note)
    if tell and to != by:
        runs.tell_given(locked, to, key=f"assign-{event.pk}", at=at)
    return event


def tell_of_many(number: int, *, to: User, key: str, at: datetime) -> None:
    """Once for `key`, however often it is said."""
    link = f"{reverse('officer-queue')}?pham-vi=toi"
    subject = f"Bạn được giao {number} hồ sơ"
    notices.write_to(to, key=key, kind="assign", subject=subject, link=link, at=at)


@transaction.atomic
def release(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """Back to the whole desk."""
    locked = lock(dossier)
    refuse(works_there(by, locked))
    if locked.assignee_id is None:
        raise MoveRefused("Hồ sơ này chưa có ai nhận.")
    if locked.assignee_id != by.pk and not leads(by, locked):
        raise MoveRefused(_taken(locked, by))
    return hand(locked, "release", to=None, by=by, at=at)


@transaction.atomic
def take_back(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """What was given goes back to whose it was, as long as the other has not begun; to the whole
    desk when that person can no longer have it (the event's note says so)."""
    locked = lock(dossier)
    refuse(take_back_refusal(by, locked))
    given = last_hand(locked)
    assert given is not None  # take_back_refusal has seen it
    whose = runs.put_back(locked, given.data)
    before = User.objects.filter(pk=given.data.get("from")).first()
    if before and unfit(locked, before, at):
        note = f"{before.full_name} không còn nhận được việc này: hồ sơ về hàng chung."
        return hand(locked, "take_back", to=None, by=by, at=at, note=note, whose=whose)
    return hand(locked, "take_back", to=before, by=by, at=at, whose=whose)


def hand(
    locked: Dossier,
    name: str,
    *,
    to: User | None,
    by: User,
    at: datetime,
    note: str = "",
    whose: Mapping[str, int | None] | None = None,
    left: Mapping[str, int | None] | None = None,
) -> Event:
    """`whose`: what becomes of its sides besides (remembering.FIELDS). What was put down is kept
    as it was in the event (`left`, with what else the caller changed), to be taken back."""
    data: dict[str, Any] = {"from": locked.assignee_id, "to": None, "holder": ""}
    if to:
        data |= {"to": to.pk, "holder": to.full_name}
    if locked.status in PUT_DOWN:
        data["left"] = remembering.sides(locked) | dict(left or {})
    remembering.handed(locked, to.pk if to else None)
    remembering.write(locked, whose or {})
    event = append_event(locked, name, by=by, at=at, note=note, data=data)
    locked.assignee = to
    if to == by:
        runs.take_up(locked, at)
    locked.save(update_fields=WRITTEN)
    return event


def unfit(dossier: Dossier, person: User, at: datetime) -> str | None:
    """Why the dossier cannot be this person's work; None when it can. While it is worked on they
    must be fit for its step."""
    if person.pk not in {one.pk for one in colleagues(dossier)}:
        return f"{person.full_name} không nhận việc ở cơ quan đang giữ hồ sơ này."
    if people.is_party(person, dossier):
        return f"{person.full_name} là người nộp hoặc chủ hồ sơ này nên không xử lý được."
    return _unfit_at_step(dossier, person, at)


def _unfit_at_step(dossier: Dossier, person: User, at: datetime) -> str | None:
    if dossier.status == Status.PROCESSING and (run := runs.current(dossier)):
        return runs.unfit(dossier, run, person, at)
    return None


def refuse(why: str | None) -> None:
    if why:
        raise MoveRefused(why)


def works_there(user: Any, dossier: Dossier) -> str | None:
    """Why this person can hold no part of it; None when they may."""
    if dossier.status not in OPEN:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”, không còn ai xử lý."
    if dossier.desk_agency_id not in works_at(user):
        return "Hồ sơ không ở cơ quan của bạn."
    if people.is_party(user, dossier):
        return "Bạn là người nộp hoặc chủ hồ sơ này nên không xử lý được."
    return None


def claim_refusal(user: Any, dossier: Dossier, *, at: datetime) -> str | None:
    if why := works_there(user, dossier):
        return why
    return _taken(dossier, user) if dossier.assignee_id else _unfit_at_step(dossier, user, at)


def may_give(user: Any, dossier: Dossier) -> str | None:
    """What nobody holds anybody of the desk may give out; else its holder or a leader; a colleague
    where the holder has left or nobody leads."""
    if why := works_there(user, dossier):
        return why
    if dossier.assignee_id in (None, user.pk) or leads(user, dossier):
        return None
    if is_open_to_all(dossier.assignee_id, dossier.desk_agency_id):
        return None
    return f"{_taken(dossier, user)} Chỉ người đó hoặc lãnh đạo giao lại được."


def leads(user: Any, dossier: Dossier) -> bool:
    return desk_of(user).plays(Role.LEADER, dossier.desk_agency_id)


def take_back_refusal(user: Any, dossier: Dossier) -> str | None:
    if why := works_there(user, dossier):
        return why
    given = last_hand(dossier)
    if given is None or given.move != "assign" or given.data.get("to") != dossier.assignee_id:
        return "Không có lần giao việc nào để thu lại."
    if given.by_id != user.pk and not leads(user, dossier):
        return "Chỉ người đã giao hoặc lãnh đạo thu lại được."
    return has_begun(dossier, given)


def colleagues(dossier: Dossier) -> list[User]:
    """To whom of the agency whose hands it is in it may be given."""
    return people_at(dossier.desk_agency_id)


def people_at(agency_id: int) -> list[User]:
    there = User.objects.filter(pk__in=posts(agency_id).values("user"))
    return list(there.order_by("full_name", "pk"))


# A system administrator opens dossiers and works off none.
_ROLES = [r for r, card in CARDS.items() if card.works_on_dossiers and r != Role.SYSADMIN]


def works_at(user: Any) -> frozenset[int]:
    """The agencies whose dossiers this person works off."""
    return desk_of(user).agencies_as(*_ROLES)


def posts(*agencies: int) -> QuerySet[Position]:
    held = Position.objects.in_force(timezone.localdate())
    return held.filter(agency__in=agencies, role__in=_ROLES, user__is_active=True)


def is_open_to_all(holder: int, agency_id: int) -> bool:
    """Whether any colleague gives on what this person holds there: they have left, or nobody
    leads."""
    held = posts(agency_id).values_list("user", "role")
    return holder not in {user for user, _ in held} or not led(held)


def led(held: Iterable[tuple[int, str]]) -> bool:
    return any(role == Role.LEADER for _, role in held)


def last_hand(dossier: Dossier) -> Event | None:
    return dossier.events.filter(move__in=HOLDS).select_related("by").last()


def held_since(dossier: Dossier) -> datetime | None:
    given = last_hand(dossier)
    return given.at if given and given.data.get("to") == dossier.assignee_id else None


def _taken(dossier: Dossier, user: Any) -> str:
    since = held_since(dossier)
    when = f" từ {clock(since)}" if since else ""
    who = "Bạn" if dossier.assignee_id == user.pk else str(dossier.assignee)
    return f"{who} đã nhận hồ sơ này{when}."


def _changed_hands(dossier: Dossier, user: Any) -> str:
    if dossier.assignee_id is None:
        return "Hồ sơ đã về hàng chung sau khi bạn mở trang. Hãy xem lại rồi giao."
    return f"{_taken(dossier, user)} Việc này có sau khi bạn mở trang: hãy xem lại rồi giao."


def look(dossier: Dossier, *, by: User, at: datetime) -> None:
    """This person's screen still shows it."""
    mine = Looking.objects.filter(dossier=dossier, user=by)
    if mine.filter(seen_at__gte=at - STILL_OPEN).update(seen_at=at):
        return
    again = mine.filter(seen_at__lt=at - STILL_OPEN)
    if again.update(before_at=F("seen_at"), since=at, seen_at=at):
        return
    told = {"since": at, "seen_at": at}
    Looking.objects.get_or_create(dossier=dossier, user=by, defaults=told)


def seen_before(dossier: Dossier, *, by: Any, at: datetime) -> datetime | None:
    """When this person's last visit ended; None for the first. The page they have open is no
    visit of before."""
    mine = dossier.looking.filter(user=by).first()
    if mine is None:
        return None
    return mine.before_at if mine.seen_at >= at - STILL_OPEN else mine.seen_at


def others_looking(dossier: Dossier, *, me: Any, at: datetime) -> list[Looking]:
    open_now = dossier.looking.filter(seen_at__gte=at - STILL_OPEN).exclude(user=me)
    return list(open_now.select_related("user").order_by("since"))


def forget_looking(at: datetime) -> None:
    """Rows of screens long closed; a hand-over may be taken back a day long by what they say."""
    Looking.objects.filter(seen_at__lt=at - timedelta(days=30)).delete()
