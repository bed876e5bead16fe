"""Who leads, and so hears of what waits for the office."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency, Position, User
from accounts.roles import Role
from accounts.tree import below_each, with_below
from dossiers.deadlines import MarkedDays, calendar_of
from dossiers.models import Dossier

# Where nobody leads, those who can give somebody the position.
_HEAR = (Role.LEADER, Role.SYSADMIN)


class Leaders:
    """Everybody who leads or administers an agency today, in one query."""

    def __init__(self, at: datetime) -> None:
        posts = Position.objects.in_force(timezone.localdate(at)).filter(
            role__in=_HEAR, user__is_active=True
        )
        self._found: dict[tuple[str, int], dict[int, User]] = defaultdict(dict)
        self._agencies: dict[int, Agency] = {}
        for post in posts.select_related("user", "agency").order_by("user_id"):
            self._found[post.role, post.agency_id][post.user_id] = post.user
            self._agencies[post.agency_id] = post.agency

    def of(self, dossier: Dossier) -> list[User]:
        """Those of the agency that holds it, else of the deciding one, else of the one above,
        else the administrators of these; never the person whose dossier it is."""
        return next(filter(None, (self.playing(role, dossier) for role in _HEAR)), [])

    def playing(self, role: Role, dossier: Dossier, *more: int) -> list[User]:
        """Of the first of these agencies, then of `more`, where somebody does."""
        above = dossier.deciding_agency.parent_id
        for agency in (dossier.desk_agency_id, dossier.deciding_agency_id, above, *more):
            found = dict(self._found.get((role, agency or 0), {}))
            found.pop(dossier.submitter_id, None)
            if found:
                return list(found.values())
        return []

    def all_of(self, role: Role, dossier: Dossier) -> list[User]:
        """Of any agency."""
        found = {
            pk: user
            for (held, _), users in self._found.items()
            for pk, user in users.items()
            if held == role and pk != dossier.submitter_id
        }
        return list(found.values())

    def heard(self) -> Q:
        """Dossiers somebody hears of."""
        there = {agency for _, agency in self._found}
        above = Q(deciding_agency__parent__in=there)
        return Q(desk_agency__in=there) | Q(deciding_agency__in=there) | above

    def desks(self, day: date, days: MarkedDays) -> Iterator[tuple[User, frozenset[int]]]:
        """Each leader who works on `day` at an agency they lead, with the agencies they lead and
        those below. No query where nobody works."""
        led: dict[int, tuple[User, set[int]]] = {}
        for (role, agency), users in self._found.items():
            for user in users.values() if role == Role.LEADER else ():
                led.setdefault(user.pk, (user, set()))[1].add(agency)
        works = {
            agency: calendar_of(one, days).is_working_day(day)
            for agency, one in self._agencies.items()
        }
        led = {pk: one for pk, one in led.items() if any(works[agency] for agency in one[1])}
        below = below_each() if led else {}
        for user, agencies in led.values():
            yield user, with_below(agencies, below)


def link_for(leader: User, dossier: Dossier) -> str:
    """The dossier; who leads an office above does not open it, and has it in a list."""
    if Dossier.objects.at_desk_of(leader).filter(pk=dossier.pk).exists():
        return reverse("officer-dossier", args=[dossier.public_id])
    return reverse("officer-stuck")
