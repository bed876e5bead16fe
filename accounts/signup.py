"""What we ask at sign-up beyond allauth's own fields. Its own module: allauth imports it
while its forms are being made."""

from typing import Any

from django import forms
from django.http import HttpRequest

from portal.lib.text import nfc


class SignupDetails(forms.Form):
    full_name = forms.CharField(
        label="Họ và tên",
        max_length=150,
        help_text="Ghi đủ như trên căn cước.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["full_name", "email", "phone", "password1", "password2"]

    def clean_full_name(self) -> str:
        return nfc(self.cleaned_data["full_name"])

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth's hook after the user was made from its fields."""
        user.full_name = self.cleaned_data["full_name"]
        user.save(update_fields=["full_name"])
