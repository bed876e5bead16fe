"""Asking for the catalogue as a file."""

from datetime import datetime, timedelta

from portal.lib.outbox import hint
from procedures.models import Export

KEPT = timedelta(days=2)


def ask_export(kind: str, *, key: str, at: datetime) -> Export:
    """The file of the state of the catalogue that `key` names (exchange.exporting.key_now); the
    one there is when it was asked for already. One that failed is tried anew."""
    Export.objects.filter(key=key).exclude(dead_at=None).delete()
    row = Export(key=key, kind=kind, available_at=at, created_at=at)
    Export.objects.bulk_create([row], ignore_conflicts=True)
    hint("procedures.tasks.write_exports")
    return Export.objects.get(key=key)


def drop_old_exports(now: datetime) -> int:
    """Their files are orphans from then on."""
    return Export.objects.filter(created_at__lt=now - KEPT).delete()[0]
