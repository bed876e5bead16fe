"""A citizen takes a dossier back: recall it to change it, or ask to withdraw it."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions, kept, policies
from dossiers.forms.leaving import WithdrawForm
from dossiers.models import Dossier
from dossiers.views import wizard
from dossiers.views.mine import own_dossier
from dossiers.workflow import MOVES
from portal.lib.web import AuthenticatedRequest

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def recall(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T2, with a confirmation."""
    dossier = own_dossier(request, public_id)
    if why := policies.refusal(request.user, dossier, MOVES["recall"]):
        messages.warning(request, why)
        return redirect("dossier", public_id)
    if request.method == "POST":
        try:
            actions.recall(dossier, by=request.user, at=timezone.now())
        except actions.DossierError as refused:
            messages.warning(request, str(refused))
            return redirect("dossier", public_id)
        messages.success(request, f"Hồ sơ {dossier.code} đã về bản nháp. Sửa xong hãy nộp lại.")
        return redirect("filing-check", public_id)
    return render(request, "dossiers/citizen/recall.html", _context(dossier))


@page
def withdraw(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T18, with the reason."""
    dossier = own_dossier(request, public_id)
    if why := policies.refusal(request.user, dossier, MOVES["ask_withdrawal"]):
        messages.warning(request, why)
        return redirect("dossier", public_id)
    late = None if request.method == "POST" else wizard.sent_late(request)
    reason = late.get("reason", "") if late else ""
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, initial={"reason": reason}
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_withdrawal(
                dossier, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
        except actions.DossierError as refused:
            form.add_error(None, str(refused))
        else:
            kept.arrived(request)
            messages.success(request, "Đã gửi yêu cầu rút hồ sơ. Cơ quan sẽ trả lời bạn.")
            return redirect("dossier", public_id)
    context = _context(dossier) | {"form": form, "late": late}
    return render(request, "dossiers/citizen/withdraw.html", context)


def _context(dossier: Dossier) -> dict[str, object]:
    back = reverse("dossier", args=[dossier.public_id])
    trail = [("Hồ sơ của tôi", reverse("my-dossiers")), (str(dossier.code), back)]
    return {"dossier": dossier, "back": back, "trail": trail}
