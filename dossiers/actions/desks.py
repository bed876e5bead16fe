"""A whole desk handed over: what its person holds, what will come back to them out of a wait and
what they last worked on where nobody need hold it; and taken back."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from accounts.desk import desk_of
from accounts.models import User
from accounts.roles import Role
from dossiers import people
from dossiers.actions import remembering, runs
from dossiers.actions.errors import MoveRefused
from dossiers.actions.holding import (
    WRITTEN,
    hand,
    is_open_to_all,
    last_hand,
    led,
    may_give,
    people_at,
    posts,
    refuse,
    take_back,
    unfit,
    works_at,
)
from dossiers.actions.locking import lock
from dossiers.actions.moves import append_event
from dossiers.models import Dossier, Event, StepOutcome, StepRun
from dossiers.models.dossier import DossierQuerySet
from dossiers.taken_up import desk_refusal
from dossiers.workflow import OPEN, PAUSED, PUT_DOWN

_GONE = "Hồ sơ đã được giao cho người khác trước khi bàn giao."


def absent_for(by: User) -> list[User]:
    """Whose desk `by` may hand over besides their own: a leader each of the agency's and whoever
    still holds something there; a colleague those who have left, and where nobody leads the others
    too."""
    found: dict[int, User] = {}
    for agency in sorted(works_at(by)):
        held = Dossier.objects.open().held_by(frozenset({agency})).exclude(assignee=None)
        left = Dossier.objects.open().filter(status__in=PUT_DOWN, assignee=None)
        at_desk = left.filter(receiving_agency=agency).exclude(received_by=None)
        inside = left.filter(deciding_agency=agency).exclude(worked_by=None)
        holders = User.objects.filter(
            Q(pk__in=held.values("assignee"))
            | Q(pk__in=at_desk.values("received_by"))
            | Q(pk__in=inside.values("worked_by"))
        )
        here = {one.pk: one for one in people_at(agency)}
        gone = {one.pk: one for one in holders.exclude(pk__in=here)}
        all_of_them = desk_of(by).plays(Role.LEADER, agency) or not led(
            posts(agency).values_list("user", "role")
        )
        found |= gone | (here if all_of_them else {})
    found.pop(by.pk, None)
    return sorted(found.values(), key=lambda one: (one.full_name, one.pk))


def open_of(person: User, *, by: User) -> DossierQuerySet:
    """The open dossiers a person holds that `by` may give away."""
    return Dossier.objects.open().held_by(_given_at(person, by)).filter(assignee=person)


def waiting_for(person: User, *, by: User) -> DossierQuerySet:
    """Those out of processing for a time that come back to this person, and that `by` may give
    away: no list shows them as anybody's."""
    later = StepRun.objects.filter(dossier=OuterRef("dossier"), number__gt=OuterRef("number"))
    last = StepRun.objects.filter(
        ~Exists(later), outcome=StepOutcome.LEFT, agency__in=_given_at(person, by)
    )
    theirs = last.filter(Q(assignee=person, successor=None) | Q(successor=person))
    return Dossier.objects.filter(status__in=PAUSED, pk__in=theirs.values("dossier"))


def put_down_by(person: User, *, by: User) -> DossierQuerySet:
    """Open ones that nobody holds and the person last worked on, and that `by` may give away."""
    at = _given_at(person, by)
    at_desk = Q(received_by=person, receiving_agency__in=at)
    inside = Q(worked_by=person, deciding_agency__in=at)
    left = Dossier.objects.open().filter(status__in=PUT_DOWN, assignee=None)
    return left.filter(at_desk | inside)


def desk_of_person(person: User, *, by: User) -> list[int]:
    """All that a hand-over takes, by its due time."""
    theirs = open_of(person, by=by) | waiting_for(person, by=by) | put_down_by(person, by=by)
    return list(theirs.order_by("queue_at", "pk").values_list("pk", flat=True))


def _given_at(person: User, by: User) -> frozenset[int]:
    """Where `by` may give away what this person holds."""
    return frozenset(
        agency
        for agency in works_at(by)
        if person == by
        or desk_of(by).plays(Role.LEADER, agency)
        or is_open_to_all(person.pk, agency)
    )


