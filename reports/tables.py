"""Figures by agency, field, procedure or officer: one grouped query a family, whatever the number
of groups."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Agency, User
from dossiers.models import Dossier, StepRun
from procedures.models import Procedure, Sector
from reports.figures import FAMILIES, FIGURES, Span, counted

NOBODY = "0"


@dataclass(frozen=True, slots=True)
class Group:
    """`path` is what is grouped by; `names` gives each key its name."""

    key: str
    title: str
    path: str
    names: Callable[[set[int]], dict[int, str]]


def _agencies(keys: set[int]) -> dict[int, str]:
    return dict(Agency.objects.filter(pk__in=keys).values_list("pk", "name"))


def _sectors(keys: set[int]) -> dict[int, str]:
    return dict(Sector.objects.filter(pk__in=keys).values_list("pk", "name"))


def _procedures(keys: set[int]) -> dict[int, str]:
    found = Procedure.objects.filter(pk__in=keys).values_list("pk", "code", "name")
    return {pk: f"{name} ({code})" for pk, code, name in found}


def _officers(keys: set[int]) -> dict[int, str]:
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "full_name"))


GROUPS: dict[str, Group] = {
    group.key: group
    for group in (
        Group("co-quan", "Cơ quan giải quyết", "deciding_agency_id", _agencies),
        Group("tiep-nhan", "Nơi tiếp nhận", "receiving_agency_id", _agencies),
        Group("linh-vuc", "Lĩnh vực", "procedure__sector_id", _sectors),
        Group("thu-tuc", "Thủ tục", "procedure_id", _procedures),
        Group("can-bo", "Cán bộ thụ lý", "officer", _officers),
    )
}


def of_agencies(agencies: frozenset[int]) -> QuerySet[Dossier]:
    """What these agencies receive or decide."""
    return Dossier.objects.filter(
        Q(receiving_agency__in=agencies) | Q(deciding_agency__in=agencies)
    ).order_by()


def grouped(dossiers: QuerySet[Dossier], group: Group) -> QuerySet[Dossier]:
    """With the column of the group. An officer's are those they worked on last
    (dossiers.actions.remembering); of what nobody has worked on, those they have or had last."""
    if group.path != "officer":
        return dossiers
    had = StepRun.objects.filter(dossier=OuterRef("pk"), assignee__isnull=False)
    last = Subquery(had.order_by("-number").values("assignee")[:1])
    whose = Coalesce(F("worked_by_id"), F("assignee_id"), last, output_field=BigIntegerField())
    return dossiers.annotate(officer=whose)


def of_key(dossiers: QuerySet[Dossier], group: Group, key: str) -> QuerySet[Dossier]:
    """The rows of one group; NOBODY: of none."""
    found = grouped(dossiers, group)
    if key == NOBODY:
        return found.filter(**{f"{group.path}__isnull": True})
    return found.filter(**{group.path: int(key)})


@dataclass(frozen=True, slots=True)
class Row:
    """A group's numbers by the figures' keys."""

    key: str
    name: str
    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class Table:
    """`total` is the sum of the rows: every dossier stands in exactly one."""

    group: Group
    rows: list[Row]
    total: dict[str, int]

    @property
    def rounds_each(self) -> str:
        """Requests for additions to a hundred dossiers received."""
        received = self.total["received"]
        return f"{100 * self.total['rounds'] / received:.1f}".replace(".", ",") if received else "–"


def table(agencies: frozenset[int], group: Group, span: Span) -> Table:
    found: dict[int | None, dict[str, int]] = defaultdict(lambda: dict.fromkeys(FIGURES, 0))
    mine = of_agencies(agencies)
    for family in FAMILIES:
        for row in _counts(mine, family, group, span):
            key = row.pop(group.path)
            found[key] |= row
    names = group.names({key for key in found if key is not None})
    rows = [
        Row(str(key or NOBODY), names.get(key, "") if key else "Chưa có người nhận", numbers)
        for key, numbers in found.items()
    ]
    rows.sort(key=lambda row: (-row.numbers["received"], row.name))
    total = {key: sum(row.numbers[key] for row in rows) for key in FIGURES}
    return Table(group, rows, total)


def _counts(
    dossiers: QuerySet[Dossier], family: str, group: Group, span: Span
) -> list[dict[str, Any]]:
    asked = {
        figure.key: figure.total(span) for figure in FIGURES.values() if figure.family == family
    }
    found = grouped(counted(dossiers, family, span), group)
    return list(found.values(group.path).annotate(**asked))
