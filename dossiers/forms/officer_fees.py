from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from dossiers.models import Dossier
from portal.lib.text import nfc

_MOST = 10_000_000_000  # đồng


class MoneyField(forms.IntegerField):
    """Whole đồng, typed as 8000, 8.000 or 8 000 đ."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        text = str(value or "").replace(".", "").replace("đ", "")
        return super().to_python("".join(text.split()))


def _amount(label: str) -> MoneyField:
    return MoneyField(
        label=label,
        min_value=0,
        max_value=_MOST,
        error_messages={
            "required": "Hãy ghi số tiền; không thu thì ghi 0.",
            "invalid": "Hãy ghi số tiền bằng chữ số, ví dụ 8.000.",
            "min_value": "Số tiền không được âm.",
            "max_value": "Số tiền quá lớn.",
        },
    )


class FeesForm(forms.Form):
    at_reception = _amount("Thu khi tiếp nhận (đồng)")
    at_return = _amount("Thu khi trả kết quả (đồng)")
    reason = forms.CharField(
        label="Căn cứ",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Loại áp dụng, số lượng hoặc đối tượng được miễn, giảm. Công dân đọc được.",
        error_messages={"required": "Hãy ghi căn cứ."},
    )

    def __init__(self, data: Any = None, *, dossier: Dossier) -> None:
        first = {"at_reception": dossier.fee_at_reception, "at_return": dossier.fee_at_return}
        super().__init__(data, initial=first)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_reason(self) -> str:
        return nfc(self.cleaned_data["reason"])
