"""Celery only starts what is due: which drafts those are stands in their rows."""

from celery import shared_task
from django.utils import timezone

from procedures import actions


@shared_task
def publish_due() -> None:
    actions.publish_due(at=timezone.now())
