from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Người dùng và cơ quan"

    def ready(self) -> None:
        from allauth.mfa.totp.internal.auth import TOTP

        from accounts.second_factor import use_once

        TOTP._mark_code_used = use_once
