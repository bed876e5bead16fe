"""The form of what a person says about themself; it validates and never saves."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.adapter import PhoneField
from accounts.models import Province, User, Ward
from accounts.models.user import Sex
from accounts.names import person_name
from portal.lib.codes import citizen_id_problem
from portal.lib.text import nfc

EARLIEST_BIRTH = date(1900, 1, 1)


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label="Họ và tên", max_length=150, error_messages={"required": "Hãy nhập họ và tên."}
    )
    birth_date = forms.DateField(
        label="Ngày sinh",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "Ngày sinh chưa đúng. Ví dụ đúng: 20/05/1990."},
    )
    sex = forms.ChoiceField(
        label="Giới tính", choices=[("", "Chưa chọn"), *Sex.choices], required=False
    )
    citizen_id = forms.CharField(
        label="Số định danh cá nhân", required=False, help_text="12 chữ số trên căn cước."
    )
    phone = PhoneField(label="Số điện thoại", required=False, help_text="Dùng để đăng nhập.")
    province = forms.ModelChoiceField(
        Province.objects.filter(valid_to=None),
        label="Tỉnh, thành phố",
        required=False,
        empty_label="Chưa chọn",
        error_messages={"invalid_choice": "Hãy chọn tỉnh, thành phố trong danh sách."},
    )
    ward = forms.ModelChoiceField(
        Ward.objects.none(),
        label="Xã, phường, đặc khu",
        required=False,
        empty_label="Chưa chọn",
        error_messages={"invalid_choice": "Hãy chọn xã, phường của tỉnh đã chọn."},
    )
    street = forms.CharField(label="Số nhà, đường, thôn", max_length=200, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        tokens = {
            "full_name": "name",
            "birth_date": "bday",
            "province": "address-level1",
            "ward": "address-level2",
            "street": "street-address",
        }
        for name, token in tokens.items():
            self.fields[name].widget.attrs["autocomplete"] = token
        self.fields["citizen_id"].widget.attrs["inputmode"] = "numeric"
        self.fields["province"].widget.attrs["data-kind"] = "province"  # static/js/eform.js
        for name in user.checked_fields:
            self.fields[name].disabled = True
            self.fields[name].help_text = ""
        self._offer_wards(self.data.get("province") or self.get_initial_for_field(
            self.fields["province"], "province"))  # fmt: skip

    def _offer_wards(self, province: Any) -> None:
        """The wards of that province; the person's own even when it is no longer in force."""
        # As it came in the request, before any field looked at it.
        code = str(getattr(province, "pk", province or "")).replace("\0", "")[:10]
        in_force = Q(province_id=code, valid_to=None)
        own = Q(province_id=code, pk=self.user.ward_id)
        field = self.fields["ward"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Ward.objects.filter(in_force | own)

    def clean_full_name(self) -> str:
        return person_name(self.cleaned_data["full_name"])

    def clean_street(self) -> str:
        return " ".join(nfc(self.cleaned_data["street"]).split())

    def clean_birth_date(self) -> date | None:
        born: date | None = self.cleaned_data["birth_date"]
        if born and not EARLIEST_BIRTH <= born <= timezone.localdate():
            raise forms.ValidationError("Ngày sinh phải từ năm 1900 đến hôm nay.")
        return born

    def clean_citizen_id(self) -> str:
        value = "".join(str(self.cleaned_data["citizen_id"]).split())
        if value and (problem := citizen_id_problem(value)):
            raise forms.ValidationError(problem)
        return value

    def clean_phone(self) -> str:
        phone: str = self.cleaned_data["phone"]
        if phone and User.objects.filter(phone=phone).exclude(pk=self.user.pk).exists():
            raise forms.ValidationError("Số điện thoại này đã thuộc về tài khoản khác.")
        if not phone and not self.user.email:
            raise forms.ValidationError("Tài khoản cần số điện thoại để đăng nhập.")
        return phone

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("province") and not cleaned.get("ward") and "ward" not in self.errors:
            self.add_error("ward", "Hãy chọn xã, phường.")
        return cleaned
