"""Issuing slips: the row with its number and content now, the bytes by the worker once."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from dossiers.models import Counter, Dossier, Slip, SlipKind
from dossiers.slip_data import gather, marks
from portal.lib.outbox import LeaseLost, hint


def issue_slip(dossier: Dossier, kind: str, *, by: Any, at: datetime) -> Slip:
    """A numbered slip of the receiving unit (the receipt has no number), in the caller's
    transaction. Numbers run per unit, form and year without gaps."""
    return number_slip(prepare_slip(dossier, kind, by=by, at=at))


def prepare_slip(dossier: Dossier, kind: str, *, by: Any, at: datetime) -> Slip:
    """All that can be gathered before the number is taken; not saved."""
    agency = dossier.receiving_agency
    return Slip(
        key=f"slip-{dossier.public_id}-{dossier.chain_length}-{kind}",
        dossier=dossier,
        kind=kind,
        form_set=agency.form_set or settings.SLIP_FORM_SET,
        agency=agency,
        data=gather(dossier, kind, agency=agency, by=by, at=at),
        issued_at=at,
        issued_by=by,
        available_at=at,
    )


def number_slip(slip: Slip) -> Slip:
    """From here to the commit other slips of this unit, form and year wait."""
    if slip.kind != SlipKind.RECEIPT:
        slip.period = f"{timezone.localtime(slip.issued_at):%Y}"
        scope = f"slip/{slip.agency.code}/{slip.kind}"
        slip.number = Counter.objects.take(scope, slip.period)
    slip.data |= marks(slip.dossier, slip.number)
    slip.save(force_insert=True)
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
