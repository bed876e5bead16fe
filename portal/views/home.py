"""The front page and the help page."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import pages, search
from procedures.models import Procedure
from procedures.reference import EVENT_CARDS

TOP = 8


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
    context = {
        "life_events": [
            {"name": event.name, "url": _list("su-kien", event.slug), "icon": _icon(event.name)}
            for event in search.events_in_use()
        ],
        "top_procedures": [pages.row_of(procedure) for procedure in top],
        "agencies": [
            {"name": name, "url": _list("co-quan", kind), "count": count}
            for kind, name, count in search.agency_kinds_in_use()
        ],
        "sectors": [
            {"name": row.name, "url": _list("linh-vuc", row.slug), "count": row.count}
            for row in search.sectors_in_use()
        ],
    }
    return render(request, "portal/home.html", context)


def _list(parameter: str, value: str) -> str:
    """The catalogue with one filter on."""
    return f"{reverse('catalogue')}?{urlencode({parameter: value})}"


def _icon(event: str) -> str:
    card = EVENT_CARDS.get(event)
    return card.icon if card else "list"


@login_not_required
@public_page
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html")
