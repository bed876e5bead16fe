"""Every mail becomes a Notice row first; MAIL_TRANSPORT sends it later."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from accounts.models import User
from notices import actions


class OutboxBackend(BaseEmailBackend):
    """Django's mail functions (allauth's too) end here: one unlisted Notice an address.

    Unlisted: a mail of allauth may carry a sign-in link, which has no place in an inbox.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if message.attachments:
                raise NotImplementedError("A notice is a row of text: it carries no attachments.")
            for address in dict.fromkeys(message.recipients()):
                self._keep(message, address)
        return len(email_messages)

    def _keep(self, message: EmailMessage, address: str) -> None:
        html = ""
        if isinstance(message, EmailMultiAlternatives):
            html = next(
                (str(part[0]) for part in message.alternatives if part[1] == "text/html"), ""
            )
        actions.queue(
            key=f"mail-{uuid.uuid4()}",
            kind="mail",
            subject=str(message.subject),
            body=str(message.body),
            html=html,
            at=timezone.now(),
            user=User.objects.filter(email=address).first(),
            to_address=address,
            listed=False,
        )


class FileBackend(BaseEmailBackend):
    """The demo's transport: one .eml a mail under var/mail, read by the demo's mailbox page."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            content = message.message().as_bytes()
            # The same mail twice is one file: the name is its Message-ID.
            name = hashlib.sha256(str(message.message()["Message-ID"]).encode()).hexdigest()[:16]
            at: datetime = timezone.localtime()
            (folder / f"{at:%Y%m%d-%H%M%S-%f}-{name}.eml").write_bytes(content)
        return len(email_messages)
