"""The dossiers behind a number, as the page and the sheet show them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils import timezone

from dossiers.models import Dossier
from dossiers.workflow import Status
from reports.figures import Figure, Span, behind

MOST = 20_000  # rows of a sheet
WIDTHS = (30, 60, 46, 17, 17, 30, 17, 17, 30)
_COLUMNS = (
    "pk", "public_id", "code", "procedure__name", "accepted_at", "finished_at", "returned_at",
    "status", "receiving_agency_id", "deciding_agency_id", "deciding_agency__name",
)  # fmt: skip
SORRY = "Đã hẹn lại hoặc từng quá hạn"


def due_title(figure: Figure, span: Span) -> str:
    return "Hẹn trả lúc cuối kỳ" if figure.family == "open" and span.past else "Hẹn trả"


def rows_of(
    dossiers: QuerySet[Dossier], figure: Figure, span: Span
) -> QuerySet[Dossier, dict[str, Any]]:
    """`due` is the due date the figure counted by; `sorry`: late whatever it says."""
    due = F("due_then") if figure.family == "open" else F("due_at")
    late = F("was_late") if figure.family == "solved" else Value(False)
    found = behind(dossiers, figure, span).annotate(due=due, sorry=late)
    return found.values(*_COLUMNS, "due", "sorry")


def head(figure: Figure, span: Span) -> tuple[str, ...]:
    return (
        "Mã hồ sơ", "Thủ tục", "Cơ quan giải quyết", "Tiếp nhận", due_title(figure, span),
        "Ghi chú về hạn", "Có kết quả", "Trả kết quả", "Trạng thái hôm nay",
    )  # fmt: skip


def lines(rows: QuerySet[Dossier, dict[str, Any]]) -> Iterator[tuple[str, ...]]:
    """In the order of `head`, newest first."""
    for row in rows.order_by("-pk")[:MOST].iterator(chunk_size=1000):
        yield (
            row["code"] or "",
            row["procedure__name"],
            row["deciding_agency__name"],
            _moment(row["accepted_at"]),
            _moment(row["due"]),
            SORRY if row["sorry"] else "",
            _moment(row["finished_at"]),
            _moment(row["returned_at"]),
            str(Status(row["status"]).label),
        )


def _moment(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}" if at else ""
