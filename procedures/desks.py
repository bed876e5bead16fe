"""Which office takes in what another one decides."""

from collections.abc import Iterable

from django.utils.timezone import localdate

from accounts.models import Agency
from procedures.models import Procedure, Service


def kinds() -> list[tuple[str, str]]:
    """(kind, how it is shown) of the agencies there are, with how many of each."""
    found: dict[str, list[str]] = {}
    for kind, name in Agency.objects.in_force(localdate()).values_list("kind", "name"):
        found.setdefault(kind, []).append(name)
    return [
        (kind, names[0] if len(names) == 1 else f"{names[0]} và {len(names) - 1} cơ quan cùng loại")
        for kind, names in sorted(found.items())
    ]


def pairs(kind: str) -> list[tuple[Agency, Agency]]:
    """(receiving, deciding) for every agency of this kind that has a desk: its own, else its
    one-stop centre's, else that of the agency above it."""
    agencies = list(Agency.objects.in_force(localdate()).order_by("code"))
    found = []
    for agency in agencies:
        if agency.kind == kind and (desk := _desk_of(agency, agencies)):
            found.append((desk, agency))
    return found


def _desk_of(agency: Agency, agencies: Iterable[Agency]) -> Agency | None:
    if agency.receives:
        return agency
    for above in (agency.pk, agency.parent_id):
        for other in agencies:
            if above and other.receives and other.parent_id == above:
                return other
    return None


def missing(procedure: Procedure, kind: str) -> list[tuple[Agency, Agency]]:
    """Those of `pairs` that do not take the procedure in yet, open or closed."""
    have = set(
        Service.objects.filter(procedure=procedure).values_list("receiving_agency_id", flat=True)
    )
    found: dict[int, tuple[Agency, Agency]] = {}
    for receiving, deciding in pairs(kind):
        if receiving.pk not in have:
            found.setdefault(receiving.pk, (receiving, deciding))
    return list(found.values())
