"""Who takes what in, and what belongs together."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from accounts.models import Agency, User
from procedures import stamps
from procedures.actions.errors import ServiceRefused
from procedures.levels import Level
from procedures.models import Procedure, Service, ServiceChange, ServiceStep


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
        for row in link.objects.filter(Q(from_procedure__in=ours) | Q(to_procedure__in=ours))
    }
    # What others say of ours stays: they are not asked here.
    gone = [pk for pair, pk in have.items() if ours.issuperset(pair) and pair not in wanted]
    link.objects.filter(pk__in=gone).delete()
    link.objects.bulk_create(
        link(from_procedure_id=one, to_procedure_id=two) for one, two in sorted(wanted - set(have))
    )


@transaction.atomic
def relate_one(procedure: Procedure) -> None:
    """Make one procedure relate to those its version in force names and those whose versions
    name it, and to no others."""
    names = list(procedure.current.related) if procedure.current else []
    naming = Procedure.objects.annotate(words=Cast("current__related", models.TextField()))
    named = Q(code__in=names) | Q(words__contains=f'"{procedure.code}"')
    procedure.related.set(naming.filter(named).exclude(pk=procedure.pk))


@transaction.atomic
def open_services(
    pairs: Iterable[tuple[Procedure, Agency, Agency]], *, by: User | None, at: datetime
) -> int:
    """(procedure, receiving, deciding agency): those that were not there yet are open now, at
    the level of the procedure's version. One that was closed stays closed. How many are new."""
    wanted = list(pairs)
    there = Service.objects.filter(procedure__in={one.pk for one, _, _ in wanted})
    have = set(there.values_list("procedure_id", "receiving_agency_id"))
    fresh = {
        (procedure.pk, receiving.pk): Service(
            procedure=procedure,
            receiving_agency=receiving,
            deciding_agency=deciding,
            level=procedure.current.level,
        )
        for procedure, receiving, deciding in wanted
        if procedure.current and (procedure.pk, receiving.pk) not in have
    }
    if fresh:
        Service.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        opened = there.filter(changes=None).values_list("procedure_id", "receiving_agency_id", "pk")
        ServiceChange.objects.bulk_create(
            ServiceChange(service_id=pk, step=ServiceStep.OPENED, by=by, at=at)
            for procedure, receiving, pk in opened
            if (procedure, receiving) in fresh
        )
        stamps.changed()
    return len(fresh)


@transaction.atomic
def change_service(
    service: Service,
    *,
    level: int,
    level_reason: str = "",
    deciding_agency: Agency,
    by: User,
    at: datetime,
) -> Service:
    """Another level than the procedure's needs a reason; with the reason it stays when the
    procedure's level changes. At the procedure's own level the reason goes."""
    locked = _locked(service)
    usual = locked.procedure.current.level if locked.procedure.current else level
    if level not in Level.values:
        raise ServiceRefused("Mức độ dịch vụ phải từ 1 đến 4.")
    if level != usual and not level_reason.strip():
        raise ServiceRefused(f"Mức chung của thủ tục là {usual}: hãy ghi lý do khác mức chung.")
    reason = level_reason.strip() if level != usual else ""
    told = [
        f"Mức độ {locked.level} → {level}." if level != locked.level else "",
        f"Lý do: {reason}" if reason != locked.level_reason and reason else "",
        f"Cơ quan giải quyết: {locked.deciding_agency.name} → {deciding_agency.name}."
        if deciding_agency != locked.deciding_agency
        else "",
    ]
    locked.level, locked.level_reason, locked.deciding_agency = level, reason, deciding_agency
    note = " ".join(filter(None, told))
    return _saved(locked, ServiceStep.CHANGED, note, by, at) if note else locked


@transaction.atomic
def close_service(service: Service, *, by: User, at: datetime) -> Service:
    """No new dossiers there; those it has go on."""
    locked = _locked(service)
    if not locked.active:
        raise ServiceRefused(f"{locked.receiving_agency.name} đã dừng tiếp nhận thủ tục này.")
    locked.active = False
    return _saved(locked, ServiceStep.CLOSED, "", by, at)


@transaction.atomic
def reopen_service(service: Service, *, by: User, at: datetime) -> Service:
    """At the level it had, or the procedure's when it had none of its own."""
    locked = _locked(service)
    if locked.active:
        raise ServiceRefused(f"{locked.receiving_agency.name} đang tiếp nhận thủ tục này.")
    if not locked.procedure.current:
        raise ServiceRefused("Thủ tục này không còn phiên bản áp dụng.")
    locked.active = True
    return _saved(locked, ServiceStep.REOPENED, "", by, at)


def _locked(service: Service) -> Service:
    rows = Service.objects.select_for_update(no_key=True, of=("self",))
    parts = ("procedure__current", "receiving_agency", "deciding_agency")
    return rows.select_related(*parts).get(pk=service.pk)


def _saved(service: Service, step: str, note: str, by: User, at: datetime) -> Service:
    service.save()
    ServiceChange.objects.create(service=service, step=step, note=note, by=by, at=at)
    stamps.changed()
    return service
