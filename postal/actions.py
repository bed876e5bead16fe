"""The one door for writes to parcels and their orders. Keyword-only, `at=` passed in."""

from __future__ import annotations

import logging
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db import OperationalError, transaction

from accounts.models import Ward
from dossiers.actions import DossierError, record_payment, return_result
from dossiers.models import Dossier
from dossiers.policies import returned_by_post
from dossiers.workflow import Status
from portal.lib.errors import PartnerError
from portal.lib.outbox import hint
from portal.lib.text import nfc
from postal import policies
from postal.carriers import DEFAULT_CARRIER, get_carrier
from postal.carriers.base import Stage, TrackingEvent
from postal.models import (
    AttemptKind,
    AttemptOutcome,
    Direction,
    EventSource,
    Order,
    Parcel,
    ParcelEvent,
)
from postal.sending import begin, end, outcome_of
from postal.states import FINAL, OF_STAGE, ParcelState, Told, deciding

log = logging.getLogger("postal")

# Longer than a carrier's `cancel` may take while an officer waits for it.
CANCEL_LEASE = timedelta(seconds=60)

INTERNAL_ERROR = "Đã phát nhưng chưa chuyển được trạng thái hồ sơ (lỗi nội bộ)."


class PostalError(Exception):
    """`str(error)` is fit for the screen."""


@dataclass(frozen=True, slots=True)
class Address:
    """A receiver as corrected on the postal desk."""

    name: str
    phone: str
    street: str
    ward: Ward


class Recorded(StrEnum):
    """What became of a carrier's event."""

    NEW = "new"
    KNOWN = "known"
    UNKNOWN_ORDER = "unknown-order"


def is_due(dossier: Dossier) -> bool:
    """Whether the dossier's result is to travel now."""
    return returned_by_post(dossier) and dossier.results.exists()


def prepare_parcel(dossier: Dossier, *, at: datetime) -> Parcel | None:
    """The parcel and first order for a finished dossier; the one there is when called again;
    None when the dossier is not to be posted. Needs the caller's transaction."""
    if not is_due(dossier) or not dossier.return_ward_id or not dossier.return_province_id:
        return None
    title = dossier.results.values_list("title", flat=True).first() or "Kết quả hồ sơ"
    parcel, new = Parcel.objects.get_or_create(
        dossier=dossier,
        direction=Direction.RETURN,
        defaults={
            "agency_id": dossier.receiving_agency_id,
            "carrier": DEFAULT_CARRIER,
            "state_at": at,
            "created_at": at,
            "receiver_name": dossier.return_name,
            "receiver_phone": dossier.return_phone,
            "receiver_street": dossier.return_street,
            "receiver_ward_id": dossier.return_ward_id,
            "receiver_province_id": dossier.return_province_id,
            "contents": title[:250],
            "cod_amount": dossier.fee_left,
        },
    )
    if new:
        _add_order(parcel, at)
    return parcel


def _add_order(parcel: Parcel, at: datetime) -> Order:
    order = Order.objects.create(
        key=parcel.order_number,
        parcel=parcel,
        round=parcel.round,
        carrier=parcel.carrier,
        available_at=at,
        created_at=at,
    )
    hint("postal.tasks.drain_orders")
    return order


@transaction.atomic
def record_event(carrier: str, event: TrackingEvent, *, source: str, at: datetime) -> Recorded:
    """Write down what the carrier told and let the parcel follow. Any order, any repetition:
    the state is worked out from all events of the order each time."""
    order = Order.objects.filter(key=event.order_number, carrier=carrier).first()
    if order is None:
        log.warning("%s told of an unknown order", carrier)
        return Recorded.UNKNOWN_ORDER
    parcel = Parcel.objects.select_for_update(no_key=True, of=("self",)).get(pk=order.parcel_id)
    stage = get_carrier(carrier).stage(event.code)
    _, new = ParcelEvent.objects.get_or_create(
        carrier=carrier,
        event_id=event.event_id,
        defaults={
            "parcel": parcel,
            "order": order,
            "code": event.code,
            "stage": stage,
            "message": nfc(event.message),
            # A clock that runs ahead must not pin the parcel to its event.
            "at": min(event.at, at) if event.at else None,
            "received_at": at,
            "source": source,
        },
    )
    if not new:
        return Recorded.KNOWN
    if order.round == parcel.round:
        _follow(parcel, order, at)
    return Recorded.NEW


def _follow(parcel: Parcel, order: Order, at: datetime) -> None:
    """Bring the parcel to where its events say it is."""
    rows = order.events.values_list("stage", "at", "event_id", "received_at")
    told = {
        event_id: (Told(Stage(stage), when, event_id), when or received)
        for stage, when, event_id, received in rows
    }
    last = deciding(entry for entry, _ in told.values())
    state = OF_STAGE[last.stage]
    ended = parcel.state in FINAL and state not in FINAL  # a cancelled item stays cancelled
    if state == parcel.state or ended:
        return
    happened = told[last.event_id][1]
    parcel.state, parcel.state_at = state, happened
    parcel.sent_at = parcel.sent_at or at
    if state == ParcelState.DELIVERED:
        parcel.delivered_at = happened
    parcel.save(update_fields=["state", "state_at", "sent_at", "delivered_at"])
    if state == ParcelState.DELIVERED:
        bring_dossier_home(parcel, at=at)


