"""What the citizen sees of a parcel."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.lib import slots
from postal.pages import on_the_timeline
from tests import factories
from tests.postal.stories import an_event, told


def titles(dossier):
    return [item["title"] for item in on_the_timeline(dossier)]


def test_every_step_is_shown_in_order(parcel, finished):
    told(parcel, an_event(parcel, "in_transit", 2), an_event(parcel, "accepted", 0))
    assert titles(finished) == [
        "Đã gửi yêu cầu trả kết quả đến bưu điện",
        "Bưu điện đã nhận đơn",
        "Đang vận chuyển",
    ]
    last = on_the_timeline(finished)[-1]
    assert last["state"] == "now" and "trên đường" in last["text"]


def test_before_any_news_it_says_what_is_awaited(parcel, finished):
    assert titles(finished)[-1] == "Chờ gửi đơn"


def test_after_delivery_nothing_is_awaited(parcel, finished):
    told(parcel, an_event(parcel, "delivered", 3))
    assert {item["state"] for item in on_the_timeline(finished)} == {"done"}


def test_the_tracking_number_is_shown(parcel, finished):
    type(parcel).objects.update(tracking_no="EB100000017VN")
    assert "EB100000017VN" in on_the_timeline(finished)[-1]["text"]


def test_a_dossier_without_parcel_shows_nothing(binh):
    assert on_the_timeline(factories.a_filed(binh)) is None


def test_it_is_in_the_slot_within_its_budget(parcel, finished):
    told(parcel, an_event(parcel, "accepted"), an_event(parcel, "picked_up", 1))
    filler = next(f for f in slots.fillers("dossier.timeline") if f.func is on_the_timeline)
    with CaptureQueriesContext(connection) as caught:
        filler.func(finished)
    assert len(caught) == filler.queries
