"""The one door for writes to the catalogue: publishing a record, opening services.

A record is one JSON object of procedures/demo/<code>.json (docs/DEVELOPERS.md has its shape).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.timezone import localdate

from accounts.models import Agency, User
from portal.lib import publicpages
from portal.lib.text import fold
from procedures import eforms, levels
from procedures.models import (
    Channel,
    Fee,
    LegalBasis,
    LifeEvent,
    Procedure,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    ResultType,
    Sector,
    Service,
    Step,
    VersionState,
)
from procedures.reference import EVENT_CARDS, EVENTS

# Columns of a version that are a record's own words.
_SAME = (
    "level service_type service_type_reason decision_no issuing_agency kind administrative_level "
    "summary executing_text authority coordinating reception_address audiences audience_note "
    "conditions keywords online_only retention_years intake_hours addition_policy process"
).split()


class RecordInvalid(Exception):
    """A catalogue record that may not be published; `problems` are sentences."""

    def __init__(self, code: str, problems: list[str]) -> None:
        super().__init__(f"{code}: " + "; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Published:
    """`changed` is False when the record said what the version in force says already."""

    procedure: Procedure
    version: ProcedureVersion
    changed: bool


def digest_of(record: Mapping[str, Any], eform: Mapping[str, Any] | None) -> str:
    """SHA-256 over the record and its e-form, whatever the order of their keys."""
    text = json.dumps([record, eform], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def is_current(
    procedure: Procedure, record: Mapping[str, Any], eform: Mapping[str, Any] | None
) -> bool:
    """Whether the version in force says what the record says."""
    current = procedure.current
    return current is not None and current.content_digest == digest_of(record, eform)


@transaction.atomic
def publish(
    record: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    eform: Mapping[str, Any] | None = None,
) -> Published:
    """Put a record in force. Content that changed becomes a new version and the old one is
    retired; a published version's content is never written again. Raises RecordInvalid."""
    procedure = (
        Procedure.objects.select_for_update(of=("self",))
        .select_related("current")
        .filter(code=record["code"])
        .first()
    )
    if procedure and procedure.current and is_current(procedure, record, eform):
        return Published(procedure, procedure.current, changed=False)
    if problems := problems_of(record, eform):
        raise RecordInvalid(record["code"], problems)
    procedure = _describe(procedure or Procedure(code=record["code"]), record)
    version = _new_version(procedure, record, eform, by=by, at=at)
    _write_parts(version, record)
    if procedure.current:
        ProcedureVersion.objects.filter(pk=procedure.current.pk).update(
            state=VersionState.RETIRED, effective_to=localdate(at)
        )
    procedure.current = version
    procedure.save(update_fields=["current"])
    # Agencies with a level of their own keep it.
    procedure.services.filter(level_reason="").update(level=version.level)
    transaction.on_commit(publicpages.forget)
    return Published(procedure, version, changed=True)


def problems_of(record: Mapping[str, Any], eform: Mapping[str, Any] | None) -> list[str]:
    """Why the record may not be published."""
    found = [f"thiếu {name}" for name in _SAME if name not in record]
    found += [f"không có {part}" for part in ("cases", "channels", "steps") if not record.get(part)]
    level = record.get("level")
    if level not in levels.OFFERS:
        return [*found, "mức độ phải từ 1 đến 4"]
    usual = levels.offer(level).service_type
    if record.get("service_type") != usual and not record.get("service_type_reason"):
        found.append(f"loại dịch vụ khác {usual} cần có lý do")
    if eform is not None:
        found += eforms.check_definition(eform)
    return found


def _describe(procedure: Procedure, record: Mapping[str, Any]) -> Procedure:
    """Name, sector, search column and life events: those follow the newest version."""
    procedure.name = record["name"]
    procedure.sector, _ = Sector.objects.get_or_create(
        name=record["sector"], defaults={"slug": slug(record["sector"])}
    )
    procedure.search_fold = procedure.search_text(record["keywords"])
    procedure.save()
    procedure.life_events.set([life_event(name) for name in record["life_events"]])
    return procedure


def slug(name: str) -> str:
    return slugify(fold(name))[:120]


