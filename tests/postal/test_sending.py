"""An order goes out once, whatever the wire does; counted in the carrier's own journal."""

import pytest

from postal import sending
from postal.models import Order, OrderAttempt, Parcel
from postal.tasks import drain_orders
from tests.postal import stories

pytestmark = pytest.mark.both


def calls():
    return list(OrderAttempt.objects.values_list("kind", "outcome"))


def test_the_order_is_sent_and_the_parcel_knows_its_number(carrier, parcel):
    stories.sent(parcel)
    assert (parcel.state, parcel.tracking_no[:2]) == ("sent", "EB")
    assert carrier.physical() == {parcel.order_number: 1}
    assert Order.objects.get().done_at and calls() == [("create", "accepted")]


def test_a_second_drain_sends_nothing(carrier, parcel):
    stories.sent(parcel)
    drain_orders()
    assert len(calls()) == 1


def test_what_the_carrier_gets_is_what_it_needs(carrier, parcel):
    stories.sent(parcel)
    body = carrier.bodies()[0]
    assert body["OrderNumber"] == parcel.order_number
    assert body["SenderName"] == "Trung tâm Phục vụ hành chính công xã Đồng Đăng"
    assert body["ReceiverAddress"] == "Số 5, khu Nam Quan, Xã Đồng Đăng"
    assert (body["SenderProvince"], body["ReceiverProvince"]) == ("24", "24")
    assert body["SenderDesc"] == "Giấy khai sinh Nguyễn Thị Ánh"


@pytest.mark.parametrize("kind", ["429", "503"])
def test_a_busy_carrier_is_asked_again_later(carrier, parcel, kind):
    carrier.faults(fail=[{"kind": kind}])
    drain_orders()
    order = Order.objects.get()
    assert order.done_at is None and order.dead_at is None and order.last_error
    stories.due_again(order)
    assert stories.sent(parcel).state == "sent"
    assert carrier.physical() == {parcel.order_number: 1}


@pytest.mark.parametrize("kind", ["cut", "wrong_json", "500_after"])
def test_an_order_that_arrived_unheard_is_found_and_not_sent_again(carrier, parcel, kind):
    # Without the key: only the look-up can save us.
    carrier.faults(dedup=False, fail=[{"kind": kind}])
    drain_orders()
    assert Order.objects.get().may_have_arrived
    stories.due_again(Order.objects.get())
    stories.sent(parcel)
    assert carrier.physical() == {parcel.order_number: 1}
    assert calls() == [("create", "unknown"), ("find", "duplicate")]


def test_twin_without_asking_first_the_unheard_order_is_doubled(carrier, parcel, monkeypatch):
    monkeypatch.setattr(sending, "_ask", lambda carrier, order: None)
    carrier.faults(dedup=False, fail=[{"kind": "cut"}])
    drain_orders()
    stories.due_again(Order.objects.get())
    stories.sent(parcel)
    assert carrier.physical() == {parcel.order_number: 2}


def test_an_order_that_never_arrived_is_sent_after_asking(carrier, parcel):
    carrier.faults(fail=[{"kind": "cut_before"}])
    drain_orders()
    stories.due_again(Order.objects.get())
    stories.sent(parcel)
    assert carrier.physical() == {parcel.order_number: 1}
    assert calls()[1:] == [("find", "missing"), ("create", "accepted")]


def test_a_carrier_that_cannot_be_asked_is_protected_by_the_key(carrier, parcel, settings):
    settings.POSTAL["vnpost"]["lookup"] = False
    carrier.faults(fail=[{"kind": "cut"}])
    drain_orders()
    stories.due_again(Order.objects.get())
    assert stories.sent(parcel).state == "sent"
    assert carrier.physical() == {parcel.order_number: 1}


def test_a_repeat_without_number_is_a_success_and_the_number_is_asked_for(carrier, parcel):
    carrier.faults(fail=[{"kind": "101"}])
    stories.sent(parcel)
    assert (parcel.state, parcel.tracking_no[:2]) == ("sent", "EB")


def test_a_worker_killed_after_the_call_leaves_an_open_attempt_and_no_second_parcel(
    carrier, parcel, monkeypatch
):
    carrier.faults(dedup=False)
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_accepted", killed)
        with pytest.raises(SystemExit):
            drain_orders()
    stories.due_again(Order.objects.get())
    stories.sent(parcel)
    assert carrier.physical() == {parcel.order_number: 1}
    assert calls()[-1] == ("find", "duplicate")


def killed(*args):
    raise SystemExit


def test_what_the_carrier_refuses_dies_with_its_reason(carrier, parcel):
    carrier.faults(fail=[{"kind": "400"}])
    drain_orders()
    order = Order.objects.get()
    assert order.dead_at and "Đơn hàng không được nhận" in order.last_error
    assert calls() == [("create", "final")]


def test_one_bad_order_does_not_hold_up_the_others(carrier, parcel, binh, lan, hung):
    other = stories.a_finished(binh, lan, hung, service=parcel.dossier.service)
    Parcel.objects.filter(pk=parcel.pk).update(receiver_phone="12")
    drain_orders()
    assert Order.objects.get(parcel=parcel).dead_at
    assert Order.objects.get(parcel__dossier=other).done_at


def test_a_carrier_that_is_down_costs_no_order(parcel, settings):
    stories.use_carrier(settings, "http://127.0.0.1:9")
    drain_orders()
    order = Order.objects.get()
    assert order.dead_at is None and calls() == [("create", "retry")]


def test_a_cancelled_parcel_is_not_sent(carrier, parcel):
    parcel.state = "cancelled"
    parcel.save()
    drain_orders()
    assert carrier.physical() == {} and Order.objects.get().done_at


def test_losing_the_lease_writes_nothing(carrier, parcel, monkeypatch):
    real = sending._create

    def slow(carrier, order, request):
        reply = real(carrier, order, request)
        Order.objects.filter(pk=order.pk).update(lease_token="0" * 32)
        return reply

    monkeypatch.setattr(sending, "_create", slow)
    drain_orders()
    parcel.refresh_from_db()
    assert parcel.state == "queued" and Order.objects.get().done_at is None
