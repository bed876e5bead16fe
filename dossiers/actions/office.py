"""What its people ask is heard in the office: their reminder (Nhắc cơ quan), their wish to withdraw
(T18). What they wrote is read on the portal."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from dossiers import process, standing
from dossiers.leaders import Leaders, link_for
from dossiers.models import Dossier, Event
from dossiers.workflow import WITH_DECIDING_AGENCY
from notices import actions as notices

# A unit may be large: as many of it as are told of a message.
_MOST = 20
# Who hears a reminder, as its event keeps it and as people read it.
HEARING = {
    "leader": "lãnh đạo cơ quan",
    "holder": "cán bộ đang giữ hồ sơ",
    "unit": "bộ phận đang giữ hồ sơ",
    "sysadmin": "quản trị hệ thống của cơ quan",
    "portal": "quản trị hệ thống của cổng",
}
NOBODY = "chưa gửi được đến ai, vì cơ quan chưa có cán bộ nào trên cổng"


@dataclass(frozen=True, slots=True)
class Hearing:
    """`people` by what they are (a key of HEARING)."""

    people: dict[str, list[User]]

    @property
    def all(self) -> list[User]:
        """Once each."""
        return list({one.pk: one for people in self.people.values() for one in people}.values())

    @property
    def sentence(self) -> str:
        return told_to(self.people)


def told_to(kinds: Iterable[str]) -> str:
    """ "được gửi đến …", for the page."""
    named = " và ".join(HEARING[kind] for kind in kinds)
    return f"được gửi đến {named}" if named else NOBODY


def hearing(dossier: Dossier, at: datetime) -> Hearing:
    """A reminder reaches the leader, the one-stop desk's where no other leads. Without any: who
    holds the dossier or its unit, and those who can give somebody the position."""
    leaders, desk = Leaders(at), dossier.receiving_agency_id
    if led := leaders.playing(Role.LEADER, dossier, desk):
        return Hearing({"leader": led})
    found: dict[str, list[User]] = {}
    if (holder := dossier.assignee) and _works_on(holder, dossier):
        found["holder"] = [holder]
    elif unit := _unit(dossier, at):
        found["unit"] = unit
    if admins := leaders.playing(Role.SYSADMIN, dossier, desk):
        found["sysadmin"] = admins
    elif not found and (admins := leaders.all_of(Role.SYSADMIN, dossier)):
        found["portal"] = admins
    return Hearing(found)


def _unit(dossier: Dossier, at: datetime) -> list[User]:
    role = Role.SPECIALIST if dossier.status in WITH_DECIDING_AGENCY else Role.RECEPTION
    agency = standing.holder(dossier)
    return process.colleagues(dossier, role, agency, timezone.localdate(at))[:_MOST]


def tell_of_reminder(dossier: Dossier, told: Hearing, event: Event) -> None:
    said = f"Người nộp hồ sơ {dossier.code} đề nghị cơ quan xem lại tiến độ giải quyết."
    if "leader" not in told.people:
        said += f" {dossier.desk_agency.name} chưa có lãnh đạo trên cổng."
    subject = f"Người dân nhắc hồ sơ {dossier.code} (lần {dossier.nudges})"
    _write(told.all, dossier, event, "nudge", subject, said)


def tell_of_wish(dossier: Dossier, held_by: User | None, event: Event) -> None:
    """Who held it until now and the leaders who are to consent. Nobody's is seen by its desk in
    the queue and its number."""
    said = (
        f"Người nộp xin rút hồ sơ {dossier.code}. Thời hạn giải quyết tạm dừng đến khi cơ quan "
        "trả lời: lãnh đạo đồng ý, hoặc cán bộ trả lời không đồng ý và nêu lý do."
    )
    told = {one.pk: one for one in _who_consent(dossier, event.at)}
    if held_by and _works_on(held_by, dossier):
        told[held_by.pk] = held_by
    subject = f"Người dân xin rút hồ sơ {dossier.code}"
    _write(told.values(), dossier, event, "wish", subject, said)


def _write(
    told: Iterable[User], dossier: Dossier, event: Event, kind: str, subject: str, said: str
) -> None:
    for person in told:
        notices.write_to(
            person,
            key=f"{dossier.public_id}/{event.seq}/{kind}/{person.pk}",
            kind=kind,
            subject=subject,
            said=said,
            link=link_for(person, dossier),
            at=event.at,
        )


def _who_consent(dossier: Dossier, at: datetime) -> list[User]:
    """Leaders of the deciding agency (T20); where there is none, who hears a reminder."""
    day = timezone.localdate(at)
    found = process.colleagues(dossier, Role.LEADER, dossier.deciding_agency, day)
    return found or hearing(dossier, at).all


def _works_on(person: User, dossier: Dossier) -> bool:
    """They may have moved to another office, or left."""
    return person.is_active and Dossier.objects.at_desk_of(person).filter(pk=dossier.pk).exists()


def held_by(dossier: Dossier) -> User | None:
    """Whose it is: who has it now, else who last worked on it (actions.remembering)."""
    return dossier.assignee or dossier.worked_by or dossier.received_by
