"""A result the carrier has is no silence of the office."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.actions import silence
from notices.models import Notice
from postal.actions import mark_handed_over
from tests.postal.stories import an_event, sent, told

WEEKS = timedelta(days=21)


def told_of_silence():
    actions.tell_silent(at=timezone.now() + WEEKS)
    return Notice.objects.filter(kind="silence").exists()


def test_what_mai_has_not_handed_over_lies_in_the_office(parcel, carrier):
    assert sent(parcel).state == "sent"
    assert told_of_silence()


def test_what_mai_has_handed_over_lies_there_no_more(parcel, carrier, mai):
    mark_handed_over(sent(parcel), by=mai, at=timezone.now())
    assert not told_of_silence()


def test_what_the_post_carries_lies_there_no_more(parcel):
    told(parcel, an_event(parcel, "in_transit", 2))
    assert not told_of_silence()


def test_what_came_back_lies_in_the_office_again(parcel):
    told(parcel, an_event(parcel, "in_transit", 2), an_event(parcel, "returned", 3))
    assert told_of_silence()


def test_binh_does_not_remind_the_office_of_what_the_post_carries(parcel, finished, binh):
    told(parcel, an_event(parcel, "in_transit", 2))
    type(finished).objects.update(silence_told_at=timezone.now())
    with pytest.raises(actions.MoveRefused, match="đang trên đường đến bạn"):
        actions.nudge(finished, by=binh, at=timezone.now())


def test_twin_who_does_not_ask_the_post_names_the_office(parcel):
    told(parcel, an_event(parcel, "in_transit", 2))
    with patch.object(silence, "_on_its_way", lambda dossier: None):
        assert told_of_silence()
