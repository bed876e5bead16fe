"""What is in force, in one short word."""

import hashlib
import json
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db.models import Count, Max, Sum
from django.utils import timezone

from procedures.models import Procedure


def in_force_stamp() -> tuple[str, datetime | None]:
    """(what changes with every change of what is in force, when that was)."""
    found = Procedure.objects.aggregate(
        count=Count("current"),
        newest=Max("current"),
        sum=Sum("current"),
        at=Max("current__published_at"),
        retired=Max("retired_on"),
    )
    at, retired = found.pop("at"), found.pop("retired")
    if retired:
        # Only the day is known: until it is over, anything may just have happened.
        end = datetime.combine(retired + timedelta(days=1), time(), timezone.get_default_timezone())
        at = max(at or end, min(end, timezone.now()))
    # PostgreSQL sums to a Decimal.
    text = json.dumps([found, settings.SITE_URL], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32], at
