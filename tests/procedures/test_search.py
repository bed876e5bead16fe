"""Finding procedures."""

import pytest
from django.test import Client

from procedures.models import LifeEvent, Procedure, Sector
from procedures.search import Filters, find
from tests import factories

pytestmark = pytest.mark.django_db
NAMES = {
    "1.001193": "Đăng ký khai sinh",
    "1.004884": "Đăng ký lại khai sinh",
    "1.013225": "Cấp giấy phép xây dựng",
}


@pytest.fixture
def catalogue() -> None:
    for code, name in NAMES.items():
        factories.a_procedure(code, name)


def codes(cursor: str | None = None, **filters: str) -> list[str]:
    return [found.code for found in find(Filters(**filters), cursor=cursor).rows]


@pytest.mark.parametrize(
    "q",
    [
        "giấy phép xây dựng",
        "giay phep xay dung",
        "GIẤY PHÉP",
        "xây  dựng",
        "xa\u0302y du\u031b\u0323ng",
    ],
)
def test_marks_case_and_spaces_do_not_matter(catalogue: None, q: str) -> None:
    assert codes(q=q) == ["1.013225"]


def test_a_code_comes_first(catalogue: None) -> None:
    assert codes(q="1.004884") == ["1.004884"]


def test_the_phrase_comes_before_scattered_words(catalogue: None) -> None:
    Procedure.objects.filter(code="1.004884").update(popularity=99)
    assert codes(q="đăng ký khai sinh") == ["1.001193", "1.004884"]


def test_keywords_are_found_too(catalogue: None) -> None:
    assert "1.001193" in codes(q="khai sinh con")


def test_what_is_filed_most_comes_first(catalogue: None) -> None:
    Procedure.objects.filter(code="1.013225").update(popularity=7)
    assert codes()[0] == "1.013225"


def test_by_sector(catalogue: None) -> None:
    building = Sector.objects.create(name="Xây dựng", slug="xay-dung")
    Procedure.objects.filter(code="1.013225").update(sector=building)
    assert codes(sector="xay-dung") == ["1.013225"]


def test_by_level(catalogue: None) -> None:
    factories.a_procedure("2.000815", "Chứng thực bản sao", level=1)
    assert codes(level="1") == ["2.000815"]


def test_by_audience(catalogue: None) -> None:
    procedure = Procedure.objects.get(code="1.013225")
    procedure.facts["audiences"] = ["Doanh nghiệp", "Công dân Việt Nam"]
    procedure.save()
    assert codes(audience="doanh-nghiep") == ["1.013225"]


def test_by_life_event(catalogue: None) -> None:
    event = LifeEvent.objects.create(name="Có con nhỏ", slug="co-con-nho")
    Procedure.objects.get(code="1.001193").life_events.add(event)
    assert codes(event="co-con-nho") == ["1.001193"]


def test_by_kind_of_agency(catalogue: None) -> None:
    factories.a_service(Procedure.objects.get(code="1.013225"))
    assert codes(agency="ubnd-xa") == ["1.013225"]


def test_a_procedure_without_a_version_is_not_found(catalogue: None) -> None:
    Procedure.objects.filter(code="1.013225").update(current=None)
    assert codes(q="xây dựng") == []


def test_pages_hold_every_procedure_once() -> None:
    for number in range(45):
        factories.a_procedure(f"1.{number:06d}", f"Thủ tục {number}")
    seen, cursor = [], None
    while True:
        page = find(Filters(q="thủ tục"), cursor=cursor)
        seen += [row.code for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert (len(seen), len(set(seen))) == (45, 45)


def test_filters_that_are_on_stand_as_chips(catalogue: None) -> None:
    html = Client().get("/thu-tuc/?q=khai+sinh&muc-do=4").content.decode()
    assert (
        "Mức độ trực tuyến: Toàn trình" in html and "?muc-do=4" in html and "?q=khai+sinh" in html
    )


def test_nothing_found_says_what_to_do(catalogue: None) -> None:
    html = Client().get("/thu-tuc/?q=xyzzy").content.decode()
    assert "Không tìm thấy thủ tục nào" in html


@pytest.mark.parametrize(
    "query",
    ["linh-vuc=kh%C3%B4ng-c%C3%B3", "muc-do=9", "muc-do=x", "sau=gi%E1%BA%A3",
     "q=" + "a" * 5000, "q=%25_%27%22%3Cscript%3E", "q=%FF%FE", "linh-vuc=a&linh-vuc=b"],
)  # fmt: skip
def test_whatever_stands_in_the_address_the_list_answers(catalogue: None, query: str) -> None:
    response = Client().get(f"/thu-tuc/?{query}")
    assert response.status_code == 200
    assert b"<script>alert" not in response.content and b'"><script>' not in response.content
