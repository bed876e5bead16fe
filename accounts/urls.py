"""Accounts: each page of allauth that we use, at a Vietnamese address, behind a limit.

allauth's own urls.py is not included: what is not written here does not exist. Its names
stay, because allauth finds its pages by them.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts import organisation_views, views
from accounts.throttles import forgotten, from_mail, own, secret, sign_in, sign_up

urlpatterns = [
    path("dang-nhap/", sign_in(account.login), name="account_login"),
    # No limit: everybody may always leave.
    path("dang-xuat/", account.logout, name="account_logout"),
    path("dang-ky/", sign_up(views.signup), name="account_signup"),
    path("o-lai/", own(views.stay), name="account-stay"),
    path("het-phien/", views.over, name="account-over"),
    path("bi-khoa/", account.account_inactive, name="account_inactive"),
    path("thong-tin/", own(views.profile), name="profile"),
    path("to-chuc/", organisation_views.mine, name="organisations"),
    path("to-chuc/moi/", own(organisation_views.register), name="organisation-new"),
    path("to-chuc/<int:pk>/", own(organisation_views.one), name="organisation"),
    path("to-chuc/loi-moi/<int:pk>/", own(organisation_views.answer), name="invitation-answer"),
    path(
        "to-chuc/loi-moi/<int:pk>/rut/",
        own(organisation_views.withdraw),
        name="invitation-withdraw",
    ),
    path("to-chuc/thanh-vien/<int:pk>/", own(organisation_views.remove), name="member-remove"),
    path("xac-nhan-lai/", secret(account.reauthenticate), name="account_reauthenticate"),
    path("thu-dien-tu/", own(account.email), name="account_email"),
    re_path(
        r"^xac-nhan-thu/(?P<key>[-:\w]+)/$",
        from_mail(account.confirm_email),
        name="account_confirm_email",
    ),
    path("doi-mat-khau/", secret(account.password_change), name="account_change_password"),
    path("dat-mat-khau/", own(account.password_set), name="account_set_password"),
    path("quen-mat-khau/", forgotten(account.password_reset), name="account_reset_password"),
    path("quen-mat-khau/da-gui/", account.password_reset_done, name="account_reset_password_done"),
    path(
        "quen-mat-khau/xong/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^quen-mat-khau/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        from_mail(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path("hai-buoc/", mfa.index, name="mfa_index"),
    path("hai-buoc/nhap-ma/", secret(mfa.authenticate), name="mfa_authenticate"),
    path("hai-buoc/nhap-lai-ma/", secret(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("hai-buoc/bat/", secret(totp.activate_totp), name="mfa_activate_totp"),
    path("hai-buoc/tat/", own(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("hai-buoc/ma-du-phong/", codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "hai-buoc/ma-du-phong/tao/",
        own(codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "hai-buoc/ma-du-phong/tai-ve/",
        codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
