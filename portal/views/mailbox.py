"""The demo's post box: every mail the portal sent, so that a visitor without a mail server
can follow the links in them. Exists only with DEMO=True (portal.urls)."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

_NAME = re.compile(r"[0-9a-f-]+\.eml")
SHOWN = 100


def _read(path: Path) -> EmailMessage:
    return message_from_bytes(path.read_bytes(), policy=policy.default)


@login_not_required
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    paths = sorted(Path(settings.EMAIL_FILE_PATH).glob("*.eml"), reverse=True)[:SHOWN]
    rows = []
    for path in paths:
        mail = _read(path)
        rows.append({"name": path.name, "to": mail["To"], "subject": mail["Subject"]})
    return render(request, "portal/mailbox.html", {"mails": rows})


@login_not_required
@require_safe
def message(request: HttpRequest, name: str) -> HttpResponse:
    path = Path(settings.EMAIL_FILE_PATH) / name
    if not _NAME.fullmatch(name) or not path.is_file():
        raise Http404
    mail = _read(path)
    body = mail.get_body(preferencelist=("plain",))
    context = {
        "to": mail["To"],
        "subject": mail["Subject"],
        "body": body.get_content() if body else "",
    }
    return render(request, "portal/mail.html", context)
