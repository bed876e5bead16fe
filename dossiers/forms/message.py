"""What is typed with a message; dossiers.actions.messages decides."""

import uuid
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from dossiers.models.message import LONGEST
from portal.lib.text import nfc

STALE = "Trang đã cũ. Hãy kiểm tra nội dung rồi bấm gửi lần nữa."


class MessageForm(forms.Form):
    """`token` makes a double click one message; `up_to`: the last one the page showed."""

    body = forms.CharField(
        label="Tin nhắn",
        max_length=LONGEST,
        help_text=f"Tối đa {LONGEST} ký tự. Không gửi mật khẩu, mã OTP qua tin nhắn.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Hãy viết nội dung tin nhắn.",
            "max_length": "Tối đa %(limit_value)d ký tự; bạn đã viết %(show_value)d.",
        },
    )
    token = forms.UUIDField(
        widget=forms.HiddenInput,
        error_messages=dict.fromkeys(("required", "invalid"), STALE),
    )
    up_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, data: Any = None, *, last: int = 0, body: str = "") -> None:
        super().__init__(data, initial={"token": uuid.uuid4(), "up_to": last, "body": body})
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_body(self) -> str:
        return nfc(self.cleaned_data["body"]).strip()
