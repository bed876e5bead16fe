"""Addresses, people, organisations and tables; the buttons that work without scripts."""

from collections.abc import Iterator

import pytest
from django.http import QueryDict

from procedures.eforms import build_form
from tests.procedures.eform_samples import one_field, two_provinces


@pytest.fixture(autouse=True)
def country() -> Iterator[None]:
    with two_provinces():
        yield


ADDRESS = one_field(type="address", required=True)
HOME = {"f-province": "20", "f-ward": "20194", "f-detail": "Số 5"}


def test_an_address_is_three_answers() -> None:
    form = build_form(ADDRESS, data=HOME)
    assert form.answers() == {"f": {"province": "20", "ward": "20194", "detail": "Số 5"}}


def test_a_ward_of_another_province_is_refused() -> None:
    form = build_form(ADDRESS, data=HOME | {"f-province": "01"})
    [(anchor, label, message)] = form.error_list()
    assert (anchor, label) == ("id_f-ward", "Mục – Xã, phường, đặc khu")
    assert "không thuộc tỉnh" in message


def test_an_unknown_province_is_refused() -> None:
    form = build_form(ADDRESS, data=HOME | {"f-province": "99"})
    assert "danh sách hiện nay" in form.error_list()[0][2]


def test_a_required_address_asks_for_all_three() -> None:
    assert len(build_form(ADDRESS, data={}).error_list()) == 3


def test_an_optional_address_may_be_left_out_but_not_by_half() -> None:
    definition = one_field(type="address")
    assert build_form(definition, data={}).is_valid()
    assert len(build_form(definition, data={"f-province": "20"}).error_list()) == 1


def test_reload_shows_the_wards_of_the_chosen_province_and_keeps_everything() -> None:
    form = build_form(ADDRESS, data={"f-province": "01", "f-detail": "Số 7", "_reload": "f"})
    assert form.handle_structure_buttons()
    assert not form.is_valid() and form.error_list() == []
    assert ("00004", "Phường Ba Đình") in form.fields["f-ward"].widget.options
    assert form.raw("f-detail") == "Số 7"


PERSON = one_field(
    type="person",
    parts=["full_name", "birth_date", "sex", "residence", "phone"],
    required_parts=["full_name", "residence"],
)


def test_an_optional_person_may_be_left_out() -> None:
    form = build_form(PERSON, data={"f-full_name": " "})
    assert form.is_valid() and form.answers() == {}


def test_a_person_begun_must_be_finished() -> None:
    form = build_form(PERSON, data={"f-sex": "female"})
    assert [label for _, label, _ in form.error_list()] == [
        "Mục – Họ, chữ đệm, tên",
        "Mục – Nơi cư trú – Tỉnh, thành phố",
        "Mục – Nơi cư trú – Xã, phường, đặc khu",
        "Mục – Nơi cư trú – Số nhà, đường, thôn, tổ",
    ]


def test_a_person_is_one_answer() -> None:
    data = {"f-full_name": "Trần Thị Lan", "f-sex": "female", "f-birth_date": "01/02/1990"}
    home = {f"f-residence-{k[2:]}": v for k, v in HOME.items()}
    assert build_form(PERSON, data=data | home).answers() == {
        "f": {
            "full_name": "Trần Thị Lan",
            "birth_date": "1990-02-01",
            "sex": "female",
            "residence": {"province": "20", "ward": "20194", "detail": "Số 5"},
        }
    }


def test_nobody_is_born_tomorrow() -> None:
    form = build_form(PERSON, data={"f-birth_date": "2999-01-01"})
    assert any("không sau ngày" in message for _, _, message in form.error_list())


def test_an_organisation_needs_its_name() -> None:
    form = build_form(one_field(type="organisation", required=True), data={})
    assert [label for _, label, _ in form.error_list()] == ["Mục – Tên tổ chức"]


