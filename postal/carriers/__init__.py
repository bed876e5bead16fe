"""The carriers we can send by, made from settings.POSTAL."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.conf import settings

from postal.carriers.base import Carrier

DEFAULT_CARRIER = "vnpost"
LABELS = {"vnpost": "VNPost (Bưu điện Việt Nam)"}


def get_carrier(name: str) -> Carrier:
    """The client of one carrier; made once per configuration, safe to share between threads.

    LookupError for a name without settings.
    """
    # Imported here so that the sandbox, a process of its own inside this package, does not load
    # the portal's settings and Celery with it.
    from postal.carriers.vnpost.client import VNPostConfig

    return _made(VNPostConfig.from_settings(_options(name)))


def callback_secret(name: str) -> str:
    """The secret shared with the carrier for its callbacks; LookupError when unknown."""
    return str(_options(name).get("callback_secret", ""))


def configured() -> list[str]:
    """Names of all carriers in settings, for the poller and the checks."""
    return [name for name in settings.POSTAL if name in LABELS]


def _options(name: str) -> dict[str, Any]:
    if name not in LABELS or name not in settings.POSTAL:
        raise LookupError(name)
    options: dict[str, Any] = settings.POSTAL[name]
    return options


@lru_cache(maxsize=8)
def _made(config: Any) -> Carrier:
    from postal.carriers.vnpost.client import VNPost

    return VNPost(config)
