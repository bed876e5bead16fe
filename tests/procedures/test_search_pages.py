"""The catalogue's pages: while somebody types, hostile input, what is said when nothing fits."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from procedures.models import Procedure
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue():
    factories.a_procedure("1.001193", "Đăng ký khai sinh")
    wedding = factories.a_procedure("1.000894", "Đăng ký kết hôn", level=1)
    wedding.facts["keywords"] = []
    wedding.save()


def page(path, **headers):
    return Client().get(path, headers=headers)


def test_the_part_that_changes_is_the_same_list():
    whole, part = page("/thu-tuc/?q=khai+sinh").text, page("/thu-tuc/ket-qua/?q=khai+sinh").text
    start = part.index('<ul class="results"')
    assert part[start : part.index("</ul>", start)] in whole
    assert "<html" not in part


def test_the_address_follows_what_is_typed():
    answer = page("/thu-tuc/ket-qua/?q=khai+sinh&muc-do=4")
    assert answer["HX-Replace-Url"] == "/thu-tuc/?q=khai+sinh&muc-do=4"


def test_how_many_is_told_aloud():
    part = page("/thu-tuc/ket-qua/?q=khai+sinh").text
    assert 'id="tim-bao" data-hx-swap-oob="innerHTML">1 thủ tục cho “khai sinh”' in part
    assert 'role="status" id="tim-bao"' in page("/thu-tuc/").text


def test_links_of_the_part_lead_to_whole_pages():
    for serial in range(25):
        factories.a_procedure(f"5.{serial:06d}", f"Chứng thực {serial}")
    part = page("/thu-tuc/ket-qua/?q=chung+thuc").text
    assert 'href="/thu-tuc/?q=chung+thuc&amp;sau=' in part and "/ket-qua/" not in part


def test_names_while_typing_cost_one_query():
    client = Client()
    client.get("/thu-tuc/goi-y/?q=a")  # the cache's own look at the stamp
    with CaptureQueriesContext(connection) as asked:
        html = client.get("/thu-tuc/goi-y/?q=khai+si").text
    assert len(asked) == 1
    assert 'href="/thu-tuc/1.001193/"' in html


def test_nothing_typed_hints_at_nothing():
    assert "<a" not in page("/thu-tuc/goi-y/?q=").text


def test_a_mended_search_says_so_and_offers_the_words_as_typed():
    html = page("/thu-tuc/?q=khai+sihn").text
    assert "Không có thủ tục nào chứa “khai sihn”" in html and "“khai sinh”" in html
    assert "?q=khai+sihn&amp;nguyen-van=1" in html


def test_a_filter_that_leaves_nothing_can_be_dropped():
    html = page("/thu-tuc/?q=khai+sinh&muc-do=1").text
    assert 'href="/thu-tuc/?q=khai+sinh"' in html and "Bỏ bộ lọc, giữ từ khóa" in html


def test_htmx_may_neither_eval_nor_style():
    html = page("/thu-tuc/").text
    assert '"allowEval": false' in html and '"includeIndicatorStyles": false' in html


def test_a_search_is_not_for_search_engines():
    assert 'content="noindex"' in page("/thu-tuc/?q=khai+sinh").text
    assert 'content="noindex"' not in page("/thu-tuc/").text


HOSTILE = [
    "a" * 50_000,
    "khai sinh " * 2_000,
    "'; DROP TABLE procedures_procedure; --",
    "khai & ! | ( sinh :* <-> '",
    "\\' \" ` % _ *",
    "👶🏽 khai sinh 🎉",
    "\u202ekhai sinh",
    "\ud83d"[:0] + "z̸̡a̷l̵g̶o̸" * 30,
    "1.001193" * 40,
    "((((((((((a+)+)+)+)+)+" * 20,
    "0" * 200,
    "đ" * 200,
    "<script>alert(1)</script>",
    "\x01\x02\x1f khai sinh",
]


@pytest.mark.both
@pytest.mark.parametrize("address", ["/thu-tuc/", "/thu-tuc/ket-qua/", "/thu-tuc/goi-y/"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_whatever_is_typed_there_is_an_answer(address, number):
    answer = Client().get(address, {"q": HOSTILE[number]})
    assert answer.status_code == 200
    assert b"<script>alert" not in answer.content
    assert Procedure.objects.matching(HOSTILE[number]).count() in (0, 1, 2)


@pytest.mark.parametrize("address", ["/thu-tuc/", "/thu-tuc/ket-qua/", "/thu-tuc/goi-y/"])
def test_a_nul_is_refused(address):
    assert Client().get(f"{address}?q=khai%00sinh").status_code == 400
