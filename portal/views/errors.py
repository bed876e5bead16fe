"""Error pages in plain words; none of them needs the database."""

import sys
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string

from dossiers import kept
from portal.lib.files import disk_is_full


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def database_is_away(error: BaseException | None) -> bool:
    """Also of a connection that was cut in the middle of a query: libpq then gives no SQLSTATE,
    and psycopg2 raises the bare DatabaseError, or InterfaceError for what is asked next. A bare one
    that no driver raised is Django's own, of a row that is gone (Model.save): an error of ours."""
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return type(error) is DatabaseError and error.__cause__ is not None


def unavailable(request: HttpRequest, *, full: bool = False) -> HttpResponse:
    """The database is away, or a disk is `full`; soon it will not be. What was typed goes back to
    the browser: the page holds it, with the token it came with, and one button sends it again.
    Whether a filing was written before the line broke nobody knows: its page tells."""
    filing = request.get_full_path() if kept.is_filing(request) else ""
    context = {"again": _sent_again(request), "full": full, "filing": filing}
    # Without the request: who is signed in would be asked of that very database.
    body = render_to_string("503.html", context)
    return HttpResponse(
        body, status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"}
    )


def _sent_again(request: HttpRequest) -> dict[str, Any] | None:
    """Where the page was sent, the names and values it held, and whether files came along (which
    no page can send again by itself)."""
    if not kept.is_page(request) or not (fields := kept.typed_on(request)):
        return None
    token = request.POST.get("csrfmiddlewaretoken", "")
    found = {"to": request.get_full_path(), "token": token, "fields": fields}
    return found | {"files": bool(request.FILES)}


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled, so sys.exc_info() still has it."""
    error = sys.exc_info()[1]
    if database_is_away(error):
        return unavailable(request)
    # No room for what was sent, before any view of ours saw it (Django's temporary files).
    if disk_is_full(error):
        _give_room_back(request)
        return unavailable(request, full=True)
    # Without the request, as above.
    return HttpResponse(render_to_string("500.html"), status=500)


def _give_room_back(request: HttpRequest) -> None:
    """Now, not when the last reference to the request goes: Django closes the files it has whole,
    but not the one it was reading."""
    for handler in request.upload_handlers:
        file = getattr(handler, "file", None)
        if file is not None:
            with suppress(OSError):
                file.close()


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The form was open too long, another tab signed in, or cookies are off.

    A page of the wizard sent from our own page is not lost: its writer sends it once more with
    today's token, after a look and a press of their own. What comes from elsewhere (Origin) is
    never offered again.
    """
    again = None
    if kept.would_be_lost(request) and _from_here(request):
        if not request.user.is_authenticated:
            messages.info(request, kept.keep_until_sign_in(request))
            return redirect_to_login(request.get_full_path())
        again = _sent_again(request)
        if again:
            again["token"] = get_token(request)
    return render(request, "403_csrf.html", {"again": again}, status=403)


def _from_here(request: HttpRequest) -> bool:
    here = f"{request.scheme}://{request.get_host()}"
    return request.headers.get("Origin") in (here, settings.SITE_URL)
