"""Open data: /du-lieu-mo/. Addresses stay; what nobody changed is answered with 304."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import condition, require_safe

from portal.lib.publicpages import public_page
from procedures.exchange import keeping, open_data
from procedures.exchange.standing import in_force_stamp
from procedures.exchange.writing import InForce, tidy
from procedures.models import Procedure, ProcedureVersion
from procedures.records import RECORD, record_of
from procedures.records.reading import with_record_parts

FILES: dict[str, tuple[str, Callable[[], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", open_data.csv_lines),
    "json": ("application/json", open_data.json_list),
    "jsonl": ("application/jsonl", open_data.json_lines),
}


@login_not_required
@public_page
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    context = {
        "columns": open_data.COLUMNS,
        "meanings": open_data.dictionary(),
        "licence": settings.OPEN_DATA_LICENCE,
        "example": Procedure.objects.published().values_list("code", flat=True).first(),
    }
    return render(request, "procedures/open_data.html", context)


def _of_request(request: HttpRequest) -> tuple[str, datetime | None]:
    """Asked for once a request, though Django asks for tag and time apart."""
    if not hasattr(request, "open_data_stamp"):
        request.open_data_stamp = in_force_stamp()  # type: ignore[attr-defined]
    found: tuple[str, datetime | None] = request.open_data_stamp  # type: ignore[attr-defined]
    return found


@login_not_required
@require_safe
@condition(
    etag_func=lambda request, ending: f'"{_of_request(request)[0]}-{ending}"',
    last_modified_func=lambda request, ending: _of_request(request)[1],
)
def whole(request: HttpRequest, ending: str) -> HttpResponseBase:
    """Made once for each state of the catalogue, then sent from the disk."""
    if ending not in FILES:
        raise Http404("Không có tệp này.")
    mime, lines = FILES[ending]
    name = f"thu-tuc.{ending}"
    response = keeping.kept(f"{_of_request(request)[0]}-{name}", lines, mime=mime)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _for_all(response)


@login_not_required
@require_safe
def one(request: HttpRequest, code: str) -> HttpResponseBase:
    """One procedure; of a retired one, when it ended and what took its place."""
    procedure = get_object_or_404(Procedure.objects.select_related("replaced_by"), code=code)
    if procedure.current_id is None:
        return _for_all(_gone(procedure))
    return _one(request, code, procedure.current_id)


def _gone(procedure: Procedure) -> JsonResponse:
    ended = {
        "code": procedure.code,
        "name": procedure.name,
        "retired_on": procedure.retired_on,
        "decision_no": procedure.retired_by_decision,
        "replaced_by": procedure.replaced_by.code if procedure.replaced_by else None,
    }
    return JsonResponse(ended, status=410, json_dumps_params={"ensure_ascii": False})


@condition(etag_func=lambda request, code, pk: f'"{pk}"')
def _one(request: HttpRequest, code: str, pk: int) -> HttpResponseBase:
    """A version never changes, so its number is its tag."""
    versions = with_record_parts(ProcedureVersion.objects.defer("eform"))
    version = get_object_or_404(versions, pk=pk)
    found = open_data.public(InForce(tidy(RECORD, record_of(version)), version))
    return _for_all(JsonResponse(found, json_dumps_params={"ensure_ascii": False}))


def _for_all(response: Any) -> Any:
    """Any program on any page may read it; nobody's session is in it."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=60"
    response["X-Content-Type-Options"] = "nosniff"
    return response
