"""The catalogue by field, agency and life event: every procedure within three clicks of home."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import search
from procedures.models import LifeEvent, Procedure, Sector, Service
from procedures.pages.alphabet import letters_of, sort_key
from procedures.reference import AGENCY_KINDS, EVENT_CARDS

FIELDS, AGENCIES, EVENTS = "Theo lĩnh vực", "Theo cơ quan", "Theo việc trong đời sống"


def _list(
    request: HttpRequest, title: str, of: tuple[str, str], rows: QuerySet[Any]
) -> HttpResponse:
    """`of`: words and name of the page that lists such lists."""
    letter = request.GET.get("chu", "")[:2]
    letters, count = letters_of(rows, letter)
    if not count or (letter and letter not in {one.key for one in letters}):
        raise Http404("Không có danh sách này.")
    context = {
        "heading": title,
        "letters": letters,
        "letter": letter,
        "count": count,
        "by_letter": not any(one.entries for one in letters)
        or any(not one.entries for one in letters),
        "trail": [("Thủ tục hành chính", reverse("catalogue")), (of[0], reverse(of[1]))],
    }
    return render(request, "procedures/browse_list.html", context)


def _index(request: HttpRequest, title: str, groups: list[tuple[str, list[Any]]]) -> HttpResponse:
    """`groups`: (heading or "", things with name, url, count)."""
    context = {
        "heading": title,
        "groups": [(name, rows) for name, rows in groups if rows],
        "trail": [("Thủ tục hành chính", reverse("catalogue"))],
    }
    return render(request, "procedures/browse_index.html", context)


def _things(divisions: list[Any], page: str) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "count": one.count, "url": reverse(page, args=[one.slug])}
        for one in divisions
    ]


@login_not_required
@public_page
@require_safe
def sectors(request: HttpRequest) -> HttpResponse:
    rows = sorted(search.sectors_in_use(), key=lambda row: sort_key(row.name))
    return _index(request, FIELDS, [("", _things(rows, "sector"))])


@login_not_required
@public_page
@require_safe
def sector(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Sector, slug=slug)
    rows = Procedure.objects.published().filter(sector=found)
    return _list(request, found.name, (FIELDS, "sectors"), rows)


@login_not_required
@public_page
@require_safe
def agency_kinds(request: HttpRequest) -> HttpResponse:
    rows = [
        {"name": name, "count": count, "url": reverse("agency-kind", args=[kind])}
        for kind, name, count in search.agency_kinds_in_use()
    ]
    return _index(request, AGENCIES, [("", rows)])


@login_not_required
@public_page
@require_safe
def agency_kind(request: HttpRequest, kind: str) -> HttpResponse:
    here = Service.objects.filter(procedure=OuterRef("pk"), active=True, deciding_agency__kind=kind)
    rows = Procedure.objects.published().filter(Exists(here))
    return _list(request, AGENCY_KINDS.get(kind, kind), (AGENCIES, "agency-kinds"), rows)


@login_not_required
@public_page
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    rows = search.events_in_use()
    theirs = {name for name, card in EVENT_CARDS.items() if card.for_business}
    people = [row for row in rows if row.name not in theirs]
    firms = [row for row in rows if row.name in theirs]
    groups = [
        ("Công dân", _things(people, "life-event")),
        ("Doanh nghiệp", _things(firms, "life-event")),
    ]
    return _index(request, EVENTS, groups)


@login_not_required
@public_page
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(LifeEvent, slug=slug)
    rows = Procedure.objects.published().filter(life_events=found)
    return _list(request, found.name, (EVENTS, "life-events"), rows)
