"""A published version read back as the record it was made from."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db.models import Prefetch, QuerySet

from procedures.models import ProcedureVersion
from procedures.records.building import SAME
from procedures.records.kinds import Block
from procedures.records.shape import (
    CASE,
    CHANNEL,
    FEE,
    LEGAL,
    MEDIA,
    RECORD,
    REQUIREMENT,
    RESULT,
    STEP,
)

PARTS = (
    "cases__requirements",
    "channels__fees",
    "steps",
    "legal_bases",
    "result_types",
)


def with_record_parts(versions: QuerySet[ProcedureVersion]) -> QuerySet[ProcedureVersion]:
    """Versions with all that record_of reads, in a fixed number of queries."""
    return versions.select_related("procedure").prefetch_related(*(Prefetch(p) for p in PARTS))


def record_of(version: ProcedureVersion) -> dict[str, Any]:
    """The version's content as a record in normal form."""
    found = {name: getattr(version, name) for name in SAME}
    found |= {
        "code": version.procedure.code,
        "sector": version.sector_name,
        "decision_date": _iso(version.decision_date),
        "cases": [
            _fields(CASE, case)
            | {"requirements": [_fields(REQUIREMENT, need) for need in case.requirements.all()]}
            for case in version.cases.all()
        ],
        "channels": [
            _fields(CHANNEL, channel) | {"fees": [_fields(FEE, fee) for fee in channel.fees.all()]}
            for channel in version.channels.all()
        ],
        "steps": [_fields(STEP, step) for step in version.steps.all()],
        "legal_basis": [
            _fields(LEGAL, text) | {"issued": _iso(text.issued)}
            for text in version.legal_bases.all()
        ],
        "result_types": [_fields(RESULT, result) for result in version.result_types.all()],
        # Published before a field was added: it is empty there.
        "media": [
            {name: item.get(name, kind.empty()) for name, kind in MEDIA.fields.items()}
            for item in version.media
        ],
    }
    return {name: found[name] for name in RECORD.fields}


def _fields(block: Block, row: Any) -> dict[str, Any]:
    """A row's own columns; lists of further rows are the caller's."""
    names = [name for name in block.fields if name not in ("requirements", "fees")]
    return {name: getattr(row, name) for name in names}


def _iso(value: Any) -> str:
    return value.isoformat() if value else ""


def digest_of(record: Mapping[str, Any], eform: Mapping[str, Any] | None) -> str:
    """SHA-256 over the record and its e-form, whatever the order of their keys."""
    text = json.dumps([record, eform], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
