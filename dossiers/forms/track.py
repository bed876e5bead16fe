from typing import Any

from crispy_forms.helper import FormHelper
from django import forms


class TrackForm(forms.Form):
    MISS = (
        "Không tìm thấy hồ sơ với mã và mã tra cứu này. Hãy kiểm tra lại hai ô; mã tra cứu in "
        "trên biên nhận và giấy tiếp nhận."
    )

    code = forms.CharField(
        label="Mã hồ sơ",
        max_length=50,
        help_text="Ví dụ 000.00.15.H37-260310-0001.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Hãy nhập mã hồ sơ."},
    )
    secret = forms.CharField(
        label="Mã tra cứu hoặc số định danh của chủ hồ sơ",
        max_length=40,
        help_text="Mã tra cứu gồm 8 ký tự, in trên biên nhận.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Hãy nhập mã tra cứu hoặc số định danh."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()
