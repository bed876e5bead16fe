"""Where dossiers are taken in."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import Agency
from portal.lib.text import fold
from procedures.models import Procedure, ProcedureVersion, Service
from procedures.reference import LEVEL_WORDS

# So many stand on the procedure's page; with more of them the page shows FEW and a search.
MANY, FEW = 12, 5


@dataclass(frozen=True, slots=True)
class Desk:
    """A place that takes dossiers in, with what it offers when that differs."""

    agency: Agency
    hours: str
    level_text: str
    level_reason: str


def services_of(procedure: Procedure) -> list[Service]:
    return list(
        Service.objects.filter(active=True, procedure=procedure)
        .select_related("receiving_agency")
        .order_by("receiving_agency__level", "receiving_agency__name", "pk")
    )


def desks_of(services: Iterable[Service], version: ProcedureVersion) -> list[Desk]:
    return [_desk(service, version) for service in services]


def desks_named(desks: Iterable[Desk], words: str) -> list[Desk]:
    """Those whose name or address holds all the words, with or without marks."""
    wanted = fold(words).split()[:12]

    def fits(desk: Desk) -> bool:
        text = fold(f"{desk.agency.name} {desk.agency.address}")
        return all(word in text for word in wanted)

    return [desk for desk in desks if fits(desk)]


def hours_of(agency: Agency) -> str:
    return ", ".join(f"{start}–{end}" for start, end in agency.opening_hours)


def _desk(service: Service, version: ProcedureVersion) -> Desk:
    other = service.level != version.level
    return Desk(
        agency=service.receiving_agency,
        hours=hours_of(service.receiving_agency),
        level_text=LEVEL_WORDS[service.level] if other else "",
        level_reason=service.level_reason if other else "",
    )
