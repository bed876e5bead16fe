"""Cancelling at the carrier, while the drain and other officers go on."""

import pytest
from django.utils import timezone

from portal.lib.errors import Unknown
from postal import actions
from postal.actions import PostalError
from postal.carriers.vnpost.client import VNPost
from postal.models import AttemptKind, AttemptOutcome, Order, OrderAttempt
from postal.tasks import drain_orders
from tests.postal import stories

pytestmark = pytest.mark.both


@pytest.fixture
def perhaps_there(carrier, parcel):
    """An order of which nobody knows whether it arrived, due to be sent."""
    order = Order.objects.get(parcel=parcel)
    now = timezone.now()
    OrderAttempt.objects.create(
        order=order,
        kind=AttemptKind.CREATE,
        started_at=now,
        ended_at=now,
        outcome=AttemptOutcome.UNKNOWN,
    )
    return stories.due_again(order)


def while_asking(monkeypatch, happens):
    monkeypatch.setattr(VNPost, "cancel", lambda self, number: happens())


def test_the_drain_leaves_an_order_alone_while_it_is_cancelled(
    carrier, parcel, perhaps_there, mai, monkeypatch
):
    while_asking(monkeypatch, drain_orders)
    actions.cancel(parcel, by=mai, at=timezone.now())
    drain_orders()
    parcel.refresh_from_db()
    assert (parcel.state, carrier.physical()) == ("cancelled", {})


def test_a_twin_without_the_hold_sends_what_is_being_cancelled(
    carrier, parcel, perhaps_there, mai, monkeypatch
):
    monkeypatch.setattr(actions, "CANCEL_LEASE", -actions.CANCEL_LEASE)
    while_asking(monkeypatch, drain_orders)
    actions.cancel(parcel, by=mai, at=timezone.now())
    assert carrier.physical() == {parcel.order_number: 1}


def test_a_cancelling_that_failed_lets_the_order_go(parcel, perhaps_there, mai, monkeypatch):
    def lost():
        raise Unknown("Mất liên lạc.")

    while_asking(monkeypatch, lost)
    with pytest.raises(PostalError, match="Chưa hủy được"):
        actions.cancel(parcel, by=mai, at=timezone.now())
    assert Order.objects.due(timezone.now()).get() == perhaps_there


@pytest.mark.parametrize("act", [actions.cancel, actions.mark_handed_over])
def test_meanwhile_nobody_cancels_or_hands_over(carrier, parcel, mai, monkeypatch, act):
    stories.sent(parcel)

    def another():
        with pytest.raises(PostalError, match="đang được hủy"):
            act(parcel, by=mai, at=timezone.now())

    while_asking(monkeypatch, another)
    actions.cancel(parcel, by=mai, at=timezone.now())
    parcel.refresh_from_db()
    assert (parcel.state, parcel.handed_over_at) == ("cancelled", None)


def test_a_post_that_is_silent_keeps_mai_waiting_for_seconds_only(
    carrier, parcel, mai, monkeypatch
):
    stories.sent(parcel)
    monkeypatch.setattr("postal.carriers.vnpost.client.WAITED_FOR", (0.2, 0.3))
    carrier.faults(fail=[{"on": "cancel", "kind": "timeout"}])
    began = timezone.now()
    with pytest.raises(PostalError, match="Chưa hủy được"):
        actions.cancel(parcel, by=mai, at=began)
    assert (timezone.now() - began).total_seconds() < 3
