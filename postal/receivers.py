"""What the post does when a dossier moves: inside the move's transaction, our rows only."""

from __future__ import annotations

from typing import Any

from dossiers.models import Dossier, Event
from dossiers.signals import dossier_moved
from dossiers.workflow import Status
from postal.actions import prepare_parcel


def on_dossier_moved(*, dossier: Dossier, event: Event, **_: Any) -> None:
    """A result to be posted becomes a parcel with its order in the outbox, or the move fails
    with it."""
    if event.to_status == Status.FINISHED:
        prepare_parcel(dossier, at=event.at)


def connect() -> None:
    dossier_moved.connect(on_dossier_moved, dispatch_uid="postal.parcel")
