"""The citizen's page of a request for additions: its papers, its pinned fields, the note."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from accounts.models import User
from dossiers import actions
from dossiers.actions import Incoming, Place
from dossiers.forms import clashes
from dossiers.forms.uploads import Control, put_unfinished
from dossiers.models import AdditionRound, CheckState, Deficiency, Dossier, Paper, Upload
from portal.lib.text import nfc
from procedures import eforms
from procedures.eforms import Row
from procedures.general_form import definition_of
from procedures.pages.papers import FileLink, good_ones


class AnswerForm(forms.Form):
    note = forms.CharField(
        label="Lời nhắn cho cơ quan",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": "Tối đa %(limit_value)d ký tự; bạn đã viết %(show_value)d."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_note(self) -> str:
        return nfc(self.cleaned_data["note"])


@dataclass(slots=True)
class Asked(Control):
    """One asked paper (or question answered by a file): what was there, what came since."""

    item: Deficiency
    place: Place
    sample: FileLink | None = None
    old: list[Paper] = field(default_factory=list)
    papers: list[Paper] = field(default_factory=list)
    uploads: list[Upload] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return any(paper.state in (CheckState.CLEAN, CheckState.PENDING) for paper in self.papers)


def places_of(
    dossier: Dossier,
    asked: AdditionRound,
    wanted: list[Deficiency],
    by_file: set[str],
    *,
    by: User,
    now: datetime,
) -> list[Asked]:
    """As `by` sees them. Two queries, one more where a paper has a filled example."""
    places = [
        Asked(item, actions.place_at(dossier, item.requirement, item.field_key))
        for item in wanted
        if item.requirement_id or item.field_key in by_file
    ]
    papers = list(dossier.papers.current().in_order())
    mine = dossier.uploads.visible_to(by)
    waiting = list(mine.filter(paper=None, expires_at__gt=now).order_by("pk"))
    samples = good_ones(one.requirement for one in wanted if one.requirement)
    for place in places:
        place.sample = samples.get(place.item.requirement_id or 0)
        holds = place.place.holds
        here = [paper for paper in papers if holds(paper.requirement_id, paper.field_key)]
        place.papers = [paper for paper in here if paper.uploaded_at > asked.asked_at]
        place.old = [paper for paper in here if paper.uploaded_at <= asked.asked_at]
    put_unfinished(places, waiting)
    return places


def incoming(places: list[Asked], sent: "MultiValueDict[str, Any]") -> list[Incoming]:
    """The files of the places on the page; what another control sends names nothing."""
    return [
        Incoming(place.name, file, place.item.requirement, place.item.field_key)
        for place in places
        for file in sent.getlist(place.name)
    ]


def asked_definition(
    dossier: Dossier, wanted: list[Deficiency], by_file: set[str]
) -> dict[str, Any]:
    """The dossier's e-form cut down to the asked fields. Conditions are dropped: a field
    that was asked is shown."""
    keys = {item.field_key for item in wanted if item.field_key} - by_file
    whole = definition_of(dossier.version)
    sections = []
    for section in whole["sections"]:
        fields = [
            {name: value for name, value in field.items() if name != "show_if"}
            for field in section["fields"]
            if field["key"] in keys
        ]
        if fields:
            sections.append({"key": section["key"], "title": section["title"], "fields": fields})
    return {**whole, "sections": sections}


def known(dossier: Dossier, asked: AdditionRound) -> dict[str, Any]:
    """The answers so far."""
    found = dossier.answers | asked.answers_draft
    return {key: value for key, value in found.items() if value is not None}


def with_emptied(eform: eforms.EForm, answers: dict[str, Any]) -> dict[str, Any]:
    """A question whose answer was taken out is answered too: with nothing."""
    return {key: answers.get(key) for key in eform.asked_keys}


def chosen(
    dossier: Dossier, asked: AdditionRound, definition: dict[str, Any], sent: QueryDict
) -> QueryDict:
    """What was sent, with what is kept wherever the person chose it."""
    data = sent
    if definition["sections"]:
        data = clashes.chosen(eforms.parse(definition), sent, known(dossier, asked))
    if sent.get(f"{clashes.CHOICE}note") == clashes.KEEP_SAVED:
        data = data.copy()
        data["note"] = asked.note_draft
    return data


def differences(
    dossier: Dossier, asked: AdditionRound, eform: eforms.EForm | None, note: str
) -> list[clashes.Difference]:
    """Where the page as sent says something else than what is kept."""
    found = clashes.differences(eform, known(dossier, asked)) if eform else []
    if note != asked.note_draft:
        label = str(AnswerForm.base_fields["note"].label)
        found.append(clashes.Difference("note", label, asked.note_draft, note))
    return found


def given_before(
    dossier: Dossier, asked: AdditionRound, wanted: list[Deficiency], by_file: set[str]
) -> list[tuple[Deficiency, Row | None]]:
    """The asked answers as they were filed, each with why it is asked again."""
    sections = eforms.rows(definition_of(dossier.version), asked.answers_before)
    rows = {row.key: row for section in sections for row in section.rows}
    fields = [item for item in wanted if item.field_key and item.field_key not in by_file]
    return [(item, rows.get(item.field_key)) for item in fields]
