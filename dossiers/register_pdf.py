"""From what a RegisterVolume says to its PDF: some pages at a time, joined at the end."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from dossiers.actions.registers import store_register, tell_register
from dossiers.models import RegisterVolume
from portal.lib import files
from portal.lib.pdf import render_pdf
from portal.lib.pdf_joining import join_tagged, page_count

FOLDER = "registers"
# 26 ms a row: far from JOB_TIMEOUT, and a page or two at the seam are all it costs.
ROWS = 200
LEASE = timedelta(minutes=3)
_YEARS = {"TT01/2018": "2018", "TT03/2025": "2025"}


def render(volume: RegisterVolume) -> None:
    """Make and store the bytes of one claimed volume."""
    content = join_tagged(list(_parts(volume)))
    with files.waited_out():
        stored = files.store_file(ContentFile(content, name="so-theo-doi.pdf"), FOLDER)
    store_register(
        volume,
        stored_name=stored,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        at=timezone.now(),
    )


def _parts(volume: RegisterVolume) -> Iterator[bytes]:
    said, pages = volume.content.data, 0
    lines = said["lines"]
    for written in range(0, len(lines), ROWS):
        part = lines[written : written + ROWS]
        context = said | {
            "rows": part,
            "opens": written == 0,
            "closes": written + len(part) == len(lines),
            "first_page": pages + 1,
        }
        made = render_pdf(f"slips/register_{_YEARS[volume.form_set]}.html", context, variant="slip")
        pages += page_count(made)
        tell_register(volume, written=written + len(part), until=timezone.now() + LEASE)
        yield made
