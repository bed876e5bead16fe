"""When a dossier of a draft would be due, for whoever tries it: asked through a slot."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency
from dossiers.deadlines import add_term, calendar_of
from procedures.models import ChannelKind, Draft, Service


def due_of_draft(draft: Draft) -> dict[str, Any] | None:
    """At the agency that receives it now, or one of the kind the draft names."""
    ways = draft.record.get("channels") or []
    online = next((way for way in ways if way.get("kind") == ChannelKind.ONLINE), None)
    way = online or (ways[0] if ways else {})
    agency = _agency(draft)
    if agency is None:
        return None
    at = add_term(calendar_of(agency), timezone.now(), way.get("time"), way.get("unit", ""))
    return {"agency": agency.name, "at": at} if at else None


def _agency(draft: Draft) -> Agency | None:
    services = Service.objects.open().filter(procedure=draft.procedure_id).order_by("pk")
    service = services.select_related("receiving_agency").first() if draft.procedure_id else None
    if service:
        return service.receiving_agency
    kinds = Q(kind__in=draft.record.get("executing") or [])
    agencies = Agency.objects.filter(receives=True).order_by("pk")
    return agencies.filter(kinds).first() or agencies.first()
