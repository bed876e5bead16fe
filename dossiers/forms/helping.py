"""What an officer types to file for a citizen; the forms validate and never save."""

from typing import Any

from django import forms

from accounts.models import User
from accounts.phones import normal
from procedures.models import Service


class ServiceChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.procedure.name)


class HelpForm(forms.Form):
    dich_vu = ServiceChoice(
        Service.objects.none(),
        label="Thủ tục",
        empty_label="Chọn thủ tục",
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), "Hãy chọn thủ tục trong danh sách."
        ),
    )
    nguoi_dan = forms.CharField(
        label="Thư điện tử hoặc số điện thoại của người dân",
        max_length=254,
        help_text="Đúng như trong tài khoản của họ trên cổng.",
        error_messages={"required": "Hãy nhập thư điện tử hoặc số điện thoại của người dân."},
    )

    def __init__(self, data: Any, agencies: frozenset[int]) -> None:
        super().__init__(data)
        open_here = Service.objects.open().filter(receiving_agency__in=agencies, level__gte=3)
        field = self.fields["dich_vu"]
        assert isinstance(field, ServiceChoice)
        field.queryset = open_here.select_related("procedure", "receiving_agency")

    def clean_nguoi_dan(self) -> User:
        typed = self.cleaned_data["nguoi_dan"].strip()
        phone = normal(typed)
        by = {"phone": phone} if phone else {"email": typed.lower()}
        found = User.objects.filter(is_active=True, **by).first()
        if found is None:
            raise forms.ValidationError("Không có tài khoản với thư điện tử hoặc số này.")
        return found


class CodeForm(forms.Form):
    ma = forms.RegexField(
        r"^\s*[0-9]{6}\s*$",
        label="Mã người dân đọc cho bạn",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(("required", "invalid"), "Mã gồm đúng 6 chữ số."),
    )
