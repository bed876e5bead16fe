"""Catalogue files coming in, seen row by row."""

import io
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures import wording
from procedures.actions import imports
from procedures.exchange import writing
from procedures.exchange.exporting import MIMES
from procedures.exchange_forms import UploadForm
from procedures.models import ExportKind, Fate, ImportRow, ImportRun, ImportState
from procedures.records import Change
from procedures.views.editor import editor_page

PAGE = 50
RUNS = 20
WORKING = (ImportState.READING, ImportState.APPLYING)
# What the address says → the rows meant.
TABS = {
    "moi": Fate.NEW,
    "doi": Fate.CHANGED,
    "khong-doi": Fate.UNCHANGED,
    "khong-con": Fate.WITHDRAWN,
    "tu-choi": Fate.REJECTED,
}


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: AuthenticatedRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            run = imports.start_import(
                form.cleaned_data["file"],
                by=request.user,
                at=timezone.now(),
                complete=form.cleaned_data["complete"],
            )
        except imports.ImportRefused as refused:
            form.add_error("file", str(refused))
        else:
            return redirect("import-run", run.public_id)
    cursor = request.GET.get("sau")
    runs = ImportRun.objects.select_related("created_by")
    page = keyset_page(runs, order=("-created_at", "-pk"), cursor=cursor, size=RUNS)
    context = {"form": form, "page": page, "cursor": cursor}
    return render(request, "procedures/editor/imports.html", context)


def found_run(public_id: Any) -> ImportRun:
    runs = ImportRun.objects.select_related("created_by", "asked_by", "approved_by")
    return get_object_or_404(runs, public_id=public_id)


@editor_page
@require_safe
def run(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    one = found_run(public_id)
    key = request.GET.get("loai", "")
    key = key if key in TABS else _first_tab(one)
    cursor = request.GET.get("sau")
    rows = one.rows.filter(fate=TABS[key]) if key else one.rows.all()
    page = keyset_page(_light(rows), order=("number",), cursor=cursor, size=PAGE)
    context = {
        "run": one,
        "working": one.state in WORKING,
        "tabs": _tabs(one, key),
        "fate": TABS.get(key, ""),
        "page": page,
        "cursor": cursor,
        "hindrance": imports.hinders_approval(one, request.user),
        "can_apply": any(one.counts.get(fate) for fate in (Fate.NEW, Fate.CHANGED, Fate.WITHDRAWN))
        or one.rows.filter(draftable=True).exists(),
    }
    return render(request, "procedures/editor/import_run.html", context)


def _light(rows: QuerySet[ImportRow]) -> QuerySet[ImportRow]:
    return rows.select_related(None)


def _first_tab(one: ImportRun) -> str:
    """Where something is to be looked at, if anywhere."""
    return next((key for key, fate in TABS.items() if one.counts.get(fate)), "")


def _tabs(one: ImportRun, current: str) -> list[dict[str, Any]]:
    address = reverse("import-run", args=[one.public_id])
    return [
        {
            "text": fate.label,
            "url": f"{address}?loai={key}",
            "current": key == current,
            "count": one.counts.get(fate, 0),
        }
        for key, fate in TABS.items()
        if fate != Fate.WITHDRAWN or one.complete
    ]


@editor_page
@require_safe
def progress(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    """The moving part of a run's page; when the work has ended the page itself is asked for."""
    one = found_run(public_id)
    response = render(request, "procedures/editor/import_progress.html", {"run": one})
    if one.state not in WORKING:
        response["HX-Refresh"] = "true"
    return response


@editor_page
@require_safe
def row(request: AuthenticatedRequest, public_id: Any, number: int) -> HttpResponse:
    one = found_run(public_id)
    found = get_object_or_404(one.rows.select_related("base"), number=number)
    changes = [Change("", *parts) for parts in found.detail.get("changes", [])]
    context = {"run": one, "row": found, "changes": wording.shown(changes)}
    return render(request, "procedures/editor/import_row.html", context)


@editor_page
@require_safe
def template(request: AuthenticatedRequest) -> HttpResponse:
    """A page of headers, made while one waits."""
    file = io.BytesIO()
    writing.template(file)
    response = HttpResponse(file.getvalue(), content_type=MIMES[ExportKind.SHEETS])
    response["Content-Disposition"] = 'attachment; filename="mau-nhap-danh-muc.xlsx"'
    return response


def told(request: AuthenticatedRequest, one: ImportRun, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect("import-run", one.public_id)
