"""R09: many events, five copies each, shuffled, with forged, outdated and stray ones among them.

They end where one clean run in order ends; what is not signed and fresh is refused, all of it.
"""

import json
import os
import random
import time

import pytest

from dossiers.models import Dossier
from postal.carriers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from postal.models import Parcel, ParcelEvent
from tests.postal import stories

PARCELS = 200 if os.environ.get("CHAOS_LONG") else 30
COPIES = 5
WAY = ["accepted", "picked_up", "in_transit", "out_for_delivery"]
# What happened, and where it ends: by hand.
STORIES = [
    ([*WAY, "delivered"], "delivered"),
    ([*WAY, "failed", "out_for_delivery", "delivered"], "delivered"),
    ([*WAY, "failed", "out_for_delivery"], "out_for_delivery"),
    ([*WAY, "failed", "returned"], "returned"),
    (WAY, "out_for_delivery"),
]

pytestmark = [
    pytest.mark.chaos,
    pytest.mark.both,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def parcels(binh, lan, hung, settings):
    stories.use_carrier(settings, "http://127.0.0.1:9")
    first = Parcel.objects.get(dossier=stories.a_finished(binh, lan, hung))
    return [first, *stories.copies_of(first, PARCELS - 1)]


def calls_about(parcels, rng):
    """(body, secret, age in seconds, expected status), shuffled."""
    calls = []
    for n, parcel in enumerate(parcels):
        for minute, stage in enumerate(STORIES[n % len(STORIES)][0]):
            event = body_of(stories.an_event(parcel, stage, minute))
            calls += [(event, stories.SECRET, 0, 200)] * COPIES
            lie = body_of(stories.an_event(parcel, "delivered", 59, event_id=f"lie-{n}-{minute}"))
            if rng.random() < 0.5:
                calls.append((lie, "sai", 0, 401))
            if rng.random() < 0.25:
                calls.append((lie, stories.SECRET, 600, 401))
            if rng.random() < 0.25:
                calls.append((event | {"order_number": f"LẠ-{n}-T1"}, stories.SECRET, 0, 200))
    rng.shuffle(calls)
    return calls


def body_of(event):
    return {
        "event_id": event.event_id,
        "order_number": event.order_number,
        "code": event.code,
        "message": event.message,
        "at": event.at.isoformat(),
    }


def post(client, body, secret, age):
    raw = json.dumps(body).encode()
    stamp = str(int(time.time()) - age)
    headers = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(secret, stamp, raw)}
    began = time.perf_counter()
    answer = client.post(
        "/buu-chinh/goi-lai/vnpost/", raw, content_type="application/json", headers=headers
    )
    return answer.status_code, time.perf_counter() - began


def test_a_storm_of_events_ends_where_a_clean_run_ends(client, parcels, monkeypatch):
    monkeypatch.setattr("postal.callback.REFUSED_A_MINUTE", 10**6)
    times = []
    for body, secret, age, expected in calls_about(parcels, random.Random(9)):
        status, seconds = post(client, body, secret, age)
        assert status == expected
        times.append(seconds)
    for n, parcel in enumerate(parcels):
        parcel.refresh_from_db()
        story, end = STORIES[n % len(STORIES)]
        assert (parcel.state, parcel.events.count()) == (end, len(story))
    home = Dossier.objects.filter(status=10).count()
    assert home == Parcel.objects.filter(state="delivered").count() > 0
    assert not ParcelEvent.objects.filter(event_id__startswith="lie").exists()
    assert sorted(times)[int(len(times) * 0.95)] < 0.2
