"""Named places on our pages that packages above fill without being imported.

`slots.register("dossier.timeline", parcels_of, queries=1)` in AppConfig.ready above,
`slots.fill("dossier.timeline", dossier)` in the page below.
"""

import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

log = logging.getLogger("portal.slots")


@dataclass(frozen=True, slots=True)
class Filler:
    """`queries`: how many database queries one call may make (held to by the house tests)."""

    func: Callable[..., Any]
    queries: int


_fillers: defaultdict[str, list[Filler]] = defaultdict(list)


def register(slot: str, func: Callable[..., Any], *, queries: int = 0) -> None:
    """Add `func` to `slot`, after those already there; a second time changes nothing."""
    if all(filler.func is not func for filler in _fillers[slot]):
        _fillers[slot].append(Filler(func, queries))


def fillers(slot: str) -> tuple[Filler, ...]:
    """What is registered for `slot`, in order."""
    return tuple(_fillers.get(slot, ()))


def fill(slot: str, *args: Any, **kwargs: Any) -> list[Any]:
    """What every filler of `slot` has to show; None means nothing and is left out.

    A filler that raises is logged and left out: a parcel we cannot show must not hide the dossier.
    """
    found = []
    for filler in fillers(slot):
        try:
            part = filler.func(*args, **kwargs)
        except Exception:
            log.exception("slot %s: %s failed", slot, filler.func.__qualname__)
            continue
        if part is not None:
            found.append(part)
    return found
