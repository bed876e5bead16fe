"""The second factor (allauth MFA) in Vietnamese, its secrets encrypted at rest."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.utils.encoding import force_bytes

from portal.lib.limits import hit
from portal.lib.qr import qr_svg


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "add_email_blocked": "Tài khoản đang bật xác thực hai bước nên không thêm được "
        "thư điện tử. Hãy tắt xác thực hai bước trước.",
        "cannot_delete_authenticator": "Không tắt được xác thực hai bước.",
        "cannot_generate_recovery_codes": "Hãy bật xác thực hai bước trước khi tạo mã dự phòng.",
        "incorrect_code": "Mã chưa đúng hoặc đã hết hạn. Hãy nhập mã đang hiện trong ứng dụng.",
        "unverified_email": "Hãy xác nhận thư điện tử của tài khoản trước khi bật "
        "xác thực hai bước.",
    }

    def get_totp_issuer(self) -> str:
        return str(settings.PORTAL_NAME)

    def build_totp_svg(self, url: str) -> str:
        return qr_svg.__wrapped__(url, scale=5)  # a secret: never into the cache of qr_svg

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()


def _keys() -> MultiFernet:
    """From SECRET_KEY; what older keys encrypted stays readable through SECRET_KEY_FALLBACKS."""
    keys = [force_bytes(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    digests = [hashlib.sha256(b"accounts.second_factor:" + key).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def use_once(authenticator: TOTP, code: str) -> bool:
    """Whether this code of the app is used for the first time; of many at once, one is.

    Stands in for TOTP._mark_code_used (AccountsConfig.ready), which asks the cache: with the
    cache away nobody could sign in, and with one cache per process a code works once in each.
    """
    key = f"{authenticator.instance.user_id}:{code.strip()}"
    return hit("totp", key, limit=1, period=timedelta(seconds=2 * app_settings.TOTP_PERIOD)).allowed


class CodeField:
    """The one question of these forms: six digits of the app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, forms.Field] = self.fields  # type: ignore[attr-defined]
        code = fields["code"]
        code.label = "Mã xác thực"
        code.widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        code.error_messages["required"] = "Hãy nhập mã xác thực."


class ActivateTotpForm(CodeField, totp.ActivateTOTPForm):
    pass


class AuthenticateForm(CodeField, base.AuthenticateForm):
    pass


class ReauthenticateForm(CodeField, base.ReauthenticateForm):
    pass
