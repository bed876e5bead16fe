"""The states of a parcel (domain.md §5.4) and how the post's news decides on them.

SEND_FAILED of domain.md is not a state here: it is a QUEUED parcel whose order is dead, told by
the order itself, so that the two can never disagree. Handing over to the postman is a time stamp
and not a state either: the post may scan an item before or after Mai presses her button.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import models

from postal.carriers.base import Stage


class ParcelState(models.TextChoices):
    QUEUED = "queued", "Chờ gửi đơn"
    SENT = "sent", "Bưu điện đã nhận đơn"
    PICKED_UP = "picked_up", "Bưu tá đã lấy"
    IN_TRANSIT = "in_transit", "Đang vận chuyển"
    OUT_FOR_DELIVERY = "out_for_delivery", "Đang đi phát"
    DELIVERED = "delivered", "Đã phát"
    FAILED = "failed", "Phát không thành công"
    RETURNED = "returned", "Đã chuyển hoàn"
    CANCELLED = "cancelled", "Đã hủy"


S = ParcelState


@dataclass(frozen=True, slots=True)
class Card:
    """How a state is told to the citizen; `tone` and `icon` as in portal.templatetags.looks."""

    sentence: str
    tone: str
    icon: str


CARDS: dict[str, Card] = {
    S.QUEUED: Card("Cơ quan đang gửi yêu cầu đến bưu điện.", "new", "clock"),
    S.SENT: Card("Bưu điện đã nhận đơn và sẽ đến lấy kết quả.", "run", "mail"),
    S.PICKED_UP: Card("Bưu tá đã lấy kết quả tại bộ phận một cửa.", "run", "package"),
    S.IN_TRANSIT: Card("Kết quả đang trên đường đến bạn.", "run", "truck"),
    S.OUT_FOR_DELIVERY: Card("Bưu tá đang đi phát đến địa chỉ của bạn.", "run", "truck"),
    S.DELIVERED: Card("Bưu điện đã phát kết quả đến người nhận.", "done", "check-all"),
    S.FAILED: Card("Bưu tá chưa phát được và sẽ liên hệ phát lại.", "wait", "alert"),
    S.RETURNED: Card(
        "Kết quả đã chuyển hoàn về cơ quan. Cơ quan sẽ liên hệ với bạn.", "stop", "return"
    ),
    S.CANCELLED: Card("Đơn gửi bưu điện đã hủy.", "hold", "x-circle"),
}

# Named sets, not ifs: who waits for whom.
AT_THE_POST = frozenset({S.SENT, S.PICKED_UP, S.IN_TRANSIT, S.OUT_FOR_DELIVERY, S.FAILED})
FINAL = (S.DELIVERED, S.RETURNED, S.CANCELLED)
CANCELLABLE = frozenset({S.QUEUED, S.SENT})
HAND_OVER_FROM = frozenset({S.SENT, S.PICKED_UP, S.IN_TRANSIT, S.OUT_FOR_DELIVERY})
SEND_AGAIN_FROM = frozenset({S.RETURNED, S.CANCELLED})

OF_STAGE: dict[Stage, ParcelState] = {
    Stage.ACCEPTED: S.SENT,
    Stage.PICKED_UP: S.PICKED_UP,
    Stage.IN_TRANSIT: S.IN_TRANSIT,
    Stage.OUT_FOR_DELIVERY: S.OUT_FOR_DELIVERY,
    Stage.DELIVERED: S.DELIVERED,
    Stage.FAILED: S.FAILED,
    Stage.RETURNED: S.RETURNED,
    Stage.CANCELLED: S.CANCELLED,
}
# When an event has no time, how far along it is decides.
_RANK: dict[Stage, int] = {
    Stage.ACCEPTED: 0,
    Stage.PICKED_UP: 1,
    Stage.IN_TRANSIT: 2,
    Stage.OUT_FOR_DELIVERY: 3,
    Stage.FAILED: 4,
    Stage.CANCELLED: 5,
    Stage.RETURNED: 6,
    Stage.DELIVERED: 7,
}
_FINAL_STAGES = frozenset({Stage.DELIVERED, Stage.RETURNED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True)
class Told:
    """One event as far as it matters here."""

    stage: Stage
    at: datetime | None
    event_id: str


def deciding(events: Iterable[Told]) -> Told:
    """The event that says where the item is now; ValueError without events.

    A function of the set: neither order nor repetition of arrival matters. A final stage beats all
    others (DELIVERED before RETURNED before CANCELLED); then the latest time, the larger id.
    """

    def weight(told: Told) -> tuple[int, bool, float, int, str]:
        final = _RANK[told.stage] if told.stage in _FINAL_STAGES else 0
        seconds = told.at.timestamp() if told.at else 0.0
        return final, told.at is not None, seconds, _RANK[told.stage], told.event_id

    return max(events, key=weight)
