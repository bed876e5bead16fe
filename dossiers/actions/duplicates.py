"""The same owner filing the same thing again: noticed and asked about, never forbidden."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from accounts.models import User
from dossiers.models import Dossier, FiledFor
from dossiers.workflow import OPEN, Status
from portal.lib.text import fold
from procedures import eforms
from procedures.general_form import definition_of

# Still open, or filed within so many days whatever became of it.
RECENT = timedelta(days=30)
SHOWN = 3
_LOOKED_AT = 50


def alike(draft: Dossier, *, by: User, at: datetime) -> list[Dossier]:
    """The newest dossiers this draft may repeat, of those the person may see (nobody learns here
    what others filed): same owner, same procedure and case, about the same people and things."""
    about = _subject(draft)
    same = [one for one in near(draft, by=by, at=at) if _may_be_same(about, _subject(one))]
    return same[:SHOWN]


def near(draft: Dossier, *, by: User, at: datetime) -> list[Dossier]:
    """The newest of the same owner, procedure and case that the person may see."""
    same = Dossier.objects.filter(_same_owner(draft), procedure=draft.procedure_id)
    same = same.exclude(pk=draft.pk).exclude(status=Status.DRAFT)
    # Mostly there is none, and asking only that costs a quarter of asking what it would say.
    if not same.exists():
        return []
    recent = Q(submitted_at__gte=at - RECENT) & ~Q(status=Status.REFUSED)
    found = same.filed_by(by).filter(Q(status__in=OPEN) | recent, withdrawn_at=None, ended_at=None)
    if draft.case_id:
        found = found.filter(case__key=draft.case.key)  # type: ignore[union-attr]
    return list(found.select_related("version", "receiving_agency").order_by("-pk")[:_LOOKED_AT])


def repeats(draft: Dossier, other: Dossier) -> bool:
    """Surely the like: about the same people or things, or the same words. Where many are filed
    at once, being of one owner and one procedure says nothing."""
    about, said = _subject(draft), _subject(other)
    return bool(about & said) or draft.answers == other.answers


def _same_owner(draft: Dossier) -> Q:
    if draft.filed_for == FiledFor.ORGANISATION:
        return Q(organisation=draft.organisation_id)
    if draft.filed_for == FiledFor.OTHER:
        return Q(owner_citizen_id=draft.owner_citizen_id) & ~Q(owner_citizen_id="")
    return Q(owner=draft.owner_id, organisation=None)


def _subject(dossier: Dossier) -> frozenset[str]:
    """Whom and what the declaration is about, beside the owner."""
    own = {fold(dossier.owner_name), dossier.owner_citizen_id, dossier.owner_tax_code}
    definition = eforms.parse(definition_of(dossier.version))
    told = set()
    for _, node in definition.walk():
        told |= set(_told(node, dossier.answers.get(node.key)))
    return frozenset(told - own - {""})


def _told(node: Any, value: Any) -> Iterator[str]:
    if node.parts and isinstance(value, dict):
        for part in node.parts:
            yield from _told(part, value.get(part.key))
    elif node.is_table and isinstance(value, list):
        for row in value:
            for part in node.parts:
                yield from _told(part, row.get(part.key) if isinstance(row, dict) else None)
    elif isinstance(value, str) and _names(node):
        yield fold(value)


def _names(node: Any) -> bool:
    """Whether an answer tells one person or thing from another."""
    return node.type in ("citizen_id", "tax_code") or node.spec.get("pattern") in (
        "person_name",
        "plot_no",
    )


def _may_be_same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Twins are not one child, though their parents are: where each names somebody the other
    does not, they differ."""
    return not (one - other and other - one)
