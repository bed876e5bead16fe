"""Messages about a dossier: its people's side, and what both sides' pages share."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import actions, kept
from dossiers.forms.message import STALE, MessageForm
from dossiers.models import CheckState, Dossier, Message, MessageFile
from dossiers.views import wizard
from dossiers.views.mine import own_dossier
from dossiers.workflow import Status
from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest


@dataclass(frozen=True, slots=True)
class Line:
    """A message as one side sees it."""

    message: Message
    mine: bool
    who: str
    files: list[MessageFile]
    new: bool


def lines_of(dossier: Dossier, *, office: bool) -> list[Line]:
    """Newest last; three queries. Officers are named to each other, the unit to the people."""
    found = dossier.messages.select_related("author", "agency").prefetch_related("files")
    return [
        Line(
            message,
            message.from_office == office,
            _who(message, office),
            list(message.files.all()),
            message.from_office != office and message.read_at is None,
        )
        for message in found
    ]


def _who(message: Message, office: bool) -> str:
    agency = message.agency.name if message.agency else ""
    if not message.from_office:
        return message.author.full_name
    return f"{message.author.full_name}, {agency}" if office else agency


def take(
    request: AuthenticatedRequest, dossier: Dossier, form: MessageForm, *, office: bool, place: str
) -> HttpResponseRedirect | None:
    """Send what was typed; None when the page is to be shown again with what is wrong."""
    if not form.is_valid():
        if "token" in form.errors:  # hidden from the person, so said as what it is
            form.add_error(None, STALE)
        return None
    typed, at = form.cleaned_data, timezone.now()
    try:
        actions.send_message(
            dossier,
            body=typed["body"],
            by=request.user,
            at=at,
            token=typed["token"],
            office=office,
            uploads=request.FILES.getlist("tep"),
        )
    except actions.DossierError as refused:
        form.add_error(None, str(refused))
        return None
    # Who answers has read what the page showed.
    if up_to := typed["up_to"]:
        actions.mark_messages_read(dossier, by=request.user, at=at, up_to=up_to, office=office)
    messages.success(request, "Đã gửi tin nhắn.")
    return redirect(reverse(place, args=[dossier.public_id]) + "#cuoi")


def read(
    request: AuthenticatedRequest, dossier: Dossier, *, office: bool, place: str
) -> HttpResponse:
    up_to = request.POST.get("up_to", "")
    try:
        actions.mark_messages_read(
            dossier,
            by=request.user,
            at=timezone.now(),
            up_to=int(up_to) if up_to.isascii() and up_to.isdigit() and len(up_to) < 19 else 0,
            office=office,
        )
    except actions.MoveRefused as refused:
        messages.warning(request, str(refused))
    return redirect(place, dossier.public_id)


def thread(
    request: AuthenticatedRequest,
    dossier: Dossier,
    form: MessageForm | None,
    *,
    office: bool,
    body: str = "",
) -> dict[str, Any]:
    """For templates/dossiers/thread.html."""
    lines = lines_of(dossier, office=office)
    last = lines[-1].message.pk if lines else 0
    why = actions.message_refusal(dossier, by=request.user, at=timezone.now(), office=office)
    return {
        "dossier": dossier,
        "lines": lines,
        "unread": sum(line.new for line in lines),
        "last": last,
        "form": None if why else form or MessageForm(last=last, body=body),
        "why_not": why,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def citizen(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = own_dossier(request, public_id)
    if dossier.status == Status.DRAFT:
        return redirect("filing-check", public_id)
    form = MessageForm(request.POST) if request.method == "POST" else None
    if form and (gone := take(request, dossier, form, office=False, place="messages")):
        kept.arrived(request)
        return gone
    late = None if form else wizard.sent_late(request)
    body = late.get("body", "") if late else ""
    context = thread(request, dossier, form, office=False, body=body) | {"late": late}
    back = reverse("dossier", args=[public_id])
    context |= {
        "trail": [("Hồ sơ của tôi", reverse("my-dossiers")), (str(dossier.code), back)],
        "read_url": reverse("messages-read", args=[public_id]),
    }
    return render(request, "dossiers/citizen/messages.html", context)


@require_POST
def citizen_read(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    return read(request, own_dossier(request, public_id), office=False, place="messages")


@require_safe
def file(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A file of a message: to who sent it, to the other side once it is clean."""
    visible = Message.objects.visible_to(request.user)
    found = get_object_or_404(
        MessageFile.objects.filter(message__in=visible).select_related("message"),
        public_id=public_id,
    )
    clean = found.state == CheckState.CLEAN
    mine = found.message.author_id == request.user.pk and found.state == CheckState.PENDING
    if not (clean or mine):
        raise Http404("Tệp chưa qua kiểm tra hoặc không đạt.")
    inline = clean and "tai" not in request.GET
    return serve_file(request, found.stored_name, found.filename, found.mime, inline=inline)
