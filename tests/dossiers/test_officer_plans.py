"""PostgreSQL reads each queue from its index: no sort, no walk over the table."""

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from dossiers import queues, searching
from dossiers.queues import QUEUES
from tests import factories

pytestmark = [pytest.mark.pg, pytest.mark.django_db]


def page_of(queue, user):
    agency = factories.an_agency()
    scope = queues.Scope(frozenset({agency.pk}))
    at = queues.moments(agency, timezone.now())
    here = queues.ranges(queue, user, scope, at)[0]
    return queues.lines(here).order_by(*queue.order)


@pytest.mark.usefixtures("crowd")
def test_mine_come_from_the_index_of_holders(lan):
    agency = factories.an_agency()
    mine = queues.Scope(frozenset({agency.pk}), lan.pk)
    found = queues.in_queue(QUEUES["tiep-nhan"], lan, mine, queues.moments(agency, timezone.now()))
    assert "dossier_mine" in queues.lines(found).order_by("queue_at", "pk")[:51].explain()


PUT_DOWN = [key for key, queue in QUEUES.items() if queue.put_down]


def plans_of(key, user, agency, holder=None):
    """Of the first page of each of the queue's ranges."""
    queue, scope = QUEUES[key], queues.Scope(frozenset({agency.pk}), holder)
    parts = queues.ranges(queue, user, scope, queues.moments(agency, timezone.now()))
    return [queues.lines(part).order_by(*queue.order)[:51].explain() for part in parts]


@pytest.mark.parametrize("key", PUT_DOWN)
@pytest.mark.usefixtures("crowd")
def test_what_was_put_down_comes_from_the_indexes_of_who_worked_on_it(key, lan):
    binh = User.objects.get(email="binh@example.vn")  # in the crowd both columns are his
    received, worked = plans_of(key, lan, factories.an_agency(), binh.pk)
    assert "dossier_received_by" in received and "dossier_worked_by" in worked
    assert "Sort" not in received + worked


@pytest.mark.parametrize("key", ["cho-bo-sung", "cho-tra", "da-tra", "tu-choi"])
@pytest.mark.usefixtures("crowd")
def test_what_lies_at_another_desk_comes_from_its_index(key, hung):
    _, away = plans_of(key, hung, factories.a_committee())
    assert "dossier_away" in away and "Sort" not in away


@pytest.mark.usefixtures("crowd")
def test_what_the_deciding_agency_was_asked_back_comes_to_the_desk_from_its_index(lan):
    _, wished = plans_of("xin-rut", lan, factories.an_agency())
    assert "dossier_wished" in wished and "Sort" not in wished


@pytest.mark.usefixtures("crowd")
def test_without_its_index_what_she_worked_on_is_sorted_twin(lan):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX dossier_worked_by")
    binh = User.objects.get(email="binh@example.vn")
    _, worked = plans_of("da-tra", lan, factories.an_agency(), binh.pk)
    assert "dossier_worked_by" not in worked


@pytest.mark.parametrize("key", QUEUES)
@pytest.mark.usefixtures("crowd")
def test_the_first_page_comes_from_the_index(key, lan):
    plan = page_of(QUEUES[key], lan)[:51].explain()
    assert "dossier_queue" in plan, plan
    assert "Sort" not in plan and "Seq Scan on dossiers_dossier" not in plan, plan


@pytest.mark.parametrize("key", ["tiep-nhan", "da-tra"])
@pytest.mark.usefixtures("crowd")
def test_a_deep_page_starts_where_the_last_one_ended(key, lan):
    queue = QUEUES[key]
    found = page_of(queue, lan)
    last = found[200]
    side = "gte" if queue.open else "lte"
    plan = found.filter(**{f"queue_at__{side}": last["queue_at"]})[:51].explain()
    assert "dossier_queue" in plan and "Sort" not in plan, plan
    assert "queue_at" in plan[plan.index("Index Cond") :].splitlines()[0], plan


def search_plan(lan, typed):
    return searching.ways(lan, typed)[0].order_by(*searching.ORDER)[:51].explain()


@pytest.mark.parametrize(
    ("typed", "index"),
    [("binh", "dossier_words"), ("Nguyễn Văn", "dossier_words"), ("0003", "dossier_words"),
     ("260310-0001", "dossier_words"), ("0900000007", "dossier_owner_phone"),
     ("000.01.15.H37-260310-0001-0000", "dossiers_dossier_code")],
)  # fmt: skip
@pytest.mark.usefixtures("crowd")
def test_a_search_is_answered_by_its_index(typed, index, lan):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_bitmapscan = on")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert index in search_plan(lan, typed)


@pytest.mark.usefixtures("crowd")
def test_without_the_index_of_words_a_name_is_looked_for_in_all_rows_twin(lan):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX dossier_words")
    assert "dossier_words" not in search_plan(lan, "binh")


@pytest.mark.usefixtures("crowd")
def test_without_its_index_a_queue_is_sorted_twin(lan):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX dossier_queue")
    assert "Sort" in page_of(QUEUES["tiep-nhan"], lan)[:51].explain()
