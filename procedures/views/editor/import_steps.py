"""What becomes of a file that was read: applied, approved by a second person, or left."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from portal.lib.web import AuthenticatedRequest
from procedures.actions import imports
from procedures.exchange_forms import MOST_LISTED, ApplyForm
from procedures.models import Fate, ImportMode, ImportState
from procedures.views.editor import editor_page
from procedures.views.editor.exchange import found_run, told

form_page = require_http_methods(["GET", "HEAD", "POST"])


@editor_page
@form_page
def apply(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    one = found_run(public_id)
    if one.state != ImportState.READY:
        messages.warning(request, f"Lần nhập đang ở tình trạng “{one.get_state_display()}”.")
        return redirect("import-run", one.public_id)
    form = ApplyForm(request.POST if request.method == "POST" else None, run=one)
    if request.method == "POST" and form.is_valid():
        try:
            one = imports.ask_to_apply(one, by=request.user, at=timezone.now(), **form.cleaned_data)
        except imports.ImportRefused as refused:
            form.add_error(None, str(refused))
        else:
            drafts = one.mode == ImportMode.DRAFTS
            return told(
                request,
                one,
                "Đang tạo các bản soạn." if drafts else "Đã đề nghị công bố; chờ người khác duyệt.",
            )
    withdrawn = one.counts.get(Fate.WITHDRAWN, 0)
    context = {"run": one, "form": form, "unlisted": max(0, withdrawn - MOST_LISTED)}
    return render(request, "procedures/editor/import_apply.html", context)


@editor_page
@form_page
def approve(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    one = found_run(public_id)
    if reason := imports.hinders_approval(one, request.user):
        messages.warning(request, reason)
        return redirect("import-run", one.public_id)
    if request.method == "POST":
        try:
            imports.approve_import(one, by=request.user, at=timezone.now())
        except imports.ImportRefused as refused:
            messages.warning(request, str(refused))
            return redirect("import-run", one.public_id)
        return told(request, one, "Đã duyệt; đang công bố.")
    return render(request, "procedures/editor/import_approve.html", {"run": one})


@editor_page
@require_POST
def give_back(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    one = found_run(public_id)
    try:
        imports.return_import(one)
    except imports.ImportRefused as refused:
        messages.warning(request, str(refused))
        return redirect("import-run", one.public_id)
    return told(request, one, "Đã trả lại để quyết định lại.")


@editor_page
@form_page
def discard(request: AuthenticatedRequest, public_id: Any) -> HttpResponse:
    one = found_run(public_id)
    if request.method == "POST":
        try:
            imports.discard_import(one, at=timezone.now())
        except imports.ImportRefused as refused:
            messages.warning(request, str(refused))
            return redirect("import-run", one.public_id)
        messages.success(request, "Đã bỏ lần nhập này; danh mục không đổi.")
        return redirect("imports")
    context = {
        "heading": "Bỏ lần nhập này?",
        "text": f"Không có gì trong tệp “{one.file_name}” được đưa vào danh mục.",
        "submit": "Bỏ lần nhập",
        "back": reverse("import-run", args=[one.public_id]),
    }
    return render(request, "procedures/editor/import_discard.html", context)
