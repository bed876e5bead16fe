from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Người dùng và cơ quan"

    def ready(self) -> None:
        from allauth.mfa.totp.internal.auth import TOTP
        from django.contrib.auth.signals import user_logged_in

        from accounts.desk import note_desk
        from accounts.second_factor import use_once
        from accounts.sessions import note_sign_in

        user_logged_in.connect(note_desk, dispatch_uid="accounts.note_desk")
        user_logged_in.connect(note_sign_in, dispatch_uid="accounts.note_sign_in")
        TOTP._mark_code_used = use_once
