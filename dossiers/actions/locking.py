from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from dossiers import people
from dossiers.actions.errors import MoveRefused, Stale
from dossiers.models import Dossier
from dossiers.workflow import REVISES, Status

# Rows that no dossier's move changes: what the caller's page has read of them still holds.
_SHARED = ("version", "case", "receiving_agency", "deciding_agency", "submitter")


def lock(
    dossier: Dossier,
    *,
    revision: int | None = None,
    to_delete: bool = False,
    only: Collection[str] = (),
) -> Dossier:
    """The row, read anew and locked until the caller's transaction ends. Of other tables it
    knows what `dossier` knows: joining them again would cost more than the whole lock.

    `to_delete` keeps rows that point at it from appearing meanwhile. Everybody else lets them:
    a row's foreign key asks for KEY SHARE, and two who hold one row each and write one that
    points at the other's would wait for each other for ever (FOR NO KEY UPDATE in
    https://www.postgresql.org/docs/15/explicit-locking.html#LOCKING-ROWS).

    `only` these columns are read, where the caller writes other tables (the row has 75).

    Raises Stale when `revision` (what the page showed) is no longer the row's, or it is gone.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock() needs the caller's transaction.")
    rows = Dossier.objects.select_for_update(no_key=not to_delete)
    try:
        locked = (rows.only(*only) if only else rows).get(pk=dossier.pk)
    except Dossier.DoesNotExist:
        raise Stale("Bản nháp này đã được xóa ở nơi khác.") from None
    for name in _SHARED:
        field: Any = Dossier._meta.get_field(name)
        if only and name not in only:
            continue
        if not field.is_cached(dossier):
            continue
        if getattr(locked, field.attname) == getattr(dossier, field.attname):
            field.set_cached_value(locked, field.get_cached_value(dossier))
    if revision is not None and locked.revision != revision:
        raise Stale(_who_was_first(locked))
    return locked


def _who_was_first(dossier: Dossier) -> str:
    last = dossier.events.filter(move__in=REVISES).select_related("by").last()
    if last is None:
        return "Bản nháp đã được sửa ở nơi khác. Hãy tải lại trang để xem bản mới nhất."
    name = last.by.full_name if last.by else "Hệ thống"
    at = timezone.localtime(last.at)
    return (
        f"{name} đã thao tác trên hồ sơ lúc {at:%H:%M ngày %d/%m/%Y}; "
        f"hồ sơ nay ở trạng thái “{dossier.get_status_display()}”. Hãy tải lại trang."
    )


def lock_draft(dossier: Dossier, *, by: Any, to_delete: bool = False) -> Dossier:
    """A draft this person may write, locked; MoveRefused when it was filed meanwhile."""
    locked = lock(dossier, to_delete=to_delete)
    if not people.writes(by, locked):
        raise MoveRefused("Bạn không có quyền sửa hồ sơ này.")
    if locked.status != Status.DRAFT:
        raise MoveRefused("Hồ sơ đã nộp, không sửa được nữa.")
    return locked
