"""What every template knows. Nothing here opens a session for a signed-out visitor:
that would put a cookie on pages which are cached for everybody."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

from accounts.desk import desk_of, seems_at_work
from accounts.sessions import seconds_left
from portal.lib.publicpages import for_nobody

_PROJECT = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
VERSION: str = _PROJECT["project"]["version"]


@dataclass(frozen=True, slots=True)
class Facts:
    name: str
    place: str
    title: str
    hotline: str
    hotline_link: str
    email: str
    demo: bool
    version: str


def facts() -> Facts:
    """Who runs this portal, from the settings; `place` as it stands inside a sentence."""
    place = settings.PROVINCE_NAME[:1].lower() + settings.PROVINCE_NAME[1:]
    return Facts(
        name=settings.PORTAL_NAME,
        place=place,
        title=f"{settings.PORTAL_NAME} {place}",
        hotline=settings.HOTLINE,
        hotline_link="tel:" + "".join(c for c in settings.HOTLINE if c.isdigit() or c == "+"),
        email=settings.HELP_EMAIL,
        demo=settings.DEMO,
        version=VERSION,
    )


def portal(request: HttpRequest) -> dict[str, Callable[[], object]]:
    """Context processor: `signed_in`, `session_left` (seconds), `at_work` (an officer's menu),
    `roles` (of an officer) and `flash`, each worked out only when a page asks."""

    def signed_in() -> bool:
        if for_nobody(request):
            return False
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
            return False
        return bool(request.user.is_authenticated)

    def session_left() -> int | None:
        return seconds_left(request) if signed_in() else None

    def flash() -> Iterable[Message]:
        store = None if for_nobody(request) else getattr(request, "_messages", None)
        known = settings.SESSION_COOKIE_NAME in request.COOKIES or "messages" in request.COOKIES
        if store is None or not (known or store.added_new):
            return ()
        return get_messages(request)

    def at_work() -> bool:
        return signed_in() and seems_at_work(request)

    def roles() -> frozenset[str]:
        return (
            frozenset(role for _, role in desk_of(request.user).roles)
            if signed_in()
            else frozenset()
        )

    return {
        "roles": roles,
        "signed_in": signed_in,
        "session_left": session_left,
        "at_work": at_work,
        "flash": flash,
    }
