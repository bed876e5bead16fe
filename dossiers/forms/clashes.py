"""Two versions of one page: what is kept and what was typed, question by question."""

from typing import Any, NamedTuple

from django.http import QueryDict

from procedures import eforms

# "giu-<question>" = "luu": keep what is saved; anything else: what was typed.
CHOICE = "giu-"
KEEP_SAVED = "luu"


class Difference(NamedTuple):
    """One question, both answers as people read them."""

    key: str
    label: str
    saved: str
    typed: str


def differences(form: eforms.EForm, saved: dict[str, Any]) -> list[Difference]:
    """Where the page as sent says something else than `saved`, in the order of the page."""
    typed = form.partial_answers()
    return [
        Difference(
            node.key,
            node.label,
            eforms.in_words(node, saved.get(node.key)),
            eforms.in_words(node, typed.get(node.key)),
        )
        for _, node in form.definition.walk()
        if node.key in form.asked_keys
        and node.type != "file"
        and saved.get(node.key) != typed.get(node.key)
    ]


def chosen(definition: eforms.Definition, sent: QueryDict, saved: dict[str, Any]) -> QueryDict:
    """What was sent, the saved answer put back wherever the person chose it."""
    keys = {
        name.removeprefix(CHOICE)
        for name, value in sent.items()
        if name.startswith(CHOICE) and value == KEEP_SAVED
    }
    keys &= definition.nodes.keys()
    if not keys:
        return sent
    data = sent.copy()
    for name in sent:
        if name.partition("-")[0] in keys:
            del data[name]
    for name, values in eforms.as_data(definition, saved).lists():
        if name.partition("-")[0] in keys:
            data.setlist(name, values)
    return data
