"""Which office takes in what another one decides."""

from collections.abc import Iterable

from django.utils.timezone import localdate

from accounts.models import Agency
from procedures.drafts import HistoryLine
from procedures.models import Procedure, Service

CENTRE = "ttpvhcc"  # one-stop centres: ttpvhcc-xa, ttpvhcc-tinh


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
    """(receiving, deciding) for every agency of this kind that has a desk."""
    agencies = list(Agency.objects.in_force(localdate()).order_by("code"))
    found = []
    for agency in agencies:
        if agency.kind == kind and (desk := receiver_of(agency, agencies)):
            found.append((desk, agency))
    return found


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


def history_of(service: Service, *, most: int = 50) -> list[HistoryLine]:
    """Who changed what of it, newest first."""
    changes = service.changes.select_related("by").order_by("-pk")[:most]
    return [
        HistoryLine(
            one.at,
            one.by.full_name if one.by else "Hệ thống",
            one.get_step_display(),
            one.note,
            True,
        )
        for one in changes
    ]
