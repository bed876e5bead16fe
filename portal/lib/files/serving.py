"""Private files over HTTP. The view has asked who may see the file; nothing here does."""

from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from portal.lib.files.kinds import KINDS, clean_name
from portal.lib.files.storage import open_private, private_storage

# nginx: location /_private/ { internal; alias <PRIVATE_ROOT>/; }
X_ACCEL_PREFIX = "/_private/"
SHOWN_INLINE = frozenset(kind.mime for kind in KINDS.values() if kind.shown)
# An image needs nothing but the browser's own style for image pages.
LOCKED_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# No sandbox for a PDF that is shown: Chromium 156 opens its viewer under either policy
# (tried), older Chrome answers "This page has been blocked". A PDF has no way to our pages:
# it is served as what it is (nosniff), and clean_copy took its scripts.
PDF_CSP = "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"


def serve_file(
    request: HttpRequest, name: str, filename: str, mime: str, inline: bool = False
) -> HttpResponseBase:
    """The stored file `name` as `filename`; `inline` only counts for what we clean.

    May be shown in a frame of our own pages (papers beside answers), nobody else's.
    Raises Http404 when the file is not there.
    """
    shown = inline and mime in SHOWN_INLINE
    response: HttpResponseBase
    if settings.X_ACCEL:
        if not private_storage().exists(name):
            raise Http404("Không tìm thấy tệp.")
        response = HttpResponse(content_type=mime)
        response["X-Accel-Redirect"] = X_ACCEL_PREFIX + quote(name)
    else:
        try:
            response = FileResponse(open_private(name), content_type=mime)
        except FileNotFoundError:
            raise Http404("Không tìm thấy tệp.") from None
    disposition = content_disposition_header(not shown, clean_name(filename))
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    pdf_shown = shown and mime == "application/pdf"
    response["Content-Security-Policy"] = PDF_CSP if pdf_shown else LOCKED_CSP
    return response
