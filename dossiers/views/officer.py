"""The officers' side: their queues, the list of one queue, one dossier."""

import uuid
from collections import defaultdict

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.desk import Desk, desk_of
from accounts.roles import CARDS, Role
from dossiers import queues
from dossiers.models import Opinion
from dossiers.views import officer_holding, officer_sight, queue_sight
from dossiers.views.officer_access import desk_dossier, officers_only, position_of, shell
from dossiers.views.trail import neighbours
from portal.lib.web import AuthenticatedRequest


@require_safe
@officers_only
def officer_home(request: AuthenticatedRequest) -> HttpResponse:
    """What waits for this person, by queue."""
    desk = desk_of(request.user)
    post = position_of(desk)
    at = queues.moments(post.agency if post else None, timezone.now())
    numbers = queues.counts(queues.Scope(desk.dossier_agencies), at)
    first = queues.first_for({role for _, role in desk.roles})
    drafts = queue_sight.drafts_of(request.user)
    places = queue_sight.places(QueryDict(), numbers, None, drafts)
    context = {
        "queues": [one for _, part in places for one in part if one.count],
        "first": first,
        "works": _by_role(desk),
        "opinions": Opinion.objects.filter(agency__in=desk.dossier_agencies).waiting().count(),
        "does_post": desk.has_role(Role.POSTAL),
        "receives": desk.has_role(Role.RECEPTION),
        "leads": desk.has_role(Role.LEADER) or desk.has_role(Role.SYSADMIN),
        "drafts": desk.has_role(Role.SPECIALIST),
    }
    return render(request, "dossiers/officer/home.html", shell(request, **context))


def _by_role(desk: Desk) -> list[tuple[str, str, list[str]]]:
    """Each role held, by name, with its sentence and where it is held."""
    where = defaultdict(list)
    for post in desk.positions:
        where[Role(post.role)].append(post.agency.name)
    return [(str(role.label), CARDS[role].sentence, names) for role, names in where.items()]


@require_safe
def dossier(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Everything about one dossier: answers beside papers, what may be done and what not."""
    found = desk_dossier(request, public_id, "case", "return_ward", "return_province", "assignee")
    context = officer_sight.whole(found, request.user, chosen_paper=request.GET.get("giay", ""))
    context |= officer_holding.standing(found, request.user)
    context = shell(request, **context) | neighbours(request, found)
    return render(request, "dossiers/officer/dossier.html", context)
