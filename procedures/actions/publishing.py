"""Versions come into force and go out of it; none is ever rewritten."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.timezone import localdate

from accounts.models import User
from portal.lib.text import fold
from procedures import eforms, stamps
from procedures.actions.errors import RecordInvalid
from procedures.actions.files import link_files
from procedures.models import LifeEvent, Procedure, ProcedureVersion, Sector, VersionState
from procedures.records import Problem, digest_of, missing_of, normal, parts_of, save_parts
from procedures.records.building import version_fields
from procedures.reference import EVENT_CARDS, EVENTS
from procedures.search import columns


@dataclass(frozen=True, slots=True)
class Published:
    """`changed` is False when the record said what the version in force says already."""

    procedure: Procedure
    version: ProcedureVersion
    changed: bool


def problems_of(record: Mapping[str, Any], eform: Mapping[str, Any] | None) -> list[str]:
    """Why the record may not be published, as sentences."""
    whole, problems = normal(record)
    return _problems(whole, problems, eform)


def _problems(
    whole: Mapping[str, Any], problems: list[Problem], eform: Mapping[str, Any] | None
) -> list[str]:
    found = [str(problem) for problem in problems or missing_of(whole)]
    return found + (eforms.check_definition(eform) if eform is not None else [])


def is_current(
    procedure: Procedure, record: Mapping[str, Any], eform: Mapping[str, Any] | None
) -> bool:
    """Whether the version in force says what the record says."""
    current = procedure.current
    return current is not None and current.content_digest == digest_of(normal(record)[0], eform)


@transaction.atomic
def publish(
    record: Mapping[str, Any],
    *,
    by: User | None,
    at: datetime,
    eform: Mapping[str, Any] | None = None,
    prepared_by: User | None = None,
) -> Published:
    """Put a record in force. Content that changed becomes a new version and the old one is
    retired; a published version's content is never written again. Raises RecordInvalid."""
    whole, problems = normal(record)
    procedure = (
        Procedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current")
        .filter(code=whole["code"])
        .first()
    )
    digest = digest_of(whole, eform)
    if procedure and procedure.current and procedure.current.content_digest == digest:
        return Published(procedure, procedure.current, changed=False)
    sentences = _problems(whole, problems, eform)
    if sentences:
        raise RecordInvalid(whole["code"], sentences)
    procedure = _describe(procedure or Procedure(code=whole["code"]), whole)
    version = new_version(procedure, whole, eform=eform, digest=digest, by=by, at=at)
    version.number = (procedure.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    version.prepared_by = prepared_by
    version.save()
    save_parts(parts_of(whole, version))
    link_files(version, whole)
    _put_in_force(procedure, version, at)
    return Published(procedure, version, changed=True)


def new_version(
    procedure: Procedure,
    whole: Mapping[str, Any],
    *,
    eform: Mapping[str, Any] | None,
    digest: str,
    by: User | None,
    at: datetime,
) -> ProcedureVersion:
    """The version's own row, unsaved and without its number."""
    return ProcedureVersion(
        procedure=procedure,
        eform=eform,
        form_fields=eforms.count_fields(dict(eform)) if eform else 0,
        form_seconds=eforms.typing_seconds(dict(eform)) if eform else 0,
        effective_from=localdate(at),
        published_at=at,
        published_by=by,
        content_digest=digest,
        **version_fields(whole),
    )


def _put_in_force(procedure: Procedure, version: ProcedureVersion, at: datetime) -> None:
    _end(procedure.current, at)
    procedure.current = version
    procedure.retired_on, procedure.retired_by_decision = None, ""
    procedure.replaced_by = None
    procedure.save()
    # Agencies with a level of their own keep it.
    procedure.services.filter(level_reason="").update(level=version.level)
    stamps.changed()


@transaction.atomic
def retire(
    procedure: Procedure, *, at: datetime, decision_no: str, replaced_by: Procedure | None = None
) -> None:
    """Take a procedure out of force. Dossiers filed under it keep their version and go on;
    its page says since when, by which decision and what takes its place."""
    locked = (
        Procedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current")
        .get(pk=procedure.pk)
    )
    if locked.current is None:
        return
    _end(locked.current, at)
    locked.current = None
    locked.retired_on, locked.retired_by_decision = localdate(at), decision_no
    locked.replaced_by = replaced_by
    locked.save()
    stamps.changed()


def _end(version: ProcedureVersion | None, at: datetime) -> None:
    if version is not None:
        ProcedureVersion.objects.filter(pk=version.pk).update(
            state=VersionState.RETIRED, effective_to=localdate(at)
        )


def _describe(procedure: Procedure, record: Mapping[str, Any]) -> Procedure:
    """Name, sector, search column and life events: those follow the newest version."""
    describe_row(procedure, record, sector_of(record["sector"]))
    procedure.save()
    procedure.life_events.set([life_event(name) for name in record["life_events"]])
    return procedure


def describe_row(procedure: Procedure, record: Mapping[str, Any], sector: Sector) -> None:
    """The procedure's own columns, unsaved."""
    procedure.name = record["name"]
    procedure.sector = sector
    columns.describe(procedure, record)


def slug(name: str) -> str:
    return slugify(fold(name))[:120]


def sector_of(name: str) -> Sector:
    """The sector of this name; a new one's address differs from that of others which fold
    alike ("Hoà giải", "Hòa giải")."""
    if found := Sector.objects.filter(name=name).first():
        return found
    wanted = slug(name) or "linh-vuc"
    taken = set(Sector.objects.filter(slug__startswith=wanted[:110]).values_list("slug", flat=True))
    number, address = 2, wanted
    while address in taken:
        address, number = f"{wanted[:110]}-{number}", number + 1
    return Sector.objects.get_or_create(name=name, defaults={"slug": address})[0]


def life_event(name: str) -> LifeEvent:
    card = EVENT_CARDS.get(name)
    defaults = {
        "slug": slug(name),
        "for_business": bool(card and card.for_business),
        "order": EVENTS.index(card) if card else len(EVENTS),
    }
    return LifeEvent.objects.get_or_create(name=name, defaults=defaults)[0]
