"""Who takes what in, and what belongs together."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Q

from accounts.models import Agency
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
