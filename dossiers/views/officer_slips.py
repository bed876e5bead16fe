"""Slips an officer issues from the dossier's page; reading one is views.mine.slip."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers import actions, policies
from dossiers.actions import DossierError
from dossiers.models import Slip
from dossiers.views.officer_access import desk_dossier, officers_only, to_dossier
from portal.lib.web import AuthenticatedRequest


@require_POST
def control(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """The control slip as of now, then its PDF (or the page that waits for it)."""
    found = desk_dossier(request, public_id)
    try:
        slip = actions.issue_control_slip(found, by=request.user, at=timezone.now())
    except DossierError as refused:
        messages.error(request, str(refused))
        return to_dossier(request, found)
    return redirect("slip", slip.public_id)


@require_POST
@officers_only
def again(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """A slip that could not be made, once more. Back to it, or to the list for who leads above."""
    found = get_object_or_404(Slip.objects.select_related("dossier"), public_id=public_id)
    if policies.remake_slip(request.user, found):
        raise Http404
    actions.remake_slip(found, by=request.user, at=timezone.now())
    if Slip.objects.visible_to(request.user).filter(pk=found.pk).exists():
        return redirect("slip", public_id)
    messages.success(request, f"{found.title} của hồ sơ {found.dossier.code} đang được tạo lại.")
    return redirect("officer-stuck")
