"""From a RegisterVolume row to its PDF: some pages at a time, joined at the end."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from dossiers import register
from dossiers.actions.registers import store_register, tell_register
from dossiers.models import RegisterVolume
from dossiers.slip_data import issuer, moment
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
    stored = files.store_file(ContentFile(content, name="so-theo-doi.pdf"), FOLDER)
    store_register(
        volume,
        stored_name=stored,
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        at=timezone.now(),
    )


def _parts(volume: RegisterVolume) -> Iterator[bytes]:
    period = register.Period(volume.first_day, volume.last_day)
    rows = register.entries(volume.agency, period, volume.procedure)
    lines = iter(register.Lines(rows[volume.start : volume.start + volume.rows]))
    pages, written = 0, 0
    common = _head(volume, period)
    while part := list(islice(lines, ROWS)):
        written += len(part)
        context = common | {
            "rows": part,
            "opens": written == len(part),
            "closes": written >= volume.rows,
            "first_page": pages + 1,
        }
        made = render_pdf(f"slips/register_{_YEARS[volume.form_set]}.html", context, variant="slip")
        pages += page_count(made)
        tell_register(volume, written=written, until=timezone.now() + LEASE)
        yield made


def _head(volume: RegisterVolume, period: register.Period) -> dict[str, Any]:
    """Rows are read when the worker comes to them, so the volume says when that was."""
    return issuer(volume.agency, volume.issued_at) | {
        "head": register.HEAD,
        "volume": f"{volume.number}/{volume.period}",
        "period": period.words,
        "procedure_name": volume.procedure.name if volume.procedure else "",
        "start": volume.start,
        "total": volume.rows,
        "officer_name": volume.issued_by.full_name,
        "read_line": moment(timezone.now()),
    }
