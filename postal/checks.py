"""System checks of the post: nothing of the practice ground in production."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, Tags, register

from postal.carriers import LABELS

SHORTEST_SECRET = 32
_DEMO_VALUES = frozenset({"demo-key", "demo-secret", "DEMO01"})


@register(Tags.security)
def carriers_are_real(**kwargs: Any) -> list[Error]:
    """Under production: HTTPS, not this machine, own credentials, a callback secret."""
    if not settings.PRODUCTION:
        return []
    return [error for name, options in settings.POSTAL.items() for error in _of(name, options)]


def _of(name: str, options: dict[str, Any]) -> list[Error]:
    found = []
    url = urlsplit(str(options.get("url", "")))
    if name not in LABELS:
        found.append(Error(f"POSTAL names an unknown carrier: {name}.", id="postal.E001"))
    if url.scheme != "https" or not url.hostname:
        found.append(Error(f"The address of {name} must be https://….", id="postal.E002"))
    elif _is_local(url.hostname):
        found.append(Error(f"{name} is a sandbox on this machine.", id="postal.E003"))
    if _DEMO_VALUES & {str(value) for value in options.values()}:
        found.append(Error(f"{name} still has demo credentials.", id="postal.E004"))
    if len(str(options.get("callback_secret", ""))) < SHORTEST_SECRET:
        found.append(
            Error(
                f"The callback secret of {name} needs {SHORTEST_SECRET} characters.",
                id="postal.E005",
            )
        )
    return found


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified
