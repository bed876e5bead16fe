"""Who leads, and so hears of what waits for the office."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone

from accounts.models import Position, User
from accounts.roles import Role
from dossiers.models import Dossier


class Leaders:
    """Everybody who leads an agency today, in one query."""

    def __init__(self, at: datetime) -> None:
        posts = Position.objects.in_force(timezone.localdate(at)).filter(
            role=Role.LEADER, user__is_active=True
        )
        self.by_agency: dict[int, dict[int, User]] = defaultdict(dict)
        for post in posts.select_related("user").order_by("user_id"):
            self.by_agency[post.agency_id][post.user_id] = post.user

    def of(self, dossier: Dossier) -> list[User]:
        """Those of the agency that holds it, else of the deciding one, else of the one above;
        never the person whose dossier it is."""
        above = dossier.deciding_agency.parent_id
        for agency in (dossier.desk_agency_id, dossier.deciding_agency_id, above):
            found = dict(self.by_agency.get(agency or 0, {}))
            found.pop(dossier.submitter_id, None)
            if found:
                return list(found.values())
        return []

    def desks(self) -> Iterator[tuple[User, set[int]]]:
        """Each leader with the agencies they lead."""
        led: dict[int, tuple[User, set[int]]] = {}
        for agency, users in self.by_agency.items():
            for user in users.values():
                led.setdefault(user.pk, (user, set()))[1].add(agency)
        yield from led.values()
