"""How often what may be tried on the account pages (OWASP ASVS 5.0, 6.1.1 and 6.3.1).

Passwords are guessed against two counters. One is of an account *and* the network it is tried
from: ten in a quarter of an hour, so a stranger who guesses locks out himself, while the owner
signs in from elsewhere. The other is of the account wherever from, for guessers with many
addresses: a hundred an hour. A browser that has signed in to the account before does not count
there, so the owner passes even while such an attack goes on.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.phones import normal
from portal.lib.limits import limited, network
from portal.lib.text import fold

View = Callable[..., HttpResponse]
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)

KNOWN_BROWSER = "__Host-known" if settings.PRODUCTION else "known"
KNOWN_FOR = timedelta(days=180)
_ACCOUNTS_KEPT = 5  # of one family's computer


def typed_login(request: HttpRequest) -> str | None:
    """The account somebody tries to enter, in one shape however it is typed."""
    typed = request.POST.get("login", "")[:254]
    return normal(typed) or "".join(fold(typed).split()) or None


def _login_here(request: HttpRequest) -> str | None:
    login = typed_login(request)
    return login and f"{login} {network(request)}"


def _login_anywhere(request: HttpRequest) -> str | None:
    login = typed_login(request)
    return None if login and _mark(login) in _known(request) else login


def typed_email(request: HttpRequest) -> str | None:
    return "".join(fold(request.POST.get("email", "")[:254]).split()) or None


def own_account(request: HttpRequest) -> str:
    """Of a signed-in person, or of one between password and second factor."""
    if request.user.is_authenticated:
        return str(request.user.pk)
    login = unstash_login(request, peek=True)
    return str(login.user.pk) if login and login.user else network(request)


def _mark(login: str) -> str:
    return salted_hmac("accounts.known", login).hexdigest()[:24]


def _known(request: HttpRequest) -> list[str]:
    try:
        marks = signing.loads(
            request.COOKIES.get(KNOWN_BROWSER, "")[:1000], salt=KNOWN_BROWSER, max_age=KNOWN_FOR
        )
    except signing.BadSignature:
        return []
    return list(marks)


def remembering(view: View) -> View:
    """After the right password the browser is known for this login, for 180 days.

    The cookie opens nothing: it only keeps the counter of strangers from stopping its owner.
    """

    @wraps(view)
    def remembered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        login = typed_login(request) if request.method == "POST" else None
        entered = request.user.is_authenticated or unstash_login(request, peek=True)
        if login and entered and response.status_code == 302:
            marks = [_mark(login), *(mark for mark in _known(request) if mark != _mark(login))]
            response.set_cookie(
                KNOWN_BROWSER,
                signing.dumps(marks[:_ACCOUNTS_KEPT], salt=KNOWN_BROWSER),
                max_age=KNOWN_FOR,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response

    return remembered


def sign_in(view: View) -> View:
    view = limited("login-everywhere", limit=100, period=HOUR, key=_login_anywhere)(view)
    view = limited("login-account", limit=10, period=QUARTER, key=_login_here)(view)
    return limited("login-network", limit=100, period=QUARTER)(remembering(view))


def sign_up(view: View) -> View:
    return limited("signup", limit=20, period=HOUR)(view)


def forgotten(view: View) -> View:
    """Each one sends a mail, also to addresses that have no account."""
    view = limited("reset-account", limit=3, period=HOUR, key=typed_email)(view)
    return limited("reset-network", limit=20, period=HOUR)(view)


def secret(view: View) -> View:
    """A password or code of one's own account: ten tries."""
    return limited("own-secret", limit=10, period=QUARTER, key=own_account)(view)


def own(view: View) -> View:
    """Changes to one's own account; some of them send mails."""
    return limited("own-changes", limit=30, period=HOUR, key=own_account)(view)


def from_mail(view: View) -> View:
    """What a link in a mail leads to."""
    return limited("from-mail", limit=30, period=HOUR)(view)
