"""Which part of the register: a desk, days, one procedure or all."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from accounts.models import Agency
from dossiers.register import Period
from procedures.models import Procedure


def day_field(label: str) -> forms.DateField:
    return forms.DateField(
        validators=[
            MinValueValidator(date(2000, 1, 1), f"“{label}” phải từ năm 2000."),
            MaxValueValidator(date(2100, 12, 31), f"“{label}” phải trước năm 2101."),
        ],
        label=label,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
        error_messages={
            "required": f"Hãy chọn {label.lower()}.",
            "invalid": f"“{label}” không phải là ngày. Ví dụ đúng: 2026-03-10.",
        },
    )


class PeriodForm(forms.Form):
    """From a day to a day, both in it; this month until somebody says otherwise."""

    longest = timedelta(days=366)
    tu = day_field("Từ ngày")
    den = day_field("Đến ngày")

    def __init__(self, data: Any, *, today: date, **first: str) -> None:
        month = {"tu": today.replace(day=1).isoformat(), "den": today.isoformat()}
        given = {name: value for name, value in data.items() if value}
        super().__init__(month | first | given)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("tu"), cleaned.get("den")
        if first and last and first > last:
            self.add_error("den", "“Đến ngày” phải từ “Từ ngày” trở đi.")
        elif first and last and last - first >= self.longest:
            self.add_error("den", "Hãy chọn kỳ không quá một năm.")
        return cleaned

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["tu"], self.cleaned_data["den"])


class RegisterForm(PeriodForm):
    """A register is read page by page: any period."""

    longest = timedelta.max
    field_order = ("don_vi", "tu", "den", "thu_tuc")
    don_vi = forms.TypedChoiceField(
        label="Nơi tiếp nhận",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Bạn không xem được sổ của nơi này."},
    )
    thu_tuc = forms.ModelChoiceField(
        Procedure.objects.none(),
        label="Thủ tục",
        required=False,
        empty_label="Mọi thủ tục",
        to_field_name="code",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Nơi này không tiếp nhận thủ tục đó."},
    )

    def __init__(self, data: Any, *, agencies: frozenset[int], today: date) -> None:
        desks = Agency.objects.filter(pk__in=agencies, receives=True).order_by("code")
        self.desks = {str(desk.pk): desk for desk in desks}
        super().__init__(data, today=today, don_vi=next(iter(self.desks), ""))
        places: Any = self.fields["don_vi"]
        places.choices = [(pk, desk.name) for pk, desk in self.desks.items()]
        places.coerce = self.desks.__getitem__
        procedures: Any = self.fields["thu_tuc"]
        if desk := self.desks.get(self.data["don_vi"]):
            here = Procedure.objects.filter(services__receiving_agency=desk)
            procedures.queryset = here.order_by("name").distinct()
        procedures.label_from_instance = lambda procedure: procedure.name
