"""What any carrier can do for us, in the words of no particular carrier.

A carrier is one folder with `client.py` (their real protocol) and `sandbox.py` (a server that
speaks it). Everything above this package sees only the types below.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol


class Stage(StrEnum):
    """Where an item is, as the post tells it. Carriers' own codes are mapped onto these."""

    ACCEPTED = "accepted"
    PICKED_UP = "picked_up"
    IN_TRANSIT = "in_transit"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Party:
    """Sender or receiver. `province` is the statistics office's code ("20" = Lạng Sơn);
    the client turns it into the carrier's own. `address` is one line, ward included."""

    name: str
    phone: str
    address: str
    province: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """One item to be carried. `order_number` is our key: the same number is the same item,
    however often it is sent. `cod_amount` is in đồng, collected by the postman."""

    order_number: str
    sender: Party
    receiver: Party
    contents: str
    note: str = ""
    cod_amount: int = 0
    item_code: str = ""


@dataclass(frozen=True, slots=True)
class OrderReply:
    """The carrier holds the order. `duplicate`: it already did before this call.
    `tracking_no` is "" when the carrier did not name one (yet)."""

    tracking_no: str
    duplicate: bool
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrackingEvent:
    """One thing that happened to an item. `event_id` is the carrier's, equal in the feed and in
    the callback; `code` is the carrier's raw status code; `at` is aware or None."""

    event_id: str
    order_number: str
    code: str
    message: str
    at: datetime | None = None


class Carrier(Protocol):
    """All calls raise portal.lib.http Retryable, Final or Unknown and nothing else."""

    name: str
    label: str
    first_cursor: str
    can_find: bool

    def create_order(self, req: OrderRequest) -> OrderReply:
        """Hand the order in. Safe to repeat: a number they already hold is a success."""
        ...

    def find_order(self, order_number: str) -> OrderReply | None:
        """Do they hold this number? None when they say no."""
        ...

    def cancel(self, order_number: str) -> None:
        """Final when it is too late; silence when it is (or already was) cancelled."""
        ...

    def feed(self, after: str, page_size: int) -> list[TrackingEvent]:
        """Events after the cursor, oldest first; the last event's id is the next cursor."""
        ...

    def stage(self, code: str) -> Stage:
        """The meaning of a raw status code; IN_TRANSIT for one we do not know."""
        ...
