"""Whose work a dossier is: claim it, give it to a colleague, let go of it, take back what was
given; and who has it open.

Each is a line of the dossier's history (an Event that moves nothing) under the row's lock. It is
no new revision: who reads the dossier decides on what they read, whoever holds it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Position, User
from accounts.roles import CARDS, Role
from dossiers import people
from dossiers.actions import runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.moves import append_event
from dossiers.models import Dossier, Event, Looking
from dossiers.workflow import HOLDS, OPEN, Status
from notices import actions as notices

# A screen tells every half minute; three missed and it is gone.
STILL_OPEN = timedelta(seconds=100)
_WRITTEN = ("assignee", "chain_head", "chain_length", "updated_at")


@transaction.atomic
def claim(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """Nobody's becomes mine. Of ten who press at once nine are told who and when."""
    locked = lock(dossier)
    _refuse(works_there(by, locked))
    if locked.assignee_id:
        raise MoveRefused(_taken(locked, by))
    _refuse_at_step(locked, by, at)
    return _hand(locked, "claim", to=by, by=by, at=at)


@transaction.atomic
def assign(
    dossier: Dossier, *, to: User, by: User, at: datetime, note: str = "", tell: bool = True
) -> Event:
    """To a colleague at the agency whose hands it is in. Many at once (`tell` False) are told of
    by one notice (`tell_of_many`)."""
    locked = lock(dossier)
    _refuse(may_give(by, locked))
    if to.pk not in {one.pk for one in colleagues(locked)}:
        raise MoveRefused(f"{to.full_name} không nhận việc ở cơ quan đang giữ hồ sơ này.")
    if people.is_party(to, locked):
        raise MoveRefused(f"{to.full_name} là người nộp hoặc chủ hồ sơ này nên không xử lý được.")
    if locked.assignee_id == to.pk:
        raise MoveRefused(_taken(locked, by))
    _refuse_at_step(locked, to, at)
    event = _hand(locked, "assign", to=to, by=by, at=at, note=note)
    if tell and to != by:
        link = reverse("officer-dossier", args=[locked.public_id])
        _tell(to, f"Bạn được giao hồ sơ {locked.code}", link, key=f"assign-{event.pk}", at=at)
    return event


def tell_of_many(number: int, *, to: User, key: str, at: datetime) -> None:
    """Once for `key`, however often it is said."""
    link = f"{reverse('officer-queue')}?pham-vi=toi"
    _tell(to, f"Bạn được giao {number} hồ sơ", link, key=key, at=at)


def _tell(to: User, subject: str, link: str, *, key: str, at: datetime) -> None:
    notices.write_to(to, key=key, kind="assign", subject=subject, link=link, at=at)


