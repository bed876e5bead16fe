"""The filing wizard's steps around the papers: the case, how the result comes back, the last
look and the filing itself."""

import uuid
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Ward
from dossiers import actions, people
from dossiers.forms import batches, contact, summary
from dossiers.models import Batch, Dossier
from dossiers.views import steps, wizard
from dossiers.views.wizard import (
    CHECK,
    EFORM,
    OWNER,
    RETURN,
    WHOSE,
    draft_page,
    draft_page_posting,
)
from portal.lib.web import AuthenticatedRequest
from procedures.models import ProcedureCase

page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def resume(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """What a slip's QR code opens: the draft, or in words why it does not open here."""
    try:
        return _resume(request, public_id=public_id)
    except Http404:
        return render(request, "dossiers/citizen/filing/not_here.html", status=404)


@draft_page
def _resume(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """To the first thing still missing, else to the last look; a pattern's is its batch."""
    if Batch.objects.filter(pattern=dossier).exists():
        return redirect("batch", dossier.public_id)
    first = next(iter(actions.gaps(dossier)), None)
    if first is None:
        return redirect("filing-check", dossier.public_id)
    return redirect(summary.address_of(dossier, first))


@page_methods
@draft_page
def case(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """Another case of the procedure; papers given for the first one stay beside."""
    cases = list(dossier.version.cases.prefetch_related("requirements"))
    chosen = request.POST.get("truong-hop", "")
    if request.method == "POST":
        found = next((one for one in cases if one.key == chosen), None)
        if found is not None:
            return _take_case(request, dossier, found)
    return wizard.page(request, dossier, EFORM, "case", cases=cases, wrong=request.method == "POST")


def _take_case(
    request: AuthenticatedRequest, dossier: Dossier, chosen: ProcedureCase
) -> HttpResponse:
    actions.choose_case(dossier, case=chosen, by=request.user, at=timezone.now())
    target = "filing-check" if wizard.comes_from_check(request) else "filing"
    return redirect(target, dossier.public_id)


@page_methods
@draft_page
def delivery(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    build = partial(contact.return_form, dossier, actions.return_methods(dossier))
    form, shown = steps.form_of(request, dossier, build)
    taken = steps.taken(request, shown)
    if taken and not form.handle_structure_buttons():
        if right := form.is_valid():
            _save_return(request, dossier, contact.return_fields(form))
            steps.forget(request, dossier)
        if gone := steps.left(request, dossier, form, RETURN, right=right):
            return gone
    costs = summary.extra_costs(dossier)
    return wizard.page(request, dossier, RETURN, "return", form=form, costs=costs, **shown)


def _save_return(request: AuthenticatedRequest, dossier: Dossier, fields: dict[str, Any]) -> None:
    code = fields.pop("ward_code")
    ward = Ward.objects.select_related("province").get(pk=code) if code else None
    actions.save_return(dossier, by=request.user, at=timezone.now(), ward=ward, **fields)


@page_methods
@draft_page_posting(*WHOSE, "case")
def check(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    """The last look; POST files what was seen (the action refuses a pattern). A pattern's is the
    page of its batch."""
    sent = request.method == "POST"
    if not sent and Batch.objects.filter(pattern=dossier).exists():
        return redirect("batch", dossier.public_id)
    form = summary.DeclarationForm(request.POST if sent else None)
    look = request.POST.get("dau", "")
    if sent and form.is_valid():
        try:
            actions.submit(
                dossier, by=request.user, at=timezone.now(), seen=look, despite=form.despite
            )
            return redirect(_after_filing(request, dossier), dossier.public_id)
        except (actions.Changed, actions.Incomplete):
            pass  # told below; the page names each gap with its link
        except actions.Repeated:
            form.ask_again()
    if sent:
        dossier = wizard.own_dossier(request, dossier.public_id)  # the page shows all of it
    shown = summary.of(dossier, wizard.needs_of(dossier))
    if sent and look != shown["seen"]:
        messages.warning(request, str(actions.Changed()))
    before = wizard.address_before(dossier, CHECK)
    return wizard.page(request, dossier, CHECK, "check", form=form, before=before, **shown)


def _after_filing(request: AuthenticatedRequest, dossier: Dossier) -> str:
    """The receipt is the citizen's; an officer who helped is back at the desk."""
    return "receipt" if people.acts(request.user, dossier) else "helped"


@page_methods
@draft_page
def discard(request: AuthenticatedRequest, dossier: Dossier) -> HttpResponse:
    if request.method == "POST":
        actions.discard_draft(dossier, by=request.user, at=timezone.now())
        messages.success(request, "Đã xóa bản nháp.")
        return redirect("my-dossiers")
    back = reverse("filing", args=[dossier.public_id])
    batch = Batch.objects.filter(pattern=dossier).first()
    loss = batches.loss_of(batch) if batch else ""
    return wizard.page(request, dossier, OWNER, "discard", back=back, loss=loss)
