"""What narrows the list: facets with counts, links that work without scripts, pages in order."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.models import LifeEvent, Procedure, Sector
from procedures.search import Filters, find, keeping
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def catalogue():
    building = Sector.objects.create(name="Xây dựng", slug="xay-dung")
    child = LifeEvent.objects.create(name="Có con nhỏ", slug="co-con-nho")
    factories.a_procedure("1.001193", "Đăng ký khai sinh").life_events.add(child)
    factories.a_service(Procedure.objects.get())
    factories.a_procedure("1.004884", "Đăng ký lại khai sinh", fee=8000)
    factories.a_procedure("1.013225", "Đăng ký xây dựng nhà", level=1, fee=75_000)
    house = Procedure.objects.get(code="1.013225")
    house.sector = building
    house.facts["keywords"] = []
    house.save()


def counts(facet, **filters):
    found = find(Filters(**filters), cursor=None)
    return {
        choice.value: choice.count
        for one in found.facets
        if one.name == facet
        for choice in one.choices
    }


@pytest.mark.parametrize(
    ("facet", "expected"),
    [
        ("sector", {"ho-tich": 2, "xay-dung": 1}),
        ("agency", {"ubnd-xa": 1}),
        ("level", {"4": 2, "1": 1}),
        ("audience", {"cong-dan": 3}),
        ("online", {"co": 2, "khong": 1}),
        ("fee", {"khong": 1, "co": 2}),
        ("event", {"co-con-nho": 1}),
    ],
)
def test_each_facet_counts_the_whole_catalogue(facet, expected):
    assert counts(facet) == expected


def test_counts_follow_the_words():
    assert counts("sector", q="khai sinh") == {"ho-tich": 2}


def test_a_facet_is_counted_without_itself_and_with_the_others():
    assert counts("sector", sector="xay-dung") == {"ho-tich": 2, "xay-dung": 1}
    assert counts("fee", sector="xay-dung") == {"co": 1}


def test_filters_narrow_together():
    found = find(Filters(online="co", fee="khong"), cursor=None)
    assert [row.code for row in found.rows] == ["1.001193"] and found.count == 1


def test_a_value_nobody_knows_counts_as_not_given():
    found = find(Filters(level="9", sector="khong-co"), cursor=None)
    assert found.filters == Filters() and found.count == 3


def test_a_fee_that_only_its_note_names_is_not_free():
    from procedures.search.columns import is_free

    assert not is_free([{"kind": "online", "fees": [{"amount": None}]}])
    assert is_free([{"kind": "direct", "fees": [{"amount": 9}]}, {"kind": "online", "fees": []}])
    assert not is_free([])


def test_each_value_is_a_plain_link_that_leads_there():
    html = Client().get("/thu-tuc/?q=dang+ky").text
    link = re.search(r'href="([^"]*linh-vuc=xay-dung[^"]*)"', html)
    assert link
    there = Client().get(link[1].replace("&amp;", "&")).text
    assert "1 thủ tục phù hợp" in there and "Đăng ký xây dựng nhà" in there
    assert 'aria-current="true"' in there


def test_searching_again_keeps_the_filters():
    html = Client().get("/thu-tuc/?linh-vuc=xay-dung").text
    assert '<input type="hidden" name="linh-vuc" value="xay-dung">' in html


def test_what_is_published_shows_at_the_next_search():
    assert find(Filters(), cursor=None).count == 3
    factories.a_procedure("9.000001", "Thủ tục mới")
    assert find(Filters(q="mới"), cursor=None).rows[0].code == "9.000001"


def test_a_version_that_changed_is_read_anew_and_the_others_are_not(monkeypatch):
    from procedures import stamps
    from procedures.search import keeping as module

    before = keeping.current().index.entries
    stamps.changed()
    monkeypatch.setattr(module, "entry", None)  # would fail if called
    assert keeping.current().index.entries == before


def fill(number):
    for serial in range(number):
        factories.a_procedure(f"5.{serial:06d}", f"Chứng thực giấy tờ {serial}", fee=serial)


def test_pages_of_ranked_results_hold_everything_once_and_in_order():
    fill(45)
    Procedure.objects.filter(code__in=["5.000031", "5.000007"]).update(popularity=5)
    keeping.forget()
    filters, seen, cursor = Filters(q="chứng thực"), [], None
    while True:
        page = find(filters, cursor=cursor)
        seen += [row.code for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen[:2] == ["5.000007", "5.000031"]
    assert (len(seen), len(set(seen))) == (45, 45)


def test_a_cursor_of_another_search_begins_at_the_first_page():
    fill(25)
    foreign = find(Filters(q="chứng thực"), cursor=None).next_cursor
    here = find(Filters(q="giấy tờ"), cursor=None)
    assert foreign
    assert [r.pk for r in find(Filters(q="giấy tờ"), cursor=foreign).rows] == [
        r.pk for r in here.rows
    ]


@pytest.mark.parametrize("number", [2, 40])
def test_queries_do_not_grow_with_the_catalogue(number):
    fill(number)
    keeping.current()
    with CaptureQueriesContext(connection) as asked:
        find(Filters(q="chứng thực", fee="co"), cursor=None)
    assert len(asked) == 4


def test_building_the_index_takes_as_many_queries_for_many_as_for_one():
    def cold():
        keeping.forget()
        with CaptureQueriesContext(connection) as asked:
            keeping.current()
        return len(asked)

    few = cold()
    fill(30)
    assert cold() == few <= 9
