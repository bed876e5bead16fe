"""Many dossiers of one procedure by a spreadsheet: the pattern's own page."""

import io
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dossiers import sheets
from dossiers.actions import DossierError, batches
from dossiers.forms import batches as forms
from dossiers.forms import summary
from dossiers.models import Batch, BatchRow, Dossier, RowState, Work
from dossiers.views.wizard import draft_page
from portal.lib.web import AuthenticatedRequest
from procedures.exchange.rows import FileRefused

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def batch_of(dossier: Dossier) -> Batch | None:
    return Batch.objects.filter(pattern=dossier).first()


def of_own(dossier: Dossier) -> Batch:
    return get_object_or_404(Batch, pattern=dossier)


@require_http_methods(["GET", "HEAD", "POST"])
@draft_page
def batch(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """What is shared, the template, the rows with what is wrong in them and what became of each;
    POST takes a filled sheet."""
    found = batch_of(dossier)
    if found is None:
        return _offer(request, dossier)
    if request.method != "POST":
        return _show(request, dossier, found, forms.SheetForm())
    form = forms.SheetForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            return _take(request, dossier, found, form.cleaned_data["bang"])
        except (FileRefused, DossierError) as refused:
            form.add_error("bang", str(refused))
    return _show(request, dossier, found, form)


def _offer(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """Before anything is decided: what it is; the button makes the draft a pattern."""
    if request.method == "POST":
        batches.begin_batch(dossier, by=request.user, at=timezone.now())
        return _back(dossier)
    context = {
        "dossier": dossier,
        "procedure": dossier.version.procedure,
        "why_not": batches.refusal(dossier, request.user),
    }
    return render(request, "dossiers/citizen/batch/offer.html", context)


def _back(dossier: Dossier) -> HttpResponse:
    return redirect("batch", dossier.public_id)


def _take(
    request: AuthenticatedRequest, dossier: Dossier, found: Batch, upload: Any
) -> HttpResponse:
    if sentence := batches.outdated(dossier):
        raise DossierError(sentence)
    taken = batches.replace_rows(
        found,
        rows=sheets.read(upload, dossier, request.user),
        filename=upload.name or "",
        mark=sheets.mark(dossier),
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, f"Đã đọc {taken.rows} dòng của bảng tính.")
    if taken.kept:
        numbers = ", ".join(map(str, taken.kept[:20]))
        messages.warning(
            request,
            f"Dòng {numbers} đã có hồ sơ nên giữ nguyên. Hồ sơ mới hãy ghi ở dòng khác; "
            "muốn sửa hồ sơ đã tạo, hãy mở hồ sơ đó.",
        )
    return _back(dossier)


def _show(
    request: AuthenticatedRequest, dossier: Dossier, found: Batch, form: forms.SheetForm
) -> HttpResponse:
    rows = list(found.rows.select_related("dossier"))
    counts = forms.counts_of(rows)
    context = {
        "dossier": dossier,
        "procedure": dossier.version.procedure,
        "batch": found,
        "form": form,
        "rows": rows,
        "counts": counts,
        "outdated": batches.outdated(dossier),
        "guidance": sheets.guidance(dossier),
        "lines": summary.shared_rows(dossier),
        "missing": [
            (gap.sentence, summary.address_of(dossier, gap, summary.BACK))
            for gap in batches.pattern_gaps(dossier)
        ],
        "eform_url": summary.eform_url(dossier, "", summary.BACK),
        "shared_labels": sheets.shared_labels(dossier),
        "declaration": summary.DeclarationForm.base_fields["cam_doan"].label,
        "trail": [("Hồ sơ của tôi", reverse("my-dossiers"))],
        "may_drop": not any(row.dossier_id for row in rows),
        **_progress(found, found.rows.all()),
    }
    return render(request, "dossiers/citizen/batch/batch.html", context)


def _progress(found: Batch, rows: QuerySet[BatchRow]) -> dict[str, Any]:
    if not found.working:
        return {}
    states = list(rows.values_list("state", flat=True))
    waiting = states.count(RowState.WAITING)
    return {"whole": len(states), "waiting": waiting, "settled": len(states) - waiting}


@require_safe
@draft_page
def progress(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """The moving part of the page; when the work has ended the page itself is asked for."""
    found = of_own(dossier)
    context = {"dossier": dossier, "batch": found, **_progress(found, found.rows.all())}
    response = render(request, "dossiers/citizen/batch/progress.html", context)
    if not found.working:
        response["HX-Refresh"] = "true"
    return response


@require_safe
@draft_page
def template(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    of_own(dossier)
    file = io.BytesIO()
    sheets.template(file, dossier)
    response = HttpResponse(file.getvalue(), content_type=_XLSX)
    name = f"mau-{dossier.version.procedure.code}.xlsx"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@draft_page
def run(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """The rows that are right become drafts, or are filed; the others wait."""
    found = of_own(dossier)
    form = forms.RunForm(request.POST)
    if not form.is_valid():
        messages.error(request, form.first_error())
        return _back(dossier)
    try:
        count = batches.start_work(
            found,
            work=Work(form.cleaned_data["viec"]),
            mark=sheets.mark(dossier),
            confirmed=form.cleaned_data["giong"],
            by=request.user,
            at=timezone.now(),
        )
    except DossierError as refused:
        messages.error(request, str(refused))
    else:
        filing = form.cleaned_data["viec"] == Work.FILING
        messages.success(
            request, f"Đang nộp {count} hồ sơ." if filing else f"Đang tạo {count} bản nháp."
        )
    return _back(dossier)


@require_POST
@draft_page
def drop(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """The pattern is an ordinary draft again."""
    try:
        batches.drop_batch(of_own(dossier), by=request.user, at=timezone.now())
    except DossierError as refused:
        messages.error(request, str(refused))
        return _back(dossier)
    messages.success(request, "Đã thôi nộp nhiều hồ sơ. Bản nháp này lại nộp riêng được.")
    return redirect(reverse("filing-check", args=[dossier.public_id]))
