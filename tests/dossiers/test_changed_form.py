"""Which questions of a new form have to be asked again of old answers."""

import copy

from dossiers.rehearsal.changed_form import narrowed


def form(*fields, show_if=None):
    first = {"key": "mot", "title": "Một", "fields": list(fields[:2])}
    second = {"key": "hai", "title": "Hai", "fields": list(fields[2:])}
    if show_if:
        second["show_if"] = show_if
    return {"title": "Tờ khai", "sections": [first, second]}


def text(key, **more):
    return {"key": key, "type": "text", "label": key, **more}


A, B, C = text("a"), text("b"), text("c")
OLD = form(A, B, C)
IF_A = {"field": "a", "filled": True}


def asked(new, old=OLD):
    found = narrowed(new, old)
    sections = found.definition["sections"] if found.definition else []
    kept = [field["key"] for section in sections for field in section["fields"]]
    return sorted(found.changed), kept


def test_the_same_form_asks_nothing():
    assert asked(copy.deepcopy(OLD)) == ([], [])


def test_a_new_question_alone_is_asked():
    assert asked(form(A, B, C, text("d"))) == (["d"], ["d"])


def test_a_changed_question_alone_is_asked():
    assert asked(form(A, text("b", required=True), C)) == (["b"], ["b"])


def test_a_condition_brings_along_what_it_asks_about():
    assert asked(form(A, B, text("c", show_if=IF_A))) == (["c"], ["a", "c"])


def test_a_section_under_a_condition_changes_its_questions():
    assert asked(form(A, B, C, show_if=IF_A)) == (["c"], ["a", "c"])


def test_what_depends_on_a_changed_question_is_asked_too():
    old = form(A, B, text("c", show_if=IF_A))
    new = form(text("a", max_length=5), B, text("c", show_if=IF_A))
    assert asked(new, old) == (["a", "c"], ["a", "c"])


def test_a_removed_question_asks_nothing():
    assert asked(form(A, B)) == ([], [])


def test_moved_questions_are_all_asked():
    assert asked(form(B, A, C)) == (["a", "b", "c"], ["b", "a", "c"])
