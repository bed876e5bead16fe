"""How often a signed-in person may send files, each of which is stored, scanned and re-encoded,
and have long papers made."""

from collections.abc import Callable
from datetime import timedelta

from django.http import HttpRequest, HttpResponse

from portal.lib.limits import limited


def _sender(request: HttpRequest) -> str | None:
    """None for a request without files: answers alone are not counted."""
    return str(request.user.pk) if request.user.is_authenticated and request.FILES else None


def _beginner(request: HttpRequest) -> str | None:
    return str(request.user.pk) if request.user.is_authenticated else None


def beginnings(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Files that come in pieces are counted with the others, once each."""
    return limited("uploads", limit=300, period=timedelta(hours=1), key=_beginner)(view)


def uploads(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """300 requests with files an hour, over all pages that take them: three full dossiers sent
    file by file."""
    return limited("uploads", limit=300, period=timedelta(hours=1), key=_sender)(view)


def issues(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """30 long papers an hour: each keeps a worker busy for minutes."""
    return limited("issues", limit=30, period=timedelta(hours=1), key=_beginner)(view)
