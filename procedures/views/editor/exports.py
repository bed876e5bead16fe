"""The whole catalogue going out: asked for here, written by a worker, fetched when it is there."""

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest
from procedures.actions.exports import ask_export
from procedures.exchange import exporting
from procedures.models import Export, ExportKind
from procedures.views.editor import editor_page


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of file: the newest there is, and the one being made."""

    kind: ExportKind
    ready: Export | None
    waiting: Export | None
    failed: bool
    fresh: bool


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: AuthenticatedRequest) -> HttpResponse:
    if request.method == "POST":
        if (kind := request.POST.get("dang", "")) in ExportKind.values:
            ask_export(kind, key=exporting.key_now(kind), at=timezone.now())
        return redirect("exports")
    return render(request, "procedures/editor/exports.html", _context())


@editor_page
@require_safe
def progress(request: AuthenticatedRequest) -> HttpResponse:
    """The moving part, asked for again by the page's script while something is being made."""
    return render(request, "procedures/editor/exports_shelves.html", _context())


@editor_page
@require_safe
def download(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    one = get_object_or_404(Export.objects.exclude(done_at=None), pk=pk)
    name = f"danh-muc-{localtime(one.created_at):%Y-%m-%d}.{one.kind}"
    mime = exporting.MIMES[ExportKind(one.kind)]
    return cast(HttpResponse, serve_file(request, one.stored_name, name, mime))


def _context() -> dict[str, Any]:
    rows = list(Export.objects.all()[:20])
    shelves = [_shelf(kind, [row for row in rows if row.kind == kind]) for kind in ExportKind]
    return {"shelves": shelves, "working": any(shelf.waiting for shelf in shelves)}


def _shelf(kind: ExportKind, rows: list[Export]) -> Shelf:
    ready = next((row for row in rows if row.done_at), None)
    newest = rows[0] if rows else None
    return Shelf(
        kind=kind,
        ready=ready,
        waiting=next((row for row in rows if not row.done_at and not row.dead_at), None),
        failed=bool(newest and newest.dead_at),
        fresh=bool(ready and ready.key == exporting.key_now(kind)),
    )
