"""Which desks take a procedure in, by the kind of agency that decides it."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.models import Agency
from procedures.actions import open_services
from procedures.importing import Imported
from procedures.models import Procedure

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


def open_for(imported: Iterable[Imported], agencies: list[Agency]) -> Opened:
    """Open the services of published records at every agency of their executing kinds."""
    opened = Opened()
    desks = {agency.pk: receiver_of(agency, agencies) for agency in agencies}
    triples: list[tuple[Procedure, Agency, Agency]] = []
    homeless: dict[str, Agency] = {}
    for one in imported:
        if one.procedure is None or one.record is None:
            continue
        for kind in one.record.data["executing"]:
            deciding = [agency for agency in agencies if agency.kind == kind]
            if not deciding:
                opened.missing.append(f"{one.procedure.code}: chưa có cơ quan loại {kind}.")
            for agency in deciding:
                if desk := desks[agency.pk]:
                    triples.append((one.procedure, desk, agency))
                else:
                    homeless[agency.code] = agency
    opened.services = open_services(triples)
    opened.missing += [
        f"{agency.code} {agency.name}: chưa có bộ phận tiếp nhận." for agency in homeless.values()
    ]
    return opened
