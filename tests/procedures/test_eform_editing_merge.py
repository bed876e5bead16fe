"""Two editors at one form: what goes together by itself and what has to be chosen."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from procedures.eforms import check_definition, editing, outline
from procedures.eforms.merging import MINE, ORDER, THEIRS, clashes, merged
from tests.procedures.test_eform_editing import ABC, keys, text

BASE = {
    "title": "T",
    "sections": [
        {"key": "s", "title": "S", "fields": [text("a"), text("b"), text("c")]},
        {"key": "z", "title": "Z", "fields": [text("d"), text("e")]},
    ],
}


def labelled(form, key, label):
    return editing.set_field(form, key, {"label": label}).definition


def labels(form):
    return {spec["key"]: spec["label"] for _, spec in outline.walk(form)}


def test_changes_to_different_questions_go_together():
    mine = labelled(BASE, "a", "Họ tên")
    theirs = editing.add_field(labelled(BASE, "b", "Ngày sinh"), "s", "email", "Thư", 1).definition
    assert clashes(BASE, mine, theirs) == []
    both = merged(BASE, mine, theirs, {})
    assert keys(both) == ["a", "thu", "b", "c"]
    assert labels(both) | {"a": "Họ tên", "b": "Ngày sinh"} == labels(both)


def test_the_same_question_is_asked_about():
    mine, theirs = labelled(BASE, "a", "Của tôi"), labelled(BASE, "a", "Của họ")
    (clash,) = clashes(BASE, mine, theirs)
    assert (clash.name, clash.what) == ("o:a", "Câu hỏi “Của họ”")
    assert "Câu hỏi: Của tôi" in clash.mine and "Câu hỏi: Của họ" in clash.theirs
    assert labels(merged(BASE, mine, theirs, {"o:a": MINE}))["a"] == "Của tôi"
    assert labels(merged(BASE, mine, theirs, {"o:a": THEIRS}))["a"] == "Của họ"


def test_removed_here_and_changed_there():
    mine = editing.remove_field(BASE, "a").definition
    theirs = labelled(BASE, "a", "Khác")
    (clash,) = clashes(BASE, mine, theirs)
    assert clash.mine == ["đã xóa"]
    assert "a" not in labels(merged(BASE, mine, theirs, {"o:a": MINE}))
    assert keys(merged(BASE, mine, theirs, {"o:a": THEIRS})) == ["a", "b", "c"]


def test_moved_here_and_added_there():
    mine = editing.move_field(BASE, "c", "z", 0).definition
    theirs = editing.add_field(BASE, "z", "email", "Thư", 1).definition
    both = merged(BASE, mine, theirs, {})
    assert (keys(both), keys(both, 1)) == (["a", "b"], ["c", "d", "thu", "e"])


def test_two_orders_cannot_both_be():
    mine = editing.move_field(BASE, "c", "s", 0).definition
    theirs = editing.move_field(BASE, "a", "s", 2).definition
    assert [clash.name for clash in clashes(BASE, mine, theirs)] == [ORDER]
    assert keys(merged(BASE, mine, theirs, {ORDER: MINE})) == ["c", "a", "b"]
    assert keys(merged(BASE, mine, theirs, {ORDER: THEIRS})) == ["b", "c", "a"]


def test_a_section_added_on_each_side():
    mine = editing.add_section(BASE, "Của tôi", 0).definition
    theirs = editing.add_section(BASE, "Của họ").definition
    both = merged(BASE, mine, theirs, {})
    assert sorted(s["title"] for s in both["sections"]) == ["Của họ", "Của tôi", "S", "Z"]


def test_without_a_common_start_every_difference_is_shown():
    found = clashes(None, labelled(ABC, "a", "x"), ABC)
    assert [clash.name for clash in found] == ["o:a"]


# --- whatever is done ---------------------------------------------------------------------------

edits = st.lists(
    st.one_of(
        st.tuples(st.just("label"), st.sampled_from("abcde"), st.sampled_from(["x", "y"])),
        st.tuples(st.just("move"), st.sampled_from("abcde"), st.sampled_from("sz")),
        st.tuples(st.just("remove"), st.sampled_from("abcde"), st.just("")),
        st.tuples(st.just("add"), st.sampled_from("sz"), st.sampled_from(["Một", "Hai"])),
        st.tuples(st.just("drop"), st.sampled_from("sz"), st.just("")),
    ),
    max_size=5,
)


def edited(form, steps):
    for what, key, value in steps:
        try:
            if what == "label":
                form = labelled(form, key, value)
            elif what == "move":
                form = editing.move_field(form, key, value, 0).definition
            elif what == "remove":
                form = editing.remove_field(form, key).definition
            elif what == "drop":
                form = editing.remove_section(form, key).definition
            else:
                form = editing.add_field(form, key, "text", value).definition
        except editing.EditRefused:
            continue
    return form


@settings(max_examples=300, deadline=None)
@given(edits, edits, st.sampled_from([MINE, THEIRS]))
def test_a_merge_is_a_form_and_loses_no_untouched_question(ours, others, pick):
    mine, theirs = edited(BASE, ours), edited(BASE, others)
    before = copy.deepcopy((mine, theirs))
    picks = {clash.name: pick for clash in clashes(BASE, mine, theirs)}
    both = merged(BASE, mine, theirs, picks)
    outline.safe(both)
    assert (mine, theirs) == before
    in_both = labels(mine).keys() & labels(theirs).keys()
    assert in_both <= labels(both).keys()
    assert labels(both).keys() <= labels(mine).keys() | labels(theirs).keys()
    if all(section["fields"] for section in both["sections"]):
        assert check_definition(both) == []


@settings(max_examples=100, deadline=None)
@given(edits, edits)
def test_when_one_side_did_nothing_the_other_counts(ours, others):
    mine = edited(BASE, ours)
    assert merged(BASE, mine, BASE, {}) == mine
    assert merged(BASE, BASE, mine, {}) == mine
    assert clashes(BASE, mine, mine) == []
    assert merged(BASE, mine, mine, {}) == mine
