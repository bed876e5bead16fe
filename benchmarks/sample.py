"""The rows that filing one dossier wrote, for the bare views and raw SQL to write as well."""

from typing import Any

from django.db.models import Model

from dossiers.models import Dossier
from notices.models import Notice


def take(dossier: Dossier) -> dict[str, Any]:
    """By kind, the values of a filed dossier's rows by column, without their own keys."""
    slip, notice = dossier.slips.get(), Notice.objects.get(key__startswith=str(dossier.public_id))
    paper = dossier.papers.first()
    assert paper and dossier.code
    agency, day, _ = dossier.code.split("-")
    return {
        "paper": values_of(paper),
        "event": values_of(dossier.events.get()),
        "clock": values_of(dossier.clock_entries.get()),
        "slip": values_of(slip),
        "notice": values_of(notice),
        "counter": {"scope": f"code/{dossier.receiving_agency.code}", "period": f"20{day}"},
        "code": f"{agency}-B{day}",
    }


def values_of(row: Model) -> dict[str, Any]:
    fields = (field for field in row._meta.concrete_fields if not field.primary_key)
    return {field.attname: getattr(row, field.attname) for field in fields}
