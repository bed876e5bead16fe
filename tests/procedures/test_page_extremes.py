"""The procedure page at the ends of the catalogue: 20 cases, 100 papers, names of 8,000
characters. Figures of 21/11/2026 are beside the tests that hold them."""

import gzip
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.lib import publicpages
from procedures.actions import publish
from procedures.models import Procedure
from procedures.pages.folding import FOLD_AT, Share, shares, size_of
from tests import factories
from tests.factories import MORNING
from tests.procedures.records import FEE, a_record

pytestmark = pytest.mark.django_db
PAGE = "/thu-tuc/1.001193/"
MOST_BYTES = 200_000  # issue 3: the page, uncompressed
SENTENCE = "Bản sao có chứng thực giấy tờ chứng minh quyền sử dụng đất, nhà ở số {}; "


def long_name(number: int, length: int = 8000) -> str:
    """Different words in every name: what compresses well would prove little."""
    text, part = f"Giấy tờ thứ {number}. ", 0
    while len(text) < length:
        part += 1
        text += SENTENCE.format(number * 1000 + part)
    return text[: length - 6].rstrip() + " CUỐI."


def a_paper(number: int, length: int) -> dict[str, Any]:
    name = long_name(number, length) if length > 20 else f"Giấy {number}"
    return {"key": f"giay-{number}", "name": name, "original": 1, "copies": 1,
            "mandatory": True, "online": "upload"}  # fmt: skip


def a_case(number: int, papers: int, length: int) -> dict[str, Any]:
    needs = [a_paper(number * 1000 + one, length) for one in range(papers)]
    name = long_name(number, length) if length > 20 else f"Trường hợp {number}"
    return {"key": f"th-{number}", "name": name, "hint": "", "requirements": needs}


def published(**changes: Any) -> Procedure:
    found = publish(a_record(**changes), by=None, at=MORNING).procedure
    factories.a_service(found)
    return found


def extreme(cases: int, papers: int, length: int) -> Procedure:
    fees = [FEE | {"name": long_name(n, length), "note": long_name(n, length)} for n in range(3)]
    way = {"kind": "direct", "time": 30, "unit": "working_day", "time_text": "30 ngày làm việc",
           "description": long_name(7, length), "fees": fees}  # fmt: skip
    return published(
        cases=[a_case(number, papers, length) for number in range(cases)],
        channels=[way, way | {"time": 20}],
        steps=[{"title": f"Bước {n}", "text": long_name(n, length)} for n in range(20)],
        legal_basis=[{"number": f"{n}/NĐ-CP", "name": f"Nghị định {n}"} for n in range(40)],
        conditions=long_name(1, 30_000),
    )


def get(path: str = PAGE) -> tuple[bytes, int]:
    """(body, queries) of a page nobody has kept."""
    publicpages.forget()
    with CaptureQueriesContext(connection) as seen:
        answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content, len(seen)


# 20 × 5 papers of 8,000 characters: 1.3 MB of names.
@pytest.mark.parametrize(
    ("cases", "papers", "length"), [(20, 5, 8000), (20, 100, 200), (1, 100, 8000)]
)
def test_the_page_stays_light_and_cheap(cases: int, papers: int, length: int) -> None:
    extreme(cases, papers, length)
    body, queries = get()
    print(f"{cases} × {papers} × {length}: {len(body)} bytes, {len(gzip.compress(body))} gzip")
    assert len(body) <= MOST_BYTES
    assert queries <= 12


def test_every_case_is_named_and_has_its_address() -> None:
    extreme(20, 5, 8000)
    html = get()[0].decode()
    assert all(f"Giấy tờ thứ {number}." in html for number in range(20))
    assert set(re.findall(r"/ho-so/(th-\d+)/", html)) == {f"th-{n}" for n in range(20)}


def test_the_address_of_a_case_says_every_name_to_its_end() -> None:
    extreme(2, 5, 8000)
    html = get(f"{PAGE}ho-so/th-1/")[0].decode()
    assert all(f"Giấy tờ thứ {number}." in html for number in range(1000, 1005))
    assert html.count("CUỐI.") == 6  # five papers and the case


def test_a_case_of_a_hundred_long_papers_has_pages_that_stay_light() -> None:
    extreme(1, 100, 8000)
    first = get(f"{PAGE}ho-so/th-0/")[0].decode()
    numbers = {int(one) for one in re.findall(r"\?trang=(\d+)", first)}
    pages = [first, *(get(f"{PAGE}ho-so/th-0/?trang={n}")[0].decode() for n in sorted(numbers))]
    assert max(len(page.encode()) for page in pages) <= MOST_BYTES
    # Each page also says the name of the case once.
    assert sum(page.count("CUỐI.") - 1 for page in pages) == 100


@pytest.mark.parametrize("number", ["0", "99", "x", "-1", "1e3", "٣"])
def test_a_page_of_papers_that_is_not_there_is_404(number: str) -> None:
    published()
    path = f"{PAGE}ho-so/thong-thuong/?trang={number}"
    assert Client().get(path).status_code == 404


def test_what_is_cut_stands_on_the_page_of_the_whole() -> None:
    extreme(20, 5, 8000)
    html = get()[0].decode()
    assert "/thu-tuc/1.001193/toan-van/" in html
    whole = get(f"{PAGE}toan-van/")[0].decode()
    assert whole.count("CUỐI.") >= 20 + 3 * 2 + 1  # steps, fees with notes, conditions


def test_an_ordinary_page_is_not_cut() -> None:
    published(conditions="Đủ 18 tuổi.", cases=[a_case(n, 8, 300) for n in range(5)])
    html = get()[0].decode()
    assert "Đọc đủ đoạn này" not in html and "toan-van" not in html
    assert html.count("CUỐI.") >= 5 * 8


def test_a_long_text_folds_where_there_is_room() -> None:
    published(conditions=long_name(1, 3000))
    html = get()[0].decode()
    assert "Đọc tiếp" in html and "CUỐI." in html


def test_short_texts_do_not_fold() -> None:
    assert Share().fold("x" * FOLD_AT).rest == ""


def test_a_text_is_cut_between_words() -> None:
    fold = Share().fold("một hai ba " * 200)
    assert fold.head.split()[-1] in {"một", "hai", "ba"}
    assert f"{fold.head} {fold.rest}" == "một hai ba " * 200


# By hand: 10 and 20 are less than a third of 90; the third gets what is left.
def test_who_needs_little_gets_it_all() -> None:
    assert shares({"a": 10, "b": 20, "c": 1000}, 90) == {"a": 10, "b": 20, "c": 60}


def test_no_more_is_given_than_there_is() -> None:
    assert sum(shares({"a": 500, "b": 500, "c": 7}, 100).values()) <= 100


def test_bytes_are_counted_as_they_travel() -> None:
    assert size_of("đất") == 6 and size_of('"') == 5  # &quot; is six: near enough


def test_an_unchanged_page_is_304() -> None:
    published()
    client = Client()
    etag = client.get(PAGE)["ETag"]
    assert client.get(PAGE, headers={"if-none-match": etag}).status_code == 304
