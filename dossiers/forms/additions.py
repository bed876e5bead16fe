from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from dossiers.models import Deficiency, Dossier
from portal.lib.text import nfc
from procedures.general_form import definition_of


class AnswerForm(forms.Form):
    note = forms.CharField(
        label="Lời nhắn cho cơ quan",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_note(self) -> str:
        return nfc(self.cleaned_data["note"])


def asked_definition(dossier: Dossier, wanted: list[Deficiency]) -> dict[str, Any]:
    """The dossier's e-form cut down to the asked fields. Conditions are dropped: a field
    that was asked is shown."""
    keys = {item.field_key for item in wanted if item.field_key}
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
