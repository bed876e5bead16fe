"""Celery only starts what is due: what that is stands in the rows."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from portal.lib.outbox import drain
from procedures import actions, handouts, stamps
from procedures.actions.exports import drop_old_exports
from procedures.actions.handouts import drop_old, prepare_missing
from procedures.exchange import exporting, jobs
from procedures.models import Export, Handout, ImportJob
from procedures.search import misses


@shared_task
def publish_due() -> None:
    actions.publish_due(at=timezone.now())


@shared_task
def render_handouts() -> None:
    """First what somebody waits for; of the rest a few, so that nothing else waits for them."""
    lease = timedelta(minutes=3)
    drain(Handout.objects.filter(asked=True), handouts.render, limit=20, lease=lease)
    drain(Handout.objects.filter(asked=False), handouts.render, limit=2, lease=lease)


@shared_task
def prepare_handouts() -> None:
    prepare_missing(at=timezone.now())


@shared_task
def tidy() -> None:
    now = timezone.now()
    drop_old(now)
    drop_old_exports(now)
    stamps.forget_old(now)
    misses.forget_old(timezone.localdate(now))


@shared_task
def work_imports() -> None:
    """A turn of one run; the next tick goes on, so that nothing else waits for a whole file."""
    drain(ImportJob.objects.all(), jobs.work, limit=1, lease=jobs.LEASE)


@shared_task
def write_exports() -> None:
    """One file at a time, so that nothing else waits for several."""
    drain(Export.objects.all(), exporting.write, limit=1, lease=exporting.LEASE)
