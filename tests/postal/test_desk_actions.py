"""What Mai does: hand over, send again, cancel. And who may not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Ward
from postal import actions
from postal.actions import Address, PostalError
from postal.models import Order, Parcel
from postal.tasks import drain_orders
from tests import factories
from tests.postal import stories
from tests.postal.stories import an_event, told

AT = factories.MORNING
pytestmark = pytest.mark.both


@pytest.fixture
def elsewhere(parcel):
    ward = factories.a_ward()
    return Address("Nguyễn Văn Bình", "0987654321", "Số 7, khu Ga", ward)


def dead(parcel, carrier):
    carrier.faults(fail=[{"kind": "400"}])
    drain_orders()
    carrier.faults()
    return Order.objects.get(parcel=parcel)


def test_mai_hands_over_what_the_post_has_accepted(carrier, parcel, mai):
    stories.sent(parcel)
    done = actions.mark_handed_over(parcel, by=mai, at=AT)
    assert (done.handed_over_at, done.handed_over_by, done.state) == (AT, mai, "sent")


def test_not_before_the_post_accepted_it(parcel, mai):
    with pytest.raises(PostalError, match="Bưu điện chưa nhận đơn"):
        actions.mark_handed_over(parcel, by=mai, at=AT)


def test_not_twice(carrier, parcel, mai):
    stories.sent(parcel)
    actions.mark_handed_over(parcel, by=mai, at=AT)
    with pytest.raises(PostalError, match="đã được bàn giao"):
        actions.mark_handed_over(parcel, by=mai, at=AT)


@pytest.mark.parametrize("who", ["lan", "hung", "stranger", "binh"])
def test_nobody_else_hands_over_cancels_or_sends_again(request, carrier, parcel, elsewhere, who):
    stories.sent(parcel)
    user = request.getfixturevalue(who)
    for act in (actions.mark_handed_over, actions.cancel):
        with pytest.raises(PostalError, match="không phụ trách bưu chính"):
            act(parcel, by=user, at=AT)
    with pytest.raises(PostalError, match="không phụ trách bưu chính"):
        actions.send_again(parcel, by=user, at=AT, address=elsewhere)


def test_a_dead_order_goes_out_again_under_its_number_to_the_new_address(
    carrier, parcel, mai, elsewhere
):
    order = dead(parcel, carrier)
    again = actions.send_again(parcel, by=mai, at=AT, address=elsewhere)
    assert again == order
    stories.sent(parcel)
    assert carrier.bodies()[0]["ReceiverAddress"] == "Số 7, khu Ga, Xã Đồng Đăng"
    assert carrier.physical() == {f"{parcel.dossier.code}-T1": 1}


def test_an_order_that_is_waiting_is_not_sent_again_by_hand(parcel, mai, elsewhere):
    with pytest.raises(PostalError, match="cổng sẽ tự gửi"):
        actions.send_again(parcel, by=mai, at=AT, address=elsewhere)


def test_an_item_that_came_back_starts_round_two(carrier, parcel, mai, elsewhere):
    stories.sent(parcel)
    told(parcel, an_event(parcel, "failed", 1), an_event(parcel, "returned", 2))
    order = actions.send_again(parcel, by=mai, at=AT, address=elsewhere)
    assert order.key == f"{parcel.dossier.code}-T2"
    stories.sent(parcel)
    assert parcel.state == "sent" and len(carrier.physical()) == 2


def test_late_news_of_round_one_does_not_move_round_two(carrier, parcel, mai, elsewhere):
    stories.sent(parcel)
    told(parcel, an_event(parcel, "returned", 2))
    late = an_event(parcel, "delivered", 9)
    actions.send_again(parcel, by=mai, at=AT, address=elsewhere)
    assert told(parcel, late).state == "queued"


def test_an_item_on_its_way_is_not_sent_again(carrier, parcel, mai, elsewhere):
    stories.sent(parcel)
    with pytest.raises(PostalError, match="không gửi lại được"):
        actions.send_again(parcel, by=mai, at=AT, address=elsewhere)


def test_an_unsent_order_is_cancelled_without_a_call(parcel, mai):
    actions.cancel(parcel, by=mai, at=AT)
    parcel.refresh_from_db()
    assert parcel.state == "cancelled" and Order.objects.get().done_at == AT


def test_an_accepted_order_is_cancelled_at_the_post_too(carrier, parcel, mai):
    stories.sent(parcel)
    actions.cancel(parcel, by=mai, at=AT)
    parcel.refresh_from_db()
    assert parcel.state == "cancelled"
    assert carrier.rows("SELECT stage FROM parcels") == [("cancelled",)]


def test_late_news_does_not_wake_a_cancelled_parcel(carrier, parcel, mai):
    stories.sent(parcel)
    actions.cancel(parcel, by=mai, at=AT)
    assert told(parcel, an_event(parcel, "accepted")).state == "cancelled"


def test_too_late_to_cancel_is_said_plainly(carrier, parcel, mai):
    stories.sent(parcel)
    carrier.advance(parcel.order_number, "picked_up")
    with pytest.raises(PostalError, match="không hủy được"):
        actions.cancel(parcel, by=mai, at=AT)
    parcel.refresh_from_db()
    assert parcel.state == "sent"


def test_an_order_on_its_way_out_is_waited_for(carrier, parcel, mai):
    Order.objects.all().claim(1, timedelta(minutes=1), timezone.now())
    with pytest.raises(PostalError, match="đang được gửi đi"):
        actions.cancel(parcel, by=mai, at=timezone.now())


def test_a_cancelled_parcel_can_be_sent_after_all(carrier, parcel, mai, elsewhere):
    actions.cancel(parcel, by=mai, at=AT)
    order = actions.send_again(parcel, by=mai, at=AT, address=elsewhere)
    assert order.round == 2 and Parcel.objects.get().state == "queued"
    assert Ward.objects.count() == 1
