"""`show_if`: who is asked what, and what happens to answers nobody asked for."""

import pytest

from procedures.eforms import build_form, drop_hidden, problems, rows, visible_sections
from procedures.eforms.conditions import holds, settle
from tests.procedures.eform_samples import fields_of

IS_A = {"field": "k", "equals": "a"}


@pytest.mark.parametrize(
    ("condition", "answers", "expected"),
    [
        (IS_A, {"k": "a"}, True),
        (IS_A, {"k": "b"}, False),
        (IS_A, {}, False),
        (IS_A, {"k": ["b", "a"]}, True),
        ({"field": "k", "equals": True}, {"k": True}, True),
        ({"field": "k", "equals": True}, {"k": 1}, False),
        ({"field": "k", "equals": 12.5}, {"k": "12.5"}, True),
        ({"field": "k", "equals": 2}, {"k": "hai"}, False),
        ({"field": "k", "in": ["a", "b"]}, {"k": "b"}, True),
        ({"field": "k", "filled": True}, {"k": False}, True),
        ({"field": "k", "filled": True}, {"k": {"a": ""}}, False),
        ({"field": "k", "filled": False}, {}, True),
        ({"not": IS_A}, {}, True),
        ({"all": [IS_A, {"field": "m", "filled": True}]}, {"k": "a"}, False),
        ({"any": [IS_A, {"field": "m", "filled": True}]}, {"k": "a"}, True),
        ({"not": {"all": [IS_A, {"not": {"any": [IS_A]}}]}}, {"k": "a"}, True),
        (None, {}, True),
    ],
)
def test_conditions(condition: dict | None, answers: dict, expected: bool) -> None:
    assert holds(condition, answers) is expected


@pytest.mark.parametrize(
    ("condition", "left"),
    [
        ({"all": [IS_A, {"field": "here", "filled": True}]}, {"field": "here", "filled": True}),
        ({"any": [IS_A, {"field": "here", "filled": True}]}, True),
        ({"not": IS_A}, False),
    ],
)
def test_answers_of_other_pages_are_settled_beforehand(condition: dict, left: object) -> None:
    found = settle(condition, {"k": "a"}, frozenset({"here"}))
    assert found == ({"all": [left]} if isinstance(left, dict) else left)


MARRIED = {"key": "ket_hon", "type": "yes_no", "label": "Đã kết hôn", "required": True}
SPOUSE = {
    "key": "vo_chong",
    "type": "text",
    "label": "Vợ hoặc chồng",
    "required": True,
    "max_length": 5,
    "show_if": {"field": "ket_hon", "equals": True},
}
SINCE = {
    "key": "tu_ngay",
    "type": "date",
    "label": "Từ ngày",
    "required": True,
    "show_if": {"field": "vo_chong", "filled": True},
}
FAMILY = fields_of(MARRIED, SPOUSE, SINCE)


def test_a_hidden_question_loses_its_answer_and_its_error() -> None:
    form = build_form(FAMILY, data={"ket_hon": "false", "vo_chong": "dài hơn năm", "tu_ngay": "?"})
    assert form.is_valid()
    assert form.answers() == {"ket_hon": False}


def test_a_shown_question_is_required() -> None:
    form = build_form(FAMILY, data={"ket_hon": "true"})
    assert [label for _, label, _ in form.error_list()] == ["Vợ hoặc chồng"]


def test_hiding_goes_on_to_what_depends_on_the_hidden() -> None:
    stored = {"ket_hon": False, "vo_chong": "Lan", "tu_ngay": "2020-01-01"}
    assert drop_hidden(FAMILY, stored) == {"ket_hon": False}
    assert problems(FAMILY, stored) == []


def test_rows_leave_hidden_questions_out() -> None:
    assert [row.key for row in rows(FAMILY, {"ket_hon": False})[0].rows] == ["ket_hon"]


TWO_PAGES = {
    "title": "Tờ khai",
    "sections": [
        {"key": "mot", "title": "Một", "fields": [MARRIED]},
        {
            "key": "hai",
            "title": "Hai",
            "show_if": {"field": "ket_hon", "equals": True},
            "fields": [{"key": "ten", "type": "text", "label": "Tên", "required": True}],
        },
    ],
}


def test_a_page_knows_the_answers_of_the_page_before() -> None:
    form = build_form(TWO_PAGES, sections=["hai"], data={}, initial_answers={"ket_hon": True})
    assert len(form.error_list()) == 1


def test_a_page_ruled_out_asks_nothing() -> None:
    form = build_form(TWO_PAGES, sections=["hai"], data={}, initial_answers={"ket_hon": False})
    assert form.is_valid() and not form.fields
    assert form.answers() == {"ket_hon": False}


def test_answers_of_other_pages_are_kept() -> None:
    form = build_form(
        TWO_PAGES, sections=["mot"], data={"ket_hon": "true"}, initial_answers={"ten": "Lan"}
    )
    assert form.answers() == {"ket_hon": True, "ten": "Lan"}


def test_a_hidden_section_is_no_step() -> None:
    assert [s.key for s in visible_sections(TWO_PAGES, {"ket_hon": False})] == ["mot"]
    assert [s.key for s in visible_sections(TWO_PAGES, {"ket_hon": True})] == ["mot", "hai"]


def test_a_file_just_sent_counts_as_filled() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict

    definition = fields_of(
        {"key": "tep", "type": "file", "label": "Tệp"},
        {
            "key": "mo_ta",
            "type": "text",
            "label": "Mô tả",
            "required": True,
            "show_if": {"field": "tep", "filled": True},
        },
    )
    sent = MultiValueDict({"tep": [SimpleUploadedFile("a.pdf", b"x")]})
    assert len(build_form(definition, data={}, files=sent).error_list()) == 1
    assert build_form(definition, data={}).is_valid()
