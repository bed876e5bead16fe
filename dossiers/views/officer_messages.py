"""The office's side of messages, and what people at home are waiting for."""

import uuid
from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import desk_of
from dossiers.forms.message import MessageForm
from dossiers.models import Dossier, Message
from dossiers.views import messages
from dossiers.views.officer_access import desk_dossier, officers_only, shell
from portal.lib.web import AuthenticatedRequest

SHOWN = 100


def unread_of(ids: list[int]) -> dict[int, int]:
    """Unread messages of the dossiers on one page of a queue, in one query."""
    unread = Message.objects.unread_by_office().filter(dossier__in=ids)
    return dict(Counter(unread.values_list("dossier", flat=True)))


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = desk_dossier(request, public_id)
    form = MessageForm(request.POST) if request.method == "POST" else None
    if form:
        gone = messages.take(request, dossier, form, office=True, place="officer-messages")
        if gone:
            return gone
    context = messages.thread(request, dossier, form, office=True)
    context["read_url"] = reverse("officer-messages-read", args=[public_id])
    return render(request, "dossiers/officer/messages.html", shell(request, **context))


@require_POST
def thread_read(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = desk_dossier(request, public_id)
    return messages.read(request, dossier, office=True, place="officer-messages")


@require_safe
@officers_only
def waiting(request: AuthenticatedRequest) -> HttpResponse:
    """Reminders without an answer, oldest first; then dossiers with unread messages."""
    agencies = desk_of(request.user).dossier_agencies
    held = Dossier.objects.visible_to(request.user).held_by(agencies)
    unread = Message.objects.unread_by_office().values("dossier")
    shown = ("procedure", "desk_agency")
    context = {
        "nudged": held.filter(nudge_waits=True)
        .select_related(*shown)
        .order_by("nudged_at", "pk")[:SHOWN],
        "asking": held.filter(pk__in=unread).select_related(*shown).order_by("queue_at")[:SHOWN],
    }
    return render(request, "dossiers/officer/waiting.html", shell(request, **context))
