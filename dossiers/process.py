"""The internal process of a version (quy trình nội bộ, domain.md §2.4) as steps of processing."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Agency, Position, User
from accounts.roles import Role
from dossiers import people
from dossiers.models import Dossier
from procedures.models import ProcedureVersion

# Who works on a dossier in processing (T9). Other roles' lines are the one-stop desk's.
_INSIDE = frozenset({Role.SPECIALIST, Role.LEADER, Role.CLERK})


@dataclass(frozen=True, slots=True)
class Step:
    """`position`: the place in version.process, from 0; `hours` of work, None without a limit."""

    position: int
    name: str
    role: str
    hours: int | None = None


def steps(version: ProcedureVersion) -> list[Step]:
    """In order, never empty."""
    inside = [
        Step(position, line["name"], line["role"], line.get("hours") or None)
        for position, line in enumerate(version.process)
        if line["role"] in _INSIDE
    ]
    return inside or [Step(0, "Giải quyết", Role.SPECIALIST)]


def after(version: ProcedureVersion, position: int) -> list[Step]:
    """The steps still to come."""
    return [step for step in steps(version) if step.position > position]


def before(version: ProcedureVersion, position: int) -> list[Step]:
    return [step for step in steps(version) if step.position < position]


def place(dossier: Dossier, role: str, on: date) -> Agency:
    """Where the step is done: at the deciding agency, the clerk's at the one-stop desk where the
    deciding agency has no clerk of its own."""
    if role == Role.CLERK:
        clerks = Position.objects.in_force(on).filter(role=role)
        if not clerks.filter(agency=dossier.deciding_agency_id).exists():
            return dossier.receiving_agency
    return dossier.deciding_agency


def colleagues(dossier: Dossier, role: str, agency: Agency, on: date) -> list[User]:
    """Those who may be named for a step of `role` at `agency`, by name."""
    held = Position.objects.in_force(on).filter(role=role, agency=agency, user__is_active=True)
    found = [post.user for post in held.select_related("user").order_by("user__full_name")]
    return [user for user in found if not people.is_party(user, dossier)]
