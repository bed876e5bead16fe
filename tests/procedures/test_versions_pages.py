"""What everybody may read about versions, and how words are compared."""

import re
import time

import pytest
from django.test import Client
from django.urls import reverse

from procedures import actions, wording
from procedures.records import Change
from tests import factories
from tests.factories import MORNING
from tests.procedures.drafts import LATER, a_published
from tests.procedures.records import a_record

db = pytest.mark.django_db


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def two_versions(**changes):
    a_published()
    actions.publish(a_record(**changes), by=None, at=LATER)


@db
def test_versions_have_days_and_decisions_but_no_names(client, cuc, dung) -> None:
    actions.publish(a_record(), by=dung, prepared_by=cuc, at=MORNING)
    actions.publish(a_record(decision_no="9/QĐ-BTP"), by=dung, prepared_by=cuc, at=LATER)
    page = words(client.get(reverse("versions", args=["1.001193"])).content.decode())
    assert "Phiên bản 2 đang áp dụng từ 13/03/2026 9/QĐ-BTP ngày 30/06/2025" in page
    assert "Phiên bản 1 từ 10/03/2026 đến 13/03/2026 163/QĐ-BTP" in page
    assert "Cúc" not in page and "Dũng" not in page


@db
def test_two_versions_side_by_side(client) -> None:
    two_versions(conditions="Trong 60 ngày kể từ ngày sinh.", level=3, service_type="PARTIAL")
    page = words(client.get(reverse("version-diff", args=["1.001193", 1, 2])).content.decode())
    assert "Yêu cầu, điều kiện thực hiện bỏ: Không có yêu cầu, điều kiện." in page
    assert "Mức độ" in page and "Loại dịch vụ" in page


@db
def test_what_is_inside_the_office_is_not_compared(client) -> None:
    two_versions(process=[{"role": "leader", "name": "Việc kín", "hours": 9}], keywords=["x"])
    page = client.get(reverse("version-diff", args=["1.001193", 1, 2])).content.decode()
    assert "Việc kín" not in page
    assert "Nội dung cho người đọc không khác nhau." in page


@db
def test_a_changed_eform_is_compared_question_by_question(client) -> None:
    actions.publish(a_record(), eform=factories.SMALL_EFORM, by=None, at=MORNING)
    other = factories.SMALL_EFORM | {"title": "Tờ khai kiểu mới"}
    actions.publish(a_record(), eform=other, by=None, at=LATER)
    page = words(client.get(reverse("version-diff", args=["1.001193", 1, 2])).content.decode())
    assert "Biểu mẫu điện tử › Tên" in page and "kiểu mới" in page


@db
@pytest.mark.parametrize("two", [(1, 1), (1, 3), (0, 2), (7, 9)])
def test_versions_that_are_not_two_are_not_found(client, two) -> None:
    two_versions(summary="Khác.")
    assert client.get(reverse("version-diff", args=["1.001193", *two])).status_code == 404


@db
def test_an_unknown_procedure_is_not_found(client) -> None:
    assert client.get(reverse("versions", args=["9.999999"])).status_code == 404
    assert client.get(reverse("version-diff", args=["9.999999", 1, 2])).status_code == 404


@db
def test_a_retired_procedure_keeps_its_versions_and_says_what_came_instead(client) -> None:
    two_versions(summary="Khác.")
    other = a_published(code="1.004884", name="Khai sinh kiểu mới")
    procedure = other.__class__.objects.get(code="1.001193")
    actions.retire(procedure, at=LATER, decision_no="2/QĐ-UBND", replaced_by=other)
    for address in (
        reverse("versions", args=["1.001193"]),
        reverse("version-diff", args=["1.001193", 1, 2]),
    ):
        page = words(client.get(address).content.decode())
        assert "hết hiệu lực từ 13/03/2026 Theo quyết định 2/QĐ-UBND." in page
        assert "Khai sinh kiểu mới" in page


@db
@pytest.mark.parametrize(
    ("query", "where"),
    [
        ("?tu=1&den=2", "/thu-tuc/1.001193/phien-ban/1/2/"),
        ("?tu=2&den=1", "/thu-tuc/1.001193/phien-ban/1/2/"),
        ("?tu=1&den=1", "/thu-tuc/1.001193/phien-ban/"),
    ],
)
def test_any_two_may_be_chosen(client, query, where) -> None:
    two_versions(summary="Khác.")
    assert client.get(reverse("versions", args=["1.001193"]) + query).url == where


@db
@pytest.mark.parametrize("query", ["?tu=x&den=2", "?tu=1", "?den=", "?tu=²&den=1", "?tu=9999999"])
def test_what_is_no_number_is_not_found(client, query) -> None:
    two_versions(summary="Khác.")
    assert client.get(reverse("versions", args=["1.001193"]) + query).status_code == 404


@db
@pytest.mark.parametrize(("name", "more"), [("versions", []), ("version-diff", [1, 2])])
def test_the_page_is_kept_for_everybody(name, more, django_assert_num_queries) -> None:
    two_versions(summary="Khác.")
    address, client = reverse(name, args=["1.001193", *more]), Client()
    first = client.get(address)
    assert first.headers["Cache-Control"] == "public, max-age=60"
    assert "Set-Cookie" not in first.headers
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


# --- words ---------------------------------------------------------------------------------------


def marked(before: str, after: str) -> list[tuple[str, str]]:
    row = wording.shown([Change("x", "X", "changed", before, after)])[0]
    return [(piece.kind, piece.text.strip()) for piece in row.pieces]


def test_one_word_is_marked_among_others() -> None:
    found = marked("nộp trong 30 ngày làm việc", "nộp trong 60 ngày làm việc")
    assert found == [
        ("same", "nộp trong"), ("out", "30"), ("in", "60"), ("same", "ngày làm việc"),
    ]  # fmt: skip


def test_two_texts_with_nothing_in_common_stand_whole() -> None:
    assert marked("một hai ba bốn", "năm sáu bảy tám") == [
        ("out", "một hai ba bốn"),
        ("in", "năm sáu bảy tám"),
    ]


def test_numbers_stand_whole() -> None:
    assert marked("8.000", "10.000") == [("out", "8.000"), ("in", "10.000")]


def test_long_unchanged_parts_are_left_away() -> None:
    long = " ".join(f"từ{n}" for n in range(200))
    found = marked(f"{long} cũ", f"{long} mới")
    assert [kind for kind, _ in found] == ["gap", "same", "out", "in"]
    assert found[1][1] == " ".join(f"từ{n}" for n in range(186, 200))


def test_line_breaks_stay() -> None:
    row = wording.shown([Change("x", "X", "changed", "a b\nc d", "a b\nc e")])[0]
    assert row.pieces[0].text == "a b\nc"


def test_the_largest_texts_are_compared_quickly() -> None:
    """60,000 characters of few words repeated are the worst case of difflib."""
    before = " ".join(f"chữ{n % 97}" for n in range(10_000))
    after = " ".join(f"chữ{n % 89}" for n in range(10_000))
    start = time.perf_counter()
    found = wording.shown([Change("x", "X", "changed", before, after)] * 20)
    assert time.perf_counter() - start < 2
    assert [piece.kind for piece in found[0].pieces] == ["out", "in"]


def test_many_middling_texts_are_compared_quickly() -> None:
    before = " ".join(f"chữ{n % 97}" for n in range(1200))
    after = " ".join(f"chữ{n % 89}" for n in range(1200))
    start = time.perf_counter()
    wording.shown([Change("x", "X", "changed", before, after)] * 100)
    assert time.perf_counter() - start < 10