@transaction.atomic
def hand_over(
    dossier: Dossier, *, person: User, to: User, by: User, at: datetime, note: str = ""
) -> Event:
    """What of it is `person`'s and `by` may give goes to `to`, in one event that keeps how the
    rest stood (`left`)."""
    locked = lock(dossier)
    why = may_give(by, locked) if locked.assignee_id == person.pk else _GONE
    run = _comes_back(locked, person, by)
    sides = _put_down(locked, person, by)
    if why and run is None and not sides:
        raise MoveRefused(why)
    left: dict[str, int | None] = {}
    if run:
        runs.refuse_person(locked, run, to, at)
        left = {"run": run.number, "successor": run.successor_id}
        run.successor = to
        run.save(update_fields=["successor"])
    if sides:
        refuse(_unfit_for_rest(locked, to))
    whose = dict.fromkeys(sides, to.pk)
    if why is None:
        refuse(unfit(locked, to, at))
        return hand(locked, "assign", to=to, by=by, at=at, note=note, whose=whose, left=left)
    data = {"from": person.pk, "to": to.pk, "holder": to.full_name}
    left = remembering.sides(locked) | left
    remembering.write(locked, whose)
    return _write(locked, "assign", data | {"left": left}, by=by, at=at, note=note)


@transaction.atomic
def give_back(dossier: Dossier, *, by: User, at: datetime) -> Event:
    """What was given as it stood, as long as nobody has begun."""
    locked = lock(dossier)
    given = last_hand(locked)
    if given is None or "left" not in given.data or given.data["to"] == locked.assignee_id:
        return take_back(locked, by=by, at=at)
    refuse(_give_back_refusal(by, locked, given))
    person = User.objects.get(pk=given.data["from"])
    data = {"from": given.data["to"], "to": person.pk, "holder": person.full_name}
    remembering.write(locked, runs.put_back(locked, given.data))
    return _write(locked, "take_back", data, by=by, at=at)


def _write(
    locked: Dossier, name: str, data: dict[str, Any], *, by: User, at: datetime, note: str = ""
) -> Event:
    event = append_event(locked, name, by=by, at=at, note=note, data=data)
    locked.save(update_fields=WRITTEN)
    return event


def _give_back_refusal(by: User, dossier: Dossier, given: Event) -> str | None:
    if not works_at(by) & {dossier.receiving_agency_id, dossier.deciding_agency_id}:
        return "Hồ sơ không ở cơ quan của bạn."
    if people.is_party(by, dossier):
        return "Bạn là người nộp hoặc chủ hồ sơ này nên không xử lý được."
    return desk_refusal(by, dossier, given)


def _comes_back(dossier: Dossier, person: User, by: User) -> StepRun | None:
    if waiting_for(person, by=by).filter(pk=dossier.pk).exists():
        return dossier.step_runs.select_related("agency").last()
    return None


def _put_down(dossier: Dossier, person: User, by: User) -> list[str]:
    """The sides of it that are the person's and that `by` may give, where nobody else holds it."""
    nobody_else = dossier.assignee_id in (None, person.pk)
    if not nobody_else or dossier.status not in PUT_DOWN or dossier.status not in OPEN:
        return []
    given = _given_at(person, by)
    places = {"received_by": dossier.receiving_agency_id, "worked_by": dossier.deciding_agency_id}
    theirs = remembering.sides(dossier)
    return [side for side, at in places.items() if at in given and theirs[side] == person.pk]


def _unfit_for_rest(dossier: Dossier, person: User) -> str | None:
    """What is put down is anybody's of either agency."""
    if people.is_party(person, dossier):
        return f"{person.full_name} là người nộp hoặc chủ hồ sơ này nên không xử lý được."
    held = posts(dossier.receiving_agency_id, dossier.deciding_agency_id)
    if not held.filter(user=person).exists():
        return f"{person.full_name} không nhận việc ở cơ quan đang giữ hồ sơ này."
    return None
