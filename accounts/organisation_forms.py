"""Forms about organisations; they validate and never save."""

from typing import Any

from django import forms
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.vn import mst

from accounts.adapter import PhoneField
from accounts.models import MemberRole
from accounts.names import person_name
from accounts.phones import normal
from portal.lib.codes import citizen_id_problem
from portal.lib.text import nfc


def clean_tax_code(typed: str) -> str:
    """One shape: 0100233488, 0314409058-002; since 01/07/2025 a household business has its
    owner's citizen number. Raises forms.ValidationError."""
    text = "".join(nfc(typed).split())
    if len(text) == 12 and text.isascii() and text.isdigit():
        if problem := citizen_id_problem(text):
            raise forms.ValidationError(problem)
        return text
    try:
        code = mst.validate(text)
    except StdnumError:
        raise forms.ValidationError(
            "Mã số thuế gồm 10 chữ số (chi nhánh thêm -001) hoặc 12 chữ số của hộ kinh doanh. "
            "Hãy đối chiếu với giấy đăng ký."
        ) from None
    return str(mst.format(code))


class OrganisationForm(forms.Form):
    tax_code = forms.CharField(
        label="Mã số thuế",
        max_length=20,
        error_messages={"required": "Hãy nhập mã số thuế."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label="Tên tổ chức, hộ kinh doanh",
        max_length=250,
        error_messages={"required": "Hãy nhập tên tổ chức."},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    address = forms.CharField(
        label="Địa chỉ trụ sở",
        max_length=250,
        error_messages={"required": "Hãy nhập địa chỉ trụ sở."},
    )
    representative = forms.CharField(
        label="Người đại diện theo pháp luật", max_length=150, required=False
    )
    phone = PhoneField(label="Số điện thoại", required=False)
    email = forms.EmailField(
        label="Thư điện tử",
        required=False,
        error_messages={"invalid": "Thư điện tử chưa đúng. Ví dụ đúng: ten@example.vn."},
    )

    def clean_tax_code(self) -> str:
        return clean_tax_code(self.cleaned_data["tax_code"])

    def clean_name(self) -> str:
        return " ".join(nfc(self.cleaned_data["name"]).split())

    def clean_address(self) -> str:
        return " ".join(nfc(self.cleaned_data["address"]).split())

    def clean_representative(self) -> str:
        name = self.cleaned_data["representative"]
        return person_name(name) if name else ""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if not {"phone", "email"} & self.errors.keys() and not (
            cleaned.get("phone") or cleaned.get("email")
        ):
            self.add_error("phone", "Hãy nhập số điện thoại hoặc thư điện tử của tổ chức.")
        return cleaned


class InvitationForm(forms.Form):
    address = forms.CharField(
        label="Thư điện tử hoặc số điện thoại",
        max_length=254,
        error_messages={"required": "Hãy nhập thư điện tử hoặc số điện thoại người được mời."},
        help_text="Người được mời tự đồng ý sau khi đăng nhập.",
    )
    role = forms.ChoiceField(
        label="Vai trò",
        choices=[(MemberRole.FILER, MemberRole.FILER.label), (MemberRole.VIEWER, "Chỉ theo dõi"),
                 (MemberRole.MANAGER, MemberRole.MANAGER.label),
                 (MemberRole.OWNER, MemberRole.OWNER.label)],
        error_messages={"invalid_choice": "Hãy chọn vai trò trong danh sách."},
    )  # fmt: skip

    def clean_address(self) -> dict[str, str]:
        text = nfc(self.cleaned_data["address"]).strip()
        if "@" in text:
            field = forms.EmailField(
                error_messages={"invalid": "Thư điện tử chưa đúng. Ví dụ đúng: ten@example.vn."}
            )
            return {"email": field.clean(text)}
        if phone := normal(text):
            return {"phone": phone}
        raise forms.ValidationError(
            "Hãy nhập thư điện tử (ten@example.vn) hoặc số điện thoại (0912 345 678)."
        )
