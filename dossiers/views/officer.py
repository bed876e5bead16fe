"""The officers' side: their queues, the list of one queue, one dossier."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import desk_of
from accounts.roles import CARDS, Role
from dossiers import queues
from dossiers.models import Dossier
from dossiers.queues import COUNT_LIMIT, QUEUES
from dossiers.views import officer_sight
from dossiers.views.officer_access import desk_dossier, officers_only, shell
from dossiers.views.officer_messages import unread_of
from portal.lib.web import AuthenticatedRequest, keyset_page

PAGE_SIZE = 50


@require_safe
@officers_only
def officer_home(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for this person, by queue."""
    desk = desk_of(request.user)
    numbers = queues.counts(desk.dossier_agencies)
    first = queues.first_for({role for _, role in desk.roles})
    open_queues = [(QUEUES[key], number) for key, number in numbers.items()]
    context = {
        "queues": open_queues,
        "limit": COUNT_LIMIT,
        "first": first,
        "works": [(post, CARDS[post.role].sentence) for post in desk.positions],
        "does_post": desk.has_role(Role.POSTAL),
        "receives": desk.has_role(Role.RECEPTION),
    }
    return render(request, "dossiers/officer/home.html", shell(request, **context))


@require_safe
@officers_only
def queue(request: AuthenticatedRequest) -> HttpResponse:
    """One queue by its due time, or what a search finds at this desk."""
    desk = desk_of(request.user)
    if not desk.dossier_agencies:
        raise PermissionDenied("Vai trò của bạn không mở hồ sơ của người dân.")
    text = " ".join(request.GET.get("tim", "").split())[:100]
    cursor = request.GET.get("sau")
    chosen = None
    if text:
        if exact := Dossier.objects.at_desk_of(request.user).filter(code=text.upper()).first():
            return redirect("officer-dossier", exact.public_id)
        found, order = queues.search(request.user, text), queues.NEWEST_FIRST
    else:
        first = queues.first_for({role for _, role in desk.roles})
        chosen = QUEUES.get(request.GET.get("hang", ""), first)
        found, order = queues.in_queue(chosen, request.user, desk.dossier_agencies), chosen.order
    page = keyset_page(queues.lines(found), order=order, cursor=cursor, size=PAGE_SIZE)
    unread = unread_of([row["pk"] for row in page.rows])
    context = {
        "page": page,
        "lines": [
            officer_sight.queue_line(row, chosen, unread.get(row["pk"], 0)) for row in page.rows
        ],
        "cursor": cursor,
        "text": text,
        "chosen": chosen,
        "queue": chosen.key if chosen else "",
        "tabs": officer_sight.tabs(queues.counts(desk.dossier_agencies), chosen),
        "now": timezone.now(),
    }
    return render(request, "dossiers/officer/queue.html", shell(request, **context))


@require_safe
def dossier(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything about one dossier: answers beside papers, what may be done and what not."""
    found = desk_dossier(request, public_id, "case", "return_ward", "return_province")
    context = officer_sight.whole(found, request.user, chosen_paper=request.GET.get("giay", ""))
    return render(request, "dossiers/officer/dossier.html", shell(request, **context))
