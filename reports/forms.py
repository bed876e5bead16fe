from datetime import date, timedelta
from typing import Any

from django import forms

from accounts.models import Agency
from dossiers.forms.register import PeriodForm


class FiguresForm(PeriodForm):
    """Days, and one agency with what is below it, or all that the reader may see."""

    don_vi = forms.ChoiceField(
        label="Cơ quan",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"invalid_choice": "Bạn không xem được số liệu của cơ quan này."},
    )

    def __init__(self, data: Any, *, agencies: frozenset[int], today: date) -> None:
        super().__init__(data, today=today)
        named = Agency.objects.filter(pk__in=agencies).order_by("code").values_list("pk", "name")
        choices: Any = self.fields["don_vi"]
        choices.choices = [("", "Tất cả cơ quan tôi theo dõi"), *((str(pk), n) for pk, n in named)]


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
