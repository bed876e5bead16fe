"""The public catalogue: the list with its filters, and the same list while somebody types."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import pages, search
from procedures.forms import LITERALLY, PARAMETERS, address, filters_of, one_line

SHOWN = 8  # values of a facet before "more"


@login_not_required
@public_page
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    return render(request, "procedures/catalogue.html", _context(request))


@login_not_required
@require_safe
def results(request: HttpRequest) -> HttpResponse:
    """The part of the list that changes while somebody types. The address of the page follows,
    in place of the one before: each letter is no step to go back to."""
    context = _context(request)
    response = render(request, "procedures/results_typed.html", context)
    response["HX-Replace-Url"] = context["here"]
    return response


@login_not_required
@require_safe
def hints(request: HttpRequest) -> HttpResponse:
    """The first few names, for a search box that stands elsewhere."""
    q = one_line(request.GET.get("q", ""))
    rows, count, heard = search.hints(q) if q else ([], 0, None)
    context = {"q": q, "rows": rows, "count": count, "heard": heard, "query": urlencode({"q": q})}
    return render(request, "procedures/hints.html", context)


def _context(request: HttpRequest) -> dict[str, Any]:
    literally = LITERALLY in request.GET
    cursor = request.GET.get("sau")
    found = search.find(filters_of(request.GET), cursor=cursor, literally=literally)
    filters = found.filters
    return {
        "q": filters.q,
        "filters": filters,
        "here": address(filters, literally=literally),
        "hidden": [(PARAMETERS[name], value) for name, value in filters.on().items()],
        "chips": _chips(found),
        "facets": [_narrowing(one, filters) for one in found.facets if _divides(one)],
        "page": found,
        "cursor": cursor,
        "rows": [pages.row_of(procedure) for procedure in found.rows],
        "as_typed": address(filters, literally=True),
        "maybe": address(filters, {"q": found.maybe}) if found.maybe else "",
        "without_filters": address(search.Filters(q=filters.q)) if filters.on() else "",
    }


def _chips(found: search.Found) -> list[tuple[str, str]]:
    """(words, address without this filter) of every filter that is on, the words first. Words
    alone stand in the search box and need no chip."""
    filters = found.filters
    if not filters.on():
        return []
    chips = [(f"Từ khóa: “{filters.q}”", address(filters, {"q": ""}))] if filters.q else []
    for facet in found.facets:
        chips += [
            (f"{facet.label}: {choice.label}", address(filters, {facet.name: ""}))
            for choice in facet.choices
            if choice.on
        ]
    return chips


def _divides(facet: search.Facet) -> bool:
    """A single value that all have is nothing to choose."""
    return len(facet.choices) > 1 or any(choice.on for choice in facet.choices)


@dataclass(frozen=True, slots=True)
class Link:
    """A value of a facet; following it turns it on, or off when it is `on`."""

    label: str
    count: int
    on: bool
    url: str


@dataclass(frozen=True, slots=True)
class Narrowing:
    """A facet on the page: the values most procedures have, then the others."""

    name: str
    label: str
    links: list[Link]
    more: list[Link]


def _narrowing(facet: search.Facet, filters: search.Filters) -> Narrowing:
    links = [
        Link(
            choice.label,
            choice.count,
            choice.on,
            address(filters, {facet.name: "" if choice.on else choice.value}),
        )
        for choice in facet.choices
    ]
    if len(links) > SHOWN + 1:
        least = sorted((not link.on, -link.count) for link in links)[SHOWN - 1]
        first = [link for link in links if (not link.on, -link.count) <= least][:SHOWN]
        return Narrowing(facet.name, facet.label, first, [one for one in links if one not in first])
    return Narrowing(facet.name, facet.label, links, [])
