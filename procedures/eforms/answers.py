"""Stored answers, looked at again on the server: what counts, what is missing, what is wrong."""

import json
from typing import Any

from django.utils.datastructures import MultiValueDict

from .builder import EForm
from .definition import parse
from .nodes import Definition, Section
from .reading import Answers, Problem
from .visible import asked, visible_answers

Json = dict[str, Any]


def visible_sections(definition: Json, answers: Answers) -> list[Section]:
    """The sections still to be asked, given the answers so far; a wizard's steps."""
    found: dict[str, Section] = {}
    for section, _, _ in asked(parse(definition), answers):
        found[section.key] = section
    return list(found.values())


def section_of(definition: Json, key: str) -> str:
    """The key of the section that asks `key`; "" when none does."""
    return next((s.key for s, node in parse(definition).walk() if node.key == key), "")


def drop_hidden(definition: Json, answers: Answers) -> Answers:
    """`answers` without those to questions that are not asked, and without unknown keys."""
    return visible_answers(parse(definition), answers)


def hidden_keys(definition: Json, answers: Answers) -> frozenset[str]:
    """Of the questions that are not asked, given these answers."""
    parsed = parse(definition)
    every = {node.key for section in parsed.sections for node in section.nodes}
    return frozenset(every - {node.key for _, node, _ in asked(parsed, answers)})


def missing(definition: Json, answers: Answers) -> list[tuple[str, str, str]]:
    """(key, label, section key) of each required answer that is absent."""
    return [
        (problem.key, problem.label, section_of(definition, problem.key))
        for problem in _checked(parse(definition), answers).found
        if problem.code == "required"
    ]


def problems(definition: Json, answers: Answers) -> list[tuple[str, str]]:
    """(key, sentence) for everything that keeps these answers from being filed; [] when fit.

    Absent required answers are among them. What was stored is trusted in nothing: it goes
    through the same checks as what is typed, and must come out as it went in.
    """
    form = _checked(parse(definition), answers)
    found = [(problem.key, _in_place(problem)) for problem in form.found]
    told = {key for key, _ in found}
    stored = visible_answers(form.definition, answers)
    for key, value in stored.items():
        if key not in told and _text(value) != _text(form.cleaned_data.get(key)):
            label = form.definition.nodes[key].label
            found.append((key, f"Câu trả lời “{label}” lưu sai dạng. Hãy nhập lại."))
    return found


def _in_place(problem: Problem) -> str:
    return problem.message if " – " not in problem.label else f"{problem.label}: {problem.message}"


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _checked(definition: Definition, answers: Answers) -> EForm:
    answers = answers if isinstance(answers, dict) else {}
    form = EForm(definition, initial_answers=answers)
    # The same form takes its own answers: growing its fields twice would cost as much again.
    form.data, form.is_bound = _sent_back(form), True
    form.is_valid()
    return form


def as_data(definition: Definition, answers: Answers) -> MultiValueDict[str, Any]:
    """What a browser would send back if the page with these answers were sent unchanged."""
    return _sent_back(EForm(definition, initial_answers=answers))


def _sent_back(form: EForm) -> MultiValueDict[str, Any]:
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, rows in form.rows.items():
        data.setlist(f"{name}-rows", rows)
    for name in form.fields:
        value = form.raw(name)
        if form.leaf(name).node.type != "file":
            data.setlist(name, value if isinstance(value, list) else [value])
    return data
