"""What the lists of dossiers show, ready for the templates."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers.filters import COLUMNS, address
from dossiers.models import DossierLabel, FiledHow, Label, Proposal, ReturnMethod
from dossiers.models.dossier import NO_DUE
from dossiers.queues import CONSENT, COUNT_LIMIT, QUEUES, Queue
from dossiers.workflow import PUT_DOWN, TERMINAL, Status
from portal.templatetags.parts import deadline_badge, icon, status_pill


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One row of a list, ready to print: 50 rows of template tags cost more than everything else
    on the page. `mark` is what a bulk act is told (views.officer_bulk), `cells` the row's `<td>`s,
    `tags` what stands under the code: labels, reminders, unread messages."""

    url: str
    code: str
    status: int
    mark: str
    cells: SafeString
    tags: SafeString


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the list of queues."""

    key: str
    text: str
    url: str
    current: bool
    count: str | None


# What the box of queues on a small screen sends for the page of drafts.
DRAFTS = "du-thao"


def drafts_of(user: Any) -> int | None:
    """How many drafts wait for this leader, who decides them on a page of their own: they lie at
    the desks of other agencies too. None for who leads nothing."""
    leads = desk_of(user).has_role(Role.LEADER)
    return Proposal.objects.for_leader(user).count() if leads else None


def places(
    query: QueryDict, numbers: dict[str, int], chosen: Queue | None, drafts: int | None = None
) -> list[tuple[str, list[Place]]]:
    """The queues by group, keeping scope and filters that mean something there; what is over
    carries no number. `drafts`: drafts_of."""
    if chosen is None:
        query = QueryDict()
    base = reverse("officer-queue")
    made = [
        Place(
            queue.key,
            queue.title,
            base + address(query, hang=queue.key, **({} if queue.timed else {"han": None})),
            queue is chosen,
            shown_count(numbers[queue.key]) if queue.key in numbers else None,
        )
        for queue in QUEUES.values()
    ]
    if drafts is not None:
        url, count = reverse("officer-drafts"), shown_count(drafts)
        made = [
            replace(one, key=DRAFTS, url=url, count=count) if one.key == CONSENT else one
            for one in made
        ]
    grouped = groupby(zip(QUEUES.values(), made, strict=True), lambda pair: pair[0].group)
    return [(group, [one for _, one in part]) for group, part in grouped]


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
    now: datetime,
    trail: str = "",
) -> list[QueueLine]:
    """`trail`: the list itself, so that a dossier opened from it knows its neighbours."""
    columns = tuple(columns)
    return [
        QueueLine(
            reverse("officer-dossier", args=[row["public_id"]]) + trail,
            row["code"],
            row["status"],
            f"{row['pk']}:{row['revision']}:{row['assignee_id'] or ''}",
            SafeString("".join(_cell(key, row, queue, now) for key in columns)),
            _tags(row, unread.get(row["pk"], 0), labels.get(row["pk"], ())),
        )
        for row in rows
    ]


def _cell(key: str, row: dict[str, Any], queue: Queue | None, now: datetime) -> str:
    title = COLUMNS[key]
    if key != "han":
        said = escape(_SAID[key](row))
    elif queue is None:
        title, said = "Trạng thái", status_pill(row["status"])
    else:
        title, said = queue.due, _due(row, now)
    return f'<td class="is-{key}" data-label="{escape(title)}">{said}</td>'


def _whose(row: dict[str, Any]) -> list[str]:
    """Who holds it; where nobody need, whose it is by what they did last (queues.Scope)."""
    held = row["assignee__full_name"]
    if held or row["status"] not in PUT_DOWN:
        return [held] if held else []
    sides = (row["received_by__full_name"], row["worked_by__full_name"])
    return list(dict.fromkeys(filter(None, sides)))


_SAID = {
    "chu": lambda row: row["owner_name"],
    "thu-tuc": lambda row: row["procedure__name"],
    "nop": lambda row: short(row["submitted_at"]),
    "nguoi": lambda row: ", ".join(_whose(row)),
    "kenh": lambda row: str(FiledHow(row["filed_how"]).label) if row["filed_how"] else "",
    "buoc": lambda row: short(row["step_due_at"]) if row["step_due_at"] else "",
    "don-vi": lambda row: row["desk_agency__name"],
}
_BY_ARRIVAL = TERMINAL | {Status.WITHDRAWING}
_NO_CLOCK = (Status.SUBMITTED, Status.ADDITIONS)  # their due times are not the dossier's term


def _due(row: dict[str, Any], now: datetime) -> SafeString:
    """How long is left as word, icon and colour; where nothing is due, when it came in."""
    status = row["status"]
    if status == Status.FINISHED:
        way = row["return_method"]
        return escape(ReturnMethod(way).label if way else "")
    if row["queue_at"] == NO_DUE:
        return SafeString("không quy định")
    said = short(row["queue_at"])
    if row["additions_answered"] or status in _BY_ARRIVAL:
        return SafeString(said)
    badge = deadline_badge(row["queue_at"], now, row["clock_running"] or status in _NO_CLOCK)
    exact = f'<span class="muted small text-nowrap" aria-hidden="true">{said}</span>'
    return SafeString(f"{badge} {exact}")


def _tags(row: dict[str, Any], unread: int, labels: tuple[Label, ...]) -> SafeString:
    said = [
        format_html(' <span class="tag tag--{}">{}</span>', label.colour, label.text)
        for label in labels
    ]
    if row["nudge_waits"]:
        said.append(_PILL("wait", icon("bell"), f"Nhắc lần {row['nudges']}"))
    if unread:
        said.append(_PILL("new", icon("chat"), f"{unread} tin mới"))
    return SafeString("".join(said))


_PILL = partial(format_html, ' <span class="pill pill--{}">{}{}</span>')


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
