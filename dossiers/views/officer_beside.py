"""Beside a dossier: ticks on papers, private notes, opinions of other units."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.desk import desk_of
from dossiers import actions
from dossiers.forms.beside import AnswerForm, NoteForm, OpinionForm
from dossiers.models import CheckState, Opinion
from dossiers.views.officer_access import PAPER, desk_dossier, officers_only, shell, to_dossier
from portal.lib.files import serve_file
from portal.lib.web import AuthenticatedRequest
from procedures import eforms
from procedures.general_form import definition_of

SHOWN = 200
page = require_http_methods(["GET", "HEAD", "POST"])


@require_POST
def compare(
    request: AuthenticatedRequest, public_id: uuid.UUID, paper_id: uuid.UUID
) -> HttpResponse:
    """Tick or untick one paper; the page comes back where it was."""
    dossier = desk_dossier(request, public_id)
    paper = get_object_or_404(dossier.papers.sent(), public_id=paper_id)
    compared = "bo" not in request.POST
    try:
        actions.compare_paper(paper, compared=compared, by=request.user, at=timezone.now())
    except actions.DossierError as refused:
        messages.warning(request, str(refused))
    return to_dossier(request, dossier, "#xem-giay-to", **{PAPER: str(paper.public_id)})


@page
def note(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """The form stands on the dossier's page; here when what was typed cannot be kept."""
    dossier = desk_dossier(request, public_id)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            actions.write_note(
                dossier, text=form.cleaned_data["text"], by=request.user, at=timezone.now()
            )
        except actions.DossierError as refused:
            form.add_error(None, str(refused))
        else:
            return to_dossier(request, dossier, "#ghi-chu")
    context = shell(request, dossier=dossier, form=form)
    return render(request, "dossiers/officer/note.html", context)


@require_POST
def remove_note(request: AuthenticatedRequest, public_id: uuid.UUID, number: int) -> HttpResponse:
    dossier = desk_dossier(request, public_id)
    found = get_object_or_404(dossier.notes, pk=number)
    try:
        actions.remove_note(found, by=request.user, at=timezone.now())
    except actions.DossierError as refused:
        messages.warning(request, str(refused))
    return to_dossier(request, dossier, "#ghi-chu")


@page
def ask_opinion(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    dossier = desk_dossier(request, public_id)
    form = OpinionForm(request.POST if request.method == "POST" else None, dossier=dossier)
    if form.is_valid():
        typed = form.cleaned_data | {"papers": list(form.cleaned_data["papers"])}
        try:
            asked = actions.ask_opinion(dossier, by=request.user, at=timezone.now(), **typed)
        except actions.AlreadyThere as told:
            messages.info(request, str(told))
            return to_dossier(request, dossier, "#y-kien")
        except actions.DossierError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"Đã xin ý kiến {asked.agency.name}.")
            return to_dossier(request, dossier, "#y-kien")
    context = shell(request, dossier=dossier, form=form)
    return render(request, "dossiers/officer/ask_opinion.html", context)


@require_POST
def cancel_opinion(request: AuthenticatedRequest, opinion_id: uuid.UUID) -> HttpResponse:
    opinion = _opinion(request, opinion_id)
    dossier = desk_dossier(request, opinion.dossier.public_id)
    try:
        actions.cancel_opinion(opinion, by=request.user, at=timezone.now())
    except actions.DossierError as refused:
        messages.warning(request, str(refused))
    return to_dossier(request, dossier, "#y-kien")


@require_safe
@officers_only
def opinions(request: AuthenticatedRequest) -> HttpResponse:
    """What this person's units are asked, the soonest first; then what they answered last."""
    mine = Opinion.objects.visible_to(request.user).filter(
        agency__in=desk_of(request.user).dossier_agencies
    )
    shown = mine.select_related("dossier__procedure", "asking_agency", "agency")
    context = {
        "waiting": shown.waiting().order_by("due_on", "pk")[:SHOWN],
        "answered": shown.filter(answered_at__isnull=False).order_by("-answered_at")[:20],
        "today": timezone.localdate(),
    }
    return render(request, "dossiers/officer/opinions.html", shell(request, **context))


@page
def opinion(request: AuthenticatedRequest, opinion_id: uuid.UUID) -> HttpResponse:
    """The question with what was shown to the unit, and its answer."""
    found = _opinion(request, opinion_id)
    answers = found.agency_id in desk_of(request.user).dossier_agencies
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.answer_opinion(
                found, answer=form.cleaned_data["answer"], by=request.user, at=timezone.now()
            )
        except actions.AlreadyThere as told:
            messages.info(request, str(told))
            return redirect("officer-opinion", found.public_id)
        except actions.DossierError as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, "Đã gửi ý kiến cho cơ quan hỏi.")
            return redirect("officer-opinions")
    context = _shown(found) | {"form": form, "answers": answers and found.waits}
    return render(request, "dossiers/officer/opinion.html", shell(request, **context))


def _shown(found: Opinion) -> dict[str, Any]:
    """What the unit needs for its answer it sees until it has given it."""
    dossier = found.dossier
    told = {"opinion": found, "dossier": dossier, "today": timezone.localdate()}
    if not found.waits:
        return told
    return told | {
        "papers": found.papers.filter(state=CheckState.CLEAN).in_order(),
        "sections": eforms.rows(definition_of(dossier.version), dossier.answers),
    }


@require_safe
def opinion_paper(
    request: AuthenticatedRequest, opinion_id: uuid.UUID, paper_id: uuid.UUID
) -> HttpResponseBase:
    """A paper shown to the asked unit, for as long as it is asked."""
    found = get_object_or_404(
        Opinion.objects.visible_to(request.user).waiting(), public_id=opinion_id
    )
    paper = get_object_or_404(found.papers, public_id=paper_id, state=CheckState.CLEAN)
    return serve_file(request, paper.stored_name, paper.filename, paper.mime, inline=True)


def _opinion(request: AuthenticatedRequest, opinion_id: uuid.UUID) -> Opinion:
    rows = Opinion.objects.visible_to(request.user).select_related(
        "agency", "asked_by", "answered_by", "dossier__version__procedure", "dossier__case",
        "dossier__receiving_agency", "dossier__deciding_agency", "asking_agency",
    )  # fmt: skip
    return get_object_or_404(rows, public_id=opinion_id)
