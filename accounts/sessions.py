"""How long a sign-in lasts, and staying longer. A session ends so long after the sign-in, the last
"Ở lại" or the last save while typing; reading a page writes nothing and prolongs nothing."""

import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest

SINCE = "since"
SHARED = "shared"


def note_sign_in(request: HttpRequest | None = None, **_: Any) -> None:
    """Receiver of user_logged_in."""
    if request is not None:
        request.session[SINCE] = int(time.time())


def on_shared_machine(request: HttpRequest) -> None:
    """A machine others use: a short session, and the pages keep nothing in the browser."""
    request.session[SHARED] = True
    request.session.set_expiry(settings.SESSION_SHARED_SECONDS)


def lasts(request: HttpRequest) -> int:
    shared = request.session.get(SHARED)
    seconds: int = settings.SESSION_SHARED_SECONDS if shared else settings.SESSION_COOKIE_AGE
    return seconds


def seconds_left(request: HttpRequest) -> int | None:
    """None for a session that began before this was noted."""
    since = request.session.get(SINCE)
    return None if since is None else max(int(since + lasts(request) - time.time()), 0)


def stay(request: HttpRequest) -> None:
    request.session[SINCE] = int(time.time())


def stay_while_busy(request: HttpRequest) -> None:
    """Somebody types: prolong, but write no more than a few times in a session's length."""
    left = seconds_left(request)
    if left is not None and left < lasts(request) * 2 / 3:
        stay(request)
