"""Answers kept, brought back, looked at again, read by people, known beforehand."""

import copy
import json
from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.eforms import (
    build_form,
    drop_hidden,
    missing,
    parse,
    prefill,
    problems,
    rows,
    section_of,
)
from procedures.eforms.answers import as_data
from tests.procedures.eform_samples import (
    ANSWERS,
    EVERYTHING,
    fields_of,
    one_field,
    two_provinces,
)


@pytest.fixture(autouse=True)
def country() -> Iterator[None]:
    with two_provinces():
        yield


def sent_again(definition: dict, answers: dict) -> dict:
    """The answers after a page filled with them was sent back unchanged."""
    data = as_data(parse(definition), answers)
    form = build_form(definition, data=data, initial_answers=answers)
    assert form.is_valid(), form.error_list()
    return form.answers()


def test_answers_come_back_as_they_were() -> None:
    assert sent_again(EVERYTHING, ANSWERS) == ANSWERS


def test_good_answers_have_no_problems() -> None:
    assert problems(EVERYTHING, ANSWERS) == [] and missing(EVERYTHING, ANSWERS) == []


def test_answers_are_json() -> None:
    assert json.loads(json.dumps(sent_again(EVERYTHING, ANSWERS))) == ANSWERS


# --- generated definitions -------------------------------------------------------------------

WORDS = st.text("abcđêôơươ ABC123", min_size=1, max_size=20).map(str.split).map(" ".join)
DAYS = st.dates(date(1900, 1, 1), date(2100, 1, 1)).map(date.isoformat)
CODES = [{"value": value, "label": value.upper()} for value in "abcdefgh"]
PLACES = st.sampled_from([("01", "00004"), ("01", "00008"), ("20", "20194")])
LEAVES = {
    "text": ({}, WORDS),
    "long_text": ({}, st.lists(WORDS.filter(bool), min_size=1).map("\n".join)),
    "number": ({"decimals": 0}, st.integers(-(10**15), 10**15)),
    "money": ({}, st.integers(0, 10**15)),
    "date": ({}, DAYS),
    "choice": ({"options": CODES}, st.sampled_from("abcdefgh")),
    "checks": ({"options": CODES}, st.sets(st.sampled_from("abcdefgh"), min_size=1).map(sorted)),
    "yes_no": ({}, st.booleans()),
    "citizen_id": ({}, st.integers(0, 999_999).map(lambda n: f"001090{n:06}")),
    "email": ({}, st.integers(0, 9**9).map(lambda n: f"ten{n}@vidu.vn")),
}


@st.composite
def leaf(draw: st.DrawFn, key: str) -> tuple[dict, object]:
    kind = draw(st.sampled_from(sorted(LEAVES)))
    spec, answers = LEAVES[kind]
    given_answer = draw(st.none() | answers.filter(lambda answer: answer != ""))
    field = {"key": key, "type": kind, "label": f"Câu {key}"} | spec
    return field | {"required": draw(st.booleans()) and given_answer is not None}, given_answer


@st.composite
def question(draw: st.DrawFn, key: str) -> tuple[dict, object]:
    kind = draw(st.sampled_from(["leaf", "leaf", "address", "person", "table", "decimal"]))
    field = {"key": key, "label": f"Câu {key}", "type": kind}
    if kind == "leaf":
        return draw(leaf(key))
    if kind == "decimal":
        cents = draw(st.integers(1, 10**9).filter(lambda n: n % 10))
        return field | {"type": "number", "decimals": 2}, f"{cents // 100}.{cents % 100:02}"
    if kind == "table":
        columns = [draw(leaf(f"c{i}"))[0] | {"required": False} for i in range(3)]
        cells = {c["key"]: st.none() | LEAVES[c["type"]][1] for c in columns}
        lines = draw(st.lists(st.fixed_dictionaries(cells), max_size=4))
        kept = [{k: v for k, v in line.items() if v not in (None, "")} for line in lines]
        return field | {"columns": columns}, [line for line in kept if line] or None
    province, ward = draw(PLACES)
    address = {"province": province, "ward": ward, "detail": "Số 5"}
    if kind == "address":
        return field, address
    person = {"full_name": "Trần Thị Lan", "sex": "female", "residence": address}
    return field | {"parts": ["full_name", "sex", "residence"]}, draw(
        st.sampled_from([None, person])
    )


