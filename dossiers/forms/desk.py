"""What officers type about whose work it is, labels, saved views and acts on many dossiers."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.models import Agency, User
from dossiers.filters import COLUMNS, USUAL, known_columns
from dossiers.forms.officer import text_field
from dossiers.models import BulkKind, Colour, Label
from dossiers.queues import QUEUES
from portal.lib.text import nfc

# Offered under a queue; what the dossier's state or the person's role forbids is refused row by
# row with its sentence.
ACTS = [
    (kind.value, kind.label)
    for kind in (
        BulkKind.CLAIM,
        BulkKind.ASSIGN,
        BulkKind.LABEL,
        BulkKind.ACCEPT,
        BulkKind.FORWARD,
    )
]


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


def _person_field(label: str, people: Iterable[User], empty: str) -> PersonField:
    among = User.objects.filter(pk__in=[one.pk for one in people]).order_by("full_name", "pk")
    return PersonField(
        among,
        label=label,
        empty_label="Chọn một người",
        error_messages={"required": empty, "invalid_choice": empty},
    )


class AssignForm(forms.Form):
    """`holder`: who held the dossier as the page showed it."""

    note = text_field("Lời nhắn cho người nhận", lines=2, max_length=500)
    holder = forms.IntegerField(required=False, widget=forms.HiddenInput())

    def __init__(self, data: Any = None, *, people: Iterable[User], holder: int | None) -> None:
        super().__init__(data, initial={"holder": holder})
        who = _person_field("Giao cho", people, "Hãy chọn người nhận việc.")
        self.fields = {"to": who, **self.fields}

    def see(self, holder: int | None) -> None:
        """The page shows who holds it now: the next press knows."""
        shown: Any = self.data
        self.data = shown = shown.copy()
        shown["holder"] = holder or ""

    def clean_note(self) -> str:
        return nfc(self.cleaned_data["note"])


class BulkForm(forms.Form):
    """`viec` decides what else is asked."""

    dau = forms.UUIDField(widget=forms.HiddenInput(), initial=uuid.uuid4)

    def __init__(
        self,
        data: Any = None,
        *,
        kind: str,
        people: Iterable[User] = (),
        labels: Iterable[Label] = (),
    ) -> None:
        super().__init__(data)
        if kind in (BulkKind.ASSIGN, BulkKind.DESK):
            self.fields["to"] = _person_field("Giao cho", people, "Hãy chọn người nhận việc.")
        if kind == BulkKind.LABEL:
            self.fields["label"] = forms.ModelChoiceField(
                Label.objects.filter(pk__in=[one.pk for one in labels]),
                label="Nhãn",
                empty_label="Chọn một nhãn",
                error_messages={
                    "required": "Hãy chọn nhãn.",
                    "invalid_choice": "Hãy chọn nhãn.",
                },
            )
        if kind in (BulkKind.ASSIGN, BulkKind.DESK, BulkKind.FORWARD):
            self.fields["note"] = text_field("Lời nhắn", lines=2, max_length=500)

    def told(self) -> dict[str, Any]:
        """What the rows are done with."""
        given = self.cleaned_data
        data: dict[str, Any] = {"note": nfc(given["note"])} if "note" in given else {}
        for name in ("to", "label"):
            if given.get(name):
                data[name] = given[name].pk
        return data


class LabelForm(forms.Form):
    text = text_field("Nhãn mới", needed="Hãy ghi chữ trên nhãn.", max_length=30)
    colour = forms.ChoiceField(
        label="Màu", choices=Colour.choices, error_messages={"invalid_choice": "Hãy chọn màu."}
    )

    def __init__(self, data: Any = None, *, agencies: Iterable[Agency]) -> None:
        super().__init__(data)
        among = list(agencies)
        self.fields["agency"] = forms.ModelChoiceField(
            Agency.objects.filter(pk__in=[one.pk for one in among]),
            label="Cơ quan",
            initial=among[0] if among else None,
            empty_label=None,
            error_messages={
                "required": "Hãy chọn cơ quan.",
                "invalid_choice": "Hãy chọn cơ quan.",
            },
        )

    def clean_text(self) -> str:
        return nfc(" ".join(self.cleaned_data["text"].split()))


class ViewForm(forms.Form):
    name = text_field("Tên bộ lọc", needed="Hãy đặt tên cho bộ lọc.", max_length=60)

    def __init__(
        self, data: Any = None, *, agencies: Iterable[Agency], initial: Any = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["agency"] = forms.ModelChoiceField(
            Agency.objects.filter(pk__in=[one.pk for one in agencies]),
            label="Ai thấy",
            required=False,
            empty_label="Chỉ mình tôi",
            error_messages={"invalid_choice": "Hãy chọn trong danh sách."},
        )

    def clean_name(self) -> str:
        return nfc(" ".join(self.cleaned_data["name"].split()))


class ColumnsForm(forms.Form):
    """The columns of one queue; no box ticked, or those of everybody, chooses nothing."""

    hang = forms.ChoiceField(choices=[(key, one.title) for key, one in QUEUES.items()])
    cot = forms.MultipleChoiceField(choices=list(COLUMNS.items()), required=False)

    def clean_cot(self) -> tuple[str, ...]:
        columns = known_columns(self.cleaned_data["cot"])
        return () if columns == USUAL else columns
