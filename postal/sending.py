"""One order, one trip to the carrier. Called by the drain with a row it holds.

The call happens outside any transaction. What protects against two parcels for one order:
the row is claimed; an attempt is written down before each call; the order number is our key at
the carrier; and where an earlier call may have arrived, we ask for the number before sending.
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from portal.lib.errors import Final, PartnerError, Retryable
from portal.lib.outbox import LeaseLost
from postal.carriers import get_carrier
from postal.carriers.base import Carrier, OrderReply, OrderRequest, Party
from postal.models import AttemptKind, AttemptOutcome, Order, OrderAttempt, Parcel
from postal.states import ParcelState

_REASON_LENGTH = 500


def send_order(order: Order) -> None:
    """Bring the order to the carrier's books, once. Raises Retryable, Final or Unknown."""
    parcel = Parcel.objects.select_related(
        "dossier", "agency__ward", "receiver_ward", "receiver_province"
    ).get(pk=order.parcel_id)
    if parcel.state == ParcelState.CANCELLED or order.round != parcel.round:
        return  # decided otherwise meanwhile: nothing to send
    carrier = get_carrier(order.carrier)
    reply = None
    if order.may_have_arrived or parcel.state != ParcelState.QUEUED:
        reply = _ask(carrier, order)
    if reply is None and parcel.state == ParcelState.QUEUED:
        reply = _create(carrier, order, request_of(order, parcel))
        if reply.duplicate and not reply.tracking_no:
            reply = _with_tracking_no(carrier, order, reply)
    _accepted(order, reply)


def request_of(order: Order, parcel: Parcel) -> OrderRequest:
    """What is handed in. Sender is the one-stop desk, not the officer."""
    agency = parcel.agency
    sender_province = agency.ward.province_id if agency.ward else settings.PROVINCE_CODE
    return OrderRequest(
        order_number=order.key,
        sender=Party(agency.name, agency.phone, agency.address, sender_province, agency.email),
        receiver=Party(
            parcel.receiver_name,
            parcel.receiver_phone,
            parcel.receiver_address,
            parcel.receiver_province_id,
        ),
        contents=parcel.contents,
        note=f"Hồ sơ {parcel.dossier.code}",
        # What was paid at the desk meanwhile is not collected at the door.
        cod_amount=min(
            parcel.cod_amount, max(parcel.dossier.fee_total - parcel.dossier.fee_paid, 0)
        ),
    )


def begin(order: Order, kind: str) -> OrderAttempt:
    """Before every call: if we are killed in it, this row without an end says so."""
    return OrderAttempt.objects.create(order=order, kind=kind, started_at=timezone.now())


def end(attempt: OrderAttempt, outcome: str, detail: str = "") -> None:
    OrderAttempt.objects.filter(pk=attempt.pk, outcome="").update(
        outcome=outcome, ended_at=timezone.now(), detail=detail[:_REASON_LENGTH]
    )


def outcome_of(error: PartnerError) -> str:
    if isinstance(error, Retryable):
        return AttemptOutcome.RETRY
    return AttemptOutcome.FINAL if isinstance(error, Final) else AttemptOutcome.UNKNOWN


def _ask(carrier: Carrier, order: Order) -> OrderReply | None:
    """Do they hold it? None when they say no, or cannot be asked: then only our key protects."""
    if not carrier.can_find:
        return None
    attempt = begin(order, AttemptKind.FIND)
    try:
        reply = carrier.find_order(order.key)
    except PartnerError as error:
        end(attempt, outcome_of(error), error.reason)
        raise
    end(attempt, AttemptOutcome.DUPLICATE if reply else AttemptOutcome.MISSING)
    return reply


def _create(carrier: Carrier, order: Order, request: OrderRequest) -> OrderReply:
    attempt = begin(order, AttemptKind.CREATE)
    try:
        reply = carrier.create_order(request)
    except PartnerError as error:
        end(attempt, outcome_of(error), error.reason)
        raise
    done = AttemptOutcome.DUPLICATE if reply.duplicate else AttemptOutcome.ACCEPTED
    end(attempt, done, reply.tracking_no)
    return reply


def _with_tracking_no(carrier: Carrier, order: Order, reply: OrderReply) -> OrderReply:
    """A repeat is answered without the number; it would be good to have, no more than that."""
    try:
        return _ask(carrier, order) or reply
    except PartnerError:
        return reply


def _accepted(order: Order, reply: OrderReply | None) -> None:
    """Parcel and order in one transaction, and only while the order is still ours."""
    now = timezone.now()
    with transaction.atomic():
        parcel = Parcel.objects.select_for_update(no_key=True, of=("self",)).get(pk=order.parcel_id)
        if reply and reply.tracking_no:
            parcel.tracking_no = reply.tracking_no
        if parcel.state == ParcelState.QUEUED:
            parcel.state, parcel.state_at = ParcelState.SENT, now
        parcel.sent_at = parcel.sent_at or now
        parcel.save(update_fields=["state", "state_at", "tracking_no", "sent_at"])
        if not order.settle_done(now):
            raise LeaseLost