@st.composite
def filled_definitions(draw: st.DrawFn) -> tuple[dict, dict]:
    count = draw(st.integers(1, 8))
    questions = [draw(question(f"k{i}")) for i in range(count)]
    answers = {field["key"]: answer for field, answer in questions if answer is not None}
    fields = [field for field, _ in questions]
    for index in range(1, count):
        before = fields[draw(st.integers(0, index - 1))]["key"]
        if draw(st.booleans()):
            fields[index]["show_if"] = {"field": before, "filled": draw(st.booleans())}
    return fields_of(*fields), answers


@settings(max_examples=50, deadline=None)
@given(filled_definitions())
def test_visible_answers_survive_the_trip(filled: tuple[dict, dict]) -> None:
    definition, answers = filled
    visible = drop_hidden(definition, answers)
    assert sent_again(definition, answers) == visible
    assert problems(definition, visible) == []


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*ANSWERS, "lạ"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=9),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["full_name", "residence", "province", "ten", "x"]), inner
                )
            ),
            max_leaves=8,
        ),
    )
)
def test_whatever_was_stored_is_judged_and_shown_without_falling_over(answers: dict) -> None:
    found = problems(EVERYTHING, answers)
    assert all(sentence for _, sentence in found)
    rows(EVERYTHING, answers)
    build_form(EVERYTHING, initial_answers=answers).partial_answers()


# --- drafts ------------------------------------------------------------------------------------


def test_a_draft_keeps_what_is_not_valid_yet() -> None:
    data = {"ho_ten": "Bình 2", "gia_tri": "1.500 đ", "ngay": "31/02/2026", "dien_tich": "9.000"}
    form = build_form(EVERYTHING, data=data | {"cha-birth_date": "năm 1960"})
    assert not form.is_valid()
    assert form.partial_answers() == {
        "ho_ten": "Bình 2",
        "gia_tri": 1500,
        "ngay": "31/02/2026",
        "dien_tich": "9000",
        "cha": {"birth_date": "năm 1960"},
    }


@pytest.mark.parametrize(
    ("spec", "typed"),
    [
        ({"type": "number", "max": 5}, "1.234"),
        ({"type": "number"}, "1e5"),
        ({"type": "number"}, "12,5"),
        ({"type": "money"}, "hai triệu"),
        ({"type": "date"}, "31/2/2020"),
        ({"type": "phone"}, "0912"),
        ({"type": "citizen_id"}, "001"),
        ({"pattern": "year"}, "95"),
    ],
)
def test_a_draft_shows_again_what_was_typed(spec: dict, typed: str) -> None:
    definition = one_field(**spec)
    draft = build_form(definition, data={"f": typed}).partial_answers()
    again = build_form(definition, initial_answers=draft)
    assert again.raw("f").replace(".", "") == typed.replace(".", "")
    assert problems(definition, draft) != []


def test_a_draft_keeps_answers_hidden_for_now() -> None:
    data = {"loai": "moi", "ly_do": "d3"}
    assert build_form(EVERYTHING, data=data).partial_answers()["ly_do"] == "d3"


def test_a_draft_keeps_the_other_pages() -> None:
    form = build_form(EVERYTHING, sections=["gia_dinh"], data={}, initial_answers=ANSWERS)
    assert form.partial_answers()["ho_ten"] == "Nguyễn Văn Bình"


# --- stored answers judged -----------------------------------------------------------------------


def test_missing_answers_are_named_with_their_section() -> None:
    assert missing(EVERYTHING, ANSWERS | {"ho_ten": "", "cha": {"sex": "male"}}) == [
        ("ho_ten", "Họ và tên", "chung"),
        ("cha", "Người cha – Họ, chữ đệm, tên", "gia_dinh"),
        ("cha", "Người cha – Ngày, tháng, năm sinh", "gia_dinh"),
    ]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("co_no", 0),
        ("co_no", "false"),
        ("gia_tri", "1.234"),
        ("gia_tri", True),
        ("gia_tri", 10**4000),
        ("loai", "khác"),
        ("loai", ["moi"]),
        ("kem_theo", "a"),
        ("kem_theo", ["c", "a"]),
        ("ho_ten", "Nguyễn  Văn Bình"),
        ("dia_chi", {"province": "20", "ward": "00004", "detail": "x"}),
        ("dia_chi", ANSWERS["dia_chi"] | {"thừa": 1}),
        ("con", [{"sinh": "2020-01-01"}]),
        ("con", {"ten": "Lan"}),
        ("con", [{"ten": "Lan"}] * 500),
        ("giay_to", [5]),
        ("ngay", "2999-01-01"),
    ],
)
def test_forged_answers_are_found(key: str, value: object) -> None:
    assert {name for name, _ in problems(EVERYTHING, ANSWERS | {key: value})} == {key}


