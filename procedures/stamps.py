"""What public pages show was changed: drop the kept ones, here at once and in every other
process within publicpages.STAMP_SECONDS."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Agency
from portal.lib import publicpages
from procedures.models import CatalogueChange

# Longer than a page lives in any process.
KEPT = timedelta(hours=1)


def changed() -> None:
    """Call inside the transaction that changes what catalogue pages show: a new version or the
    end of one, services, published questions, files of versions in force."""
    CatalogueChange.objects.create(at=timezone.now())
    transaction.on_commit(publicpages.forget)


def catalogue_stamp() -> tuple[Any, ...]:
    """Changes with every change that was committed. Not the newest row alone: a transaction
    that took its number earlier may commit later, and only the count then tells."""
    # In SQL: each search asks first, and putting it together took longer than asking.
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT MIN(id), MAX(id), COUNT(*) FROM {CatalogueChange._meta.db_table}")
        return tuple(cursor.fetchone())


def forget_old(now: datetime) -> None:
    """Taking rows away is a change of the stamp too: pages are drawn once more, no harm."""
    CatalogueChange.objects.filter(at__lt=now - KEPT).delete()


def agency_changed(sender: type[Agency], **kwargs: Any) -> None:
    """Names, addresses and hours of desks stand on the pages (a receiver of post_save)."""
    changed()
