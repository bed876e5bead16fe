"""Many records put in force at once: the same rows as `publish` writes one by one
(tests/procedures/test_bulk.py compares), in a few dozen queries however many they are."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.utils.timezone import localdate

from accounts.models import User
from procedures import stamps
from procedures.actions.files import link_files
from procedures.actions.publishing import describe_row, life_event, new_version, sector_of
from procedures.actions.services import relate
from procedures.models import (
    LifeEvent,
    Procedure,
    ProcedureVersion,
    Service,
    VersionState,
)
from procedures.records import Parts, digest_of, parts_of, save_parts

# (record in normal form, its e-form): checked by the caller as `publish` checks.
Item = tuple[Mapping[str, Any], Mapping[str, Any] | None]
# What publishing never touches; all other columns are written.
_LEFT_ALONE = {"id", "code", "popularity"}


@transaction.atomic
def publish_many(
    items: Sequence[Item], *, by: User | None, at: datetime, prepared_by: User | None = None
) -> list[Procedure]:
    """Put these in force; every code once. The procedures, in the items' order. Content that
    is in force already makes no version."""
    known = _locked(record["code"] for record, _ in items)
    digests = [digest_of(record, eform) for record, eform in items]
    news = [
        (item, digest)
        for item, digest in zip(items, digests, strict=True)
        if not _is_current(known.get(item[0]["code"]), digest)
    ]
    if not news:
        return [known[record["code"]] for record, _ in items]
    fresh, before = _described([item[0] for item, _ in news], known)
    versions = []
    numbers = _last_numbers(known.values())
    for (record, eform), digest in news:
        procedure = known[record["code"]]
        version = new_version(procedure, record, eform=eform, digest=digest, by=by, at=at)
        version.number = numbers.get(procedure.pk, 0) + 1
        version.prepared_by = prepared_by
        versions.append(version)
    ProcedureVersion.objects.bulk_create(versions)
    _save_parts([item[0] for item, _ in news], versions)
    _end(before, at)
    _put_in_force(versions, fresh)
    return [known[record["code"]] for record, _ in items]


def _locked(codes: Iterable[str]) -> dict[str, Procedure]:
    found = (
        Procedure.objects.select_for_update(no_key=True, of=("self",))
        .select_related("current", "sector")
        .filter(code__in=list(codes))
        .order_by("pk")
    )
    return {procedure.code: procedure for procedure in found}


def _is_current(procedure: Procedure | None, digest: str) -> bool:
    return bool(procedure and procedure.current and procedure.current.content_digest == digest)


def _last_numbers(procedures: Iterable[Procedure]) -> dict[int, int]:
    found = ProcedureVersion.objects.filter(procedure__in=list(procedures)).order_by()
    return dict(found.values_list("procedure").annotate(last=Max("number")))


def _described(
    records: list[Mapping[str, Any]], known: dict[str, Procedure]
) -> tuple[set[int], list[int]]:
    """Names, sectors, search columns and life events as `publish` keeps them; (procedures that
    are new, versions that were in force before). New procedures are added to `known`."""
    before = []
    sectors = {name: sector_of(name) for name in dict.fromkeys(r["sector"] for r in records)}
    fresh = []
    for record in records:
        procedure = known.get(record["code"])
        if procedure is None:
            procedure = known[record["code"]] = Procedure(code=record["code"])
            fresh.append(procedure)
        elif procedure.current_id:
            before.append(procedure.current_id)
        describe_row(procedure, record, sectors[record["sector"]])
    Procedure.objects.bulk_create(fresh)
    ids = {procedure.pk for procedure in fresh}
    _set_events(records, known, ids)
    return ids, before


def _set_events(
    records: list[Mapping[str, Any]], known: Mapping[str, Procedure], fresh: set[int]
) -> None:
    names = dict.fromkeys(name for record in records for name in record["life_events"])
    events: dict[str, LifeEvent] = {name: life_event(name) for name in names}
    wanted = {
        (known[record["code"]].pk, events[name].pk)
        for record in records
        for name in record["life_events"]
    }
    link = Procedure.life_events.through
    old = {known[record["code"]].pk for record in records} - fresh
    have = {
        (row.procedure_id, row.lifeevent_id): row.pk
        for row in link.objects.filter(procedure__in=old)
    }
    link.objects.filter(pk__in=[pk for pair, pk in have.items() if pair not in wanted]).delete()
    link.objects.bulk_create(
        link(procedure_id=one, lifeevent_id=two) for one, two in sorted(wanted - set(have))
    )


def _save_parts(records: list[Mapping[str, Any]], versions: list[ProcedureVersion]) -> None:
    whole = Parts([], [], [], [], [])
    for record, version in zip(records, versions, strict=True):
        parts = parts_of(record, version)
        for name in Parts.__slots__:
            getattr(whole, name).extend(getattr(parts, name))
        link_files(version, record)
    save_parts(whole)


def _end(versions: list[int], at: datetime) -> None:
    ProcedureVersion.objects.filter(pk__in=versions).update(
        state=VersionState.RETIRED, effective_to=localdate(at)
    )


def _put_in_force(versions: list[ProcedureVersion], fresh: set[int]) -> None:
    for version in versions:
        procedure = version.procedure
        procedure.current = version
        procedure.retired_on, procedure.retired_by_decision = None, ""
        procedure.replaced_by = None
    columns = [f.name for f in Procedure._meta.concrete_fields if f.name not in _LEFT_ALONE]
    procedures = [version.procedure for version in versions]
    # They have one version each: nothing that a WHEN for every row would have to say.
    only = ProcedureVersion.objects.filter(procedure=OuterRef("pk")).order_by()
    Procedure.objects.filter(pk__in=fresh).update(current=Subquery(only.values("pk")))
    Procedure.objects.bulk_update([one for one in procedures if one.pk not in fresh], columns)
    for level in {version.level for version in versions}:
        ids = [version.procedure_id for version in versions if version.level == level]
        # Agencies with a level of their own keep it.
        Service.objects.filter(procedure__in=ids, level_reason="").exclude(level=level).update(
            level=level
        )
    stamps.changed()


def relate_all() -> None:
    """The relations between procedures as the versions in force name them."""
    found = Procedure.objects.exclude(current=None).exclude(current__related=[])
    relate(dict(found.values_list("code", "current__related")))
