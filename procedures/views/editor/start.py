"""Where writing begins: for a procedure there is, for a new one, to retire one."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.lib import slots
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures import actions
from procedures.editor_forms import NewDraftForm, RetireForm
from procedures.models import Draft, DraftKind, DraftState, Procedure
from procedures.views.editor import editor_page
from procedures.views.editor.drafts import LONGEST_SEARCH

PAGE = 20
form_page = require_http_methods(["GET", "HEAD", "POST"])


@editor_page
@require_safe
def start(request: AuthenticatedRequest) -> HttpResponse:
    """Procedures by code or words, each with its way to a draft."""
    text = " ".join(request.GET.get("tim", "").split())[:LONGEST_SEARCH]
    cursor = request.GET.get("sau")
    rows = Procedure.objects.matching(text).select_related("current", "sector")
    rows = rows.defer("search_fold", "current__eform", "current__process")
    page = keyset_page(rows, order=("code",), cursor=cursor, size=PAGE)
    codes = [procedure.code for procedure in page.rows]
    drafts = {draft.code: draft for draft in Draft.objects.open().light().filter(code__in=codes)}
    lines = [(procedure, drafts.get(procedure.code)) for procedure in page.rows]
    context = {"page": page, "cursor": cursor, "text": text, "lines": lines}
    return render(request, "procedures/editor/start.html", context)


@editor_page
@require_POST
def open_one(request: AuthenticatedRequest, code: str) -> HttpResponse:
    procedure = get_object_or_404(Procedure.objects.select_related("current"), code=code)
    try:
        draft = actions.open_draft(procedure, by=request.user, at=timezone.now())
    except actions.DraftRefused as refused:
        messages.error(request, str(refused))
        return redirect("editor-procedure", code)
    return redirect("editor-draft", draft.pk)


@editor_page
@form_page
def new(request: AuthenticatedRequest) -> HttpResponse:
    form = NewDraftForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        record = form.cleaned_data
        if Procedure.objects.filter(code=record["code"]).exists():
            form.add_error("code", f"Thủ tục {record['code']} đã có; hãy tìm nó để soạn tiếp.")
        else:
            try:
                draft = actions.new_draft(record, by=request.user, at=timezone.now())
            except actions.DraftRefused as refused:
                form.add_error("code", str(refused))
                status = 409
            except actions.RecordInvalid as invalid:
                form.add_error(None, "; ".join(invalid.problems))
            else:
                return redirect("editor-draft", draft.pk)
    context = {"form": form}
    return render(request, "procedures/editor/new.html", context, status=status)


@editor_page
@require_safe
def procedure(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """One procedure for its editors: versions with who made them, drafts, services."""
    found = get_object_or_404(
        Procedure.objects.select_related("current", "sector", "replaced_by"), code=code
    )
    versions = found.versions.select_related("prepared_by", "published_by")
    retirements = found.drafts.filter(kind=DraftKind.RETIREMENT, state=DraftState.PUBLISHED)
    context = {
        "procedure": found,
        "versions": versions.defer("eform", "process", "conditions").order_by("-number"),
        "draft": Draft.objects.open().light().filter(code=code).first(),
        "retirement": retirements.select_related("submitted_by", "reviewed_by").first(),
        "services": found.services.count(),
        "services_open": found.services.filter(active=True).count(),
    }
    return render(request, "procedures/editor/procedure.html", context)


@editor_page
@form_page
def retire(request: AuthenticatedRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Procedure.objects.select_related("current"), code=code)
    form = RetireForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        typed: dict[str, Any] = form.cleaned_data
        try:
            draft = actions.start_retirement(found, by=request.user, at=timezone.now(), **typed)
        except actions.DraftRefused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            return redirect("editor-draft", draft.pk)
    open_dossiers = sum(slots.fill("procedure.open_dossiers", found))
    context = {"procedure": found, "form": form, "open_dossiers": open_dossiers}
    return render(request, "procedures/editor/retire.html", context, status=status)
