"""The demo's catalogue and people, and signed-in sessions for them."""

import secrets
from importlib import import_module
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command

from accounts.models import User

CITIZEN = "binh@example.vn"
OFFICER = "lan@example.vn"


def load() -> None:
    """An empty database becomes the demo's; officers have their second factor."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", verbosity=0)
    officer = User.objects.get(email=OFFICER)
    Authenticator.objects.get_or_create(user=officer, type="totp", data={"secret": "never asked"})


def signed_in(user: User, backend: str = "") -> dict[str, str]:
    """Headers of a browser in which `user` has signed in, with the token for POSTs.

    `backend` is one of AUTHENTICATION_BACKENDS; ours when empty.
    """
    engine: Any = import_module(settings.SESSION_ENGINE)
    session = engine.SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = backend or settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    token = secrets.token_hex(16)
    cookies = {
        settings.SESSION_COOKIE_NAME: session.session_key,
        settings.CSRF_COOKIE_NAME: token,
    }
    header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return {"Cookie": header, "X-CSRFToken": token}
