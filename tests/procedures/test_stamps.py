"""Every change of what public pages show is seen: here at once, in other processes when they
next ask for the stamp (at most publicpages.STAMP_SECONDS later)."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory

from portal.lib import publicpages
from procedures import stamps
from procedures.actions import publish, retire
from procedures.models import CatalogueChange, Procedure
from procedures.stamps import catalogue_stamp
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import a_record

PAGE = "/thu-tuc/1.001193/"
LATER = MORNING + timedelta(days=1)


def a_new_version(procedure: Procedure) -> None:
    publish(a_record(conditions="Mới."), by=None, at=LATER)


def the_end(procedure: Procedure) -> None:
    retire(procedure, at=LATER, decision_no="9/QĐ-BTP")


def an_office_renamed(procedure: Procedure) -> None:
    agency = procedure.services.get().receiving_agency
    agency.phone = "0205 9 999 999"
    agency.save()


@pytest.mark.both
@pytest.mark.django_db
@pytest.mark.parametrize("change", [a_new_version, the_end, an_office_renamed])
def test_every_change_is_another_stamp(change: Callable[[Procedure], None]) -> None:
    procedure = publish(a_record(), by=None, at=MORNING).procedure
    factories.a_service(procedure)
    before = catalogue_stamp()
    change(procedure)
    assert catalogue_stamp() != before


@pytest.mark.django_db
def test_what_changed_nothing_is_no_other_stamp() -> None:
    publish(a_record(), by=None, at=MORNING)
    before = catalogue_stamp()
    publish(a_record(), by=None, at=LATER)
    assert catalogue_stamp() == before


@pytest.mark.django_db
def test_what_another_process_retired_is_seen_when_the_stamp_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    procedure = publish(a_record(), by=None, at=MORNING).procedure
    client = Client()
    client.get(PAGE)
    # No on_commit runs in this test: this process hears nothing of it.
    the_end(procedure)
    assert "hết hiệu lực" not in client.get(PAGE).text
    monkeypatch.setattr(publicpages, "STAMP_SECONDS", 0.0)
    later = publicpages.time.monotonic() + 5
    monkeypatch.setattr(publicpages.time, "monotonic", lambda: later)
    assert "hết hiệu lực" in client.get(PAGE).text


def test_the_stamp_is_asked_every_five_seconds() -> None:
    assert publicpages.STAMP_SECONDS <= 5


def drawn_while(change: Callable[[], None]) -> bool:
    """Whether a page drawn while something changed is given to the next visitor."""
    cache_stamp = [0]
    shelf = publicpages.Shelf(lambda: cache_stamp[0])
    request = RequestFactory().get("/")
    key, era = publicpages.key_of(request), shelf.era()
    response = HttpResponse("cũ")
    setattr(response, publicpages._MARK, True)
    page = publicpages.page_of(request, response)
    assert page
    cache_stamp[0] = 1
    change()
    shelf._ask_again_at = 0.0
    shelf.era()  # somebody else's request notices
    shelf.put(key, page, era)
    return shelf.get(key) is not None


def test_a_page_drawn_while_another_process_published_is_not_kept() -> None:
    assert not drawn_while(lambda: None)


def test_a_page_drawn_while_this_process_published_is_not_kept() -> None:
    assert not drawn_while(publicpages.forget)


def test_twin_without_its_era_the_old_page_would_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def put(self: Any, key: Any, page: Any, era: Any) -> None:
        self.pages[key] = (now_era[0], page)

    now_era: list[Any] = [(1, publicpages._generation)]
    monkeypatch.setattr(publicpages._Board, "put", put)
    assert drawn_while(lambda: None)


# --- many writers at once -----------------------------------------------------------------------


def late_commit_changes(stamp: Callable[[], Any]) -> bool:
    """Two writers: the one that took its number first commits last. Does `stamp` tell?"""
    taken, seen, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            stamps.changed()
            taken.set()
            seen.wait(10)
        connection.close()
        done.set()

    writer = threading.Thread(target=slow)
    writer.start()
    assert taken.wait(10)
    with transaction.atomic():
        stamps.changed()
    before = stamp()
    seen.set()
    assert done.wait(10)
    writer.join()
    return bool(stamp() != before)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_a_number_taken_earlier_and_committed_later_is_seen() -> None:
    """And nobody waits: the other's transaction is open all the while."""
    assert late_commit_changes(catalogue_stamp)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_twin_the_newest_number_alone_misses_it() -> None:
    def newest() -> Any:
        return CatalogueChange.objects.order_by("-pk").values_list("pk", flat=True).first()

    assert not late_commit_changes(newest)


@pytest.mark.django_db
def test_old_rows_go_and_that_is_a_change_of_the_stamp() -> None:
    stamps.changed()
    CatalogueChange.objects.update(at=MORNING)
    stamps.changed()
    CatalogueChange.objects.filter(pk__gt=CatalogueChange.objects.earliest("pk").pk).update(
        at=LATER
    )
    before = catalogue_stamp()
    stamps.forget_old(LATER)
    assert CatalogueChange.objects.count() == 1 and catalogue_stamp() != before
