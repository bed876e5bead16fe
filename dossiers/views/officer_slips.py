"""Slips an officer issues from the dossier's page; reading one is views.mine.slip."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from dossiers import actions
from dossiers.actions import DossierError
from dossiers.views.officer_access import desk_dossier, to_dossier
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
