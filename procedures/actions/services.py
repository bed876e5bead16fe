"""Who takes what in, and what belongs together."""

from collections.abc import Iterable, Mapping

from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast

from accounts.models import Agency
from procedures import stamps
from procedures.actions.errors import ServiceRefused
from procedures.levels import Level
from procedures.models import Procedure, Service


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


def open_services(pairs: Iterable[tuple[Procedure, Agency, Agency]]) -> int:
    """(procedure, receiving, deciding agency): those that were not there yet are open now, at
    the level of the procedure's version. One that was closed stays closed. How many are new."""
    wanted = list(pairs)
    have = set(
        Service.objects.filter(procedure__in={one.pk for one, _, _ in wanted}).values_list(
            "procedure_id", "receiving_agency_id"
        )
    )
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
        with transaction.atomic():
            Service.objects.bulk_create(fresh.values(), ignore_conflicts=True)
            stamps.changed()
    return len(fresh)


@transaction.atomic
def change_service(
    service: Service, *, level: int, level_reason: str = "", deciding_agency: Agency
) -> Service:
    """Another level than the procedure's needs a reason; with the reason it stays when the
    procedure's level changes. At the procedure's own level the reason goes."""
    locked = _locked(service)
    usual = locked.procedure.current.level if locked.procedure.current else level
    if level not in Level.values:
        raise ServiceRefused("Mức độ dịch vụ phải từ 1 đến 4.")
    if level != usual and not level_reason.strip():
        raise ServiceRefused(f"Mức chung của thủ tục là {usual}: hãy ghi lý do khác mức chung.")
    locked.level, locked.deciding_agency = level, deciding_agency
    locked.level_reason = level_reason.strip() if level != usual else ""
    return _saved(locked)


@transaction.atomic
def close_service(service: Service) -> Service:
    """No new dossiers there; those it has go on."""
    locked = _locked(service)
    if not locked.active:
        raise ServiceRefused(f"{locked.receiving_agency.name} đã dừng tiếp nhận thủ tục này.")
    locked.active = False
    return _saved(locked)


@transaction.atomic
def reopen_service(service: Service) -> Service:
    """At the level it had, or the procedure's when it had none of its own."""
    locked = _locked(service)
    if locked.active:
        raise ServiceRefused(f"{locked.receiving_agency.name} đang tiếp nhận thủ tục này.")
    if not locked.procedure.current:
        raise ServiceRefused("Thủ tục này không còn phiên bản áp dụng.")
    locked.active = True
    return _saved(locked)


def _locked(service: Service) -> Service:
    rows = Service.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("procedure__current", "receiving_agency").get(pk=service.pk)


def _saved(service: Service) -> Service:
    service.save()
    stamps.changed()
    return service
