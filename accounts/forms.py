"""Forms of people and their accounts; they validate and never save."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from django import forms
from django.core.validators import EmailValidator
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.passwords import Personal
from accounts.sessions import on_shared_machine

LOGIN_LABEL = "Thư điện tử hoặc số điện thoại"
PASSWORD_HELP = "Ít nhất 10 ký tự; một câu dài dễ nhớ là tốt nhất."


class Vietnamese:
    """allauth's forms in our words: labels above the fields, nothing written inside them."""

    labels: dict[str, str] = {}
    helps: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        for name, label in self.labels.items():
            field = fields[name]
            field.label = label
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.pop("placeholder", None)
            word = label if label.isupper() else label[0].lower() + label[1:]
            again = label.startswith("Nhập")
            field.error_messages["required"] = f"Hãy {word}." if again else f"Hãy nhập {word}."
            if isinstance(field, forms.EmailField):
                wrong = "Thư điện tử chưa đúng. Ví dụ đúng: ten@example.vn."
                field.error_messages["invalid"] = wrong
                field.validators = [EmailValidator(wrong)]


class SamePassword(Vietnamese):
    """In place of allauth's PasswordVerificationMixin, which says it in English."""

    labels = {"password1": "Mật khẩu mới", "password2": "Nhập lại mật khẩu mới"}
    helps = {"password1": PASSWORD_HELP}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]
        first, again = cleaned.get("password1"), cleaned.get("password2")
        if first and again and first != again:
            self.add_error("password2", "Hai lần nhập mật khẩu chưa giống nhau.")  # type: ignore[attr-defined]
        return cleaned


class LoginForm(Vietnamese, allauth.LoginForm):
    labels = {"login": LOGIN_LABEL, "password": "Mật khẩu"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs = {"autocomplete": "username", "inputmode": "email"}
        self.fields["login"].max_length = 254
        self.fields["shared"] = forms.BooleanField(
            required=False,
            label="Máy dùng chung (ở nơi làm thủ tục, quán, thư viện)",
            help_text="Không giữ gì trên máy này, và tự đăng xuất sớm.",
        )

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        response: HttpResponse = super().login(request, redirect_url)
        if self.cleaned_data["shared"]:
            on_shared_machine(request)  # after allauth has set its own length
        return response


class SignupForm(Vietnamese, allauth.SignupForm):
    """E-mail or phone, at least one of the two, and a password.

    It says when an e-mail or phone has an account: without an SMS gateway and with e-mail
    confirmed later there is no way to hide it (the account works at once). What is guessed
    here is limited by accounts.urls; sign-in and "forgotten password" tell nothing.
    """

    field_order = ["full_name", "email", "phone", "password1", "password2"]
    labels = {
        "full_name": "Họ và tên",
        "email": "Thư điện tử",
        "phone": "Số điện thoại",
        "password1": "Mật khẩu",
        "password2": "Nhập lại mật khẩu",
    }
    helps = {
        "full_name": "Ghi đủ như trên căn cước.",
        "email": "Cần thư điện tử hoặc số điện thoại; có cả hai càng tốt.",
        "password1": PASSWORD_HELP,
    }

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned: dict[str, Any] = self.cleaned_data
        typed = [name for name in ("email", "phone") if cleaned.get(name) or name in self.errors]
        if not typed:
            self.add_error("email", "Hãy nhập thư điện tử hoặc số điện thoại.")
        if "password2" in self.errors and cleaned.get("password1"):
            self.errors["password2"] = self.error_class(["Hai lần nhập mật khẩu chưa giống nhau."])
        self._clean_personal()
        return cleaned

    def _clean_personal(self) -> None:
        """allauth compares the password with the e-mail only."""
        password = self.cleaned_data.get("password1")
        if not password or "password1" in self.errors:
            return
        about = {name: self.cleaned_data.get(name) or "" for name in ("full_name", "phone")}
        try:
            Personal().validate(password, User(**about))
        except forms.ValidationError as error:
            self.add_error("password1", error)

    def _clean_phone(self) -> None:
        phone = self.cleaned_data.get("phone")
        if phone and get_adapter().get_user_by_phone(phone):
            self.add_error("phone", get_adapter().validation_error("phone_taken"))

    @transaction.atomic
    def save(self, request: HttpRequest) -> User:
        user: User = super().save(request)
        return user


class ChangePasswordForm(SamePassword, allauth.ChangePasswordForm):
    labels = {"oldpassword": "Mật khẩu đang dùng"} | SamePassword.labels


class SetPasswordForm(SamePassword, allauth.SetPasswordForm):
    pass


class ResetPasswordFromKeyForm(SamePassword, allauth.ResetPasswordKeyForm):
    pass


class ResetPasswordForm(Vietnamese, allauth.ResetPasswordForm):
    labels = {"email": "Thư điện tử"}


class AddEmailForm(Vietnamese, allauth.AddEmailForm):
    labels = {"email": "Thư điện tử"}


class ReauthenticateForm(Vietnamese, allauth.ReauthenticateForm):
    labels = {"password": "Mật khẩu"}
