"""Celery only drains: what is to be done stands in the rows."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from dossiers import (
    actions,
    checking,
    checking_messages,
    measures,
    register_pdf,
    slips,
    sweeping,
)
from dossiers.actions import batch_work, bulk_work
from dossiers.audit import anchors
from dossiers.models import Batch, Bulk, MessageFile, Paper, RegisterVolume, Slip
from portal.lib.outbox import drain


@shared_task
def check_papers() -> None:
    actions.finish_whole(at=timezone.now())
    drain(Paper.objects.all(), checking.check, lease=timedelta(minutes=3))
    drain(MessageFile.objects.all(), checking_messages.check, lease=timedelta(minutes=3))


@shared_task
def render_slips() -> None:
    drain(Slip.objects.all(), slips.render, lease=timedelta(minutes=2))


@shared_task
def write_registers() -> None:
    """One volume a turn, so that nothing else waits for a year's."""
    drain(RegisterVolume.objects.all(), register_pdf.render, limit=1, lease=register_pdf.LEASE)


@shared_task
def work_batches() -> None:
    """One at a time: a long one gives way after a turn."""
    drain(Batch.objects.all(), batch_work.work, limit=1, lease=batch_work.LEASE)


@shared_task
def work_bulk() -> None:
    drain(Bulk.objects.all(), bulk_work.work, limit=1, lease=bulk_work.LEASE)


@shared_task
def tidy() -> None:
    sweeping.tidy(timezone.now())


@shared_task
def measure() -> None:
    measures.measure(timezone.now())


@shared_task
def expire_drafts() -> None:
    """Each draft in a transaction of its own: one that cannot go keeps no other."""
    now = timezone.now()
    for dossier_id in actions.drafts_to_tell(now):
        actions.tell_expiring(dossier_id, at=now)
    for dossier_id in actions.drafts_to_expire(now):
        actions.expire_draft(dossier_id, at=now)


@shared_task
def look_after() -> None:
    """People who wait are told where their dossier lies and that their own time runs out."""
    actions.tell_silent(at=timezone.now())
    actions.remind_additions(at=timezone.now())


@shared_task
def lapse_additions() -> None:
    """Requests for additions whose time is over: T15, T15b."""
    actions.lapse_late(at=timezone.now())


@shared_task
def watch() -> None:
    """The ledger is anchored once a day; leaders hear of what is late, once each, and once a
    working day of all that is stuck."""
    anchors.anchor(timezone.now())
    actions.escalate(at=timezone.now())
    actions.tell_stuck(at=timezone.now())
