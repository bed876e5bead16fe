"""One procedure's page, from a published version or from a record nobody has published."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from accounts.models import Agency
from procedures import levels
from procedures.models import (
    Channel,
    LegalBasis,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    ResultType,
    Sector,
    Service,
    Step,
)
from procedures.pages.rows import fee_words, main_channel
from procedures.pages.ways import Way, ways_of
from procedures.records import parts_of
from procedures.records.building import Parts, version_fields
from procedures.reference import LEVEL_WORDS, RETURN_WORDS


@dataclass(frozen=True, slots=True)
class Desk:
    """A place that takes dossiers in, with what it offers when that differs."""

    agency: Agency
    hours: str
    level_text: str
    level_reason: str


def _hours(agency: Agency) -> str:
    return ", ".join(f"{start}–{end}" for start, end in agency.opening_hours)


@dataclass(frozen=True, slots=True)
class ProcedurePage:
    """Everything of one procedure page. `can_file`: some agency takes it online."""

    procedure: Procedure
    version: ProcedureVersion
    offer: levels.Offer
    level_text: str
    cases: list[ProcedureCase]
    channels: list[Channel]
    steps: list[Step]
    legal_bases: list[LegalBasis]
    results: list[ResultType]
    related: list[Procedure]
    desks: list[Desk]
    can_file: bool

    @property
    def channel(self) -> Channel | None:
        return main_channel(self.channels)

    @property
    def ways(self) -> list[Way]:
        return ways_of(self.channels)

    @property
    def cost_text(self) -> str:
        """What the main way costs, before anybody starts; with when and where it is paid."""
        fees = list(self.channel.fees.all()) if self.channel else []
        text = fee_words(self.channel)
        if len(fees) == 1 and fees[0].amount:
            text += f", thu {str(fees[0].get_collected_display()).lower()}"
        paid = any(fee.amount for fee in fees)
        return f"{text}, nộp tại quầy" if paid and not self.offer.pay_online else text

    @property
    def returns(self) -> list[str]:
        """Ways the result may come back at this level, in words."""
        named = {way for result in self.results for way in result.returns}
        allowed = self.offer.returns & (named or {"desk"}) or {"desk"}
        return [words for way, words in RETURN_WORDS.items() if way in allowed]

    @property
    def papers_to_have(self) -> list[str]:
        """Mandatory files of the first case: what to have ready before filing online."""
        needs = self.cases[0].requirements.all() if self.cases else ()
        return [need.name for need in needs if need.mandatory and need.online == "upload"]

    @property
    def form_titles(self) -> list[str]:
        """Forms the papers name, each once."""
        needs: list[Requirement] = [n for case in self.cases for n in case.requirements.all()]
        return list(dict.fromkeys(need.form_title for need in needs if need.form_title))


def page_of(procedure: Procedure) -> ProcedurePage:
    """Needs `current` and `sector` selected; nine more queries whatever the size."""
    version = procedure.current
    assert version is not None
    parts = Parts(
        cases=list(version.cases.prefetch_related("requirements")),
        channels=list(version.channels.prefetch_related("fees")),
        steps=list(version.steps.all()),
        legal_bases=list(version.legal_bases.all()),
        result_types=list(version.result_types.all()),
    )
    return page_from(
        procedure,
        version,
        parts,
        services=_services_of(procedure),
        related=procedure.related.published().only("code", "name"),
    )


def page_of_record(record: Mapping[str, Any], procedure: Procedure | None = None) -> ProcedurePage:
    """The page a record (in normal form) would have once it is published; nothing is saved.
    `procedure` is the one it would be a version of, None for a new one."""
    shown = procedure or Procedure(code=record["code"])
    # A copy: the caller's row keeps the name it has in force.
    shown = Procedure(pk=shown.pk, code=record["code"], name=record["name"])
    shown.sector = Sector(name=record["sector"], slug="")
    now = timezone.now()
    version = ProcedureVersion(
        procedure=shown,
        number=0,
        effective_from=timezone.localdate(now),
        published_at=now,
        **version_fields(record),
    )
    codes = [*record["related"], *record["chained"]]
    return page_from(
        shown,
        version,
        parts_of(record, version),
        services=_services_of(shown) if shown.pk else (),
        related=Procedure.objects.published().filter(code__in=codes).only("code", "name"),
    )


def page_from(
    procedure: Procedure,
    version: ProcedureVersion,
    parts: Parts,
    *,
    services: Iterable[Service] = (),
    related: Iterable[Procedure] = (),
) -> ProcedurePage:
    """The page of these rows, saved or not."""
    offered = list(services)
    levels_offered = [service.level for service in offered] or [version.level] * (not version.pk)
    return ProcedurePage(
        procedure=procedure,
        version=version,
        offer=levels.offer(version.level),
        level_text=LEVEL_WORDS[version.level],
        cases=parts.cases,
        channels=parts.channels,
        steps=parts.steps,
        legal_bases=parts.legal_bases,
        results=parts.result_types,
        related=list(related),
        desks=[_desk(service, version) for service in offered],
        can_file=any(levels.offer(level).file_online for level in levels_offered),
    )


def _services_of(procedure: Procedure) -> list[Service]:
    return list(
        Service.objects.filter(active=True, procedure=procedure)
        .select_related("receiving_agency")
        .order_by("receiving_agency__level", "receiving_agency__name")
    )


def _desk(service: Service, version: ProcedureVersion) -> Desk:
    other = service.level != version.level
    return Desk(
        agency=service.receiving_agency,
        hours=_hours(service.receiving_agency),
        level_text=LEVEL_WORDS[service.level] if other else "",
        level_reason=service.level_reason if other else "",
    )