@transaction.atomic
def release(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """Back to the whole desk."""
    locked = lock(dossier)
    _refuse(works_there(by, locked))
    if locked.assignee_id is None:
        raise MoveRefused("Hồ sơ này chưa có ai nhận.")
    if locked.assignee_id != by.pk and not leads(by, locked):
        raise MoveRefused(_taken(locked, by))
    return _hand(locked, "release", to=None, by=by, at=at)


@transaction.atomic
def take_back(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """What was given goes back to whose it was, as long as the other has not begun."""
    locked = lock(dossier)
    _refuse(take_back_refusal(by, locked))
    given = _last_hand(locked)
    before = User.objects.filter(pk=given.data.get("from")).first() if given else None
    return _hand(locked, "take_back", to=before, by=by, at=at)


def _hand(
    locked: Dossier, name: str, *, to: User | None, by: User, at: datetime, note: str = ""
) -> Event:
    data: dict[str, Any] = {"from": locked.assignee_id, "to": None, "holder": ""}
    if to:
        data |= {"to": to.pk, "holder": to.full_name}
    event = append_event(locked, name, by=by, at=at, note=note, data=data)
    locked.assignee = to
    if to == by:
        runs.take_up(locked, at)
    locked.save(update_fields=_WRITTEN)
    return event


def _refuse_at_step(locked: Dossier, to: User, at: datetime) -> None:
    """While it is worked on, whoever has it must be fit for its step."""
    if locked.status == Status.PROCESSING and (run := runs.current(locked)):
        runs.refuse_person(locked, run, to, at)


def _refuse(why: str | None) -> None:
    if why:
        raise MoveRefused(why)


def works_there(user: Any, dossier: Dossier) -> str | None:
    """Why this person can hold no part of it; None when they may."""
    if dossier.status not in OPEN:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”, không còn ai xử lý."
    if dossier.desk_agency_id not in desk_of(user).dossier_agencies:
        return "Hồ sơ không ở cơ quan của bạn."
    if people.is_party(user, dossier):
        return "Bạn là người nộp hoặc chủ hồ sơ này nên không xử lý được."
    return None


def may_give(user: Any, dossier: Dossier) -> str | None:
    """What nobody holds anybody of the desk may give out; else its holder or a leader."""
    if why := works_there(user, dossier):
        return why
    if dossier.assignee_id in (None, user.pk) or leads(user, dossier):
        return None
    return f"{_taken(dossier, user)} Chỉ người đó hoặc lãnh đạo giao lại được."


def leads(user: Any, dossier: Dossier) -> bool:
    return desk_of(user).plays(Role.LEADER, dossier.desk_agency_id)


def take_back_refusal(user: Any, dossier: Dossier) -> str | None:
    if why := works_there(user, dossier):
        return why
    given = _last_hand(dossier)
    if given is None or given.move != "assign" or given.data.get("to") != dossier.assignee_id:
        return "Không có lần giao việc nào để thu lại."
    if given.by_id != user.pk and not leads(user, dossier):
        return "Chỉ người đã giao hoặc lãnh đạo thu lại được."
    begun = dossier.events.filter(by=dossier.assignee_id, seq__gt=given.seq)
    seen = dossier.looking.filter(user=dossier.assignee_id, seen_at__gte=given.at).first()
    if seen:
        return f"{dossier.assignee} đã mở hồ sơ {_clock(seen.seen_at)} nên không thu lại được."
    if first := begun.first():
        return f"{dossier.assignee} đã bắt đầu làm {_clock(first.at)} nên không thu lại được."
    return None


def colleagues(dossier: Dossier) -> list[User]:
    """To whom of the agency whose hands it is in it may be given."""
    return people_at(dossier.desk_agency_id)


def people_at(agency_id: int) -> list[User]:
    roles = [role for role, card in CARDS.items() if card.works_on_dossiers]
    roles.remove(Role.SYSADMIN)  # opens dossiers, works off none
    held = Position.objects.in_force(timezone.localdate()).filter(agency=agency_id, role__in=roles)
    active = User.objects.filter(is_active=True, pk__in=held.values("user"))
    return list(active.order_by("full_name", "pk"))


def _last_hand(dossier: Dossier) -> Event | None:
    return dossier.events.filter(move__in=HOLDS).select_related("by").last()


def held_since(dossier: Dossier) -> datetime | None:
    given = _last_hand(dossier)
    return given.at if given and given.data.get("to") == dossier.assignee_id else None


def _taken(dossier: Dossier, user: Any) -> str:
    since = held_since(dossier)
    when = f" từ {_clock(since)}" if since else ""
    who = "Bạn" if dossier.assignee_id == user.pk else str(dossier.assignee)
    return f"{who} đã nhận hồ sơ này{when}."


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):lúc %H:%M ngày %d/%m/%Y}"


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


def open_of(person: User, *, by: User) -> Any:
    """The open dossiers a person holds that `by` may give away: one's own, or as a leader."""
    desk = desk_of(by)
    agencies = desk.dossier_agencies if person == by else desk.agencies_as(Role.LEADER)
    return (
        Dossier.objects.open()
        .held_by(agencies)
        .filter(assignee=person)
        .exclude(status=Status.DRAFT)
    )
