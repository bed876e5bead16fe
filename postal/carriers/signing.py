"""The signature on a carrier's callback (docs/carrier-callbacks.md).

hex HMAC-SHA256(secret, timestamp + "." + raw body), compared in constant time; the time stamp is
part of what is signed, so an old call cannot be sent again later under a new time.
"""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP_HEADER = "X-Carrier-Timestamp"
SIGNATURE_HEADER = "X-Carrier-Signature"
TOLERANCE_SECONDS = 300


class SignatureRefused(Exception):
    """The call is not to be believed. str() is a word for the log, not for the caller."""


def sign(secret: str, timestamp: int | str, body: bytes) -> str:
    """64 lower-case hex digits over the very bytes that are sent."""
    message = str(timestamp).encode() + b"." + body
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def verify(
    secret: str,
    timestamp: str,
    signature: str,
    body: bytes,
    *,
    now: float,
    tolerance: int = TOLERANCE_SECONDS,
) -> None:
    """Raise SignatureRefused unless the pair of headers fits the body and is fresh.

    `now` is unix seconds. The signature is checked before the time, so that a stranger learns
    nothing about our clock. An empty secret refuses everything: no secret is not "no check".
    """
    if not secret:
        raise SignatureRefused("no-secret")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        raise SignatureRefused("bad-timestamp")
    expected = sign(secret, timestamp, body)
    if not hmac.compare_digest(expected.encode(), signature.strip().lower().encode()):
        raise SignatureRefused("bad-signature")
    if abs(now - int(timestamp)) > tolerance:
        raise SignatureRefused("expired")
