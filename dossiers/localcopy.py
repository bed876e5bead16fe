"""The key of the copy a browser keeps of a draft's page (static/js/draft-copy.js)."""

import base64
from typing import Any

from django.utils.crypto import salted_hmac

from dossiers.models import Dossier


def key_of(user: Any, dossier: Dossier) -> str:
    """32 bytes for AES-GCM in base64: of this person, this draft and this password.

    Derived, never stored. A new password (or another SECRET_KEY) makes another key: what a
    browser kept until then cannot be read any more.
    """
    digest = salted_hmac("dossiers.localcopy", _about(user, dossier), algorithm="sha256").digest()
    return base64.b64encode(digest).decode()


def _about(user: Any, dossier: Dossier) -> str:
    return f"{user.pk}:{dossier.public_id}:{user.get_session_auth_hash()}"
