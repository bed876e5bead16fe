"""What the same owner's earlier dossiers could answer on a page of the declaration: offered, and
filled in by one tap where nothing stands; never over a word that was typed."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from dossiers.forms.prefill import added
from dossiers.models import Dossier, FiledFor
from dossiers.workflow import Status
from portal.lib.text import fold
from procedures import eforms
from procedures.eforms.nodes import Node
from procedures.general_form import definition_of

Json = dict[str, Any]
# The newest dossiers that are looked through.
MOST = 5
# A declaration is made anew each time; a file is a paper ("Lấy từ kho").
_NEVER = frozenset({"checks", "file"})


@dataclass(frozen=True, slots=True)
class Offer:
    """`answers`: whole answers to put in; `rows`: (question, answer) as people read them."""

    source: Dossier
    answers: Json
    rows: list[tuple[str, str]]

    @property
    def day(self) -> str:
        return f"{timezone.localtime(self.source.submitted_at):%d/%m/%Y}"

    def taken(self, before: Json) -> Json:
        """For Dossier.taken."""
        where = {"code": self.source.code, "day": self.day}
        return {
            key: where | {"before": before.get(key), "value": value}
            for key, value in self.answers.items()
        }


def of_same_owner(draft: Dossier, by: User) -> QuerySet[Dossier]:
    """Filed dossiers of whom the draft is about, which this person filed, or their organisation;
    newest first. An officer who helps is offered nothing of the citizen's; found by the number of
    another person only for an account that was checked (design.md, accounts)."""
    if draft.submitter_id != by.pk:
        return Dossier.objects.none()
    seen = Dossier.objects.visible_to(by).filter(filed_for=draft.filed_for)
    if draft.filed_for == FiledFor.ORGANISATION:
        own = seen.filter(organisation=draft.organisation_id)
    elif draft.filed_for == FiledFor.SELF:
        own = seen.filter(submitter=by)
    elif draft.owner_citizen_id and by.auth_level:
        same = {"owner_citizen_id": draft.owner_citizen_id, "owner_fold": draft.owner_fold}
        own = seen.filter(submitter=by, **same)
    else:
        return Dossier.objects.none()
    return own.exclude(status=Status.DRAFT).order_by("-pk")


def offer_of(
    draft: Dossier, by: User, definition: Json, answers: Json, keys: frozenset[str], code: str = ""
) -> Offer | None:
    """Of the newest dossier that can answer something of `keys` beyond `answers`, the same
    procedure's before others'; or of the one with this `code`."""
    nodes = eforms.parse(definition).nodes
    if not any(_open(nodes[key], answers.get(key)) for key in keys):
        return None
    found = of_same_owner(draft, by)
    found = found.filter(code=code) if code else found
    wanted = ("public_id", "code", "submitted_at", "answers", "procedure_id", "version__eform")
    sources = list(found.select_related("version").only(*wanted)[:MOST])
    sources.sort(key=lambda one: one.procedure_id != draft.procedure_id)
    for source in sources:
        if answered := _answered(draft, source, definition, answers, keys):
            in_order = [key for key in nodes if key in answered]
            rows = [(nodes[key].label, _new(nodes[key], answers, answered)) for key in in_order]
            return Offer(source, answered, rows)
    return None


def _open(node: Node, value: Any) -> bool:
    """Whether something could still be filled in."""
    if node.type in _NEVER:
        return False
    if isinstance(value, dict):
        return any(_open(part, value.get(part.key)) for part in node.parts)
    return value in (None, "", [])


def _answered(
    draft: Dossier, source: Dossier, definition: Json, given: Json, keys: frozenset[str]
) -> Json:
    """Answers among `keys` that `source` adds to; only to questions that are asked. An address
    of which the form knows one line, and no commune, is as good as none."""
    said = _without(given, {"detail": draft.owner_address})
    changed = added(said, _carried(draft, source, definition), keys)
    asked = eforms.drop_hidden(definition, given | changed)
    return {key: value for key, value in changed.items() if key in asked}


def _without(value: Json, unsaid: Json) -> Json:
    """`value` with no part that is `unsaid`, at any depth."""
    return {
        key: _without(part, unsaid) if isinstance(part, dict) else part
        for key, part in value.items()
        if part != unsaid
    }


def _carried(draft: Dossier, source: Dossier, definition: Json) -> Json:
    """Everything of `source` that has a place in the form: what is known of the owner, parts of
    blocks about the owner, and questions that are the same."""
    theirs = definition_of(source.version)
    told = eforms.drop_hidden(theirs, source.answers)
    before, now = eforms.parse(theirs).nodes, eforms.parse(definition).nodes
    carried = eforms.prefill(definition, eforms.told(theirs, told))
    about = _about_owner(draft, before, told)
    same = draft.procedure_id == source.procedure_id
    for key, node in now.items():
        if node.type in about and (node.prefill == "user" or node.type == "organisation"):
            parts = {part.key for part in node.parts}
            block = {name: value for name, value in about[node.type].items() if name in parts}
            carried[key] = block | carried.get(key, {})
        if key in told and _same(before[key], node, same):
            value = told[key]
            both = isinstance(value, dict) and isinstance(carried.get(key), dict)
            carried[key] = carried[key] | value if both else value
    return {key: value for key, value in carried.items() if now[key].type not in _NEVER}


def _about_owner(draft: Dossier, before: dict[str, Node], told: Json) -> dict[str, Json]:
    """{"person" or "organisation": parts answered in blocks about the owner}."""
    found: dict[str, Json] = {}
    for key, value in told.items():
        node = before[key]
        firm = node.type == "organisation" and draft.owner_tax_code
        own = firm and value.get("tax_code") == draft.owner_tax_code
        if (node.type == "person" and node.prefill == "user") or own:
            found[node.type] = value | found.get(node.type, {})
    return found


def _same(before: Node, now: Node, same_procedure: bool) -> bool:
    """One question asked again: keys are names of a form, other procedures give them to others."""
    if before.type != now.type or before.type in _NEVER:
        return False
    if now.type == "choice" and before.spec["options"] != now.spec["options"]:
        return False
    return same_procedure or fold(before.label) == fold(now.label)


def _new(node: Node, given: Json, answered: Json) -> str:
    """What is added, in words: of a block its new parts only."""
    value, old = answered[node.key], given.get(node.key)
    if isinstance(value, dict) and isinstance(old, dict):
        value = {name: part for name, part in value.items() if part != old.get(name)}
    return eforms.in_words(node, value)


# What was taken by one tap, and its undoing.


def still_taken(draft: Dossier, keys: frozenset[str]) -> Json:
    """Of Dossier.taken: where the answer is still what was filled in."""
    return {
        key: one
        for key, one in draft.taken.items()
        if key in keys and draft.answers.get(key) == one["value"]
    }


def given_back(answers: Json, taken: Json) -> Json:
    """What stood there before; a part of a block that was changed since stays."""
    back = {}
    for key, one in taken.items():
        now, before, value = answers.get(key), one["before"], one["value"]
        if isinstance(now, dict) and isinstance(value, dict):
            old = before or {}
            parts = {n: part if part != value.get(n) else old.get(n) for n, part in now.items()}
            back[key] = {n: part for n, part in parts.items() if part is not None} or None
        elif now == value:
            back[key] = before
    return back
