"""Copies of one call at the same moment, on the database that has many writers."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from postal.models import ParcelEvent
from tests.postal import stories
from tests.postal.test_callback import an_event, call

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]


def test_twenty_copies_at_once_are_one_event_and_one_move(client, parcel, finished, settings):
    stories.use_carrier(settings, "http://127.0.0.1:9")

    def one(_):
        try:
            return call(client, an_event(parcel, code="4")).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(one, range(20))) == {200}
    assert ParcelEvent.objects.count() == 1
    assert finished.events.filter(move="return_result").count() == 1
