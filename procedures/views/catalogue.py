"""The public catalogue: the list with its filters."""

from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import pages, search
from procedures.forms import CatalogueForm


@login_not_required
@public_page
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    form = CatalogueForm(request.GET)
    filters = form.filters()
    cursor = request.GET.get("sau")
    page = search.find(filters, cursor=cursor)
    context = {
        "form": form,
        "filtered": bool(filters),
        "narrowed": filters != search.Filters(q=filters.q),
        "chips": _chips(form),
        "page": page,
        "cursor": cursor,
        "rows": [pages.row_of(procedure) for procedure in page.rows],
        "count": search.matching(filters).count(),
    }
    return render(request, "procedures/catalogue.html", context)


def _chips(form: CatalogueForm) -> list[tuple[str, str]]:
    """(words, address without this filter) of every filter that is on."""
    given = {name: form.data[name] for name, _, _ in form.chosen()}
    base = reverse("catalogue")
    return [
        (f"{label}: {shown}", f"{base}?{urlencode({k: v for k, v in given.items() if k != name})}")
        for name, label, shown in form.chosen()
    ]
