"""What the carrier tells moves the parcel forwards, and the dossier home."""

import random
from datetime import timedelta

import pytest

from dossiers.models import Dossier
from postal import actions, tasks
from postal.models import FeedCursor, Parcel, ParcelEvent
from tests import factories
from tests.postal import stories
from tests.postal.stories import an_event, told

pytestmark = pytest.mark.both
WAY = ["accepted", "picked_up", "in_transit", "out_for_delivery", "delivered"]


def test_delivered_brings_the_dossier_to_10(parcel, finished):
    told(parcel, *(an_event(parcel, stage, n) for n, stage in enumerate(WAY)))
    finished.refresh_from_db()
    assert (parcel.state, finished.status) == ("delivered", 10)
    last = finished.events.last()
    assert (last.move, last.by, last.actor) == ("return_result", None, "system")


@pytest.mark.parametrize("stage", [s for s in WAY if s != "delivered"] + ["failed", "returned"])
def test_nothing_else_does(parcel, finished, stage):
    told(parcel, an_event(parcel, stage))
    finished.refresh_from_db()
    assert (parcel.state.replace("sent", "accepted"), finished.status) == (stage, 9)


def test_an_unknown_code_is_on_the_way_and_kept_raw(parcel):
    told(parcel, an_event(parcel, "BK77"))
    assert parcel.state == "in_transit"
    assert ParcelEvent.objects.get().code == "BK77"


def test_an_older_event_never_moves_a_parcel_back(parcel):
    told(parcel, an_event(parcel, "in_transit", 5), an_event(parcel, "picked_up", 1))
    assert parcel.state == "in_transit"


def test_the_same_event_twice_is_one(parcel):
    told(parcel, an_event(parcel, "picked_up"), an_event(parcel, "picked_up"))
    assert ParcelEvent.objects.count() == 1


@pytest.mark.parametrize("seed", range(6))
def test_copies_in_any_order_end_where_a_clean_run_ends(parcel, finished, seed):
    story = ["accepted", "picked_up", "out_for_delivery", "failed", "out_for_delivery", "delivered"]
    events = [an_event(parcel, stage, n) for n, stage in enumerate(story)] * 3
    random.Random(seed).shuffle(events)
    told(parcel, *events)
    finished.refresh_from_db()
    assert (parcel.state, finished.status) == ("delivered", 10)
    assert parcel.delivered_at == events[0].at.replace(hour=9, minute=5)
    assert ParcelEvent.objects.count() == 6
    assert finished.events.filter(move="return_result").count() == 1


def test_a_clock_that_runs_ahead_does_not_pin_the_parcel(parcel):
    far = factories.MORNING + timedelta(days=9000)
    told(parcel, an_event(parcel, "picked_up", at=far))
    assert ParcelEvent.objects.get().at == factories.MORNING + timedelta(days=7)


def test_an_event_about_nobodys_order_is_left(parcel):
    stray = an_event(parcel, "delivered")
    stray = type(stray)(stray.event_id, "000.00.00.H99-260101-0001-T1", "4", "", stray.at)
    assert actions.record_event("vnpost", stray, source="feed", at=factories.MORNING) == (
        "unknown-order"
    )
    assert not ParcelEvent.objects.exists()


def test_collected_money_is_booked_before_the_dossier_goes_home(binh, lan, hung):
    service = factories.a_service(factories.a_procedure(fee=8000, collected=4))
    dossier = stories.a_finished(binh, lan, hung, service=service)
    told(Parcel.objects.get(), an_event(Parcel.objects.get(), "delivered"))
    dossier.refresh_from_db()
    assert (dossier.fee_paid, dossier.status) == (8000, 10)


def test_a_dossier_that_cannot_follow_is_shown_and_tried_again(parcel, finished):
    results = list(finished.results.all())
    Dossier.objects.filter(pk=finished.pk).update(fee_at_return=5000)
    told(parcel, an_event(parcel, "delivered"))
    assert parcel.state == "delivered" and "phí" in parcel.problem
    Dossier.objects.filter(pk=finished.pk).update(fee_at_return=0)
    tasks.sweep()
    parcel.refresh_from_db()
    finished.refresh_from_db()
    assert (parcel.problem, finished.status, len(results)) == ("", 10, 1)


def test_a_bug_further_down_does_not_lose_the_news(parcel, finished, monkeypatch):
    def broken(*args, **kwargs):
        raise ValueError

    monkeypatch.setattr("postal.actions.return_result", broken)
    told(parcel, an_event(parcel, "delivered"))
    assert (parcel.state, parcel.problem) == ("delivered", actions.INTERNAL_ERROR)


def test_the_feed_brings_a_parcel_home(carrier, parcel, finished):
    stories.sent(parcel)
    carrier.advance(parcel.order_number, *WAY[1:])
    tasks.poll_tracking()
    parcel.refresh_from_db()
    finished.refresh_from_db()
    assert (parcel.state, finished.status) == ("delivered", 10)


def test_the_feed_is_read_on_from_the_cursor(carrier, parcel):
    stories.sent(parcel)
    tasks.poll_tracking()
    first = FeedCursor.objects.get().last_id
    carrier.advance(parcel.order_number, "picked_up")
    assert tasks.poll_carrier("vnpost") == 1
    assert FeedCursor.objects.get().last_id > first
    assert tasks.poll_carrier("vnpost") == 0


def test_a_feed_of_many_pages_is_read_to_its_end(carrier, parcel, monkeypatch):
    stories.sent(parcel)
    carrier.advance(parcel.order_number, *WAY[1:])
    monkeypatch.setattr(tasks, "PAGE_SIZE", 2)
    assert tasks.poll_carrier("vnpost") == 5


def test_another_reader_further_on_is_not_set_back(carrier, parcel, monkeypatch):
    stories.sent(parcel)
    FeedCursor.objects.create(carrier="vnpost", last_id="0" * 24)
    real = tasks.record_event

    def meanwhile(*args, **kwargs):
        FeedCursor.objects.update(last_id="f" * 24)
        return real(*args, **kwargs)

    monkeypatch.setattr(tasks, "record_event", meanwhile)
    tasks.poll_tracking()
    assert FeedCursor.objects.get().last_id == "f" * 24


def test_a_row_nobody_can_write_down_is_passed_over(carrier, parcel, finished, monkeypatch):
    stories.sent(parcel)
    carrier.advance(parcel.order_number, *WAY[1:])
    real = tasks.record_event

    def record(name, event, **how):
        if event.code == stories.CODES["picked_up"]:
            raise ValueError("A string literal cannot contain NUL (0x00) characters.")
        return real(name, event, **how)

    monkeypatch.setattr(tasks, "record_event", record)
    assert tasks.poll_carrier("vnpost") == 5
    assert tasks.poll_carrier("vnpost") == 0
    parcel.refresh_from_db()
    assert parcel.state == "delivered"


def test_a_feed_that_fails_is_noted(carrier, parcel):
    carrier.faults(fail=[{"on": "tracking", "kind": "500"}])
    tasks.poll_tracking()
    assert FeedCursor.objects.get().last_error
    tasks.poll_tracking()
    assert FeedCursor.objects.get().last_error == ""
