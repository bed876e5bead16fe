"""May this person do this with this parcel now? A refusal is a sentence for the screen."""

from __future__ import annotations

from typing import Any

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers.models import Dossier
from dossiers.workflow import Status
from postal.models import Direction, Order, Parcel
from postal.states import (
    AT_THE_POST,
    CANCELLABLE,
    CARDS,
    HAND_OVER_FROM,
    SEND_AGAIN_FROM,
    ParcelState,
)

NOT_YOURS = "Bạn không phụ trách bưu chính của cơ quan này."


def does_the_post(user: Any, parcel: Parcel) -> bool:
    return desk_of(user).plays(Role.POSTAL, parcel.agency_id)


def hand_over(user: Any, parcel: Parcel) -> str | None:
    if not does_the_post(user, parcel):
        return NOT_YOURS
    if parcel.handed_over_at:
        return "Bưu gửi này đã được bàn giao."
    if parcel.state == ParcelState.QUEUED:
        return "Bưu điện chưa nhận đơn, chưa bàn giao được."
    if parcel.state not in HAND_OVER_FROM:
        return f"Bưu gửi đang ở trạng thái “{parcel.get_state_display()}”."
    return None


def hinders_return(dossier: Dossier) -> str | None:
    """Why the result cannot be handed over otherwise: its envelope is the post's (slot
    "dossier.return_hindrance"). One query."""
    parcel = Parcel.objects.filter(dossier=dossier, direction=Direction.RETURN).first()
    if parcel is None or parcel.state in _BACK_IN_OUR_HANDS:
        return None
    return "Kết quả đang được gửi qua bưu chính; hãy hủy bưu gửi trước khi trả cách khác."


def brought_by_post(dossier: Dossier) -> str | None:
    """Where the result is while the carrier has it: the office can do nothing for it then (slot
    "dossier.brought"). One query."""
    parcel = Parcel.objects.filter(dossier=dossier, direction=Direction.RETURN).first()
    if parcel is None or parcel.state not in AT_THE_POST:
        return None
    if parcel.state == ParcelState.SENT and parcel.handed_over_at is None:
        return None
    return CARDS[parcel.state].sentence


_BACK_IN_OUR_HANDS = frozenset({ParcelState.CANCELLED, ParcelState.RETURNED, ParcelState.DELIVERED})


def requeue(user: Any, parcel: Parcel, order: Order) -> str | None:
    """A dead order goes out again, or an item that came back starts its next round."""
    if not does_the_post(user, parcel):
        return NOT_YOURS
    if parcel.dossier.status == Status.RETURNED:
        return "Kết quả đã được trả, không gửi lại nữa."
    if parcel.state in SEND_AGAIN_FROM:
        return None
    if parcel.state == ParcelState.QUEUED and order.dead_at:
        return None
    if parcel.state == ParcelState.QUEUED:
        return "Đơn đang chờ gửi, cổng sẽ tự gửi."
    return f"Bưu gửi đang ở trạng thái “{parcel.get_state_display()}”, không gửi lại được."


def cancel(user: Any, parcel: Parcel) -> str | None:
    if not does_the_post(user, parcel):
        return NOT_YOURS
    if parcel.handed_over_at:
        return "Đã bàn giao cho bưu tá, không hủy được nữa."
    if parcel.state not in CANCELLABLE:
        return f"Bưu gửi đang ở trạng thái “{parcel.get_state_display()}”, không hủy được nữa."
    return None
