"""What narrows a queue, as its address says it. Nothing here widens: filters are laid over what
the person may see, and a value nobody offers any more leaves nothing: a tab opened before a label
was dropped must not take the whole queue."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone

from dossiers.models import DossierLabel, FiledHow, Label
from dossiers.queues import Moments, Queue
from procedures.models import Procedure

# What a row may show beside the code, and what it shows when nobody chose.
COLUMNS = {
    "chu": "Chủ hồ sơ",
    "thu-tuc": "Thủ tục",
    "nop": "Nộp lúc",
    "han": "Hạn",
    "nguoi": "Người xử lý",
    "kenh": "Hình thức nộp",
    "buoc": "Hạn bước",
    "don-vi": "Đang ở cơ quan",
}
USUAL = ("chu", "thu-tuc", "nop", "han", "nguoi")
DUE = {
    "qua-han": "Đã quá hạn",
    "hom-nay": "Đến hạn hôm nay",
    "ba-ngay": "Đến hạn trong 3 ngày làm việc",
    "bay-ngay": "Đến hạn trong 7 ngày tới",
}
TAKEN = {"chua": "Chưa ai nhận", "co": "Đã có người nhận"}
NAMES = ("thu-tuc", "linh-vuc", "han", "kenh", "giao", "nhac", "nhan")
GONE = "Bộ lọc không còn"


@dataclass(frozen=True, slots=True)
class Offer:
    """What this desk can filter by: two queries."""

    procedures: dict[str, tuple[int, str]]  # code → id, name
    sectors: dict[str, tuple[int, str]]  # slug → id, name
    labels: dict[str, Label]


def offer(user: Any, agencies: frozenset[int]) -> Offer:
    taken_in = Q(services__receiving_agency__in=agencies) | Q(
        services__deciding_agency__in=agencies
    )
    rows = (
        Procedure.objects.filter(taken_in)
        .order_by("name", "code")
        .values_list("pk", "code", "name", "sector_id", "sector__slug", "sector__name")
        .distinct()
    )
    procedures, sectors = {}, {}
    for pk, code, name, sector, slug, title in rows:
        procedures[code] = (pk, name)
        sectors[slug] = (sector, title)
    labels = {str(label.pk): label for label in Label.objects.visible_to(user)}
    return Offer(procedures, dict(sorted(sectors.items(), key=lambda one: one[1][1])), labels)


@dataclass(frozen=True, slots=True)
class Filters:
    """The known values of the address and the names of the others; `said` is one chip each:
    (name, words)."""

    values: dict[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    columns: tuple[str, ...] = ()  # those the address names

    def __bool__(self) -> bool:
        return bool(self.values)


def read(query: QueryDict, offered: Offer, queue: Queue) -> Filters:
    found: dict[str, str] = {}
    said: list[tuple[str, str]] = []
    for name, words in _known(query, offered, queue):
        found[name] = query.get(name, "")
        said.append((name, words))
    gone = tuple(
        name for name in NAMES if query.get(name) and name not in found and not _idle(name, query)
    )
    said += [(name, GONE) for name in gone]
    return Filters(found, gone, tuple(said), known_columns(query.getlist("cot")))


def known_columns(keys: Iterable[str]) -> tuple[str, ...]:
    """In our order."""
    named = set(keys)
    return tuple(key for key in COLUMNS if key in named)


def _idle(name: str, query: QueryDict) -> bool:
    """A due window means nothing in a queue where nothing is due."""
    return name == "han" and query.get(name) in DUE


def _known(query: QueryDict, offered: Offer, queue: Queue) -> Iterator[tuple[str, str]]:
    if one := offered.procedures.get(query.get("thu-tuc", "")):
        yield "thu-tuc", f"Thủ tục: {one[1]}"
    if one := offered.sectors.get(query.get("linh-vuc", "")):
        yield "linh-vuc", f"Lĩnh vực: {one[1]}"
    if queue.timed and (words := DUE.get(query.get("han", ""))):
        yield "han", words
    if (how := query.get("kenh", "")) in FiledHow.values:
        yield "kenh", str(FiledHow(how).label)
    if words := TAKEN.get(query.get("giao", "")):
        yield "giao", words
    if query.get("nhac") == "1":
        yield "nhac", "Người dân đã nhắc"
    if label := offered.labels.get(query.get("nhan", "")):
        yield "nhan", f"Nhãn: {label.text}"


def condition(filters: Filters, offered: Offer, at: Moments) -> Q:
    """To be laid over the queue's own rows."""
    if filters.gone:
        return Q(pk__in=())
    found = Q()
    for name, value in filters.values.items():
        found &= _CONDITIONS[name](value, offered)
    if due := filters.values.get("han"):
        found &= _due(due, at)
    return found


_CONDITIONS: dict[str, Callable[[str, Offer], Q]] = {
    "thu-tuc": lambda value, offered: Q(procedure=offered.procedures[value][0]),
    "linh-vuc": lambda value, offered: Q(procedure__sector=offered.sectors[value][0]),
    "han": lambda value, offered: Q(),
    "kenh": lambda value, offered: Q(filed_how=value),
    "giao": lambda value, offered: Q(assignee__isnull=value == "chua"),
    "nhac": lambda value, offered: Q(nudge_waits=True),
    "nhan": lambda value, offered: Q(
        pk__in=DossierLabel.objects.filter(label=offered.labels[value]).values("dossier")
    ),
}


def _due(window: str, at: Moments) -> Q:
    if window == "qua-han":
        return Q(queue_at__lt=at.now)
    ends = {"hom-nay": _days_on(at.now, 1), "ba-ngay": at.soon, "bay-ngay": _days_on(at.now, 8)}
    return Q(queue_at__gte=at.now, queue_at__lt=ends[window])


def _days_on(now: datetime, days: int) -> datetime:
    here = timezone.localtime(now)
    return datetime.combine(here + timedelta(days=days), time(), here.tzinfo)


def address(query: QueryDict, **changes: str | None) -> str:
    """The query with these values changed (None: left out), from its first page."""
    turned = query.copy()
    turned.pop("sau", None)
    for name, value in changes.items():
        name = name.replace("_", "-")
        turned.pop(name, None)
        if value is not None:
            turned[name] = value
    return f"?{turned.urlencode()}"


def canonical(
    query: QueryDict, filters: Filters, queue: str, scope: str, columns: Sequence[str] = ()
) -> str:
    """What a saved view keeps: only values that mean something here, and the `columns` shown."""
    kept = QueryDict(mutable=True)
    kept["hang"] = queue
    if scope:
        kept["pham-vi"] = scope
    kept.update(filters.values)
    if columns := columns or filters.columns:
        kept.setlist("cot", list(columns))
    return kept.urlencode()
