"""Papers to take along: made by the worker, opened from here."""

from datetime import timedelta
from typing import cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Agency
from portal.lib.files import serve_file
from portal.lib.limits import limited
from portal.lib.publicpages import public_page
from procedures import handouts
from procedures.actions.handouts import ask_handout
from procedures.models import Handout, HandoutKind, Procedure, ProcedureVersion
from procedures.views.in_force import in_force

PUBLIC_SECONDS = 300
_ASKING = limited("handouts", limit=30, period=timedelta(hours=1))


def _trail(procedure: Procedure) -> list[tuple[str, str]]:
    name = Truncator(procedure.name).words(8)
    page = reverse("procedure", args=[procedure.code])
    return [("Thủ tục hành chính", reverse("catalogue")), (name, page)]


@login_not_required
@public_page
@require_safe
@in_force
def choose(request: HttpRequest, procedure: Procedure, version: ProcedureVersion) -> HttpResponse:
    """Which case, and where it is to be filed."""
    services = procedure.services.filter(active=True).select_related("receiving_agency")
    context = {
        "procedure": procedure,
        "cases": list(version.cases.only("key", "name", "version")),
        "agencies": [
            service.receiving_agency for service in services.order_by("receiving_agency__name")
        ],
        "trail": _trail(procedure),
    }
    return render(request, "procedures/handout_choose.html", context)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@_ASKING
@in_force
def guidance(request: HttpRequest, procedure: Procedure, version: ProcedureVersion) -> HttpResponse:
    """The slip of one case, at one office or any."""
    keys = list(version.cases.values_list("key", flat=True))
    key = request.GET.get("truong-hop") or (keys[0] if keys else "")
    if keys and key not in keys:
        raise Http404("Không có trường hợp này.")
    agency = _agency(procedure, request.GET.get("noi-nop", ""))
    return _answer(request, procedure, HandoutKind.GUIDANCE, key, agency)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@_ASKING
@in_force
def blank(request: HttpRequest, procedure: Procedure, version: ProcedureVersion) -> HttpResponse:
    """The e-form as a form to print and fill by hand."""
    if not version.form_fields:
        raise Http404("Thủ tục này không có tờ khai điện tử.")
    return _answer(request, procedure, HandoutKind.BLANK, "", None)


def _agency(procedure: Procedure, code: str) -> Agency | None:
    if not code:
        return None
    return get_object_or_404(
        Agency, code=code, services__procedure=procedure, services__active=True
    )


def _answer(
    request: HttpRequest, procedure: Procedure, kind: str, case_key: str, agency: Agency | None
) -> HttpResponse:
    version = procedure.current
    assert version
    row = Handout.objects.filter(key=handouts.key_of(version, kind, case_key, agency)).first()
    if request.method == "POST":
        ask_handout(version, kind, case_key=case_key, agency=agency, at=timezone.now())
        given = {"truong-hop": case_key, "noi-nop": agency.code if agency else ""}
        query = urlencode({name: value for name, value in given.items() if value})
        return redirect(f"{request.path}?{query}" if query else request.path)
    if row and row.done_at:
        name = "phieu-huong-dan" if kind == HandoutKind.GUIDANCE else "to-khai-trong"
        filename = f"{name}-{procedure.code}.pdf"
        response = serve_file(request, row.stored_name, filename, "application/pdf", inline=True)
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
        return cast(HttpResponse, response)
    return _waiting(request, procedure, kind, row)


def _waiting(
    request: HttpRequest, procedure: Procedure, kind: str, row: Handout | None
) -> HttpResponse:
    """Being made, or to be asked for: opening a page writes nothing."""
    context = {
        "procedure": procedure,
        "what": HandoutKind(kind).label,
        "row": row,
        "asked": bool(row and row.asked and not row.dead_at),
        "trail": _trail(procedure),
    }
    response = render(request, "procedures/handout_waiting.html", context, status=202)
    if context["asked"]:
        response["Refresh"] = "2"
    response["Cache-Control"] = "no-store"
    return response
