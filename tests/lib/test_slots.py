"""Slots: packages above show themselves on pages below, and a broken one hides only itself."""

import pytest

from portal.lib import slots


@pytest.fixture(autouse=True)
def empty(monkeypatch):
    monkeypatch.setattr(slots, "_fillers", slots.defaultdict(list))


def test_fillers_are_called_in_the_order_they_came():
    slots.register("ho-so", lambda dossier: f"bưu gửi của {dossier}")
    slots.register("ho-so", lambda dossier: f"phí của {dossier}")
    assert slots.fill("ho-so", "H37") == ["bưu gửi của H37", "phí của H37"]


def test_an_empty_slot_shows_nothing():
    assert slots.fill("ho-so") == []


def test_none_is_nothing_to_show():
    slots.register("ho-so", lambda: None)
    slots.register("ho-so", lambda: 0)
    assert slots.fill("ho-so") == [0]


def test_a_filler_that_fails_is_logged_and_left_out(caplog):
    slots.register("ho-so", lambda: 1 / 0)
    slots.register("ho-so", lambda: "phí")
    assert slots.fill("ho-so") == ["phí"]
    assert "slot ho-so" in caplog.text


def test_registering_twice_changes_nothing():
    def parcels():
        return "bưu gửi"

    for _ in range(2):
        slots.register("ho-so", parcels, queries=2)
    assert slots.fillers("ho-so") == (slots.Filler(parcels, 2),)
