"""Issuing slips: the row with its number and content now, the bytes by the worker once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers import policies
from dossiers.actions.errors import MoveRefused
from dossiers.actions.locking import lock
from dossiers.models import Counter, Dossier, Slip, SlipKind
from dossiers.models.slip import form_set_of
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
        key=_key(dossier, kind),
        dossier=dossier,
        kind=kind,
        form_set=form_set_of(agency),
        agency=agency,
        data=gather(dossier, kind, agency=agency, by=by, at=at),
        issued_at=at,
        issued_by=by,
        available_at=at,
    )


def prepare_slips(dossier: Dossier, kind: str, *, by: Any, at: datetime) -> list[Slip]:
    """The slip of a move and those that go with it."""
    kinds = (kind, *_TOGETHER.get(SlipKind(kind), ()))
    return [prepare_slip(dossier, one, by=by, at=at) for one in kinds]


def number_slips(slips: list[Slip]) -> None:
    """Always in the same order of forms, so that two moves never wait for each other."""
    for slip in slips:
        number_slip(slip)


def number_slip(slip: Slip) -> Slip:
    """From here to the commit other slips of this unit, form and year wait."""
    if slip.kind != SlipKind.RECEIPT:
        slip.period = f"{timezone.localtime(slip.issued_at):%Y}"
        # By the row, as the constraint slip_number_once: a code can be corrected.
        scope = f"slip/{slip.agency_id}/{slip.kind}"
        slip.number = Counter.objects.take(scope, slip.period)
    slip.data |= marks(slip)
    slip.save(force_insert=True)
    hint("dossiers.tasks.render_slips")
    return slip


# One copy of Mẫu 01 goes with the control slip (its own note says so): both begin at reception.
_TOGETHER = {SlipKind.MAU01: (SlipKind.CONTROL,)}


def _key(dossier: Dossier, kind: str) -> str:
    """The state of the dossier it tells: a second one of the same state would say the same."""
    return f"slip-{dossier.public_id}-{dossier.chain_length}-{kind}"


@transaction.atomic
def issue_control_slip(dossier: Dossier, *, by: Any, at: datetime) -> Slip:
    """The control slip as of now: a paper of its own with its own number, which names the one
    it replaces, for what was issued is never changed. Where nothing has happened since the last
    one (a double click), that one."""
    locked = lock(dossier)
    if reason := policies.issue_control_slip(by, locked):
        raise MoveRefused(reason)
    same = Slip.objects.filter(key=_key(locked, SlipKind.CONTROL)).first()
    return same or issue_slip(locked, SlipKind.CONTROL, by=by, at=at)


def remake_slip(slip: Slip, *, by: Any, at: datetime) -> None:
    """Bytes that could not be made are tried anew; what the slip says stays as issued. Twice: no
    more than once."""
    if reason := policies.remake_slip(by, slip):
        raise MoveRefused(reason)
    if Slip.objects.filter(pk=slip.pk).revive(at):
        hint("dossiers.tasks.render_slips")


def store_slip(slip: Slip, *, stored_name: str, sha256: str, size: int, at: datetime) -> None:
    """The bytes are made: from now on this is the slip, whatever the templates become."""
    slip.stored_name, slip.sha256, slip.size = stored_name, sha256, size
    Slip.objects.filter(pk=slip.pk, done_at=None, lease_token=slip.lease_token).update(
        stored_name=stored_name, sha256=sha256, size=size
    )
    if not slip.settle_done(at):
        raise LeaseLost
