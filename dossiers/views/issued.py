"""The bytes of papers we issued."""

import logging

from django.http import HttpResponseBase
from django.shortcuts import render

from dossiers.models import RegisterVolume, Slip
from portal.lib.files import has_changed, serve_file
from portal.lib.web import AuthenticatedRequest

log = logging.getLogger("dossiers.issued")


def serve_issued(
    request: AuthenticatedRequest, paper: Slip | RegisterVolume, name: str
) -> HttpResponseBase:
    """As issued; a file that is no longer that is told and logged, never shown."""
    if has_changed(paper.stored_name, paper.sha256):
        log.error("%s %s: stored file is not the one issued", paper._meta.label, paper.key)
        return render(request, "dossiers/changed_file.html", {"name": name}, status=503)
    return serve_file(request, paper.stored_name, name, "application/pdf", inline=True)
