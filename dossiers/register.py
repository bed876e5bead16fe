"""The register of a desk (Sổ theo dõi hồ sơ, domain.md §2.3): which dossiers stand in it, in what
order, and its columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from accounts.models import Agency
from dossiers.models import Dossier, ReturnMethod, Slip, SlipKind
from procedures.models import Procedure

ORDER = ("accepted_at", "pk")
HEAD = (
    "TT", "Mã hồ sơ", "Tên thủ tục hành chính", "Số lượng hồ sơ (bộ)", "Tên cá nhân, tổ chức",
    "Địa chỉ, số điện thoại", "Cơ quan chủ trì giải quyết", "Nhận hồ sơ", "Hẹn trả kết quả",
    "Trả kết quả", "Phương thức nhận kết quả", "Ký nhận",
)  # fmt: skip
WIDTHS = (6, 30, 46, 9, 30, 46, 36, 17, 17, 17, 30, 14)
_FIELDS = (
    "pk", "public_id", "code", "version__name", "owner_name", "owner_address", "owner_phone",
    "deciding_agency__name", "accepted_at", "due_at", "returned_at", "return_method",
)  # fmt: skip
BATCH = 500


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, both counted, by the hour of reception."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.first, time.min))

    @property
    def before(self) -> datetime:
        return timezone.make_aware(datetime.combine(self.last + timedelta(days=1), time.min))

    @property
    def words(self) -> str:
        return f"từ ngày {self.first:%d/%m/%Y} đến ngày {self.last:%d/%m/%Y}"


def entries(
    agency: Agency, period: Period, procedure: Procedure | None = None
) -> QuerySet[Dossier, dict[str, Any]]:
    """Plain rows, oldest reception first; one range of the index dossier_register."""
    first = Slip.objects.filter(dossier=OuterRef("pk"), kind=SlipKind.MAU01).order_by("pk")
    found = Dossier.objects.filter(
        receiving_agency=agency, accepted_at__gte=period.since, accepted_at__lt=period.before
    )
    if procedure:
        found = found.filter(procedure=procedure)
    numbered = found.annotate(number=Subquery(first.values("number")[:1]))
    return numbered.order_by(*ORDER).values(*_FIELDS, "number")


@dataclass(slots=True)
class Lines:
    """The rows as they are printed, `BATCH` of them in memory at a time."""

    rows: QuerySet[Dossier, dict[str, Any]]

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for row in self.rows.iterator(chunk_size=BATCH):
            yield cells(row)


def cells(row: dict[str, Any]) -> tuple[Any, ...]:
    """In the order of HEAD. The number is that of the dossier's Mẫu 01, the same in every volume
    and period. One set of papers a dossier: we take no more (Mẫu 01 says 01 bộ)."""
    place = ", ".join(part for part in (row["owner_address"], row["owner_phone"]) if part)
    method = ReturnMethod(row["return_method"]).label if row["return_method"] else ""
    return (
        row["number"] or "",
        row["code"],
        row["version__name"],
        1,
        row["owner_name"],
        place,
        row["deciding_agency__name"],
        stamp(row["accepted_at"]),
        stamp(row["due_at"]) or "không quy định",
        stamp(row["returned_at"]),
        str(method),
        "",
    )


def stamp(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
