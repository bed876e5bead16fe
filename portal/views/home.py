"""The front page and the help page."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import pages, search
from procedures.models import Procedure
from procedures.pages import structured
from procedures.pages.alphabet import sort_key
from procedures.reference import EVENT_CARDS
from procedures.search.browsing import Division

TOP = 10
# The largest fields; one letter more is one click more, so these must be a click away.
SECTORS = 24


@login_not_required
@public_page
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    top = (
        Procedure.objects.published()
        .with_page_parts()
        .prefetch_related("current__channels__fees")
        .order_by("-popularity", "pk")[:TOP]
    )
    events = [
        {"name": one.name, "url": reverse("life-event", args=[one.slug]), "icon": _icon(one.name)}
        for one in search.events_in_use()
    ]
    sectors = search.sectors_in_use()
    context = {
        "people_events": [event for event in events if not _for_business(str(event["name"]))],
        "business_events": [event for event in events if _for_business(str(event["name"]))],
        "top_procedures": [pages.row_of(procedure) for procedure in top],
        "agencies": [
            {"name": name, "url": reverse("agency-kind", args=[kind]), "count": count}
            for kind, name, count in search.agency_kinds_in_use()
        ],
        "sectors": _largest(sectors),
        "sector_count": len(sectors),
        "canonical": structured.absolute(request.path),
    }
    return render(request, "portal/home.html", context)


def _largest(sectors: list[Division]) -> list[dict[str, object]]:
    """In the order of the alphabet."""
    kept = sorted(sectors, key=lambda one: -one.count)[:SECTORS]
    return [
        {"name": one.name, "url": reverse("sector", args=[one.slug]), "count": one.count}
        for one in sorted(kept, key=lambda one: sort_key(one.name))
    ]


def _for_business(event: str) -> bool:
    card = EVENT_CARDS.get(event)
    return bool(card and card.for_business)


def _icon(event: str) -> str:
    card = EVENT_CARDS.get(event)
    return card.icon if card else "list"


@login_not_required
@public_page
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html")