def table(**spec: object) -> dict:
    columns = [
        {"key": "ten", "type": "text", "label": "Tên", "required": True},
        {"key": "tuoi", "type": "number", "label": "Tuổi"},
    ]
    return one_field(type="table", columns=columns, **spec)


def test_rows_are_read_in_their_order_and_blank_ones_passed_over() -> None:
    data = {"f-rows": ["4", "0", "2"], "f-4-ten": "An", "f-4-tuoi": "7", "f-2-ten": "Bé"}
    assert build_form(table(), data=data).answers() == {
        "f": [{"ten": "An", "tuoi": 7}, {"ten": "Bé"}]
    }


def test_a_row_begun_must_be_finished() -> None:
    form = build_form(table(row_label="Người con"), data={"f-rows": ["0", "1"], "f-1-tuoi": "7"})
    assert form.error_list() == [
        ("id_f-1-ten", "Mục – người con 2 – Tên", "Hãy nhập “Tên”."),
    ]


def test_a_required_table_asks_for_its_first_row() -> None:
    form = build_form(table(required=True), data={"f-rows": ["0"]})
    assert [anchor for anchor, _, _ in form.error_list()] == ["id_f-0-ten"]


def test_a_table_without_rows_says_how_many_it_needs() -> None:
    form = build_form(table(min_rows=2), data={"f-rows": ["0"], "f-0-ten": "An"})
    assert form.error_list() == [("id_f-add", "Mục", "Hãy thêm ít nhất 2 dòng vào “Mục”.")]


def test_too_many_rows_are_refused() -> None:
    data = {"f-rows": list("0123")} | {f"f-{i}-ten": "An" for i in range(4)}
    assert "nhiều nhất 3 dòng" in build_form(table(max_rows=3), data=data).error_list()[0][2]


def test_forged_row_numbers_are_ignored() -> None:
    data = {"f-rows": ["x", "-1", "0", "0", "9" * 40]}
    assert build_form(table(), data=data).rows == {"f": ["0"]}


def post(text: str) -> QueryDict:
    return QueryDict(text)


def test_the_add_button_adds_a_row_and_keeps_what_was_typed() -> None:
    form = build_form(table(), data=post("f-rows=0&f-0-ten=An&f-0-tuoi=abc&_add__f=1"))
    assert form.handle_structure_buttons()
    assert form.rows["f"] == ["0", "1"]
    assert (form.raw("f-0-tuoi"), form.focus) == ("abc", "f-1-ten")


def test_the_remove_button_takes_one_row_away() -> None:
    form = build_form(table(), data=post("f-rows=0&f-rows=1&f-1-ten=An&_remove__f__0=1"))
    assert form.handle_structure_buttons()
    assert form.partial_answers() == {"f": [{"ten": "An"}]}


def test_the_add_button_stops_at_the_limit() -> None:
    form = build_form(table(max_rows=1), data=post("f-rows=0&_add__f=1"))
    assert form.handle_structure_buttons() and form.rows["f"] == ["0"]


def test_without_such_a_button_nothing_changes() -> None:
    form = build_form(table(), data=post("f-rows=0&f-0-ten=An"))
    assert not form.handle_structure_buttons() and form.is_valid()


@pytest.mark.parametrize("button", ["_add__zz", "_remove__f__x", "_remove__zz__0", "_remove__"])
def test_forged_buttons_do_no_harm(button: str) -> None:
    form = build_form(table(), data=post(f"f-rows=0&{button}=1"))
    assert form.handle_structure_buttons() and form.rows["f"] == ["0"]


def test_buttons_of_another_form_on_the_page_are_not_ours() -> None:
    form = build_form(table(), data=post("a-f-rows=0&_add__f=1"), prefix="a")
    assert not form.handle_structure_buttons()
    form = build_form(table(), data=post("a-f-rows=0&a-_add__f=1"), prefix="a")
    assert form.handle_structure_buttons() and form.rows["f"] == ["0", "1"]
