"""Forms of people and their accounts; they validate and never save."""

from typing import Any

from allauth.account import forms as allauth
from crispy_forms.helper import FormHelper
from django import forms

from accounts.models import User
from accounts.models.user import Sex
from accounts.phones import normal
from portal.lib.codes import citizen_id_problem
from portal.lib.text import nfc


class LoginForm(allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Thư điện tử hoặc số điện thoại"
        self.fields["login"].widget.attrs = {"autocomplete": "username", "inputmode": "email"}
        self.fields["password"].label = "Mật khẩu"
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class SignupForm(allauth.SignupForm):
    """E-mail or phone, at least one of the two, and a password."""

    field_order = ["full_name", "email", "phone", "password1", "password2"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "email": "Thư điện tử",
            "phone": "Số điện thoại",
            "password1": "Mật khẩu",
            "password2": "Nhập lại mật khẩu",
        }
        for name, label in labels.items():
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)
        self.fields["email"].help_text = "Cần thư điện tử hoặc số điện thoại; có cả hai càng tốt."
        self.fields["password1"].help_text = "Ít nhất 10 ký tự; một câu dài dễ nhớ là tốt nhất."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        typed = [name for name in ("email", "phone") if cleaned.get(name) or name in self.errors]
        if not typed:
            self.add_error("email", "Hãy nhập thư điện tử hoặc số điện thoại.")
        return cleaned


class ProfileForm(forms.Form):
    """What a person says about themself; the citizen number is fixed once checked."""

    full_name = forms.CharField(label="Họ và tên", max_length=150)
    birth_date = forms.DateField(
        label="Ngày sinh",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    sex = forms.ChoiceField(
        label="Giới tính", choices=[("", "Chưa chọn"), *Sex.choices], required=False
    )
    citizen_id = forms.CharField(
        label="Số định danh cá nhân", max_length=12, required=False, help_text="12 chữ số."
    )
    phone = forms.CharField(label="Số điện thoại", max_length=20, required=False)
    street = forms.CharField(label="Số nhà, đường, thôn", max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.helper = FormHelper()
        self.helper.form_tag = False
        tokens = {
            "full_name": "name",
            "birth_date": "bday",
            "phone": "tel",
            "street": "street-address",
        }
        for name, token in tokens.items():
            self.fields[name].widget.attrs["autocomplete"] = token
        self.fields["citizen_id"].widget.attrs["inputmode"] = "numeric"
        if user.auth_level:
            self.fields["citizen_id"].disabled = True

    def clean_full_name(self) -> str:
        return nfc(self.cleaned_data["full_name"])

    def clean_street(self) -> str:
        return nfc(self.cleaned_data["street"])

    def clean_citizen_id(self) -> str:
        value = str(self.cleaned_data["citizen_id"]).strip()
        if value and (problem := citizen_id_problem(value)):
            raise forms.ValidationError(problem)
        return value

    def clean_phone(self) -> str:
        text = self.cleaned_data["phone"].strip()
        phone = normal(text) if text else ""
        if phone is None:
            raise forms.ValidationError("Số điện thoại chưa đúng. Ví dụ đúng: 0912 345 678.")
        if phone and User.objects.filter(phone=phone).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Số điện thoại này đã thuộc về tài khoản khác.")
        if not phone and not self.user.email:
            raise forms.ValidationError("Tài khoản cần số điện thoại để đăng nhập.")
        return phone
