"""From a Slip row to its PDF bytes."""

import hashlib

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from dossiers.actions import store_slip
from dossiers.models import Slip, SlipKind
from portal.lib import files
from portal.lib.codes import lookup_secret
from portal.lib.pdf import render_pdf

_SUFFIX = {"TT01/2018": "2018", "TT03/2025": "2025"}


def template_of(slip: Slip) -> str:
    """The layout of the form set the slip was issued under."""
    if slip.kind == SlipKind.RECEIPT:
        return "slips/receipt.html"
    return f"slips/{slip.kind}_{_SUFFIX[slip.form_set]}.html"


def render(slip: Slip) -> None:
    """Make and store the bytes of one claimed slip."""
    # The look-up secret is computed, never stored: neither here nor on the dossier.
    data = slip.data | {"secret": lookup_secret(slip.data["code"])}
    content = render_pdf(template_of(slip), data, variant="slip")
    with files.waited_out():
        stored = files.store_file(ContentFile(content, name="phieu.pdf"), "slips")
    with transaction.atomic():
        store_slip(
            slip,
            stored_name=stored,
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            at=timezone.now(),
        )