def bring_dossier_home(parcel: Parcel, *, at: datetime) -> None:
    """Delivered: T24 by the system, with what the postman collected. What stands in the way is
    kept on the parcel for the officer, and tried again by the sweep."""
    dossier = parcel.dossier
    problem = ""
    try:
        with transaction.atomic():
            due = dossier.fee_total - dossier.fee_paid
            if parcel.cod_amount and due > 0:
                record_payment(
                    dossier,
                    amount=min(parcel.cod_amount, due),
                    reference=f"COD {parcel.order_number}",
                    by=None,
                    at=at,
                )
            return_result(
                dossier,
                by=None,
                at=at,
                recipient=parcel.receiver_name,
                note=f"Bưu điện đã phát, mã vận đơn {parcel.tracking_no or 'chưa rõ'}.",
            )
    except DossierError as refused:
        problem = str(refused)[:250]
    except OperationalError:
        raise
    except Exception:
        log.exception("parcel %s delivered, dossier did not follow", parcel.pk)
        problem = INTERNAL_ERROR
    if problem and Dossier.objects.filter(pk=dossier.pk, status=Status.RETURNED).exists():
        problem = ""  # somebody handed it over meanwhile: the dossier is where it should be
    if parcel.problem != problem:
        parcel.problem = problem
        parcel.save(update_fields=["problem"])


@transaction.atomic
def mark_handed_over(parcel: Parcel, *, by: Any, at: datetime) -> Parcel:
    """Mai gives the envelope to the postman. A time stamp of its own: the order is older."""
    locked = _lock(parcel)
    if reason := policies.hand_over(by, locked):
        raise PostalError(reason)
    if locked.orders.filter(round=locked.round, leased_until__gt=at).exists():
        raise PostalError("Đơn đang được hủy tại bưu điện. Hãy thử lại sau một phút.")
    locked.handed_over_at, locked.handed_over_by = at, by
    locked.save(update_fields=["handed_over_at", "handed_over_by"])
    return locked


@transaction.atomic
def send_again(parcel: Parcel, *, by: Any, at: datetime, address: Address) -> Order:
    """A dead order goes out again under its old number, so that what may have arrived is found;
    an item that came back or was cancelled starts its next round under a new one."""
    locked = _lock(parcel)
    order = locked.orders.select_for_update(no_key=True).get(round=locked.round)
    if reason := policies.requeue(by, locked, order):
        raise PostalError(reason)
    locked.receiver_name, locked.receiver_phone = nfc(address.name), address.phone
    locked.receiver_street = nfc(address.street)
    locked.receiver_ward = address.ward
    locked.receiver_province = address.ward.province
    locked.problem = ""
    if locked.state != ParcelState.QUEUED:
        locked.round += 1
        locked.state, locked.state_at = ParcelState.QUEUED, at
        locked.tracking_no, locked.sent_at = "", None
        locked.handed_over_at = locked.handed_over_by = None
    locked.save()
    if order.round != locked.round:
        return _add_order(locked, at)
    order.dead_at, order.available_at, order.attempts = None, at, 0
    order.save(update_fields=["dead_at", "available_at", "attempts"])
    hint("postal.tasks.drain_orders")
    return order


def cancel(parcel: Parcel, *, by: Any, at: datetime) -> None:
    """Before the postman has it. An order on its way out is not cancelled but waited for, and
    while the carrier is asked we hold it as a worker would: nobody sends it meanwhile."""
    token = uuid.uuid4()
    with transaction.atomic():
        locked = _lock(parcel)
        order = locked.orders.select_for_update(no_key=True).get(round=locked.round)
        if reason := policies.cancel(by, locked):
            raise PostalError(reason)
        if order.leased_until and order.leased_until > at:
            raise PostalError("Đơn đang được gửi đi hoặc đang được hủy. Hãy thử lại sau một phút.")
        if _never_left(order):
            _mark_cancelled(locked, order, at)
            return
        order.lease_token, order.leased_until = token, at + CANCEL_LEASE
        order.save(update_fields=["lease_token", "leased_until"])
    try:
        _cancel_there(order)
        _cancelled_there(parcel, by, at)
    finally:
        held = Order.objects.filter(pk=order.pk, lease_token=token)
        held.update(lease_token=None, leased_until=None)


def _cancelled_there(parcel: Parcel, by: Any, at: datetime) -> None:
    with transaction.atomic():
        locked = _lock(parcel)
        order = locked.orders.select_for_update(no_key=True).get(round=locked.round)
        reason = policies.cancel(by, locked)
        if not reason:
            _mark_cancelled(locked, order, at)
        elif locked.state != ParcelState.CANCELLED:  # their own word of it may be here first
            raise PostalError(f"Bưu điện đã nhận yêu cầu hủy. {reason}")


def _never_left(order: Order) -> bool:
    """No call of ours can have reached them."""
    safe = [AttemptOutcome.RETRY, AttemptOutcome.FINAL, AttemptOutcome.MISSING]
    return not order.done_at and not order.calls.exclude(outcome__in=safe).exists()


def _cancel_there(order: Order) -> None:
    attempt = begin(order, AttemptKind.CANCEL)
    try:
        get_carrier(order.carrier).cancel(order.key)
    except PartnerError as error:
        end(attempt, outcome_of(error), error.reason)
        raise PostalError(f"Chưa hủy được: {error.reason}") from error
    end(attempt, AttemptOutcome.ACCEPTED)


def _mark_cancelled(parcel: Parcel, order: Order, at: datetime) -> None:
    parcel.state, parcel.state_at = ParcelState.CANCELLED, at
    parcel.save(update_fields=["state", "state_at"])
    if order.done_at is None:
        order.done_at, order.dead_at = at, None
        order.save(update_fields=["done_at", "dead_at"])


def _lock(parcel: Parcel) -> Parcel:
    return (
        Parcel.objects.select_for_update(no_key=True, of=("self",))
        .select_related("dossier")
        .get(pk=parcel.pk)
    )


FROM_FEED, FROM_CALLBACK = EventSource.FEED, EventSource.CALLBACK
