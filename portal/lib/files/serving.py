"""Private files over HTTP. The view has asked who may see the file; nothing here does."""

from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

from portal.lib.files.kinds import KINDS, clean_name
from portal.lib.files.ranges import part_or_whole
from portal.lib.files.storage import open_private, private_storage

# nginx: location /_private/ { internal; alias <PRIVATE_ROOT>/; }
X_ACCEL_PREFIX = "/_private/"
SHOWN_INLINE = frozenset(kind.mime for kind in KINDS.values() if kind.shown)
# An image needs nothing but the browser's own style for image pages.
LOCKED_CSP = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
FILM_CSP = f"media-src 'self'; {LOCKED_CSP}"
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
            # No stored name is ever written again: it stands for its bytes.
            response = part_or_whole(request, open_private(name), mime, f'"{Path(name).stem}"')
        except FileNotFoundError:
            raise Http404("Không tìm thấy tệp.") from None
    disposition = content_disposition_header(not shown, clean_name(filename))
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Cache-Control"] = "private, no-store"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    policies = {"application/pdf": PDF_CSP, "video/mp4": FILM_CSP}
    response["Content-Security-Policy"] = policies.get(mime, LOCKED_CSP) if shown else LOCKED_CSP
    return response
