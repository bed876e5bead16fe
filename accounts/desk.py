"""Which positions a user holds now: asked at most once a request, kept on the user object."""

from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import Position
from accounts.roles import CARDS


@dataclass(frozen=True, slots=True)
class Desk:
    """`roles` pairs agency ids with role names; `dossier_agencies` are those whose
    dossiers the person works on."""

    roles: frozenset[tuple[int, str]] = frozenset()
    positions: tuple[Position, ...] = field(default=(), compare=False)

    @property
    def dossier_agencies(self) -> frozenset[int]:
        return frozenset(agency for agency, role in self.roles if CARDS[role].works_on_dossiers)

    def plays(self, role: str, agency_id: int) -> bool:
        return (agency_id, role) in self.roles

    def has_role(self, role: str) -> bool:
        return any(role == own for _, own in self.roles)

    def agencies_as(self, *roles: str) -> frozenset[int]:
        return frozenset(agency for agency, own in self.roles if own in roles)

    def __bool__(self) -> bool:
        return bool(self.roles)


def desk_of(user: Any) -> Desk:
    """The user's desk; empty for citizens and signed-out visitors. Of a person who was never given
    a position (accounts.backends has asked) without asking."""
    if not user.is_authenticated:
        return Desk()
    desk: Desk | None = getattr(user, "_desk", None)
    if desk is None:
        held = _posts_of(user) if getattr(user, "has_posts", True) else ()
        desk = Desk(frozenset((post.agency_id, post.role) for post in held), held)
        user._desk = desk
    return desk


def _posts_of(user: Any) -> tuple[Position, ...]:
    held = Position.objects.held_by(user, timezone.localdate())
    return tuple(held.select_related("agency"))


_AT_WORK = "at_work"


def note_desk(request: HttpRequest, user: Any, **kwargs: Any) -> None:
    """At sign-in: whether this person works here, so that menus need not ask on every page."""
    request.session[_AT_WORK] = bool(desk_of(user))


def seems_at_work(request: HttpRequest) -> bool:
    """For menus only: what this request has found out, else what was so at sign-in."""
    desk: Desk | None = getattr(request.user, "_desk", None)
    return bool(request.session.get(_AT_WORK)) if desk is None else bool(desk)
