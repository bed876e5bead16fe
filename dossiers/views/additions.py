"""The citizen answers a request for additions: only what was asked, on one page."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions
from dossiers.forms.additions import AnswerForm, asked_definition
from dossiers.models import Deficiency, Dossier
from dossiers.views.mine import own_dossier
from portal.lib.files import FileRefused
from portal.lib.web import AuthenticatedRequest
from procedures import eforms


@require_http_methods(["GET", "HEAD", "POST"])
def answer_additions(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Files are kept as they come; sending needs every asked paper and field."""
    dossier = own_dossier(request, public_id)
    asked = dossier.rounds.filter(completed_at=None, answered_at=None).first()
    if asked is None:
        messages.info(request, "Hồ sơ không còn yêu cầu bổ sung nào chờ bạn.")
        return redirect("dossier", public_id)
    wanted = list(asked.deficiencies.select_related("requirement"))
    data = request.POST if request.method == "POST" else None
    eform = _asked_form(dossier, wanted, data)
    form = AnswerForm(data)
    refused: dict[int, list[str]] = {}
    if request.method == "POST":
        refused = _keep_files(request, dossier, wanted)
        if _ready(request, eform, form) and not refused:
            answers = eform.answers() if eform else {}
            if _send(request, dossier, answers, form.cleaned_data["note"]):
                return redirect("dossier", public_id)
    rows = _rows(dossier, asked.asked_at, wanted, refused)
    context = {"dossier": dossier, "asked": asked, "rows": rows, "eform": eform, "form": form}
    context["trail"] = [(str(dossier.code), reverse("dossier", args=[public_id]))]
    return render(request, "dossiers/citizen/additions.html", context)


def _asked_form(dossier: Dossier, wanted: list[Deficiency], data: Any) -> eforms.EForm | None:
    """The asked fields as a form; None when only papers were asked."""
    if not any(item.field_key for item in wanted):
        return None
    definition = asked_definition(dossier, wanted)
    return eforms.build_form(definition, data=data, initial_answers=dossier.answers)


def _ready(request: AuthenticatedRequest, eform: eforms.EForm | None, form: AnswerForm) -> bool:
    """Whether "Gửi bổ sung" was pressed and what was typed is in order."""
    if "_luu" in request.POST:
        return False
    if eform is None:
        return form.is_valid()
    if eform.handle_structure_buttons(request.POST):
        return False
    return eform.is_valid() & form.is_valid()


def _keep_files(
    request: AuthenticatedRequest, dossier: Dossier, wanted: list[Deficiency]
) -> dict[int, list[str]]:
    """Store the files sent with the page; what was refused, by deficiency."""
    refused: dict[int, list[str]] = {}
    for item in wanted:
        if item.requirement is None:
            continue
        for upload in request.FILES.getlist(f"tep_{item.pk}"):
            try:
                actions.attach_paper(
                    dossier,
                    upload=upload,
                    requirement=item.requirement,
                    by=request.user,
                    at=timezone.now(),
                )
            except (FileRefused, actions.DossierError) as error:
                refused.setdefault(item.pk, []).append(f"{upload.name}: {error}")
    return refused


def _send(
    request: AuthenticatedRequest, dossier: Dossier, answers: dict[str, Any], note: str
) -> bool:
    try:
        actions.answer_additions(
            dossier, answers=answers, note=note, by=request.user, at=timezone.now()
        )
    except actions.DossierError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, "Đã gửi phần bổ sung. Cơ quan sẽ kiểm tra và báo lại cho bạn.")
    return True


def _rows(
    dossier: Dossier, since: Any, wanted: list[Deficiency], refused: dict[int, list[str]]
) -> list[dict[str, Any]]:
    """Each asked paper with the files given since the request."""
    fresh = list(dossier.papers.current().filter(uploaded_at__gt=since))
    return [
        {
            "item": item,
            "files": [paper for paper in fresh if paper.requirement_id == item.requirement_id],
            "errors": refused.get(item.pk, []),
        }
        for item in wanted
        if item.requirement_id
    ]
