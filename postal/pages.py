"""What pages show of a parcel, ready for templates/parts/: the desk's, and the citizen's through
the slots "dossier.timeline", "filing.costs" and "start.costs"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from dossiers.models import Dossier, ReturnMethod
from postal.carriers import DEFAULT_CARRIER
from postal.models import TROUBLE, Order, Parcel, ParcelEvent, ParcelQuerySet, Tariff, Zone
from postal.states import AT_THE_POST, CARDS, FINAL, OF_STAGE, ParcelState
from procedures.models import Procedure

Item = dict[str, Any]


def on_the_timeline(dossier: Dossier, **_: Any) -> list[Item] | None:
    """The citizen's lines for parts/timeline.html, oldest first; None without a parcel.

    Two queries. Which officer or which code at the post is none of the citizen's reading.
    """
    parcels = list(Parcel.objects.filter(dossier=dossier).order_by("pk"))
    if not parcels:
        return None
    events = ParcelEvent.objects.filter(parcel__in=parcels).select_related("order")
    found = []
    for event in events:
        if event.order.round == next(p.round for p in parcels if p.pk == event.parcel_id):
            found.append(event)
    return [item for parcel in parcels for item in _lines(parcel, found)]


def _lines(parcel: Parcel, events: Iterable[ParcelEvent]) -> list[Item]:
    post = "Bưu điện"
    lines = [
        {
            "state": "done",
            "title": "Đã gửi yêu cầu trả kết quả đến bưu điện",
            "at": parcel.created_at,
            "who": "Bộ phận Một cửa",
            "icon": "send",
        }
    ]
    mine = [event for event in events if event.parcel_id == parcel.pk]
    for event in sorted(mine, key=lambda e: (e.at or e.received_at, e.event_id)):
        state = OF_STAGE[event.stage]  # type: ignore[index]
        line = {
            "state": "done",
            "title": ParcelState(state).label,
            "at": event.at or event.received_at,
            "who": post,
            "icon": CARDS[state].icon,
        }
        if lines[-1]["title"] != line["title"]:
            lines.append(line)
    if parcel.state not in FINAL:
        lines.append(
            {
                "state": "now",
                "title": parcel.get_state_display(),
                "text": parcel.card.sentence,
                "icon": parcel.card.icon,
            }
        )
        if lines[-2]["title"] == lines[-1]["title"]:
            lines[-2:] = [lines[-2] | lines[-1]]
    if parcel.tracking_no:
        lines[-1]["text"] = f"{lines[-1].get('text', '')} Mã vận đơn {parcel.tracking_no}.".strip()
    return lines


def postage(dossier: Dossier, **_: Any) -> Item | None:
    """The line for the slot "filing.costs": what the citizen will owe the post, apart from fees.

    `amount` is None where nobody has entered a price: the sentence then says who tells it."""
    if dossier.return_method != ReturnMethod.POST or not dossier.return_province_id:
        return None
    inside = dossier.return_province_id == settings.PROVINCE_CODE
    zone = Zone.INSIDE if inside else Zone.OUTSIDE
    amount = Tariff.objects.price(DEFAULT_CARRIER, zone, timezone.localdate())
    note = "Trả cho bưu tá khi nhận kết quả"
    return {
        "name": "Cước bưu chính trả kết quả",
        "amount": amount,
        "note": f"{note}." if amount is not None else f"{note}, theo bảng cước của bưu điện.",
    }


def postage_ahead(procedure: Procedure, **_: Any) -> Item:
    """For the slot "start.costs": the price by where the result goes, before anybody says it."""
    prices = [
        (words, Tariff.objects.price(DEFAULT_CARRIER, zone, timezone.localdate()))
        for zone, words in ((Zone.INSIDE, "trong tỉnh"), (Zone.OUTSIDE, "ngoài tỉnh"))
    ]
    parts = [{"name": words, "amount": price} for words, price in prices if price is not None]
    told = "" if parts else ", theo bảng cước của bưu điện"
    return {
        "name": "Cước bưu chính",
        "parts": parts,
        "note": f"Chỉ khi nhận kết quả qua bưu điện, ngoài phí, lệ phí; trả cho bưu tá{told}.",
    }


# --- the postal desk -------------------------------------------------------------------------

TABS = {
    "": "Tất cả",
    "can-xu-ly": "Cần xử lý",
    "cho-ban-giao": "Chờ bàn giao",
    "dang-di": "Đang đi",
    "da-phat": "Đã phát",
}


def on_tab(parcels: ParcelQuerySet, tab: str) -> ParcelQuerySet:
    match tab:
        case "can-xu-ly":
            return parcels.in_trouble()
        case "cho-ban-giao":
            return parcels.waiting_for_hand_over()
        case "dang-di":
            return parcels.on_the_way()
        case "da-phat":
            return parcels.filter(state=ParcelState.DELIVERED)
    return parcels


def counts(parcels: ParcelQuerySet) -> dict[str, int]:
    """Numbers on the tabs, from one query over what is not finished."""
    row = parcels.filter(Q(state__in=AT_THE_POST) | TROUBLE).aggregate(
        trouble=Count("pk", filter=TROUBLE),
        hand_over=Count("pk", filter=Q(state=ParcelState.SENT, handed_over_at=None)),
        under_way=Count("pk", filter=Q(state__in=AT_THE_POST)),
    )
    return {
        "can-xu-ly": row["trouble"],
        "cho-ban-giao": row["hand_over"],
        "dang-di": row["under_way"],
    }


def dead_orders(parcels: ParcelQuerySet, limit: int = 50) -> list[Order]:
    """Orders no carrier takes, oldest first: each waits for somebody to correct it."""
    waiting = Order.objects.dead().filter(parcel__in=parcels.filter(state=ParcelState.QUEUED))
    return list(
        waiting.select_related(
            "parcel__dossier", "parcel__receiver_ward", "parcel__receiver_province"
        ).order_by("dead_at")[:limit]
    )
