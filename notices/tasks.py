from datetime import timedelta

from celery import shared_task

from notices import sending
from notices.models import Notice
from portal.lib.outbox import drain


@shared_task
def drain_notices() -> None:
    drain(Notice.objects.to_mail(), sending.send, lease=timedelta(minutes=2))
