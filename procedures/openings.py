"""Which desks take a procedure in, by the kind of agency that decides it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Agency
from procedures.actions import open_services
from procedures.models import Procedure

BATCH = 200  # procedures; a province has some hundred agencies
CENTRE = "ttpvhcc"  # one-stop centres: ttpvhcc-xa, ttpvhcc-tinh


@dataclass(slots=True)
class Opened:
    """`services` new ones; `missing` are sentences about what nobody can file yet."""

    services: int = 0
    missing: list[str] = field(default_factory=list)


def receiver_of(agency: Agency, agencies: Iterable[Agency]) -> Agency | None:
    """The desk for what this agency decides: itself, its own one-stop centre, or the centre of
    its level beside it under the same parent (departments of a province). None: there is none."""
    if agency.receives:
        return agency
    centres = [one for one in agencies if one.receives and one.kind.startswith(CENTRE)]
    own = [one for one in centres if one.parent_id == agency.pk]
    beside = [
        one
        for one in centres
        if agency.parent_id and one.parent_id == agency.parent_id and one.level == agency.level
    ]
    return next(iter(own or beside), None)


def open_for(codes: list[str], agencies: list[Agency]) -> Opened:
    """Open the services of these procedures at every agency of their executing kinds."""
    opened = Opened()
    desks = {agency.pk: receiver_of(agency, agencies) for agency in agencies}
    homeless: dict[str, Agency] = {}
    for start in range(0, len(codes), BATCH):
        found = Procedure.objects.published().filter(code__in=codes[start : start + BATCH])
        triples: list[tuple[Procedure, Agency, Agency]] = []
        for procedure in found.select_related("current").defer("current__eform"):
            assert procedure.current
            for kind in procedure.current.executing:
                deciding = [agency for agency in agencies if agency.kind == kind]
                if not deciding:
                    opened.missing.append(f"{procedure.code}: chưa có cơ quan loại {kind}.")
                for agency in deciding:
                    if desk := desks[agency.pk]:
                        triples.append((procedure, desk, agency))
                    else:
                        homeless[agency.code] = agency
        opened.services += open_services(triples)
    opened.missing += [
        f"{agency.code} {agency.name}: chưa có bộ phận tiếp nhận." for agency in homeless.values()
    ]
    return opened
