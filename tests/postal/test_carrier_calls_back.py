"""The sandbox's own callbacks, honest and hostile, against the real endpoint over TCP."""

import random
import time

import pytest
from django.urls import reverse

from dossiers.models import Dossier
from postal.models import ParcelEvent
from tests.postal import stories
from tests.postal.carrier import carrier_process

# In-memory SQLite would share one connection with the server, and its locks.
pytestmark = [pytest.mark.pg, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
WAY = ["picked_up", "in_transit", "out_for_delivery", "failed", "out_for_delivery", "delivered"]


@pytest.fixture
def calling(live_server, tmp_path, settings):
    """A carrier that calls the live portal back."""
    address = live_server.url + reverse("carrier-callback", args=["vnpost"])
    with carrier_process(tmp_path, "--callback", address, "--secret", stories.SECRET) as carrier:
        stories.use_carrier(settings, carrier.url)
        yield carrier


def waited(check):
    """True as soon as `check` is, within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if check():
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(
    "mood", [{}, {"copies": 5, "shuffle": True, "forge": True, "expire": True}]
)
def test_callbacks_bring_the_parcel_home_whatever_the_carriers_mood(
    calling, parcel, finished, mood
):
    calling.faults(hold_callbacks=True, **mood)
    stories.sent(parcel)
    for stage in WAY:
        calling.advance(parcel.order_number, stage)
        time.sleep(0.01 * random.random())
    calling.faults(**mood) if mood else calling.faults()
    assert waited(lambda: ParcelEvent.objects.count() == 7)
    assert waited(lambda: Dossier.objects.get(pk=finished.pk).status == 10)
    parcel.refresh_from_db()
    assert (parcel.state, parcel.problem) == ("delivered", "")
    assert finished.events.filter(move="return_result").count() == 1
