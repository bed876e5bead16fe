"""Celery only says "now"; the rows say what. Every task may run twice, or two at once."""

from __future__ import annotations

import logging
from datetime import timedelta

from celery import shared_task
from django.db import DataError, transaction
from django.utils import timezone

from dossiers.models import Dossier, ReturnMethod
from dossiers.workflow import Status
from portal.lib.errors import PartnerError
from portal.lib.outbox import drain
from postal.actions import FROM_FEED, bring_dossier_home, prepare_parcel, record_event
from postal.carriers import configured, get_carrier
from postal.models import Direction, FeedCursor, Order, Parcel
from postal.sending import send_order
from postal.states import ParcelState

log = logging.getLogger("postal")

# Longer than one send_order can take: token twice, look-up, order, look-up, 7 s each.
LEASE = timedelta(seconds=60)
BATCH = 100
PAGE_SIZE = 200
PAGES_A_TURN = 20
SWEEP_BATCH = 200


@shared_task
def drain_orders() -> None:
    """Send what is due."""
    drain(Order.objects.all(), send_order, limit=BATCH, lease=LEASE)


@shared_task
def poll_tracking() -> None:
    """Read on in every carrier's feed."""
    for name in configured():
        poll_carrier(name)


def poll_carrier(name: str) -> int:
    """How many events were new to the feed reader. A carrier in trouble is noted and left."""
    carrier = get_carrier(name)
    cursor, _ = FeedCursor.objects.get_or_create(
        carrier=name, defaults={"last_id": carrier.first_cursor}
    )
    last_id, read = cursor.last_id, 0
    for _ in range(PAGES_A_TURN):
        try:
            events = carrier.feed(last_id, PAGE_SIZE)
        except PartnerError as error:
            _note(name, error.reason)
            return read
        for event in events:
            try:
                record_event(name, event, source=FROM_FEED, at=timezone.now())
            except (DataError, ValueError):
                # One row the database (or its driver: psycopg2 says ValueError to a NUL)
                # cannot hold must not stop the feed for everybody.
                log.exception("%s event %r left out", name, event.event_id)
        if events:
            # Only from where we read: another poller may be further, and it never goes back.
            moved = FeedCursor.objects.filter(carrier=name, last_id=last_id)
            if not moved.update(last_id=events[-1].event_id):
                return read
            last_id, read = events[-1].event_id, read + len(events)
        if len(events) < PAGE_SIZE:
            break
    _note(name, "")
    return read


def _note(name: str, error: str) -> None:
    FeedCursor.objects.filter(carrier=name).update(polled_at=timezone.now(), last_error=error[:250])


@shared_task
def sweep() -> None:
    """What a crash or a bug left behind: finished dossiers without a parcel, delivered parcels
    whose dossier stayed."""
    waiting = (
        Dossier.objects.filter(status=Status.FINISHED, return_method=ReturnMethod.POST)
        .exclude(parcels__direction=Direction.RETURN)
        .filter(results__isnull=False)
        .distinct()
        .order_by("pk")
    )
    for pk in list(waiting.values_list("pk", flat=True)[:SWEEP_BATCH]):
        with transaction.atomic():
            dossier = Dossier.objects.select_for_update(no_key=True).get(pk=pk)
            prepare_parcel(dossier, at=timezone.now())
    left = Parcel.objects.filter(
        state=ParcelState.DELIVERED, dossier__status=Status.FINISHED
    ).order_by("pk")
    for pk in list(left.values_list("pk", flat=True)[:SWEEP_BATCH]):
        with transaction.atomic():
            parcel = Parcel.objects.select_for_update(no_key=True, of=("self",)).get(pk=pk)
            bring_dossier_home(parcel, at=timezone.now())
