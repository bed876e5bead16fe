"""Answers made up for a form are accepted by it; a form as a file is read with suspicion."""

import json
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.eforms import problems
from procedures.eforms.files import FileRefused, as_file, read_definition
from procedures.eforms.sample import sample_answers
from tests.procedures.eform_samples import EVERYTHING, fields_of, one_field, two_provinces
from tests.procedures.test_eform_editing import DEMO, read, text


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_sample_answers_fit_every_demo_form(path):
    form = read(path)
    with two_provinces():
        for seed in range(12):
            assert problems(form, sample_answers(form, seed)) == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_sample_answers_fit_a_form_of_every_type(seed):
    with two_provinces():
        answers = sample_answers(EVERYTHING, seed)
        assert problems(EVERYTHING, answers) == []
        assert answers == sample_answers(EVERYTHING, seed)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["number", "money"]),
    st.integers(-50, 10**6),
    st.integers(0, 40),
    st.integers(0, 3),
    st.integers(0, 20),
)
def test_numbers_keep_their_limits(kind, low, room, decimals, seed):
    form = one_field(type=kind, min=low, max=low + room, decimals=decimals, required=True)
    assert problems(form, sample_answers(form, seed)) == []


@pytest.mark.parametrize(
    "limits",
    [
        {"max": "today-18y"},
        {"min": "today"},
        {"min": "today+3m", "max": "today+4m"},
        {"max": "1950-01-01"},
    ],
)
def test_days_keep_their_limits(limits):
    form = one_field(type="date", required=True, **limits)
    for seed in range(4):
        assert problems(form, sample_answers(form, seed)) == []


def test_the_first_sample_answers_everything():
    with two_provinces():
        given_keys = set(sample_answers(EVERYTHING))
    # “Lý do cấp lại” is asked only of other answers; “Gia đình” only of who owes nothing.
    assert given_keys >= {"ho_ten", "loai", "cccd", "dia_chi", "giay_to", "kem_theo"}


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_a_form_saved_as_a_file_comes_back(path):
    assert read_definition(as_file(read(path))) == read(path)


def many():
    return as_file(fields_of(*(text(f"f{i}") for i in range(50_000))))


CYCLE = fields_of(
    text("a", show_if={"field": "b", "filled": True}),
    text("b", show_if={"field": "a", "filled": True}),
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "không phải là JSON"),
        (b"\xff\xfe", "không phải là JSON"),
        (b"[" * 100_000, "không phải là JSON"),
        (b"[" * 500 + b"]" * 500, "lồng nhau quá sâu"),
        (b"[]", "không có các phần"),
        (b'{"sections": [], "sections": []}', "ghi hai lần"),
        (b'{"title": "T", "sections": NaN}', "vô hạn"),
        (b'{"title": "T", "sections": ' + b"9" * 5000 + b"}", "không phải là JSON"),
        (b" " * 2_000_001, "lớn hơn 2 MB"),
        (as_file(fields_of(text("a"), text("a"))), "Khóa “a” dùng hai lần"),
        (as_file(CYCLE), "vòng lặp"),
        (as_file(fields_of({"key": "a", "type": "lạ", "label": "A"})), "không nằm trong"),
        (as_file(fields_of(text("a", onclick="x"))), "không hiểu thuộc tính"),
        (many(), "lớn hơn 2 MB"),
        (
            as_file(fields_of(*({"key": f"f{i}", "type": "text"} for i in range(9_000)))),
            "500 trường",
        ),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(content, reason):
    started = time.perf_counter()
    with pytest.raises(FileRefused) as refused:
        read_definition(content)
    assert time.perf_counter() - started < 2
    assert any(reason in problem for problem in refused.value.problems)


def test_fifty_thousand_questions_are_refused_before_they_are_looked_at():
    small = {"sections": [{"fields": [{}] * 50_000}]}
    with pytest.raises(FileRefused, match="500 trường"):
        read_definition(json.dumps(small).encode())


def test_text_in_a_file_is_made_normal():
    form = fields_of(text("a", label="Ho\u0323 te\u0302n\0\ud800"))
    content = json.dumps(form).encode()
    assert read_definition(content)["sections"][0]["fields"][0]["label"] == "Họ tên"
