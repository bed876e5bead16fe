"""Short ways to where a parcel test begins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from accounts.models import User
from dossiers import actions as dossier_actions
from dossiers.models import Dossier, Result
from postal import actions
from postal.carriers.base import TrackingEvent
from postal.models import Order, Parcel
from postal.tasks import drain_orders
from procedures.models import Service
from tests import factories

SECRET = "bí mật đủ dài để ký thông báo của bưu điện"
CODES = {
    "accepted": "1",
    "picked_up": "2",
    "in_transit": "3",
    "out_for_delivery": "5",
    "delivered": "4",
    "failed": "6",
    "returned": "7",
}


def use_carrier(settings: Any, url: str) -> None:
    settings.POSTAL = {
        "vnpost": {
            "url": url,
            "consumer_key": "demo-key",
            "consumer_secret": "demo-secret",
            "customer_code": "DEMO01",
            "callback_secret": SECRET,
        }
    }


def a_finished(
    binh: User, lan: User, hung: User, *, service: Service | None = None, post: bool = True
) -> Dossier:
    """Filed by Bình, accepted by Lan, decided by Hùng: status 9."""
    dossier = factories.a_filed(binh, service, post=post)
    at = factories.MORNING + timedelta(hours=1)
    dossier_actions.make_move(dossier, "accept", by=lan, at=at)
    dossier_actions.forward(dossier, by=lan, at=at)
    dossier_actions.record_result(
        dossier,
        upload=factories.an_upload("khai-sinh.pdf"),
        title="Giấy khai sinh Nguyễn Thị Ánh",
        number="12/2026",
        signer="Lý Văn Hùng",
        issued_on=date(2026, 3, 10),
        by=hung,
        at=at,
    )
    dossier.refresh_from_db()
    return dossier


def copies_of(parcel: Parcel, number: int) -> list[Parcel]:
    """The same parcel for as many other dossiers, each with its order: cheap crowds."""
    made = []
    for _ in range(number):
        dossier = Dossier.objects.get(pk=parcel.dossier_id)
        dossier.pk, dossier.code = None, f"{dossier.code}-{uuid4().hex[:8]}"
        dossier.public_id, dossier.start_token = uuid4(), uuid4()
        dossier.chain_head, dossier.chain_length = "", 0
        dossier.save()
        Result.objects.bulk_create(
            Result(**{**_values(result), "dossier_id": dossier.pk, "public_id": uuid4()})
            for result in parcel.dossier.results.all()
        )
        twin = Parcel.objects.get(pk=parcel.pk)
        twin.pk, twin.dossier, twin.public_id = None, dossier, uuid4()
        twin.save()
        Order.objects.create(key=twin.order_number, parcel=twin, round=1, carrier="vnpost")
        made.append(twin)
    return made


def _values(row: Any) -> dict[str, Any]:
    return {f.attname: getattr(row, f.attname) for f in row._meta.concrete_fields if f.name != "id"}


def sent(parcel: Parcel) -> Parcel:
    """As after a quiet minute of the worker."""
    drain_orders()
    parcel.refresh_from_db()
    return parcel


def due_again(order: Order) -> Order:
    """The wait before the next try is over, and so is a killed worker's lease."""
    past = timezone.now() - timedelta(seconds=1)
    Order.objects.filter(pk=order.pk).update(available_at=past)
    Order.objects.filter(pk=order.pk, leased_until__isnull=False).update(leased_until=past)
    order.refresh_from_db()
    return order


def an_event(
    parcel: Parcel, stage: str, minute: int = 0, event_id: str = "", at: datetime | None = None
) -> TrackingEvent:
    """Something the carrier tells; `minute` counts from 09:00 on the day after."""
    number = list(CODES).index(stage) if stage in CODES else 99
    return TrackingEvent(
        event_id=event_id or f"{parcel.order_number}-{number}-{minute}",
        order_number=parcel.order_number,
        code=CODES.get(stage, stage),
        message="",
        at=at or factories.MORNING + timedelta(days=1, hours=1, minutes=minute),
    )


def told(parcel: Parcel, *events: TrackingEvent) -> Parcel:
    """The carrier tells these, one after the other, a week later."""
    for event in events:
        at = factories.MORNING + timedelta(days=7)
        actions.record_event("vnpost", event, source="feed", at=at)
    parcel.refresh_from_db()
    return parcel
