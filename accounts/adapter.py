"""allauth, told about our users: phones, Vietnamese sentences, where people land."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django import forms
from django.http import HttpRequest
from django.urls import reverse

from accounts.desk import desk_of
from accounts.models import User
from accounts.phones import normal
from portal.lib.limits import client_ip

_MISMATCH = "Tài khoản hoặc mật khẩu chưa đúng. Hãy kiểm tra lại rồi thử lần nữa."
PHONE_PROBLEM = "Số điện thoại chưa đúng. Ví dụ đúng: 0912 345 678."


class PhoneField(forms.CharField):
    """A phone number in our one shape (accounts.phones)."""

    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "inputmode": "tel"})

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if not text:
            return ""
        phone = normal(text)
        if phone is None:
            raise forms.ValidationError(PHONE_PROBLEM, code="invalid")
        return phone


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Tài khoản này đang bị khóa.",
        "cannot_remove_primary_email": "Không xóa được thư điện tử chính.",
        "duplicate_email": "Thư điện tử này đã có trong tài khoản của bạn.",
        "email_password_mismatch": _MISMATCH,
        "phone_password_mismatch": _MISMATCH,
        "username_password_mismatch": _MISMATCH,
        "email_taken": "Thư điện tử này đã được đăng ký. Hãy đăng nhập hoặc đặt lại mật khẩu.",
        "phone_taken": "Số điện thoại này đã được đăng ký. Hãy đăng nhập, hoặc gọi hỗ trợ "
        "nếu số này là của bạn mà bạn chưa từng đăng ký.",
        "enter_current_password": "Hãy nhập mật khẩu hiện tại.",
        "incorrect_code": "Mã chưa đúng.",
        "incorrect_password": "Mật khẩu chưa đúng.",
        "invalid_or_expired_key": "Đường dẫn đã hết hạn hoặc đã dùng rồi.",
        "invalid_login": _MISMATCH,
        "invalid_password_reset": "Đường dẫn đặt lại mật khẩu đã hết hạn hoặc đã dùng rồi.",
        "max_email_addresses": "Mỗi tài khoản có tối đa %d thư điện tử.",
        "too_many_login_attempts": "Bạn đã thử quá nhiều lần. Hãy đợi vài phút.",
        "unknown_email": "Chưa có tài khoản nào dùng thư điện tử này.",
        "unknown_phone": "Chưa có tài khoản nào dùng số điện thoại này.",
        "unverified_primary_email": "Hãy xác nhận thư điện tử chính trước.",
        "select_only_one": "Chỉ chọn một mục.",
        "same_as_current": "Giá trị mới phải khác giá trị đang dùng.",
        "rate_limited": "Bạn thao tác quá nhanh. Hãy đợi ít phút.",
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Officers to their desk, citizens to their dossiers."""
        return reverse("officer-home" if desk_of(request.user) else "my-dossiers")

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:
        # In one INSERT: allauth sets the phone afterwards, and nobody may have neither.
        user.phone = form.cleaned_data.get("phone") or None
        user.full_name = form.cleaned_data.get("full_name", "")
        return super().save_user(request, user, form, commit)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": "Nhập mật khẩu",
            "mfa_reauthenticate": "Nhập mã trong ứng dụng xác thực",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": words[method["id"]]} for method in methods]

    def phone_form_field(self, **kwargs: Any) -> forms.Field:
        return PhoneField(**kwargs)

    def set_phone(self, user: Any, phone: str, verified: bool) -> None:
        user.phone, user.phone_verified = phone or None, verified
        user.save(update_fields=["phone", "phone_verified"])

    def get_phone(self, user: Any) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone_verified(self, user: Any, phone: str) -> None:
        self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        shape = normal(phone)
        return User.objects.filter(phone=shape).first() if shape else None

    def send_verification_code_sms(self, user: Any, phone: str, code: str, **kwargs: Any) -> None:
        # ACCOUNT_PHONE_VERIFICATION_ENABLED is off: there is no SMS gateway yet.
        raise RuntimeError("Phone verification is switched off.")
