from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from portal.lib.text import nfc


class WithdrawForm(forms.Form):
    """Why a citizen takes the dossier back (T18)."""

    reason = forms.CharField(
        label="Lý do rút hồ sơ",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Hãy ghi lý do rút hồ sơ.",
            "max_length": "Tối đa %(limit_value)d ký tự; bạn đã viết %(show_value)d.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_reason(self) -> str:
        return nfc(self.cleaned_data["reason"]).strip()