def life_event(name: str) -> LifeEvent:
    card = EVENT_CARDS.get(name)
    defaults = {
        "slug": slug(name),
        "for_business": bool(card and card.for_business),
        "order": EVENTS.index(card) if card else len(EVENTS),
    }
    return LifeEvent.objects.get_or_create(name=name, defaults=defaults)[0]


def _new_version(
    procedure: Procedure,
    record: Mapping[str, Any],
    eform: Mapping[str, Any] | None,
    *,
    by: User | None,
    at: datetime,
) -> ProcedureVersion:
    last = procedure.versions.aggregate(last=Max("number"))["last"] or 0
    return ProcedureVersion.objects.create(
        procedure=procedure,
        number=last + 1,
        state=VersionState.PUBLISHED,
        decision_date=_day(record.get("decision_date")),
        eform=eform,
        effective_from=localdate(at),
        published_at=at,
        published_by=by,
        content_digest=digest_of(record, eform),
        **{name: record[name] for name in _SAME},
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _write_parts(version: ProcedureVersion, record: Mapping[str, Any]) -> None:
    _write_cases(version, record["cases"])
    _write_channels(version, record["channels"])
    Step.objects.bulk_create(
        Step(version=version, order=order, title=step["title"], text=step["text"])
        for order, step in enumerate(record["steps"])
    )
    LegalBasis.objects.bulk_create(
        LegalBasis(version=version, order=order, **{**text, "issued": _day(text["issued"])})
        for order, text in enumerate(record["legal_basis"])
    )
    ResultType.objects.bulk_create(
        ResultType(version=version, order=order, **result)
        for order, result in enumerate(record["result_types"])
    )


def _write_cases(version: ProcedureVersion, cases: list[dict[str, Any]]) -> None:
    made = ProcedureCase.objects.bulk_create(
        ProcedureCase(
            version=version, order=order, key=case["key"], name=case["name"], hint=case["hint"]
        )
        for order, case in enumerate(cases)
    )
    Requirement.objects.bulk_create(
        Requirement(case=row, order=order, **need)
        for row, case in zip(made, cases, strict=True)
        for order, need in enumerate(case["requirements"])
    )


def _write_channels(version: ProcedureVersion, channels: list[dict[str, Any]]) -> None:
    made = Channel.objects.bulk_create(
        Channel(version=version, order=order, **{k: v for k, v in channel.items() if k != "fees"})
        for order, channel in enumerate(channels)
    )
    Fee.objects.bulk_create(
        Fee(channel=row, order=order, **fee)
        for row, channel in zip(made, channels, strict=True)
        for order, fee in enumerate(channel["fees"])
    )


@transaction.atomic
def relate(related: Mapping[str, Iterable[str]]) -> None:
    """Make the procedures named as keys relate to exactly those (and they back, for the
    relation has no direction). Unknown codes are left out until they are published."""
    ids = dict(Procedure.objects.values_list("code", "pk"))
    wanted = set()
    for code, others in related.items():
        for other in others:
            if code in ids and other in ids:
                wanted |= {(ids[code], ids[other]), (ids[other], ids[code])}
    link = Procedure.related.through
    ours = {ids[code] for code in related if code in ids}
    have = {
        (row.from_procedure_id, row.to_procedure_id): row.pk
        for row in link.objects.filter(from_procedure__in=ours, to_procedure__in=ours)
    }
    link.objects.filter(pk__in=[pk for pair, pk in have.items() if pair not in wanted]).delete()
    link.objects.bulk_create(
        link(from_procedure_id=one, to_procedure_id=two) for one, two in sorted(wanted - set(have))
    )


def open_services(pairs: Iterable[tuple[Procedure, Agency, Agency]]) -> int:
    """(procedure, receiving, deciding agency): those that were not open yet are, at the level
    of the procedure's version. How many are new."""
    have = set(Service.objects.values_list("procedure_id", "receiving_agency_id"))
    fresh = [
        Service(
            procedure=procedure,
            receiving_agency=receiving,
            deciding_agency=deciding,
            level=procedure.current.level,
        )
        for procedure, receiving, deciding in pairs
        if procedure.current and (procedure.pk, receiving.pk) not in have
    ]
    Service.objects.bulk_create(fresh)
    return len(fresh)
