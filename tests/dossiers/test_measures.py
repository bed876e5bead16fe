"""The real time of the last 90 days: which dossiers count, how days are counted, what is shown."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from dossiers import measures
from dossiers.models import Dossier, NonWorkingDay, ProcedureMeasure
from dossiers.workflow import Status
from procedures.models import Service
from tests import factories
from tests.factories import MORNING, VN

NOW = datetime(2026, 3, 31, 9, 0, tzinfo=VN)
PAGE = "/thu-tuc/1.001193/"


def finished(binh: User, service: Service, accepted: datetime, done: datetime) -> Dossier:
    draft = factories.a_draft(binh, service)
    fields = {"status": Status.FINISHED, "submitted_at": accepted, "accepted_at": accepted}
    fields["filed_how"] = "self"
    code = f"000.01.15.H37-{draft.pk:010}"
    Dossier.objects.filter(pk=draft.pk).update(code=code, finished_at=done, **fields)
    return draft


@pytest.fixture
def some(binh: User, service: Service) -> None:
    """Twelve dossiers accepted on Tuesday 10/03/2026: nine took one working day, the others
    two, eight and nine."""
    binh.auth_level = 1
    for days in [1] * 9 + [2, 10, 13]:
        finished(binh, service, MORNING, MORNING + timedelta(days=days))


# By hand, from 10/03/2026 (Tuesday): + 10 days is Friday 20/03, 8 working days; + 13 is Monday
# 23/03, 9. Sorted 1×9, 2, 8, 9: the 6th of 12 is 1, the 11th (90 %) is 8.
def test_median_and_nine_of_ten_in_working_days(some: None) -> None:
    assert measures.measure(NOW) == 1
    found = ProcedureMeasure.objects.get()
    assert (found.dossiers, found.median_days, found.most_days) == (12, 1, 8)


@pytest.mark.parametrize("stamp", ["withdrawn_at", "ended_at"])
def test_what_came_to_no_result_tells_nothing(some: None, stamp: str) -> None:
    last = Dossier.objects.order_by("pk").last()
    Dossier.objects.filter(pk=last.pk).update(**{stamp: MORNING})
    measures.measure(NOW)
    assert ProcedureMeasure.objects.get().dossiers == 11


def test_holidays_are_no_working_days(binh: User, service: Service) -> None:
    NonWorkingDay.objects.update_or_create(date=date(2026, 3, 11), defaults={"kind": "off"})
    for _ in range(10):
        finished(binh, service, MORNING, MORNING + timedelta(days=2))
    measures.measure(NOW)
    assert ProcedureMeasure.objects.get().median_days == 1


def test_fewer_than_ten_tell_nothing(binh: User, service: Service) -> None:
    for _ in range(9):
        finished(binh, service, MORNING, MORNING + timedelta(days=1))
    assert measures.measure(NOW) == 0


def test_older_ones_do_not_count(some: None) -> None:
    assert measures.measure(NOW + timedelta(days=80)) == 0


def test_a_measure_goes_when_there_is_none_any_more(some: None) -> None:
    measures.measure(NOW)
    measures.measure(NOW + timedelta(days=80))
    assert not ProcedureMeasure.objects.exists()


def test_counting_again_changes_the_row_there_is(some: None) -> None:
    measures.measure(NOW)
    measures.measure(NOW + timedelta(hours=1))
    assert ProcedureMeasure.objects.get().measured_at == NOW + timedelta(hours=1)


def test_one_query_reads_the_dossiers_however_many(some: None) -> None:
    with CaptureQueriesContext(connection) as seen:
        measures.measure(NOW)
    reading = [q for q in seen if 'FROM "dossiers_dossier"' in q["sql"]]
    assert len(reading) == 1


def test_the_page_says_it(some: None) -> None:
    measures.measure(NOW)
    html = Client().get(PAGE).text
    assert "Thời gian thực tế trong 90 ngày qua" in html and "trên 12 hồ sơ" in html
    assert "<strong>1 ngày làm việc</strong>" in html and "<strong>8 ngày làm việc</strong>" in html


def test_without_a_measure_the_page_says_nothing(service: Service) -> None:
    assert "Thời gian thực tế" not in Client().get(PAGE).text


def test_done_the_same_day_is_said_so(binh: User, service: Service) -> None:
    for _ in range(10):
        finished(binh, service, MORNING, MORNING + timedelta(hours=3))
    measures.measure(NOW)
    assert "<strong>trong ngày</strong>" in Client().get(PAGE).text
