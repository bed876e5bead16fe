"""Other holidays tried on the due dates of open dossiers."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dossiers import actions
from dossiers.models import Dossier, NonWorkingDay
from dossiers.rehearsal import days as days_module
from dossiers.rehearsal import rehearse_days
from tests import factories
from tests.dossiers.test_rehearsal import everything
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
# Accepted Tuesday 10 March 2026, 8:00, three working days: due Friday 13, 8:00.
WEDNESDAY, THURSDAY, SATURDAY = date(2026, 3, 11), date(2026, 3, 12), date(2026, 3, 14)


@pytest.fixture
def accepted(filed, lan):
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    return filed


def moved(added=None, removed=(), now=MORNING):
    result = rehearse_days(added or {}, removed, now=now)
    return [(one.agency, dict(one.days), one.late) for one in result.agencies]


CENTRE = "Trung tâm Phục vụ hành chính công xã Đồng Đăng"


def test_a_new_holiday_puts_the_date_off_over_the_weekend(accepted):
    assert moved({WEDNESDAY: "off"}) == [(CENTRE, {3: 1}, 0)]


def test_a_holiday_taken_out_brings_it_forward(filed, lan):
    NonWorkingDay.objects.create(date=THURSDAY, kind="off", name="Nghỉ")
    actions.make_move(filed, "accept", by=lan, at=MORNING)  # due Monday 16
    assert moved(removed={THURSDAY}) == [(CENTRE, {-3: 1}, 0)]


def test_a_saturday_worked_in_exchange_counts(accepted):
    added = {WEDNESDAY: "off", SATURDAY: "work"}
    assert moved(added) == [(CENTRE, {1: 1}, 0)]


def test_a_day_outside_the_term_moves_nothing(accepted):
    assert moved({date(2026, 3, 9): "off", date(2026, 3, 16): "off"}) == []
    assert moved({date(2026, 3, 9): "off"}) == moved({date(2026, 3, 16): "off"}) == []


def test_what_becomes_overdue_is_counted(filed, lan):
    NonWorkingDay.objects.create(date=THURSDAY, kind="off", name="Nghỉ")
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    saturday = MORNING + timedelta(days=4)
    assert moved(removed={THURSDAY}, now=saturday) == [(CENTRE, {-3: 1}, 1)]


def test_dossiers_that_are_finished_or_not_accepted_stay(filed, accepted, binh, service):
    factories.a_filed(binh, service)
    Dossier.objects.filter(pk=accepted.pk).update(status=9, finished_at=MORNING)
    assert moved({WEDNESDAY: "off"}) == []


def test_no_more_than_the_most_are_looked_at(binh, lan, service, monkeypatch):
    for _ in range(3):
        actions.make_move(factories.a_filed(binh, service), "accept", by=lan, at=MORNING)
    monkeypatch.setattr(days_module, "MOST", 2)
    result = rehearse_days({WEDNESDAY: "off"}, (), now=MORNING)
    assert (result.looked_at, result.count, result.more) == (2, 2, True)


def test_nothing_is_written(accepted):
    before = everything()
    assert rehearse_days({WEDNESDAY: "off"}, (), now=MORNING).count == 1
    assert everything() == before


def test_queries_do_not_grow_with_the_dossiers(binh, lan, service):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            found = rehearse_days({WEDNESDAY: "off"}, (), now=MORNING).count
        return found, len(seen)

    actions.make_move(factories.a_filed(binh, service), "accept", by=lan, at=MORNING)
    assert queries() == (1, 4)
    for _ in range(4):
        actions.make_move(factories.a_filed(binh, service), "accept", by=lan, at=MORNING)
    assert queries() == (5, 4)


# --- its page -----------------------------------------------------------------------------------


def page(user, query=""):
    client = Client()
    client.force_login(user)
    return client.get(reverse("days-rehearsal") + query)


@pytest.fixture
def cuc(db):
    centre = factories.an_agency("000.00.20.H37", name="Trung tâm tỉnh")
    return factories.an_officer("Đào Thị Cúc", "cuc@example.vn", "catalogue", centre)


def test_the_page_says_what_moves_and_whose_desk(accepted, cuc):
    body = page(cuc, "?nghi=11/3/2026").content.decode()
    assert "1 hồ sơ đang mở có hạn trả khác" in body and "muộn hơn 3 ngày" in body
    assert CENTRE in body and accepted.code not in body


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?nghi=31/2/2026", "“31/2/2026” không phải một ngày"),
        ("?nghi=30/4/2026&bu=30/4/2026", "vừa là ngày nghỉ vừa là ngày làm bù"),
        ("?nghi=", "Hãy ghi ít nhất một ngày"),
        ("?nghi=1/1/2126", "quá xa"),
        ("?nghi=" + "+".join(["1/1/2027"] * 41), "nhiều nhất 40 ngày"),
    ],
)
def test_a_day_that_is_none_is_a_sentence(cuc, query, sentence):
    assert sentence in page(cuc, query).content.decode()


def test_the_page_is_for_editors_and_administrators(cuc, lan, stranger):
    sysadmin = factories.an_officer("An", "an@example.vn", "sysadmin", factories.an_agency())
    codes = [page(who).status_code for who in (cuc, sysadmin, lan, stranger)]
    assert codes == [200, 200, 403, 403]