def test_unknown_keys_are_dropped() -> None:
    assert drop_hidden(EVERYTHING, ANSWERS | {"lạ": 1}) == ANSWERS


def test_the_section_of_a_question() -> None:
    assert section_of(EVERYTHING, "con") == "gia_dinh" and section_of(EVERYTHING, "lạ") == ""


# --- reading ------------------------------------------------------------------------------------


def read(answers: dict) -> dict:
    found = {}
    for section in rows(EVERYTHING, answers):
        for row in section.rows:
            found[row.key] = row
    return found


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("ho_ten", "Nguyễn Văn Bình"),
        ("dien_tich", "12,5 m²"),
        ("gia_tri", "1.234.567 đồng"),
        ("ngay", "31/01/2026"),
        ("loai", "Cấp mới"),
        ("kem_theo", "Bản chính; Ảnh"),
        ("co_no", "Không"),
        ("dia_chi", "Số 5 đường Bạch Đằng, Phường Hải Châu, Thành phố Đà Nẵng"),
        ("giay_to", "1 tệp"),
    ],
)
def test_answers_read_as_vietnamese(key: str, text: str) -> None:
    assert read(ANSWERS)[key].value == text


def test_a_person_reads_as_labelled_items() -> None:
    assert read(ANSWERS)["cha"].items == [
        ("Họ, chữ đệm, tên", "Nguyễn Văn An"),
        ("Ngày, tháng, năm sinh", "03/02/1960"),
        ("Giới tính", "Nam"),
        ("Số định danh cá nhân (số CCCD)", "001060000123"),
        ("Nơi cư trú", "Phường Ba Đình, Thành phố Hà Nội"),
    ]


def test_a_table_reads_row_by_row() -> None:
    assert read(ANSWERS)["con"].table[1] == [
        ("Tên", "Cúc"),
        ("Ngày sinh", "chưa cung cấp"),
        ("Ở cùng", "Không"),
    ]


def test_what_was_skipped_says_so() -> None:
    row = read({})["thu"]
    assert row.missing and row.value == "chưa cung cấp"


def test_papers_are_named_when_known() -> None:
    [section, _] = rows(EVERYTHING, ANSWERS, files={"giay_to": [{"id": "p1", "name": "anh.jpg"}]})
    assert section.rows[-1].value == "anh.jpg"


def test_headings_start_a_block_of_rows() -> None:
    [(heading, block)] = rows(EVERYTHING, {})[0].blocks
    assert heading == "Người yêu cầu" and block[0].key == "ho_ten"


# --- known beforehand ----------------------------------------------------------------------------

BINH = {
    "full_name": "Nguyễn Văn Bình",
    "birth_date": date(1990, 5, 6),
    "sex": "male",
    "citizen_id": "001090000123",
    "phone": "0912345678",
    "email": "binh@example.vn",
    "address": {"province": "20", "ward": "20194", "detail": "Số 5"},
}


def test_an_account_fills_a_person_block() -> None:
    definition = one_field(
        type="person",
        prefill="user",
        parts=["full_name", "birth_date", "sex", "residence", "email"],
    )
    assert prefill(definition, BINH) == {
        "f": {
            "full_name": "Nguyễn Văn Bình",
            "birth_date": "1990-05-06",
            "sex": "male",
            "residence": {"province": "20", "ward": "20194", "detail": "Số 5"},
            "email": "binh@example.vn",
        }
    }


def test_prefilled_answers_are_good_answers() -> None:
    definition = one_field(type="person", prefill="user", required=True)
    assert problems(definition, prefill(definition, BINH)) == []


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"prefill": "user.full_name"}, "Nguyễn Văn Bình"),
        ({"type": "date", "prefill": "user.birth_date"}, "1990-05-06"),
        ({"prefill": "user.address"}, "Số 5, Phường Hải Châu, Thành phố Đà Nẵng"),
        (
            {
                "type": "choice",
                "prefill": "user.sex",
                "options": [{"value": "1", "label": "Nam"}, {"value": "2", "label": "Nữ"}],
            },
            "1",
        ),
    ],
)
def test_an_account_fills_single_questions(spec: dict, answer: str) -> None:
    assert prefill(one_field(**spec), BINH) == {"f": answer}


def test_what_the_account_does_not_know_stays_open() -> None:
    definition = copy.deepcopy(EVERYTHING)
    assert prefill(definition, {"full_name": "Trần Thị Mai", "email": None}) == {
        "ho_ten": "Trần Thị Mai"
    }
