"""What the lists of dossiers show, ready for the templates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from dossiers.filters import COLUMNS, address
from dossiers.models import DossierLabel, FiledHow, Label, ReturnMethod
from dossiers.models.dossier import NO_DUE
from dossiers.queues import COUNT_LIMIT, QUEUES, Queue
from dossiers.workflow import TERMINAL, Status


@dataclass(frozen=True, slots=True)
class Cell:
    """`due` is set where a badge says how long; the rest are words."""

    key: str
    title: str
    said: str
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One row of a list, ready to print: dates are words here because 50 rows of template
    filters cost as much as the whole query. `mark` is what a bulk act is told: id and revision."""

    url: str
    code: str
    status: int
    mark: str
    cells: list[Cell]
    running: bool = True
    nudges: int = 0
    unread: int = 0
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the list of queues."""

    key: str
    text: str
    url: str
    current: bool
    count: str | None


def places(
    query: QueryDict, numbers: dict[str, int], chosen: Queue | None
) -> list[tuple[str, list[Place]]]:
    """The queues by group, keeping scope and filters; what is over carries no number."""
    if chosen is None:
        query = QueryDict()
    base = reverse("officer-queue")
    made = [
        Place(
            queue.key,
            queue.title,
            base + address(query, hang=queue.key),
            queue is chosen,
            shown_count(numbers[queue.key]) if queue.key in numbers else None,
        )
        for queue in QUEUES.values()
    ]
    return [(group, list(part)) for group, part in groupby(made, lambda one: QUEUES[one.key].group)]


def shown_count(number: int) -> str:
    return f"{number}+" if number >= COUNT_LIMIT else str(number)


def headings(columns: Iterable[str], queue: Queue | None) -> list[str]:
    """`queue` None: found by a search, so the status stands where the due time would."""
    due = queue.due if queue else "Trạng thái"
    return [due if key == "han" else COLUMNS[key] for key in columns]


def queue_lines(
    rows: list[dict[str, Any]],
    queue: Queue | None,
    columns: Iterable[str],
    unread: dict[int, int],
    labels: dict[int, tuple[Label, ...]],
    trail: str = "",
) -> list[QueueLine]:
    """`trail`: the list itself, so that a dossier opened from it knows its neighbours."""
    columns = tuple(columns)
    return [
        QueueLine(
            reverse("officer-dossier", args=[row["public_id"]]) + trail,
            row["code"],
            row["status"],
            f"{row['pk']}:{row['revision']}",
            [_cell(key, row, queue) for key in columns],
            row["clock_running"] or row["status"] in (Status.SUBMITTED, Status.ADDITIONS),
            row["nudges"] if row["nudge_waits"] else 0,
            unread.get(row["pk"], 0),
            labels.get(row["pk"], ()),
        )
        for row in rows
    ]


def _cell(key: str, row: dict[str, Any], queue: Queue | None) -> Cell:
    if key == "han":
        return _due_cell(row, queue)
    return Cell(key, COLUMNS[key], _SAID[key](row))


_SAID = {
    "chu": lambda row: row["owner_name"],
    "thu-tuc": lambda row: row["procedure__name"],
    "nop": lambda row: short(row["submitted_at"]),
    "nguoi": lambda row: row["assignee__full_name"] or "",
    "kenh": lambda row: str(FiledHow(row["filed_how"]).label) if row["filed_how"] else "",
    "buoc": lambda row: short(row["step_due_at"]) if row["step_due_at"] else "",
    "don-vi": lambda row: row["desk_agency__name"],
}


def _due_cell(row: dict[str, Any], queue: Queue | None) -> Cell:
    if queue is None:
        return Cell("han", "Trạng thái", "")
    if row["status"] == Status.FINISHED:
        way = row["return_method"]
        return Cell("han", queue.due, str(ReturnMethod(way).label) if way else "")
    if row["queue_at"] == NO_DUE:
        return Cell("han", queue.due, "không quy định")
    arrived = row["additions_answered"] or row["status"] in TERMINAL | {Status.WITHDRAWING}
    return Cell("han", queue.due, short(row["queue_at"]), None if arrived else row["queue_at"])


def labels_of(ids: list[int], mine: Iterable[Label]) -> dict[int, tuple[Label, ...]]:
    """The labels of one page's dossiers, of those this person may see; one query."""
    known = {label.pk: label for label in mine}
    found: defaultdict[int, list[Label]] = defaultdict(list)
    if known:
        put = DossierLabel.objects.filter(dossier__in=ids, label__in=known)
        for dossier, label in put.order_by("label__text").values_list("dossier", "label"):
            found[dossier].append(known[label])
    return {dossier: tuple(labels) for dossier, labels in found.items()}


def short(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M %d/%m/%Y}"
