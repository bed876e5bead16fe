"""A record laid out as rows: saved when it is published, unsaved for previews and rehearsals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from procedures.models import (
    Channel,
    Fee,
    LegalBasis,
    ProcedureCase,
    ProcedureVersion,
    Requirement,
    ResultType,
    Step,
)

# Columns of a version that are a record's own words.
SAME = (
    "name level service_type service_type_reason decision_no issuing_agency kind "
    "administrative_level executing executing_text authority coordinating reception_address "
    "audiences audience_note summary keywords conditions online_only process related chained "
    "media life_events intake_hours addition_policy addition_days retention_years source_url"
).split()


@dataclass(frozen=True, slots=True)
class Parts:
    """Cases hold their requirements and channels their fees as if prefetched."""

    cases: list[ProcedureCase]
    channels: list[Channel]
    steps: list[Step]
    legal_bases: list[LegalBasis]
    result_types: list[ResultType]


def version_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """Column values of a version that says what this record (in normal form) says."""
    fields = {name: record[name] for name in SAME}
    return fields | {"decision_date": day(record["decision_date"]), "sector_name": record["sector"]}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def parts_of(record: Mapping[str, Any], version: ProcedureVersion) -> Parts:
    """The rows below `version`, unsaved, in the record's order."""
    return Parts(
        cases=[_case(version, i, case) for i, case in enumerate(record["cases"])],
        channels=[_channel(version, i, way) for i, way in enumerate(record["channels"])],
        steps=[Step(version=version, order=i, **step) for i, step in enumerate(record["steps"])],
        legal_bases=[
            LegalBasis(version=version, order=i, **{**text, "issued": day(text["issued"])})
            for i, text in enumerate(record["legal_basis"])
        ],
        result_types=[
            ResultType(version=version, order=i, **result)
            for i, result in enumerate(record["result_types"])
        ],
    )


def _case(version: ProcedureVersion, order: int, case: Mapping[str, Any]) -> ProcedureCase:
    fields = {name: case[name] for name in ("key", "name", "hint")}
    made = ProcedureCase(pk=_stand_in(version, order), version=version, order=order, **fields)
    needs = [Requirement(case=made, order=i, **need) for i, need in enumerate(case["requirements"])]
    return _hold(made, "requirements", needs)


def _channel(version: ProcedureVersion, order: int, channel: Mapping[str, Any]) -> Channel:
    fields = {name: value for name, value in channel.items() if name != "fees"}
    made = Channel(pk=_stand_in(version, order), version=version, order=order, **fields)
    return _hold(
        made, "fees", [Fee(channel=made, order=i, **f) for i, f in enumerate(channel["fees"])]
    )


def _stand_in(version: ProcedureVersion, order: int) -> int | None:
    """Django refuses the children of a row without a key, prefetched or not. Below a version
    that is not saved the rows are not saved either, and get one no saved row has."""
    return None if version.pk else -1 - order


@cache
def _nobody(model: Any) -> Any:
    return model._default_manager.none()


def _hold(row: Any, name: str, children: list[Any]) -> Any:
    """`row.name.all()` gives these children without a query, also while the row is unsaved."""
    nobody = _nobody(type(row)._meta.get_field(name).related_model)
    # Cloning a query for each of 40,000 rows of an import is a tenth of its time.
    found = type(nobody)(model=nobody.model, query=nobody.query)
    found._result_cache = children
    found._prefetch_done = True
    row._prefetched_objects_cache = {name: found}
    return row


def save_parts(parts: Parts) -> None:
    """Write the rows of a saved version: six queries, however large the record is."""
    ProcedureCase.objects.bulk_create(parts.cases)
    needs = [need for case in parts.cases for need in case.requirements.all()]
    for need in needs:
        need.case_id = need.case.pk
    Requirement.objects.bulk_create(needs)
    Channel.objects.bulk_create(parts.channels)
    fees = [fee for channel in parts.channels for fee in channel.fees.all()]
    for fee in fees:
        fee.channel_id = fee.channel.pk
    Fee.objects.bulk_create(fees)
    Step.objects.bulk_create(parts.steps)
    LegalBasis.objects.bulk_create(parts.legal_bases)
    ResultType.objects.bulk_create(parts.result_types)
