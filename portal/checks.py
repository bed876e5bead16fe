"""System checks of the whole portal."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from dossiers.workflow import ACTOR_LABELS, MOVES, Actor
from portal.lib.pdf import check_fonts  # noqa: F401  (registers itself)


@register(Tags.security, deploy=True)
def production_is_closed(**kwargs: Any) -> list[Error]:
    """Demo shortcuts must not meet real people."""
    found = []
    if settings.PRODUCTION and not settings.STAFF_SECOND_FACTOR:
        found.append(Error("Staff accounts need a second factor.", id="portal.E002"))
    return found


@register()
def moves_are_whole(**kwargs: Any) -> list[Error]:
    """Every move has a label, an actor and a source."""
    return [
        Error(f"Move {move.name} is not whole.", id="portal.E004")
        for move in MOVES.values()
        if not (move.label and move.actors and move.sources)
    ] + [
        Error(f"Actor {actor} has no label.", id="portal.E005")
        for actor in Actor
        if actor not in ACTOR_LABELS
    ]
