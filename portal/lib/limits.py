"""Rate limits in the database, so that they hold while the cache is away.

Fixed windows: the first hit opens a window of `period`, at most `limit` hits pass in it, the next
hit after its end opens another. Around the border of two windows up to 2 × limit may pass within
one period; that is accepted for one row and one statement per hit. Refused hits are not counted and
do not prolong the wait.
"""

import ipaddress
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import connections, router
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac

from portal.lib.models import Hit

LONGEST_PERIOD = timedelta(days=1)  # purge() relies on it

View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`retry_after`: whole seconds until the next try can pass; 0 when this one did."""

    allowed: bool
    retry_after: int = 0


def hit(
    scope: str, key: str, *, limit: int, period: timedelta, now: datetime | None = None
) -> Verdict:
    """Count one hit of `key` against `limit` per `period` (at most a day) and say if it passes.

    Exactly `limit` pass however many come at once. Do not call it inside a longer transaction:
    the counter's row stays locked until that ends. `key` is stored hashed with the site's secret.
    """
    if limit < 1 or not timedelta() < period <= LONGEST_PERIOD:
        raise ValueError("limit must be at least 1 and period at most a day")
    now = now or timezone.now()
    mine = {"scope": scope, "key_hash": salted_hmac("portal.limits", key).hexdigest()}
    if _let_through(mine, limit, period, now):
        return Verdict(True)
    opened = Hit.objects.values_list("window_start", flat=True).get(**mine)
    left = min((opened + period - now).total_seconds(), period.total_seconds())
    return Verdict(False, max(1, math.ceil(left)))


# In SQL: putting this together from expressions took longer than running it, on every POST.
_COUNT = f"""INSERT INTO {Hit._meta.db_table} AS mine (scope, key_hash, window_start, count)
VALUES (%(scope)s, %(key_hash)s, %(now)s, 1)
ON CONFLICT (scope, key_hash) DO UPDATE
SET count = CASE WHEN mine.window_start <= %(over)s THEN 1 ELSE mine.count + 1 END,
    window_start = CASE WHEN mine.window_start <= %(over)s THEN %(now)s ELSE mine.window_start END
WHERE mine.window_start <= %(over)s OR mine.count < %(limit)s"""


def _let_through(mine: dict[str, str], limit: int, period: timedelta, now: datetime) -> bool:
    """The one atomic statement: opens a window, a new one, or adds to this one if there is room."""
    connection = connections[router.db_for_write(Hit)]
    moment = connection.ops.adapt_datetimefield_value
    values = {**mine, "limit": limit, "now": moment(now), "over": moment(now - period)}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return bool(cursor.rowcount == 1)


def purge(now: datetime) -> int:
    """Delete windows that ended long ago; how many."""
    return Hit.objects.filter(window_start__lt=now - 2 * LONGEST_PERIOD).delete()[0]


def client_ip(request: HttpRequest) -> str:
    """The caller's address as our outermost trusted proxy saw it; "" on a Unix socket.

    settings.TRUSTED_PROXY_COUNT proxies stand in front of us and each appends the address it was
    called from to X-Forwarded-For. What stands further left is the caller's own invention.
    """
    remote = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.TRUSTED_PROXY_COUNT
    if proxies:
        seen = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
        if len(seen) >= proxies:
            return _address(seen[-proxies]) or _address(remote)
    return _address(remote)


def _address(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return str(mapped or address)


def network(request: HttpRequest) -> str:
    """client_ip(), with IPv6 cut to /64: one household has 2⁶⁴ addresses to try from."""
    ip = client_ip(request)
    return str(ipaddress.ip_network(f"{ip}/64", strict=False)) if ":" in ip else ip


def limited(
    scope: str,
    *,
    limit: int,
    period: timedelta,
    key: Callable[[HttpRequest], str | None] = network,
    methods: Collection[str] = ("POST",),
) -> Callable[[View], View]:
    """Let only `limit` requests per `period` and `key(request)` through to the view.

    For our function views and, in urls.py, around others' (`limited(…)(allauth_view)`); marks such
    as csrf_exempt and login_not_required are kept. `key` returning None lets the request pass.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method in methods and (who := key(request)) is not None:
                verdict = hit(scope, who, limit=limit, period=period)
                if not verdict.allowed:
                    return too_many(request, verdict.retry_after)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def in_words(seconds: int) -> str:
    """A wait: `45 giây`, `3 phút`, `2 giờ` (rounded up)."""
    if seconds < 60:
        return f"{max(seconds, 1)} giây"
    if seconds < 3600:
        return f"{math.ceil(seconds / 60)} phút"
    return f"{math.ceil(seconds / 3600)} giờ"


def too_many(request: HttpRequest, retry_after: int) -> HttpResponse:
    """The 429 page; `minutes` in its template is rounded up."""
    context = {"retry_after": retry_after, "minutes": math.ceil(retry_after / 60)}
    body = render_to_string("429.html", context, request)
    headers = {"Retry-After": str(retry_after), "Cache-Control": "no-store"}
    return HttpResponse(body, status=429, headers=headers)
