"""Files of the catalogue over HTTP."""

import uuid

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from portal.lib.files import serve_file
from procedures.models import CatalogueFile
from procedures.policies import may_edit

# Short: a file taken out of force is gone for everybody within five minutes.
PUBLIC_SECONDS = 300


@login_not_required
@require_safe
def catalogue_file(request: HttpRequest, public_id: uuid.UUID, name: str) -> HttpResponseBase:
    """Of versions in force for everybody, all of them for editors. `name` is there for people."""
    file = CatalogueFile.objects.public().filter(public_id=public_id).first()
    public = file is not None
    if file is None:
        if not (request.user.is_authenticated and may_edit(request.user)):
            raise Http404("Không tìm thấy tệp.")
        file = get_object_or_404(CatalogueFile, public_id=public_id)
    response = serve_file(request, file.stored_name, file.name, file.mime, inline=True)
    if public:
        response["Cache-Control"] = f"public, max-age={PUBLIC_SECONDS}"
    return response
