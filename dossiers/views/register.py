"""The register of a desk: the page, the sheet to take away, the volumes that were issued."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dossiers import actions, policies, register
from dossiers.actions import DossierError
from dossiers.forms.register import RegisterForm
from dossiers.models import RegisterVolume
from dossiers.views.issued import serve_issued
from dossiers.views.officer_access import officers_only, shell
from portal.lib import workbook
from portal.lib.web import AuthenticatedRequest, keyset_page

PAGE = 50
VOLUMES = 200  # more than a desk fills in years
# Some seconds of a web process.
SHEET_ROWS = 30_000


def _form(request: AuthenticatedRequest, data: QueryDict) -> RegisterForm:
    agencies = policies.register_agencies(request.user)
    form = RegisterForm(data, agencies=agencies, today=timezone.localdate())
    if not form.desks:
        raise PermissionDenied(
            "Sổ theo dõi dành cho cán bộ tiếp nhận, văn thư, lãnh đạo và người quản lý của nơi "
            "tiếp nhận."
        )
    return form


def _rows(form: RegisterForm) -> Any:
    chosen = form.cleaned_data
    return register.entries(chosen["don_vi"], form.period, chosen["thu_tuc"])


@require_safe
@officers_only
def page(request: AuthenticatedRequest) -> HttpResponse:
    form = _form(request, request.GET)
    context: dict[str, Any] = {"form": form, "head": register.HEAD, "token": uuid.uuid4()}
    if form.is_valid():
        context |= _shown(request, form)
    return render(request, "dossiers/officer/register.html", shell(request, **context))


def _shown(request: AuthenticatedRequest, form: RegisterForm) -> dict[str, Any]:
    cursor = request.GET.get("sau")
    rows = _rows(form)
    found = keyset_page(rows, order=register.ORDER, cursor=cursor, size=PAGE)
    agency = form.cleaned_data["don_vi"]
    volumes = RegisterVolume.objects.filter(agency=agency).select_related("issued_by")
    return {
        "page": found,
        "cursor": cursor,
        "total": rows.count(),
        "period": form.period.words,
        "moment": register.stamp(timezone.now()),
        "agency": agency,
        "lines": [(row["public_id"], register.cells(row)) for row in found.rows],
        "volumes": volumes.touching(form.period.first, form.period.last)[:VOLUMES],
    }


@require_safe
@officers_only
def sheet(request: AuthenticatedRequest) -> HttpResponseBase:
    """The register as XLSX, row by row."""
    form = _form(request, request.GET)
    if not form.is_valid():
        return _back(request.GET)
    rows = _rows(form)
    if rows.count() > SHEET_ROWS:
        most = f"{SHEET_ROWS:,}".replace(",", ".")
        messages.error(request, f"Kỳ này có hơn {most} hồ sơ; hãy chọn kỳ ngắn hơn.")
        return _back(request.GET)
    agency, period = form.cleaned_data["don_vi"], form.period
    moment = f"số liệu lúc {register.stamp(timezone.now())}, không phải quyển sổ đã lập"
    lead = (agency.name, f"Sổ theo dõi hồ sơ, tiếp nhận {period.words}; {moment}")
    book = workbook.xlsx(
        "Sổ theo dõi", register.Lines(rows), head=register.HEAD, lead=lead, widths=register.WIDTHS
    )
    name = f"so-theo-doi-{agency.code}-{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=workbook.XLSX)


@require_POST
@officers_only
def issue(request: AuthenticatedRequest) -> HttpResponse:
    """Volumes of the register as it stands; the worker makes their PDFs."""
    form = _form(request, request.POST)
    try:
        token = uuid.UUID(request.POST.get("token", ""))
    except ValueError:
        return _back(request.POST)
    if not form.is_valid():
        return _back(request.POST)
    chosen = form.cleaned_data
    try:
        volumes = actions.issue_register(
            agency=chosen["don_vi"],
            period=form.period,
            procedure=chosen["thu_tuc"],
            token=token,
            by=request.user,
            at=timezone.now(),
        )
    except DossierError as refused:
        messages.error(request, str(refused))
        return _back(request.POST)
    if len(volumes) == 1:
        return redirect("register-volume", volumes[0].public_id)
    messages.success(request, f"Sổ được chia thành {len(volumes)} quyển, đang tạo từng quyển.")
    return _back(request.POST)


def _back(data: QueryDict) -> HttpResponse:
    """To the register's page with the same choice."""
    kept = {name: data.get(name) for name in ("don_vi", "tu", "den", "thu_tuc")}
    return redirect(f"{reverse('register')}?{urlencode({k: v for k, v in kept.items() if v})}")


@require_safe
@officers_only
def volume(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The PDF as it was issued, or a page that tells how far the worker is."""
    theirs = RegisterVolume.objects.filter(agency__in=policies.register_agencies(request.user))
    found = get_object_or_404(theirs.select_related("agency"), public_id=public_id)
    if found.done_at:
        name = f"so-theo-doi-{found.agency.code}-quyen-{found.number}-{found.period}.pdf"
        return serve_issued(request, found, name)
    context = shell(request, volume=found)
    response = render(request, "dossiers/officer/volume.html", context, status=202)
    if not found.dead_at:
        response["Refresh"] = "3"
    return response


@require_POST
@officers_only
def again(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """A volume that could not be made, once more."""
    found = get_object_or_404(RegisterVolume, public_id=public_id)
    if policies.remake_register(request.user, found):
        raise Http404
    actions.remake_register(found, by=request.user, at=timezone.now())
    if found.agency_id in policies.register_agencies(request.user):
        return redirect("register-volume", public_id)
    messages.success(request, f"Quyển số {found.number}/{found.period} đang được tạo lại.")
    return redirect("officer-stuck")
