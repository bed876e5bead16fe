"""One press on many dossiers: what is asked for. The work itself: bulk_work.py."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from dossiers.actions import desks
from dossiers.actions.errors import MoveRefused
from dossiers.models import Bulk, BulkKind, BulkRow, BulkState, Dossier
from portal.lib.outbox import hint

MOST = 500  # of one press on a list; a whole desk is handed over whatever it holds
TASK = "dossiers.tasks.work_bulk"
# What may be undone afterwards.
GIVES = (BulkKind.ASSIGN, BulkKind.DESK, BulkKind.FORWARD)
_TAKEN_WHOLE = (BulkKind.DESK, BulkKind.UNDO)


class Seen(NamedTuple):
    """A dossier as its line showed it: its revision (None: taken whatever it is) and who held
    it."""

    dossier: int
    revision: int | None = None
    holder: int | None = None


def begin(
    kind: str,
    *,
    rows: Iterable[Seen],
    token: uuid.UUID,
    by: User,
    at: datetime,
    data: dict[str, Any] | None = None,
) -> Bulk:
    """`token` is the confirmation page's: sent twice it is one press."""
    given = {row.dossier: row for row in rows}
    if not given:
        raise MoveRefused("Chưa chọn hồ sơ nào.")
    if len(given) > MOST and kind not in _TAKEN_WHOLE:
        raise MoveRefused(f"Mỗi lần làm được tối đa {MOST} hồ sơ; bạn đã chọn {len(given)}.")
    seen = set(Dossier.objects.at_desk_of(by).filter(pk__in=given).values_list("pk", flat=True))
    # What was taken by itself (a desk, what was given) is not chosen again: what has left the
    # office meanwhile keeps nothing of the rest.
    if not seen or (len(seen) < len(given) and kind not in _TAKEN_WHOLE):
        raise MoveRefused("Có hồ sơ không thuộc cơ quan của bạn. Hãy chọn lại từ danh sách.")
    with transaction.atomic():
        made, new = Bulk.objects.get_or_create(
            key=f"bulk-{token}",
            defaults={"kind": kind, "by": by, "data": data or {}, "available_at": at},
        )
        if made.by_id != by.pk:
            raise MoveRefused("Trang này đã cũ. Hãy chọn lại từ danh sách.")
        if new:
            BulkRow.objects.bulk_create(
                BulkRow(
                    bulk=made,
                    dossier_id=pk,
                    revision=row.revision,
                    holder=row.holder,
                    **({} if pk in seen else _left(at)),
                )
                for pk, row in given.items()
            )
        transaction.on_commit(lambda: hint(TASK))
    return made


def _left(at: datetime) -> dict[str, Any]:
    reason = "Hồ sơ không còn ở cơ quan của bạn."
    return {"state": BulkState.REFUSED, "reason": reason, "done_at": at}


def hand_over_desk(
    person: User, *, to: User, note: str, token: uuid.UUID, by: User, at: datetime
) -> Bulk:
    """All open dossiers of a person who is away, to one colleague; also those that will come back
    to them."""
    if to.pk == person.pk:
        raise MoveRefused("Hãy chọn một người khác để bàn giao.")
    rows = [Seen(pk) for pk in desks.desk_of_person(person, by=by)]
    if not rows:
        raise MoveRefused(f"{person.full_name} không giữ hồ sơ nào mà bạn bàn giao được.")
    data = {"to": to.pk, "person": person.pk, "note": note}
    return begin(BulkKind.DESK, rows=rows, token=token, by=by, at=at, data=data)


def undo(given: Bulk, *, token: uuid.UUID, by: User, at: datetime) -> Bulk:
    """What was given or forwarded goes back, dossier by dossier, where the other has not begun."""
    if given.kind not in GIVES or given.working:
        raise MoveRefused("Chỉ thu lại được một lần bàn giao đã xong.")
    done = given.rows.filter(state=BulkState.DONE).values_list("dossier", flat=True)
    rows = [Seen(pk) for pk in done]
    return begin(BulkKind.UNDO, rows=rows, token=token, by=by, at=at, data={"of": given.pk})
