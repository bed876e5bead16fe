"""What `check_definition` says about definitions that are wrong, hostile or merely large."""

import copy
import time

import pytest
from jsonschema import Draft202012Validator

from procedures.eforms import DefinitionInvalid, build_form, check_definition
from procedures.eforms.schema import SCHEMA
from tests.procedures.eform_samples import EVERYTHING, fields_of, one_field, two_provinces

TEXT = {"key": "a", "type": "text", "label": "A"}


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_definition_of_every_type_is_fit() -> None:
    assert check_definition(EVERYTHING) == []


def needs(condition: dict) -> dict:
    """Field b, asked under `condition`, after field a and before field c."""
    b = {"key": "b", "type": "text", "label": "B", "show_if": condition}
    return fields_of(TEXT, b, TEXT | {"key": "c"})


PROBLEMS = [
    ({}, "thiếu title, sections"),
    ([], "phải là một đối tượng"),
    (None, "phải là một đối tượng"),
    (one_field(key="Sai Khóa"), "viết sai dạng"),
    (one_field(label=""), "không được để trống"),
    (one_field(type="hình"), "không nằm trong"),
    (one_field(requird=True), "không hiểu thuộc tính requird"),
    (one_field(required="có"), "phải là true hoặc false"),
    (one_field(type="choice"), "thiếu options"),
    (one_field(type="choice", options=[]), "không được để trống"),
    (one_field(pattern="^(a+)+$"), "không nằm trong person_name"),
    (one_field(prefill="user.password"), "không nằm trong user"),
    (one_field(type="number", prefill="user.email"), "không điền sẵn user.email"),
    (one_field(type="number", min=5, max=1), "min lớn hơn max"),
    (one_field(type="date", min="2024-02-31"), "không phải là một ngày có thật"),
    (one_field(type="date", max="today-1x"), "viết sai dạng"),
    (one_field(type="table"), "thiếu columns"),
    (one_field(type="table", columns=[TEXT, TEXT]), "hai cột trùng khóa"),
    (one_field(type="table", columns=[TEXT | {"type": "person"}]), "không nằm trong text"),
    (one_field(type="table", columns=[TEXT], min_rows=5, max_rows=2), "min_rows lớn hơn"),
    (one_field(type="person", parts=["tên"]), "không nằm trong full_name"),
    (one_field(type="person", parts=["sex"], required_parts=["email"]), "không có trong parts"),
    (
        one_field(type="choice", options=[{"value": "x", "label": "X"}] * 2),
        "hai lựa chọn trùng giá trị",
    ),
    (
        one_field(type="checks", options=[{"value": "x", "label": "X"}], min=2),
        "ít nhất lớn hơn",
    ),
    (fields_of(TEXT, TEXT), "khóa này đã dùng"),
    (needs({"field": "z", "equals": 1}), "“z” không có trong biểu mẫu"),
    (needs({"field": "c", "filled": True}), "“c” đứng sau"),
    (needs({"field": "b", "filled": True}), "vòng lặp"),
    (needs({"field": "a"}), "đúng một trong equals"),
    (needs({"field": "a", "equals": 1, "filled": True}), "đúng một trong equals"),
    (needs({"all": [], "any": []}), "không được để trống"),
    (needs({"not": {"field": "z", "filled": True}}), "“z” không có trong biểu mẫu"),
]


@pytest.mark.parametrize(("definition", "part"), PROBLEMS)
def test_problems_are_named(definition: object, part: str) -> None:
    found = check_definition(definition)
    assert any(part in sentence for sentence in found), found


def test_two_questions_that_wait_for_each_other() -> None:
    first = TEXT | {"show_if": {"field": "b", "filled": True}}
    second = {"key": "b", "type": "text", "label": "B", "show_if": {"field": "a", "filled": True}}
    assert any("vòng lặp" in sentence for sentence in check_definition(fields_of(first, second)))


@pytest.mark.parametrize(
    ("kind", "condition", "part"),
    [
        ({"type": "heading"}, {"filled": True}, "không có câu trả lời"),
        ({"type": "address"}, {"equals": "x"}, "đã trả lời hay chưa"),
        ({"type": "yes_no"}, {"equals": "true"}, "true hoặc false"),
        (
            {"type": "choice", "options": [{"value": "x", "label": "X"}]},
            {"in": ["y"]},
            "không có lựa chọn y",
        ),
    ],
)
def test_a_condition_must_fit_its_question(kind: dict, condition: dict, part: str) -> None:
    b = {"key": "b", "type": "text", "label": "B", "show_if": {"field": "a"} | condition}
    [sentence] = check_definition(fields_of(TEXT | kind, b))
    assert part in sentence


def test_the_place_of_a_problem_is_told() -> None:
    definition = fields_of(TEXT, TEXT | {"key": "b", "type": "hình"})
    [sentence] = check_definition(definition)
    assert sentence.startswith("Phần 1 (s), trường 2 (b), thuộc tính “type”")


def nested(depth: int) -> dict:
    condition: dict = {"field": "a", "filled": True}
    for _ in range(depth):
        condition = {"not": condition}
    return condition


def itself() -> list:
    loop: list = []
    loop.append(loop)
    return loop


def wide() -> dict:
    return fields_of(*[TEXT | {"key": f"k{i}"} for i in range(50_000)])


HOSTILE = [
    needs(nested(8)),
    needs(nested(5_000)),
    itself(),
    wide(),
    {"title": "x" * 5_000_000, "sections": []},
    {"title": float("nan"), "sections": []},
    {"title": object(), "sections": []},
    {1: 2},
    {"sections": [[[[]]]] * 30_000},
    fields_of(*[None, 5, "x", [], {}] * 50),
    one_field(type="date", min=5, max={}),
    one_field(type={}, key=[], label=0),
    one_field(show_if=[1]),
    one_field(type="choice", options=[{"value": f"v{i}", "label": "x"} for i in range(99_999)]),
    "chữ",
    b"bytes",
]


@pytest.mark.parametrize("definition", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_definitions_get_problems_quickly(definition: object) -> None:
    start = time.perf_counter()
    found = check_definition(definition)
    assert found and all(isinstance(sentence, str) for sentence in found)
    assert time.perf_counter() - start < 2  # 0.1 s here; room for a busy machine


def test_five_hundred_fields_are_still_fit() -> None:
    assert check_definition(fields_of(*[TEXT | {"key": f"k{i}"} for i in range(500)])) == []


def test_a_broken_definition_builds_no_form() -> None:
    with pytest.raises(DefinitionInvalid):
        build_form(one_field(type="hình"))
    with pytest.raises(DefinitionInvalid):
        build_form({"title": object()})


def test_a_form_does_not_change_its_definition() -> None:
    before = copy.deepcopy(EVERYTHING)
    with two_provinces():
        build_form(EVERYTHING, data={}).is_valid()
    assert before == EVERYTHING
