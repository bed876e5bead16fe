"""Which desks take a procedure in, by the kind of agency that decides it."""

from dataclasses import dataclass, field
from datetime import datetime

from accounts.models import Agency, User
from procedures.actions import open_services
from procedures.desks import receiver_of
from procedures.models import Procedure

BATCH = 200  # procedures; a province has some hundred agencies


@dataclass(slots=True)
class Opened:
    """`services` new ones; `missing` are sentences about what nobody can file yet."""

    services: int = 0
    missing: list[str] = field(default_factory=list)


def open_for(codes: list[str], agencies: list[Agency], *, by: User | None, at: datetime) -> Opened:
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
        opened.services += open_services(triples, by=by, at=at)
    opened.missing += [
        f"{agency.code} {agency.name}: chưa có bộ phận tiếp nhận." for agency in homeless.values()
    ]
    return opened
