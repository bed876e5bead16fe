from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import Agency
from dossiers.forms.register import LONGEST, day_field
from dossiers.register import Period


class PeriodForm(forms.Form):
    """Days, and one agency with what is below it, or all that the reader may see."""

    tu = day_field("Từ ngày")
    den = day_field("Đến ngày")
    don_vi = forms.ChoiceField(
        label="Cơ quan",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Bạn không xem được số liệu của cơ quan này."},
    )

    def __init__(self, data: Any, *, agencies: frozenset[int], today: date) -> None:
        first = {"tu": today.replace(day=1).isoformat(), "den": today.isoformat()}
        super().__init__(first | {name: value for name, value in data.items() if value})
        named = Agency.objects.filter(pk__in=agencies).order_by("code").values_list("pk", "name")
        choices: Any = self.fields["don_vi"]
        choices.choices = [("", "Tất cả cơ quan tôi theo dõi"), *((str(pk), n) for pk, n in named)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("tu"), cleaned.get("den")
        if first and last and first > last:
            self.add_error("den", "“Đến ngày” phải từ “Từ ngày” trở đi.")
        elif first and last and last - first >= LONGEST:
            self.add_error("den", "Hãy chọn kỳ không quá một năm.")
        return cleaned

    @property
    def period(self) -> Period:
        return Period(self.cleaned_data["tu"], self.cleaned_data["den"])


def presets(today: date) -> list[tuple[str, date, date]]:
    """Periods people ask for most."""
    month = today.replace(day=1)
    last_month = month - timedelta(days=1)
    quarter = today.replace(month=3 * ((today.month - 1) // 3) + 1, day=1)
    return [
        ("Tháng này", month, today),
        ("Tháng trước", last_month.replace(day=1), last_month),
        ("Quý này", quarter, today),
        ("Năm nay", today.replace(month=1, day=1), today),
    ]
