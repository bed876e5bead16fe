"""Where an item is, worked out from what was told, in whatever order."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from postal.carriers.base import Stage
from postal.states import CARDS, OF_STAGE, ParcelState, Told, deciding
from tests.factories import VN

NINE = datetime(2026, 3, 11, 9, 0, tzinfo=VN)


def told(*stages):
    """Each a minute after the one before."""
    return [Told(Stage(s), NINE + timedelta(minutes=n), f"{n:02}") for n, s in enumerate(stages)]


WAYS = [
    (["accepted"], "accepted"),
    (["accepted", "picked_up", "in_transit"], "in_transit"),
    (["picked_up", "out_for_delivery", "failed"], "failed"),
    # A second try after a failure is later and so it counts, although it is "less far".
    (["out_for_delivery", "failed", "out_for_delivery"], "out_for_delivery"),
    (["out_for_delivery", "delivered"], "delivered"),
    # Nothing undoes a delivery, whatever is told with a later time.
    (["delivered", "in_transit"], "delivered"),
    (["failed", "returned", "in_transit"], "returned"),
    (["returned", "delivered"], "delivered"),
    (["accepted", "cancelled", "accepted"], "cancelled"),
]


@pytest.mark.parametrize(("stages", "expected"), WAYS)
def test_every_order_of_arrival_ends_in_the_same_place(stages, expected):
    ends = {deciding(order).stage for order in permutations(told(*stages))}
    assert ends == {expected}


def test_without_times_the_further_stage_counts():
    events = [Told(Stage.IN_TRANSIT, None, "b"), Told(Stage.PICKED_UP, None, "c")]
    assert deciding(events).stage is Stage.IN_TRANSIT


def test_every_stage_has_a_state_and_every_state_a_card():
    assert set(OF_STAGE) == set(Stage)
    assert set(CARDS) == set(ParcelState)
