"""Lan looks for a dossier with what the person at her desk has at hand."""

import pytest

from accounts.models import Position
from dossiers import searching
from dossiers.models import Dossier
from dossiers.searching import Kind
from portal.lib.text import fold
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_officer_queue import show

pytestmark = pytest.mark.both


def tail_of(dossier, parts):
    return "-".join(dossier.code.split("-")[-parts:])


@pytest.mark.parametrize("parts", [1, 2])
def test_the_end_of_the_code(filed, lan, parts):
    assert filed.code in show(lan, tim=tail_of(filed, parts)).text


@pytest.mark.parametrize("typed", ["0912345678", "0912 345 678", "+84912345678", "020090000123"])
def test_phone_and_citizen_number_whole(filed, lan, typed):
    assert filed.code in show(lan, tim=typed).text


@pytest.mark.parametrize("typed", ["0912-345-678", "0912345678", "020090000123"])
def test_who_filed_for_another_is_found_too(filed, lan, typed):
    other = {"owner_phone": "0987654321", "owner_citizen_id": "020090000999"}
    Dossier.objects.filter(pk=filed.pk).update(**other)
    assert filed.code in show(lan, tim=typed).text


@pytest.mark.parametrize("typed", ["0100233488-001", "0100233488001"])
def test_a_branchs_tax_code_however_it_is_written(filed, lan, typed):
    Dossier.objects.filter(pk=filed.pk).update(owner_tax_code="0100233488-001")
    assert filed.code in show(lan, tim=typed).text


def test_half_a_phone_number_finds_nobody(filed, lan):
    assert filed.code not in show(lan, tim="091234567").text


@pytest.mark.parametrize("host", ["https://motcua.example.vn", "http://127.0.0.1:8000"])
def test_a_scanner_types_the_address_of_the_slips_qr(filed, lan, host):
    answer = show(lan, tim=f"{host}/tra-cuu/?ma={filed.code}")
    assert answer.status_code == 302 and answer.url == pages.address(filed)


@pytest.mark.parametrize("typed", ["https://xau.example/?x=1", "http://[", "https://a/?ma=%00x"])
def test_any_other_address_finds_nothing(filed, lan, typed):
    answer = show(lan, tim=typed)
    assert answer.status_code == 200 and "Không tìm thấy" in answer.text


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("0003", Kind.TAIL), ("240105-0003", Kind.TAIL), ("0912345678", Kind.NUMBER),
     ("0999-999-999", Kind.NUMBER), ("240105-000300", Kind.TAIL), ("0100233488-001", Kind.NUMBER),
     ("000.01.15", Kind.CODE), ("H37-260310", Kind.CODE), ("bình", Kind.NAME)],
)  # fmt: skip
def test_what_a_text_is_taken_for(typed, kind):
    assert searching.kind(typed) is kind


def test_nothing_found_says_what_was_searched_and_what_else_to_try(filed, lan):
    html = show(lan, tim="0999999999").text
    assert "Đã tìm theo số điện thoại" in html and "máy quét" in html


@pytest.mark.parametrize(
    "typed", ["'", "\\", "a'b", "a\\", "nguyen & van", "nguyen:*", "(", "!x", "@r1", "<->"]
)
def test_signs_of_the_search_language_are_only_letters(filed, lan, typed):
    assert show(lan, tim=typed).status_code == 200


@pytest.mark.parametrize("by", ["name", "tail", "phone", "citizen", "code"])
def test_no_way_finds_another_desks(filed, by):
    typed = {"name": "binh", "tail": tail_of(filed, 2), "phone": "0912345678",
             "citizen": "020090000123", "code": filed.code}[by]  # fmt: skip
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    answer = show(ha, tim=typed)
    assert answer.status_code == 200 and not answer.context["page"].rows


@pytest.mark.parametrize("by", ["name", "tail"])
def test_an_officers_own_dossier_is_found_by_their_colleagues_only(filed, lan, binh, by):
    typed = {"name": "binh", "tail": tail_of(filed, 2)}[by]
    Position.objects.create(user=binh, agency=filed.receiving_agency, role="reception")
    assert not show(binh, tim=typed).context["page"].rows
    assert show(lan, tim=typed).context["page"].rows


def test_a_draft_is_found_by_nobody_at_a_desk(draft, lan):
    assert not show(lan, tim="binh").context["page"].rows


@pytest.fixture
def names(binh, service):
    """Three more at the desk, by name."""
    for name in ("Nông Văn Hà", "Nông Văng Hải", "Hà Thị Nông"):
        one = factories.a_filed(binh, service)
        Dossier.objects.filter(pk=one.pk).update(owner_name=name, owner_fold=fold(name))


@pytest.mark.parametrize(
    ("typed", "found"),
    [("nông văn h", {"Nông Văn Hà"}), ("nông văng", {"Nông Văng Hải"}),
     ("nông văn", {"Nông Văn Hà", "Nông Văng Hải"}), ("hà nông", {"Nông Văn Hà", "Hà Thị Nông"}),
     ("n v h", {"Nông Văn Hà", "Nông Văng Hải"}), ("hai", {"Nông Văng Hải"}), ("ông", set())],
)  # fmt: skip
def test_whole_words_and_the_beginning_of_the_last_or_else_of_all(typed, found, names, lan):
    page = show(lan, tim=typed).context["page"]
    assert {row["owner_name"] for row in page.rows} == found


def test_the_pages_of_what_was_found_go_on(filed, lan, monkeypatch):
    monkeypatch.setattr("dossiers.views.officer_queue.PAGE_SIZE", 5)
    pages.many(filed, 11)
    first = show(lan, tim="ng v binh").context["page"]
    second = show(lan, tim="ng v binh", sau=first.next_cursor).context["page"]
    codes = {row["code"] for row in first.rows + second.rows}
    assert len(codes) == 10 and second.next_cursor
