"""The door at which a carrier tells us what happened: docs/carrier-callbacks.md.

Anybody can knock. What counts is the signature over the raw body; what it says is then written
down as it is, and what it means is worked out from all that was ever written.
"""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from jsonschema import Draft202012Validator

from portal.lib.limits import hit, network
from postal.actions import FROM_CALLBACK, record_event
from postal.carriers import callback_secret
from postal.carriers.base import TrackingEvent
from postal.carriers.signing import (
    SIGNATURE_HEADER,
    TIMESTAMP_HEADER,
    SignatureRefused,
    verify,
)

MAX_BODY = 16_384
REFUSED_A_MINUTE = 30


def _text(shortest: int, longest: int) -> dict[str, Any]:
    # No control characters: PostgreSQL cannot hold NUL, and no log or page wants the others.
    return {
        "type": "string",
        "minLength": shortest,
        "maxLength": longest,
        "pattern": r"\A[^\u0000-\u001f\u007f\ud800-\udfff]*\Z",
    }


_EVENT = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "required": ["event_id", "order_number", "code", "message", "at"],
        "properties": {
            "event_id": _text(1, 64),
            "order_number": _text(1, 120),
            "code": _text(1, 40),
            "message": _text(0, 250),
            "at": {"anyOf": [{"type": "null"}, _text(1, 40)]},
        },
    }
)


class BadEvent(Exception):
    """The body is not what the document says."""


@csrf_exempt
@login_not_required
@require_POST
def carrier_callback(request: HttpRequest, carrier: str) -> HttpResponse:
    try:
        secret = callback_secret(carrier)
    except LookupError:
        return _answer(404, "unknown carrier")
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_BODY:
        return _answer(413, "body too large")
    try:
        verify(
            secret,
            request.headers.get(TIMESTAMP_HEADER, ""),
            request.headers.get(SIGNATURE_HEADER, ""),
            request.body,
            now=time.time(),
        )
    except SignatureRefused:
        return _refused(request)
    try:
        event = read_event(request.body)
    except BadEvent as error:
        return _answer(400, str(error))
    record_event(carrier, event, source=FROM_CALLBACK, at=timezone.now())
    return JsonResponse({"ok": True})


def read_event(body: bytes) -> TrackingEvent:
    """The event in a signed body; BadEvent names the first field that is wrong."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadEvent("not JSON") from None
    if problem := next(iter(_EVENT.iter_errors(data)), None):
        raise BadEvent(f"wrong: {'/'.join(map(str, problem.path)) or problem.validator}")
    return TrackingEvent(
        event_id=data["event_id"],
        order_number=data["order_number"],
        code=data["code"],
        message=data["message"],
        at=_moment(data["at"]),
    )


def _moment(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None or not 2000 <= moment.year < 2100:
            raise ValueError
    except ValueError:
        raise BadEvent("wrong: at") from None
    return moment


def _refused(request: HttpRequest) -> HttpResponse:
    """One answer for every reason, and soon none: a guesser learns nothing and gets slower."""
    verdict = hit(
        "carrier-callback",
        network(request),
        limit=REFUSED_A_MINUTE,
        period=timedelta(minutes=1),
    )
    if verdict.allowed:
        return _answer(401, "signature refused")
    response = _answer(429, "too many refused calls")
    response.headers["Retry-After"] = str(verdict.retry_after)
    return response


def _answer(status: int, error: str) -> HttpResponse:
    return JsonResponse({"ok": False, "error": error}, status=status)
