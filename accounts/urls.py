"""Accounts: allauth's pages behind our limits, in Vietnamese addresses."""

from datetime import timedelta

from allauth.account import views as allauth
from django.http import HttpRequest
from django.urls import include, path

from portal.lib.limits import limited
from portal.lib.text import fold

HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


def _typed_login(request: HttpRequest) -> str | None:
    """The account somebody tries to enter: ten wrong passwords an hour, from wherever."""
    typed = fold(request.POST.get("login", ""))
    return "".join(typed.split()) or None


def _typed_email(request: HttpRequest) -> str | None:
    return request.POST.get("email", "").strip().lower() or None


login = limited("login-address", limit=60, period=QUARTER)(
    limited("login-account", limit=10, period=QUARTER, key=_typed_login)(allauth.login)
)
signup = limited("signup", limit=20, period=HOUR)(allauth.signup)
reset = limited("reset-address", limit=20, period=HOUR)(
    limited("reset-account", limit=3, period=HOUR, key=_typed_email)(allauth.password_reset)
)
reauthenticate = limited(
    "reauthenticate",
    limit=10,
    period=QUARTER,
    key=lambda request: str(getattr(request.user, "pk", "")) or None,
)(allauth.reauthenticate)

urlpatterns = [
    path("dang-nhap/", login, name="account_login"),
    path("dang-ky/", signup, name="account_signup"),
    path("quen-mat-khau/", reset, name="account_reset_password"),
    path("xac-nhan-lai/", reauthenticate, name="account_reauthenticate"),
    # The same names again, below: allauth's own addresses are shadowed, never reached.
    path("login/", login),
    path("signup/", signup),
    path("password/reset/", reset),
    path("reauthenticate/", reauthenticate),
    path("", include("allauth.urls")),
]
