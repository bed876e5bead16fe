"""Once a day the heads of all chains that grew are written down; anchors are a chain themselves."""

import hashlib
from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from dossiers.audit.chain import Finding
from dossiers.models import AnchoredHead, Dossier, LedgerAnchor
from dossiers.models.ledger import link_digest

AT_ONCE = 2000
_TABLE = LedgerAnchor._meta.db_table


def anchor(at: datetime) -> LedgerAnchor | None:
    """Today's anchor; None when there is one, also when another worker was first, and when the
    clock was set back before the last one."""
    day = timezone.localdate(at)
    last = LedgerAnchor.objects.last()
    if last and last.day >= day:
        return None
    try:
        with transaction.atomic():
            return _made(day, at, last.digest if last else "")
    except IntegrityError:
        if LedgerAnchor.objects.filter(day=day).exists():
            return None
        raise


def _made(day: date, at: datetime, previous: str) -> LedgerAnchor:
    hasher, number = hashlib.sha256(), 0
    for rows in _grown():
        AnchoredHead.objects.bulk_create(
            AnchoredHead(day=day, dossier_id=pk, length=length, head=head)
            for pk, _, length, head in rows
        )
        for _, public_id, length, head in rows:
            hasher.update(_line(public_id, length, head))
        number += len(rows)
    made = LedgerAnchor(
        day=day,
        made_at=at,
        dossiers=number,
        heads_digest=hasher.hexdigest(),
        previous_digest=previous,
    )
    made.digest = link_digest(previous, made.content())
    made.save()
    return made


def _grown() -> Iterator[list[tuple[int, UUID, int, str]]]:
    """Dossiers whose chain no anchor knows as it is now, in the order of their numbers."""
    known = AnchoredHead.objects.filter(dossier=OuterRef("pk"), length=OuterRef("chain_length"))
    grown = Dossier.objects.filter(~Exists(known), chain_length__gt=0).order_by("pk")
    after = 0
    while True:
        wanted = grown.filter(pk__gt=after)
        rows = list(wanted.values_list("pk", "public_id", "chain_length", "chain_head")[:AT_ONCE])
        if rows:
            yield rows
        if len(rows) < AT_ONCE:
            return
        after = rows[-1][0]


def _line(public_id: UUID, length: int, head: str) -> bytes:
    return f"{public_id} {length} {head}\n".encode()


def verify_anchors(since: date | None = None) -> Iterator[Finding]:
    """Each anchor against its heads and the one before it."""
    previous: str | None = None
    for one in LedgerAnchor.objects.order_by("day").iterator(chunk_size=AT_ONCE):
        if since is None or one.day >= since:
            if previous is not None and one.previous_digest != previous:
                yield _about(one, "không nối với neo trước")
            elif previous is None and one.previous_digest:
                yield _about(one, "neo đầu tiên bị mất")
            if one.digest != link_digest(one.previous_digest, one.content()):
                yield _about(one, "nội dung không khớp với dấu")
            elif _heads_digest(one.day) != (one.dossiers, one.heads_digest):
                yield _about(one, "các đầu chuỗi của ngày này không khớp với dấu")
        previous = one.digest


def compare(exported: dict[str, str]) -> Iterator[Finding]:
    """Anchors against copies kept elsewhere: {day: digest}."""
    ours = {
        f"{day:%Y-%m-%d}": digest
        for day, digest in LedgerAnchor.objects.values_list("day", "digest")
    }
    for day, digest in sorted(exported.items()):
        if day not in ours:
            yield Finding(f"neo {day}", _TABLE, None, "có trong bản lưu, không có trong sổ")
        elif ours[day] != digest:
            yield Finding(f"neo {day}", _TABLE, None, "khác bản lưu")


def _heads_digest(day: date) -> tuple[int, str]:
    hasher, number, after = hashlib.sha256(), 0, 0
    while True:
        heads = AnchoredHead.objects.filter(day=day, dossier__gt=after).order_by("dossier")
        rows = list(heads.values_list("dossier", "dossier__public_id", "length", "head")[:AT_ONCE])
        for _, public_id, length, head in rows:
            hasher.update(_line(public_id, length, head))
        number += len(rows)
        if len(rows) < AT_ONCE:
            return number, hasher.hexdigest()
        after = rows[-1][0]


def _about(anchor: LedgerAnchor, what: str) -> Finding:
    return Finding(f"neo {anchor}", _TABLE, None, what)
