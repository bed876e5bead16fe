"""Which fees apply to a dossier: said by the officer, with the reason."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions, policies
from dossiers.forms.officer_fees import FeesForm
from dossiers.views.officer_access import desk_dossier, officers_only, shell, to_dossier
from portal.lib.web import AuthenticatedRequest


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
def fees(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Kind, quantity, exemption: not a move, the status stays."""
    found = desk_dossier(request, public_id)
    if why := policies.assess_fees(request.user, found):
        messages.warning(request, why)
        return to_dossier(request, found)
    form = FeesForm(request.POST if request.method == "POST" else None, dossier=found)
    if request.method == "POST" and form.is_valid():
        try:
            actions.assess_fees(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        except actions.DossierError as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, "Đã xác định phí, lệ phí của hồ sơ.")
            return to_dossier(request, found)
    context = shell(request, dossier=found, form=form, lines=found.fees)
    return render(request, "dossiers/officer/fees.html", context)
