"""What we ask at sign-up beyond allauth's own fields. Its own module: allauth imports it
while its forms are being made."""

from typing import Any

from django import forms
from django.http import HttpRequest

from accounts.names import person_name


class SignupDetails(forms.Form):
    full_name = forms.CharField(
        label="Họ và tên",
        max_length=150,
        help_text="Ghi đủ như trên căn cước.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Hãy nhập họ và tên."},
    )

    field_order = ["full_name", "email", "phone", "password1", "password2"]

    def clean_full_name(self) -> str:
        return person_name(self.cleaned_data["full_name"])

    def signup(self, request: HttpRequest, user: Any) -> None:
        """allauth asks for this hook; AccountAdapter.save_user wrote the name already."""
