"""While a dossier is in the office's hands: how its date was counted, and the reminder."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from dossiers import actions, explaining, standing
from dossiers.actions import office
from dossiers.views.mine import own_dossier
from dossiers.workflow import Status
from portal.lib.web import AuthenticatedRequest


def _trail(public_id: uuid.UUID, code: object) -> list[tuple[str, object]]:
    back = reverse("dossier", args=[public_id])
    return [("Hồ sơ của tôi", reverse("my-dossiers")), (str(code), back)]


@require_safe
def deadline(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Day by day, to be read and printed."""
    dossier = own_dossier(request, public_id)
    if dossier.status == Status.DRAFT:
        return redirect("filing-check", public_id)
    context = {
        "dossier": dossier,
        "due": explaining.explain(dossier),
        "trail": _trail(public_id, dossier.code),
    }
    return render(request, "dossiers/citizen/deadline.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def nudge(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Nhắc cơ quan, with a confirmation that says whom it reaches."""
    dossier = own_dossier(request, public_id)
    at = timezone.now()
    if why := actions.nudge_refusal(dossier, by=request.user, at=at):
        messages.warning(request, why)
        return redirect("dossier", public_id)
    if request.method == "POST":
        try:
            event = actions.nudge(dossier, by=request.user, at=at)
        except actions.DossierError as refused:
            messages.warning(request, str(refused))
        else:
            said = office.told_to(event.data["told"])
            messages.success(request, f"Đã ghi lời nhắc. Lời nhắc {said}.")
        return redirect("dossier", public_id)
    context = {
        "dossier": dossier,
        "holds": standing.of(dossier),
        "told": office.hearing(dossier, at),
        "back": reverse("dossier", args=[public_id]),
        "trail": _trail(public_id, dossier.code),
    }
    return render(request, "dossiers/citizen/nudge.html", context)
