"""By field, agency and life event: every procedure within three clicks of home."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.lib import publicpages
from procedures.models import LifeEvent
from procedures.pages.alphabet import letter_of, sort_key
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [1, 20])
def test_a_list_costs_the_same_whatever_its_length(number: int) -> None:
    for serial in range(number):
        factories.a_service(factories.a_procedure(f"1.{serial:06d}", f"Thủ tục {serial}"))
    client = Client()
    for path, most in (("/linh-vuc/ho-tich/", 3), ("/co-quan/ubnd-xa/", 2), ("/linh-vuc/", 1)):
        client.get(path)  # the stamp, the index of words
        publicpages.forget()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(path).status_code == 200
        assert len(seen) <= most, path


@pytest.mark.parametrize(
    "path",
    ["/linh-vuc/khong-co/", "/co-quan/khong-co/", "/su-kien/khong-co/", "/linh-vuc/ho-tich/?chu=q"],
)
def test_what_is_not_there_is_404(path: str) -> None:
    factories.a_procedure()
    assert Client().get(path).status_code == 404


def test_life_events_of_people_and_firms_stand_apart() -> None:
    people = LifeEvent.objects.create(name="Có con nhỏ", slug="co-con-nho")
    firms = LifeEvent.objects.create(name="Khởi sự kinh doanh", slug="khoi-su", for_business=True)
    factories.a_procedure().life_events.add(people, firms)
    html = Client().get("/").text
    places = [html.index(f"/su-kien/{slug}/") for slug in ("co-con-nho", "khoi-su")]
    assert html.index("Công dân") < places[0] < places[1]


# The order of letters of a Vietnamese dictionary; tones do not count.
@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Ấp", "â"),
        ("Đổi", "đ"),
        ("Ăn", "ă"),
        ("ưu đãi", "ư"),
        ("Ỷ lại", "y"),
        ("123", "0"),
        ("“Đ”", "đ"),
    ],
)
def test_the_letter_a_name_stands_under(name: str, letter: str) -> None:
    assert letter_of(name) == letter


def test_names_stand_in_the_order_of_the_alphabet() -> None:
    names = ["Đổi", "Cấp lại", "Cấp", "Ấn định", "Ăn", "An", "Đăng ký", "Dạy", "Công nhận"]
    assert sorted(names, key=sort_key) == [
        "An", "Ăn", "Ấn định", "Cấp", "Cấp lại", "Công nhận", "Dạy", "Đăng ký", "Đổi",
    ]  # fmt: skip
