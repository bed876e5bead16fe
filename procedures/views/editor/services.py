"""Which agency accepts what, and at which level."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Agency
from portal.lib import slots
from portal.lib.text import fold
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures import actions, desks
from procedures.editor_forms import ServiceForm
from procedures.models import Procedure, Service
from procedures.views.editor import editor_page
from procedures.views.editor.drafts import LONGEST_SEARCH

PAGE = 40
form_page = require_http_methods(["GET", "HEAD", "POST"])


@editor_page
@require_safe
def index(request: AuthenticatedRequest) -> HttpResponse:
    """By procedure how many accept it; with an agency chosen, what that one accepts."""
    text = " ".join(request.GET.get("tim", "").split())[:LONGEST_SEARCH]
    receiving = Agency.objects.filter(services__isnull=False).distinct().order_by("name")
    agencies = list(receiving.only("code", "name"))
    code = request.GET.get("co-quan", "")
    agency = next((one for one in agencies if one.code == code), None)
    cursor = request.GET.get("sau")
    context: dict[str, Any] = {
        "text": text,
        "agencies": agencies,
        "agency": agency,
        "cursor": cursor,
    }
    context |= _of_agency(agency, text, cursor) if agency else _by_procedure(text, cursor)
    return render(request, "procedures/editor/services.html", context)


def _of_agency(agency: Agency, text: str, cursor: str | None) -> dict[str, Any]:
    rows = Service.objects.filter(receiving_agency=agency)
    for word in fold(text).split()[:12]:
        rows = rows.filter(procedure__search_fold__contains=word)
    rows = rows.select_related("procedure__current", "deciding_agency").defer(
        "procedure__search_fold", "procedure__current__eform", "procedure__current__process"
    )
    return {"page": keyset_page(rows, order=("procedure__code",), cursor=cursor, size=PAGE)}


def _by_procedure(text: str, cursor: str | None) -> dict[str, Any]:
    rows = Procedure.objects.published().matching(text).select_related("current")
    rows = rows.defer("search_fold", "current__eform", "current__process")
    page = keyset_page(rows, order=("code",), cursor=cursor, size=PAGE)
    counted = (
        Service.objects.filter(procedure__in=[row.pk for row in page.rows])
        .order_by()
        .values_list("procedure")
        .annotate(all=Count("pk"), open=Count("pk", filter=Q(active=True)))
        .annotate(own=Count("pk", filter=~Q(level_reason="")))
    )
    counts = {pk: numbers for pk, *numbers in counted}
    lines = [(row, *counts.get(row.pk, (0, 0, 0))) for row in page.rows]
    return {"page": page, "lines": lines}


@editor_page
@require_safe
def of_procedure(request: AuthenticatedRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Procedure.objects.select_related("current"), code=code)
    cursor = request.GET.get("sau")
    rows = found.services.select_related("receiving_agency", "deciding_agency")
    page = keyset_page(rows, order=("receiving_agency__name",), cursor=cursor, size=100)
    context = {"procedure": found, "page": page, "cursor": cursor, "kinds": desks.kinds()}
    return render(request, "procedures/editor/services_of.html", context)


@editor_page
@form_page
def open_kind(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show which agencies of a kind would begin to accept it, then open there."""
    found = get_object_or_404(Procedure.objects.published().select_related("current"), code=code)
    kind = (request.POST if request.method == "POST" else request.GET).get("loai", "")[:40]
    fresh = desks.missing(found, kind)
    if request.method == "POST":
        wanted = ((found, desk, deciding) for desk, deciding in fresh)
        made = actions.open_services(wanted, by=request.user, at=timezone.now())
        messages.success(request, f"Đã mở tại {made} nơi tiếp nhận.")
        return redirect("editor-services-of", code)
    context = {"procedure": found, "kind": kind, "fresh": fresh}
    return render(request, "procedures/editor/services_open.html", context)


def _service(pk: int) -> Service:
    rows = Service.objects.select_related(
        "procedure__current", "receiving_agency", "deciding_agency"
    )
    return get_object_or_404(rows, pk=pk)


@editor_page
@form_page
def edit(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _service(pk)
    first = {
        "level": found.level,
        "level_reason": found.level_reason,
        "deciding_agency": found.deciding_agency_id,
    }
    form = ServiceForm(request.POST if request.method == "POST" else None, initial=first)
    form.choose_among(Agency.objects.in_force(localdate()).order_by("name"))
    status = 200
    if form.is_bound and form.is_valid():
        try:
            actions.change_service(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except actions.ServiceRefused as refused:
            form.add_error("level_reason", str(refused))
            status = 409
        else:
            messages.success(request, f"Đã ghi cho {found.receiving_agency.name}.")
            return redirect("editor-services-of", found.procedure.code)
    context = {"service": found, "form": form, "history": desks.history_of(found)}
    return render(request, "procedures/editor/service.html", context, status=status)


@editor_page
@form_page
def close(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _service(pk)
    if request.method == "POST":
        said = f"{found.receiving_agency.name} dừng tiếp nhận hồ sơ mới."
        return _done(request, found, actions.close_service, said)
    open_dossiers = sum(slots.fill("service.open_dossiers", found))
    context = {"service": found, "open_dossiers": open_dossiers}
    return render(request, "procedures/editor/service_close.html", context)


@editor_page
@require_POST
def reopen(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = _service(pk)
    said = f"{found.receiving_agency.name} tiếp nhận trở lại."
    return _done(request, found, actions.reopen_service, said)


def _done(
    request: AuthenticatedRequest, service: Service, act: Callable[..., Any], said: str
) -> HttpResponse:
    try:
        act(service, by=request.user, at=timezone.now())
    except actions.ServiceRefused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("editor-services-of", service.procedure.code)
