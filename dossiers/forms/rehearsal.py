"""A change of the holiday table as somebody would like to try it."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from dossiers.models import NonWorkingDay
from dossiers.models.nonworking import DayKind

MOST_DAYS = 40
_FAR = timedelta(days=3 * 366)
_SEPARATOR = re.compile(r"[\s,;]+")


class DaysField(forms.CharField):
    """Days as people write them, 30/4/2026, one a line or behind commas; a list of dates."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"})
        super().__init__(required=False, max_length=1000, widget=widget, **kwargs)

    def clean(self, value: Any) -> list[date]:
        words = [word for word in _SEPARATOR.split(super().clean(value)) if word]
        if len(words) > MOST_DAYS:
            raise forms.ValidationError(f"Chỉ thử nhiều nhất {MOST_DAYS} ngày một lần.")
        return sorted({_day(word) for word in words})


def _day(word: str) -> date:
    for shape in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(word, shape).date()
        except ValueError:
            continue
    raise forms.ValidationError(f"“{word[:20]}” không phải một ngày; hãy ghi như 30/4/2026.")


class TryDaysForm(forms.Form):
    """Sent by GET: nothing is written, and the address can be shown to a colleague."""

    nghi = DaysField(label="Thêm ngày nghỉ", help_text="Mỗi dòng một ngày, ví dụ 30/4/2026.")
    bu = DaysField(label="Thêm ngày làm bù", help_text="Ngày cuối tuần làm bù, ví dụ 9/5/2026.")
    bo = forms.MultipleChoiceField(
        label="Bỏ khỏi bảng", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        days = NonWorkingDay.objects.filter(date__gte=today - timedelta(days=60))
        days = days.filter(date__lte=today + timedelta(days=400))
        choices = [(day.date.isoformat(), f"{day.date:%d/%m/%Y} – {day.name}") for day in days]
        field: Any = self.fields["bo"]
        field.choices = choices
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        off, makeup = cleaned.get("nghi", []), cleaned.get("bu", [])
        if twice := sorted(set(off) & set(makeup)):
            self.add_error("bu", f"{twice[0]:%d/%m/%Y} vừa là ngày nghỉ vừa là ngày làm bù.")
        for name, days in (("nghi", off), ("bu", makeup)):
            if far := [day for day in days if abs(day - self.today) > _FAR]:
                self.add_error(name, f"{far[0]:%d/%m/%Y} quá xa; hãy thử trong vòng ba năm.")
        if not self.errors and not (off or makeup or cleaned.get("bo")):
            raise forms.ValidationError("Hãy ghi ít nhất một ngày muốn thử.")
        return cleaned

    @property
    def added(self) -> dict[date, str]:
        found: dict[date, str] = {day: DayKind.OFF for day in self.cleaned_data["nghi"]}
        return found | {day: DayKind.MAKEUP for day in self.cleaned_data["bu"]}

    @property
    def removed(self) -> set[date]:
        return {date.fromisoformat(day) for day in self.cleaned_data["bo"]}
