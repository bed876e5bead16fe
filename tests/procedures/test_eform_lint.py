"""What lint says, and that it says something whatever it is given."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procedures.eforms import check_definition
from procedures.eforms.lint import Finding, lint, loops
from procedures.eforms.schema import SCHEMA
from tests.procedures.eform_samples import EVERYTHING, fields_of

YES = {"key": "co", "type": "yes_no", "label": "Có nợ"}
LOAI = {
    "key": "loai",
    "type": "choice",
    "label": "Loại",
    "options": [{"value": "moi", "label": "Mới"}, {"value": "lai", "label": "Lại"}],
}


def text(key="f", **more):
    return {"key": key, "type": "text", "label": f"Mục {key}", **more}


def options(values, labels):
    return [{"value": v, "label": label} for v, label in zip(values, labels, strict=True)]


def kinds(*specs):
    return {finding.kind for finding in lint(fields_of(*specs))}


def test_a_plain_form_gets_no_word():
    assert lint(fields_of(text(), YES)) == []


@pytest.mark.parametrize(
    ("kind", "specs"),
    [
        ("no_label", [text(label="  ")]),
        ("same_label", [text("a", label="Họ tên"), text("b", label="ho ten")]),
        ("punctuation", [text(label="Họ tên:")]),
        ("capitals", [text(label="HỌ VÀ TÊN")]),
        ("long_hint", [text(help="Ghi rõ. Ghi đủ.")]),
        ("long_hint", [text(help="a" * 151)]),
        ("long_section", [text(f"f{i}", label=f"Mục {i}") for i in range(13)]),
        ("many_options", [LOAI | {"options": options("abcdefgh", "abcdefgh")}]),
        ("no_row_label", [text("b", type="table", columns=[text("t")])]),
        ("bare_heading", [text(), {"key": "h", "type": "heading", "label": "Đề mục"}]),
        ("empty_section", [{"key": "n", "type": "note", "label": "Ghi chú"}]),
        ("could_prefill", [{"key": "p", "type": "phone", "label": "Số điện thoại"}]),
        ("asked_twice", [text("a", prefill="user.full_name"), text("b", prefill="user.full_name")]),
        ("one_option", [LOAI | {"options": options("a", "a")}]),
        ("same_option", [LOAI | {"options": options("ab", "aA")}]),
        ("unknown", [text(show_if={"field": "khong_co", "filled": True})]),
        ("later", [text("a", show_if={"field": "b", "filled": True}), text("b")]),
        ("loop", [text("a", show_if={"field": "a", "filled": True})]),
        ("bad_condition", [text(show_if={"field": "a"})]),
    ],
)  # fmt: skip
def test_what_is_wrong_has_a_name(kind, specs):
    assert kind in kinds(*specs)


@pytest.mark.parametrize(
    "condition",
    [
        {"all": [{"field": "loai", "equals": "moi"}, {"field": "loai", "equals": "lai"}]},
        {"all": [{"field": "co", "equals": True}, {"field": "co", "filled": False}]},
        {"field": "loai", "equals": "cu"},
        {"all": [{"not": {"field": "loai", "in": ["moi", "lai"]}},
                 {"field": "loai", "filled": True}]},
        {"not": {"any": [{"field": "co", "equals": True}, {"field": "co", "equals": False},
                         {"field": "co", "filled": False}]}},
        {"field": "so", "equals": 9},
        {"all": [{"field": "so", "equals": 1}, {"not": {"field": "so", "equals": 1.0}}]},
        {"field": "ngay", "equals": "30/02/2026"},
        {"field": "co", "equals": "Có"},
        {"all": [{"field": "nhieu", "equals": "moi"}, {"field": "nhieu", "filled": False}]},
        {"field": "con", "filled": True},
    ],
)  # fmt: skip
def test_a_condition_nothing_fulfils_is_found(condition):
    before = [
        LOAI,
        YES,
        {"key": "so", "type": "number", "label": "Số con", "max": 5},
        {"key": "ngay", "type": "date", "label": "Ngày lập"},
        LOAI | {"key": "nhieu", "type": "checks", "label": "Nhiều"},
        text(
            "me",
            show_if={"all": [{"field": "co", "equals": True}, {"field": "co", "equals": False}]},
        ),
        text("con", show_if={"field": "me", "filled": True}),
    ]
    found = lint(fields_of(*before, text("f", show_if=condition)))
    assert [f.key for f in found if f.kind == "never"] == ["me", "con", "f"]


@pytest.mark.parametrize(
    "condition",
    [
        {"any": [{"field": "loai", "equals": "moi"}, {"field": "loai", "equals": "lai"}]},
        {"all": [{"field": "nhieu", "equals": "moi"}, {"field": "nhieu", "equals": "lai"}]},
        {"not": {"all": [{"field": "co", "equals": True}, {"field": "co", "equals": False}]}},
        {"all": [{"field": "chu", "equals": "x"}, {"not": {"field": "chu", "equals": "y"}}]},
        {"all": [{"field": "phu", "filled": True}, {"field": "co", "equals": True}]},
        {"field": "loai", "filled": False},
    ],
)
def test_a_condition_somebody_may_fulfil_is_left_alone(condition):
    before = [
        LOAI,
        YES,
        LOAI | {"key": "nhieu", "type": "checks", "label": "Nhiều"},
        text("chu"),
        text("phu", show_if={"field": "co", "equals": True}),
    ]
    assert lint(fields_of(*before, text("f", show_if=condition))) == []


def test_a_condition_against_what_shows_the_question_it_asks():
    """“phu” is asked only of those who say yes; “f” wants its answer of those who say no."""
    form = fields_of(
        YES,
        text("phu", show_if={"field": "co", "equals": True}),
        text(
            "f",
            show_if={"all": [{"field": "phu", "filled": True}, {"field": "co", "equals": False}]},
        ),
    )
    assert [(f.kind, f.key) for f in lint(form)] == [("never", "f")]


def test_why_it_is_never_shown_is_told():
    form = fields_of(
        YES,
        text("me", label="Người mẹ", show_if={"field": "co", "equals": "x"}),
        text("f", show_if={"field": "me", "filled": True}),
    )
    assert [f.sentence for f in lint(form)] == [
        "Không bao giờ hiện: không câu trả lời nào làm cho “Có nợ” là “x”.",
        "Không bao giờ hiện: phụ thuộc “Người mẹ”, câu này cũng không bao giờ hiện.",
    ]


def test_a_required_question_in_a_section_never_shown():
    form = {
        "title": "T",
        "sections": [
            {"key": "a", "title": "Phần đầu", "fields": [YES]},
            {"key": "b", "title": "Phần sau", "show_if": {"field": "co", "equals": "x"},
             "fields": [text("f", required=True), text("g")]},
        ],
    }  # fmt: skip
    assert [(f.kind, f.section, f.key) for f in lint(form)] == [
        ("never", "b", ""),
        ("required_never", "b", "f"),
    ]


def test_a_section_that_waits_for_its_own_question():
    form = fields_of(YES)
    form["sections"][0]["show_if"] = {"field": "co", "equals": True}
    assert {(f.kind, f.key) for f in lint(form)} == {("loop", ""), ("loop", "co")}


def test_a_form_of_every_type_has_no_errors():
    assert [f for f in lint(EVERYTHING) if f.is_error] == []


# --- whatever it is given -----------------------------------------------------------------------

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
some_keys = st.sampled_from(["a", "b", "c", "d"])
condition_trees = st.recursive(
    st.fixed_dictionaries({"field": some_keys, "equals": st.sampled_from(["x", "y", True, 3])})
    | st.fixed_dictionaries({"field": some_keys, "filled": st.booleans()})
    | st.fixed_dictionaries(
        {"field": some_keys, "in": st.lists(st.sampled_from(["x", "y"]), min_size=1)}
    ),
    lambda inner: (
        st.fixed_dictionaries({"all": st.lists(inner, min_size=1, max_size=3)})
        | st.fixed_dictionaries({"any": st.lists(inner, min_size=1, max_size=3)})
        | st.fixed_dictionaries({"not": inner})
    ),
    max_leaves=6,
)
properties = sorted(
    SCHEMA["$defs"]["field"]["properties"] | SCHEMA["$defs"]["limits"]["properties"]
)
odd_fields = st.dictionaries(
    st.sampled_from(properties), json_values, max_size=6
) | st.fixed_dictionaries(
    {
        "key": some_keys,
        "type": st.sampled_from(
            ["text", "choice", "checks", "yes_no", "number", "table", "heading", "date"]
        ),
        "label": st.text(max_size=6),
    },
    optional={
        "show_if": condition_trees | json_values,
        "options": st.lists(
            st.fixed_dictionaries({"value": st.sampled_from("xy"), "label": st.text(max_size=3)}),
            max_size=3,
        )
        | json_values,
        "min": json_values,
        "max": json_values,
        "columns": json_values,
        "prefill": json_values,
        "required": json_values,
        "help": json_values,
    },
)
odd_forms = json_values | st.fixed_dictionaries(
    {
        "sections": st.lists(
            st.fixed_dictionaries(
                {"fields": st.lists(odd_fields | json_values, max_size=4)},
                optional={
                    "key": some_keys | json_values,
                    "title": json_values,
                    "show_if": condition_trees | json_values,
                },
            ),
            max_size=3,
        )
    }
)  # fmt: skip


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(odd_forms)
def test_lint_never_fails(form):
    assert all(isinstance(one, Finding) for one in lint(form))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(some_keys, some_keys), max_size=6), st.permutations("abcd"))
def test_loops_are_always_found(arrows, order):
    """Against the plain definition: following the arrows from a question leads back to it."""
    waits = {key: {to for start, to in arrows if start == key} for key in "abcd"}
    specs = []
    for key in order:
        asked = [{"field": to, "filled": True} for to in sorted(waits[key])]
        specs.append(text(key, **({"show_if": {"any": asked}} if asked else {})))
    form = fields_of(*specs)
    in_loop = {key for key in "abcd" if key in reached(waits, key)}
    assert set(loops(form)) == in_loop
    assert {f.key for f in lint(form) if f.kind == "loop"} == in_loop
    if in_loop:
        assert any("vòng lặp" in sentence for sentence in check_definition(form))


def reached(waits, key):
    found, open_keys = set(), [key]
    while open_keys:
        for to in waits[open_keys.pop()] - found:
            found.add(to)
            open_keys.append(to)
    return found


# --- hostile ------------------------------------------------------------------------------------


def long_chain(count):
    return [text("f0", show_if={"field": f"f{count - 1}", "filled": True})] + [
        text(f"f{i}", show_if={"field": f"f{i - 1}", "filled": True}) for i in range(1, count)
    ]


def puzzle():
    """Every question doubles the alternatives of the next."""
    specs = [LOAI | {"key": "f0"}]
    for i in range(1, 60):
        both = [{"field": f"f{i - 1}", "equals": v} for v in ("moi", "lai")]
        nested = {"all": [{"any": both}, {"any": [{"not": both[0]}, {"not": both[1]}]}]}
        specs.append(LOAI | {"key": f"f{i}", "show_if": nested})
    return specs


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        (fields_of(*(text(f"f{i}") for i in range(50_000))), "too_much"),
        (fields_of(*long_chain(500)), "loop"),
        (fields_of(*puzzle()), "many_questions"),
        (fields_of(*(text("f") for _ in range(500))), "same_label"),
    ],
)
def test_hostile_forms_are_answered_quickly(form, kind):
    started = time.perf_counter()
    found = {finding.kind for finding in lint(form)}
    assert time.perf_counter() - started < 5
    assert kind in found or kind == "many_questions"
