"""The stored bytes of all papers against the digests in their rows: one file after the other, never
a whole one in memory, no query open meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.utils import timezone

from dossiers.audit.chain import Finding
from dossiers.models import MessageFile, Paper, RegisterVolume, Result, Slip
from portal.lib import files

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Kind:
    """`since` is the column of when it came, `whose` names it for people."""

    model: Any
    since: str
    whose: tuple[str, ...] = ("dossier__code", "dossier__public_id")


KINDS = (
    Kind(Slip, "issued_at"),
    Kind(RegisterVolume, "issued_at", ("agency__code", "public_id")),
    Kind(Result, "recorded_at"),
    Kind(Paper, "uploaded_at"),
    Kind(
        MessageFile, "message__sent_at", ("message__dossier__code", "message__dossier__public_id")
    ),
)  # fmt: skip


@dataclass(slots=True)
class Report:
    """Counts while the reading goes on."""

    files: int = 0
    size: int = 0  # bytes, as the rows say
    missing: int = 0
    changed: int = 0


def verify(
    report: Report,
    *,
    since: date | None = None,
    sample: int = 0,
    progress: Callable[[Report], object] = lambda report: None,
) -> Iterator[Finding]:
    """Every file that is not the one recorded, in the order of KINDS and of their rows. `sample`:
    so many of each kind, by chance; `since`: only those that came since."""
    for kind in KINDS:
        for row in _rows(kind, since, sample):
            report.files += 1
            report.size += row["size"]
            if wrong := _wrong(row) and _again(kind, row["pk"]):
                report.missing += wrong == MISSING
                report.changed += wrong != MISSING
                whose = next(str(row[column]) for column in kind.whose if row[column])
                table = kind.model._meta.db_table
                yield Finding(whose, table, row["pk"], f"tệp {row['stored_name']} {wrong}")
            progress(report)


def _rows(kind: Kind, since: date | None, sample: int) -> Iterator[dict[str, Any]]:
    # Photos that wait to be joined, slips that wait for the worker: no bytes yet.
    found = kind.model._default_manager.exclude(sha256="").order_by("pk")
    if since:
        morning = timezone.make_aware(datetime.combine(since, time()))
        found = found.filter(**{f"{kind.since}__gte": morning})
    if sample:
        chosen = list(found.order_by("?").values_list("pk", flat=True)[:sample])
        found = found.filter(pk__in=chosen)
    after = 0
    columns = ("pk", "stored_name", "sha256", "size", *kind.whose)
    while rows := list(found.filter(pk__gt=after).values(*columns)[:AT_ONCE]):
        yield from rows
        after = rows[-1]["pk"]


MISSING = "không còn"
_CHANGED = "khác dấu đã ghi"


def _wrong(row: dict[str, Any]) -> str:
    try:
        return "" if files.digest(row["stored_name"]) == row["sha256"] else _CHANGED
    except FileNotFoundError:
        return MISSING
    except (OSError, SuspiciousFileOperation) as error:
        return f"không đọc được ({type(error).__name__})"


def _again(kind: Kind, number: int) -> str:
    """The worker may have put a clean copy in its place between our query and our reading."""
    rows = kind.model._default_manager.filter(pk=number).values("stored_name", "sha256")
    return next((_wrong(row) for row in rows), "")
