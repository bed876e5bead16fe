"""Finding procedures: words without marks, codes, and filters, the same on both databases."""

from dataclasses import dataclass, fields
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    JSONField,
    Lookup,
    OuterRef,
    QuerySet,
    Value,
    When,
)

from portal.lib.text import fold
from portal.lib.web import KeysetPage, keyset_page
from procedures.models import LifeEvent, Procedure, Sector, Service
from procedures.reference import AGENCY_KINDS

PAGE = 20
LONGEST = 200


@JSONField.register_lookup
class HasItem(Lookup):
    """`audiences__has_item="Doanh nghiệp"`: a JSON list holds this text."""

    lookup_name = "has_item"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, params = self.process_lhs(compiler, connection)
        if connection.vendor == "postgresql":
            return f"{column} @> jsonb_build_array(%s::text)", (*params, self.rhs)
        listed = f"EXISTS (SELECT 1 FROM json_each({column}) item WHERE item.value = %s)"
        return listed, (*params, self.rhs)


@dataclass(frozen=True, slots=True)
class Filters:
    """What somebody looks for; "" means anything. `audience` is the name versions hold,
    `agency` a kind of deciding agency, `sector` and `event` are slugs, `level` a digit."""

    q: str = ""
    sector: str = ""
    level: str = ""
    agency: str = ""
    audience: str = ""
    event: str = ""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


def find(filters: Filters, *, cursor: str | None) -> KeysetPage[Procedure]:
    """One page: an exact code first, then the words as a phrase, then all of them anywhere;
    within that what is filed most."""
    found = matching(filters).with_page_parts().prefetch_related("current__channels__fees")
    order: tuple[str, ...] = ("-popularity", "pk")
    if filters.q:
        found = found.annotate(rank=_rank(filters.q))
        order = ("rank", *order)
    return keyset_page(found, order=order, cursor=cursor, size=PAGE)


def matching(filters: Filters) -> Any:
    found = Procedure.objects.published()
    if filters.q:
        found = found.matching(filters.q)
    if filters.sector:
        found = found.filter(sector__slug=filters.sector)
    if filters.level:
        found = found.filter(current__level=int(filters.level))
    if filters.event:
        found = found.filter(life_events__slug=filters.event)
    if filters.audience:
        found = found.filter(current__audiences__has_item=filters.audience)
    if filters.agency:
        here = Service.objects.filter(
            procedure=OuterRef("pk"), active=True, deciding_agency__kind=filters.agency
        )
        found = found.filter(Exists(here))
    return found


def _rank(q: str) -> Case:
    return Case(
        When(code=q.strip(), then=Value(0)),
        When(search_fold__contains=fold(q), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def sectors_in_use() -> list[Any]:
    """Sectors with published procedures, in the order of the alphabet; `count` says how many."""
    used = Sector.objects.filter(procedure__current__isnull=False)
    return sorted(used.annotate(count=Count("procedure")), key=lambda row: _alphabetical(row.name))


def _alphabetical(name: str) -> str:
    """Words without marks, đ behind d: as a Vietnamese index has them, near enough."""
    return fold(name.replace("đ", "dz").replace("Đ", "Dz"))


def events_in_use() -> QuerySet[LifeEvent]:
    used = LifeEvent.objects.filter(procedure__current__isnull=False)
    return used.annotate(count=Count("procedure")).order_by("for_business", "order", "name")


def agency_kinds_in_use() -> list[tuple[str, str, int]]:
    """(kind, name, procedures) of agencies that decide open services, in the order of
    AGENCY_KINDS; other kinds come last, by their key."""
    rows = (
        Service.objects.open()
        .values_list("deciding_agency__kind")
        .annotate(count=Count("procedure", distinct=True))
    )
    counted = dict(rows)
    known = [(kind, name, counted[kind]) for kind, name in AGENCY_KINDS.items() if kind in counted]
    return known + [
        (kind, kind, counted[kind]) for kind in sorted(set(counted) - set(AGENCY_KINDS))
    ]
