"""Error pages in plain words; none of them needs the database."""

import errno
import sys
from typing import Any

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


def unavailable() -> HttpResponse:
    """The database is away; soon it will not be."""
    # Without the request: who is signed in would be asked of that very database.
    body = render_to_string("503.html")
    return HttpResponse(
        body, status=503, headers={"Retry-After": "10", "Cache-Control": "no-store"}
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Called while the exception is handled, so sys.exc_info() still has it."""
    error = sys.exc_info()[1]
    if isinstance(error, OperationalError):
        return unavailable()
    # No room for what was sent, before any view of ours saw it (Django's temporary files).
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return unavailable()
    # Without the request, as above.
    return HttpResponse(render_to_string("500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The form was open too long, or cookies are off; what was typed is kept by Back."""
    return render(request, "403_csrf.html", status=403)
