"""What a password must not be, said in Vietnamese (OWASP ASVS 5.0, 6.2.1-6.2.11).

No rule asks for capitals or digits, none for a change now and then: they make people
choose worse passwords. Long is good; known, personal or guessable from this page is not.
"""

import re
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation as django
from django.core.exceptions import ValidationError

from portal.lib.text import fold


class Length(django.MinimumLengthValidator):
    def __init__(self, min_length: int = 10) -> None:
        super().__init__(min_length)

    def get_error_message(self) -> str:
        return f"Mật khẩu cần ít nhất {self.min_length} ký tự."

    def get_help_text(self) -> str:
        return f"Ít nhất {self.min_length} ký tự."


class Common(django.CommonPasswordValidator):
    """Django's list of the 20,000 most used passwords."""

    def get_error_message(self) -> str:
        return "Nhiều người dùng mật khẩu này nên rất dễ đoán. Hãy chọn mật khẩu khác."

    def get_help_text(self) -> str:
        return "Không phải mật khẩu nhiều người dùng."


class Personal(django.UserAttributeSimilarityValidator):
    def __init__(self) -> None:
        super().__init__(user_attributes=("full_name", "email", "phone", "citizen_id"))

    def validate(self, password: str, user: Any = None) -> None:
        """Django compares as typed; people write their names without marks and spaces too."""
        super().validate(password, user)
        bare = _letters(password)
        name = _letters(getattr(user, "full_name", "") or "")
        if len(name) >= 5 and len(bare.replace(name, "")) < 5:
            raise ValidationError(self.get_error_message(), code="password_too_similar")

    def get_error_message(self) -> str:
        return "Mật khẩu quá giống họ tên, số điện thoại hoặc thư điện tử của bạn."

    def get_help_text(self) -> str:
        return "Không giống thông tin của bạn."


class Context:
    """Refuses passwords made of what everybody reads on this page."""

    ALWAYS = ("cổng dịch vụ công", "dịch vụ công", "một cửa", "mật khẩu", "hồ sơ", "việt nam")

    def validate(self, password: str, user: Any = None) -> None:
        left = _letters(password)
        for word in self._words():
            left = left.replace(word, "")
        if len(left) < 5 and left != _letters(password):
            raise ValidationError(
                "Mật khẩu ghép từ tên cổng hoặc tên tỉnh rất dễ đoán. Hãy chọn mật khẩu khác.",
                code="password_context",
            )

    def _words(self) -> list[str]:
        """Longest first: what is inside another word must not leave its rest behind."""
        province = settings.PROVINCE_NAME
        names = (*self.ALWAYS, settings.PORTAL_NAME, province, province.partition(" ")[2])
        return sorted({_letters(name) for name in names} - {""}, key=len, reverse=True)

    def get_help_text(self) -> str:
        return "Không phải tên cổng hay tên tỉnh."


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", fold(text))
