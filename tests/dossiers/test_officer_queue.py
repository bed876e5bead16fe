"""The officers' queues: what lies where, in which order, and at what cost."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Position
from dossiers import queues
from dossiers.models import Dossier
from dossiers.queues import QUEUES
from tests import factories
from tests.dossiers import officer_pages as pages

pytestmark = pytest.mark.both


def show(user, **query):
    return pages.at_desk(user).get(reverse("officer-queue"), query)


def rows(user, key, **query):
    return [row.code for row in show(user, hang=key, **query).context["lines"]]


def at():
    return queues.moments(factories.an_agency(), timezone.now())


def counts(agency=None, holder=None):
    agencies = frozenset({(agency or factories.an_agency()).pk})
    return queues.counts(queues.Scope(agencies, holder), at())


def test_a_filed_dossier_waits_in_lans_first_queue(filed, lan):
    answer = show(lan)
    assert answer.context["chosen"].key == "tiep-nhan" and filed.code in answer.text


def test_hùngs_first_queue_is_what_is_being_processed(filed, lan, hung):
    pages.processing(filed, lan)
    answer = show(hung)
    assert answer.context["chosen"].key == "dang-xu-ly" and filed.code in answer.text


def test_the_most_urgent_stands_first(filed, binh, service, lan):
    late = factories.a_filed(binh, service)
    Dossier.objects.filter(pk=late.pk).update(queue_at=filed.queue_at - timedelta(days=1))
    answer = show(lan, hang="tiep-nhan")
    assert answer.text.index(late.code) < answer.text.index(filed.code)


def test_a_late_one_says_so_in_words(filed, lan):
    Dossier.objects.filter(pk=filed.pk).update(queue_at=timezone.now() - timedelta(days=3))
    assert "Quá hạn 3 ngày" in show(lan).text


def test_a_dossier_lies_in_exactly_one_queue_through_its_life(filed, lan, hung, binh):
    seen = []

    def look():
        where = [
            queue.key
            for queue in QUEUES.values()
            for who in (lan, hung)
            if not queue.across and filed.code in rows(who, queue.key)
        ]
        seen.append(where)

    look()
    pages.ask(filed, lan), look()
    pages.answer(filed, binh), look()
    pages.press(pages.at_desk(lan), filed, "complete"), look()
    pages.accept(filed, lan), look()
    pages.press(pages.at_desk(lan), filed, "forward"), look()
    assert seen == [
        ["tiep-nhan"], ["cho-bo-sung"], ["da-bo-sung"], ["tiep-nhan"], ["da-tiep-nhan"],
        ["dang-xu-ly"],
    ]  # fmt: skip


def test_a_result_waits_and_then_is_found_among_the_returned(filed, lan, hung):
    pages.finished(filed, lan, hung)
    assert rows(lan, "cho-tra") == [filed.code]
    pages.press(pages.at_desk(lan), filed, "return", recipient="Bình", shown="can_cuoc")
    assert rows(lan, "da-tra") == [filed.code] and rows(lan, "cho-tra") == []


def test_the_newest_return_stands_first(filed, binh, service, lan, hung):
    other = factories.a_filed(binh, service)
    for dossier in (filed, other):
        pages.finished(dossier, lan, hung)
        pages.press(pages.at_desk(lan), dossier, "return", recipient="Bình", shown="vneid")
    assert rows(lan, "da-tra") == [other.code, filed.code]


def test_counts_are_of_open_queues_only(filed, binh, service, lan):
    pages.ask(factories.a_filed(binh, service), lan)
    numbers = counts()
    assert {key: number for key, number in numbers.items() if number} == {
        "tiep-nhan": 1, "cho-bo-sung": 1,
    }  # fmt: skip
    assert not {"da-tra", "tu-choi"} & set(numbers)


def test_counts_are_one_query(filed, lan, django_assert_num_queries):
    scope, moments = queues.Scope(frozenset({factories.an_agency().pk})), at()
    with django_assert_num_queries(1):
        queues.counts(scope, moments)


def test_counting_stops_at_its_limit(filed, lan, monkeypatch):
    pages.many(filed, 4)
    monkeypatch.setattr(queues, "COUNT_LIMIT", 3)
    assert counts()["tiep-nhan"] == 3


def test_another_desks_dossiers_are_neither_listed_nor_counted(filed):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    assert filed.code not in show(ha).text
    assert sum(counts(other).values()) == 0


def test_a_draft_is_in_no_queue(draft, lan):
    assert sum(counts().values()) == 0


@pytest.mark.parametrize("key", [*QUEUES, "khong-co"])
def test_every_queue_says_what_its_emptiness_means(lan, key):
    answer = show(lan, hang=key)
    assert answer.status_code == 200 and answer.context["chosen"].empty in answer.text


def test_fifty_rows_cost_as_many_queries_as_one(filed, lan):
    client = pages.at_desk(lan)
    cost = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("officer-queue"))
        cost.append(len(queries))
        pages.many(filed, 49)
    assert cost[0] == cost[1] <= 12


def test_pages_lose_and_double_no_row(filed, lan, monkeypatch):
    monkeypatch.setattr("dossiers.views.officer_queue.PAGE_SIZE", 5)
    pages.many(filed, 12)
    found, cursor = [], None
    while True:
        page = show(lan, hang="tiep-nhan", **({"sau": cursor} if cursor else {})).context["page"]
        found += [row["pk"] for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(found) == len(set(found)) == 13


def test_the_whole_code_opens_the_dossier(filed, lan):
    answer = show(lan, tim=f" {filed.code.lower()} ")
    assert answer.status_code == 302 and answer.url == pages.address(filed)


@pytest.mark.parametrize("typed", ["000.01.15.H37-2603", "binh", "BÌNH", "nguyen b", "văn nguyễn"])
def test_a_code_or_name_is_found_by_its_beginnings(filed, lan, typed):
    assert filed.code in show(lan, tim=typed).text


@pytest.mark.parametrize("typed", ["inh", "Trần", "000.09", "%", "'--"])
def test_what_does_not_begin_so_is_not_found(filed, lan, typed):
    answer = show(lan, tim=typed)
    assert filed.code not in answer.text and "Không tìm thấy" in answer.text


def test_a_search_stays_inside_the_desk(filed):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    assert filed.code not in show(ha, tim="binh").text


def test_lan_finds_what_she_has_passed_on(filed, lan):
    pages.processing(filed, lan)
    assert filed.code in show(lan, tim="binh").text


def test_home_shows_numbers_and_the_way_in(filed, lan):
    html = pages.at_desk(lan).get(reverse("officer-home")).text
    assert "Mở hàng “Chờ tiếp nhận”" in html and "Tiếp nhận và trả kết quả" in html


def test_a_role_held_at_two_agencies_is_named_once(lan):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    Position.objects.create(user=lan, role="reception", agency=other)
    html = pages.at_desk(lan).get(reverse("officer-home")).text
    assert html.count("<dt>Tiếp nhận và trả kết quả</dt>") == 1 and "Trung tâm xã khác" in html


def test_an_editor_of_the_catalogue_has_no_dossiers(lan):
    editor = factories.an_officer("Vi", "vi@example.vn", "catalogue", factories.an_agency())
    assert "không xử lý hồ sơ" in pages.at_desk(editor).get(reverse("officer-home")).text
    assert show(editor).status_code == 403


def test_the_database_keeps_a_dossier_at_its_own_desks(filed):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=filed.pk).update(desk_agency=other)


def test_the_database_refuses_an_answer_that_nobody_asked_for(filed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Dossier.objects.filter(pk=filed.pk).update(additions_answered=True)
