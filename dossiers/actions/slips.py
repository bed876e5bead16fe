"""Issuing slips: the row with its number and content now, the bytes by the worker once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from dossiers.models import Counter, Dossier, Slip, SlipKind
from dossiers.slip_data import gather
from portal.lib.outbox import LeaseLost, hint


def issue_slip(dossier: Dossier, kind: str, *, by: Any, at: datetime) -> Slip:
    """A numbered slip of the receiving unit (the receipt has no number), in the caller's
    transaction. Numbers run per unit, form and year without gaps."""
    agency = dossier.receiving_agency
    year = f"{timezone.localtime(at):%Y}"
    number = None
    if kind != SlipKind.RECEIPT:
        number = Counter.objects.take(f"slip/{agency.code}/{kind}", year)
    data = gather(dossier, kind, agency=agency, number=number, by=by, at=at)
    slip = Slip.objects.create(
        key=f"slip-{dossier.public_id}-{dossier.chain_length}-{kind}",
        dossier=dossier,
        kind=kind,
        form_set=agency.form_set or settings.SLIP_FORM_SET,
        agency=agency,
        number=number,
        period=year if number else "",
        data=data,
        issued_at=at,
        issued_by=by,
        available_at=at,
    )
    hint("dossiers.tasks.render_slips")
    return slip


def store_slip(slip: Slip, *, stored_name: str, sha256: str, size: int, at: datetime) -> None:
    """The bytes are made: from now on this is the slip, whatever the templates become."""
    slip.stored_name, slip.sha256, slip.size = stored_name, sha256, size
    Slip.objects.filter(pk=slip.pk, done_at=None, lease_token=slip.lease_token).update(
        stored_name=stored_name, sha256=sha256, size=size
    )
    if not slip.settle_done(at):
        raise LeaseLost
