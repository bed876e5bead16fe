"""The papers of the dossier a draft is copied from, given again at the same places of the form of
today: nobody uploads twice because the rules changed meanwhile."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.conf import settings

from accounts.models import User
from dossiers.actions.places import (
    AUTHORITY_PLACE,
    Place,
    answer_by_papers,
    of_question,
    of_requirement,
    place_at,
)
from dossiers.actions.reusing import given_again
from dossiers.actions.who import AUTHORITY, CONSENT_SLIP
from dossiers.models import Dossier, FiledFor, Paper
from dossiers.models.paper import UNUSABLE, PaperQuerySet
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import ProcedureCase, ProcedureVersion, RequirementOnline

# Of a case's paper its own key and the key of its case, of a question its key.
Address = tuple[str, str]


class Plan(NamedTuple):
    """`left`: what finds no place any more, or what nobody can use."""

    carried: list[tuple[Paper, Place]]
    left: list[Paper]


def carries(source: Dossier, by: User) -> bool:
    """Whether the papers come along: those of who filed it, or of the organisation whose member
    copies it (people.acts has looked at that). What others filed about somebody is theirs."""
    return source.submitter_id == by.pk or source.organisation_id is not None


def plan(
    source: Dossier, papers: Iterable[Paper], version: ProcedureVersion, case: ProcedureCase | None
) -> Plan:
    """Where the `papers` of `source` belong in a draft of `version` whose case is `case`."""
    places, made = _places(source, version, case), Plan([], [])
    here: Counter[str] = Counter()
    limits = settings.UPLOAD_LIMITS
    for paper in papers:
        place = places.get(_address(source, paper))
        if place is None or not _usable(paper) or paper.kind not in place.kinds:
            made.left.append(paper)
        elif here.total() >= limits["papers_per_dossier"]:
            made.left.append(paper)
        elif here[place.key] >= (place.most or limits["papers_per_requirement"]):
            made.left.append(paper)
        else:
            here[place.key] += 1
            made.carried.append((paper, place))
    return made


def papers_of(source: Dossier) -> PaperQuerySet:
    """Those that could come along. Leave for an officer to help is asked each time."""
    current = source.papers.current().exclude(field_key=CONSENT_SLIP)
    return current.select_related("requirement__case").in_order()


def carry(source: Dossier, draft: Dossier, *, by: User, at: datetime) -> list[Paper]:
    """Give the papers of `source` again in the new `draft`, inside the caller's transaction; those
    that stay behind. Locked: what is removed meanwhile takes its row, never bytes we name, and
    what is being checked keeps its bytes until ours are linked."""
    papers = papers_of(source).select_for_update(no_key=True, of=("self",))
    found = plan(source, papers, draft.version, draft.case)
    for paper, place in found.carried:
        where = {"requirement": place.requirement, "field_key": place.field_key}
        given_again(paper, draft, by=by, at=at, order=paper.order, **where)
    for place in {place.key: place for _, place in found.carried}.values():
        answer_by_papers(draft, place)
    return found.left


def name_of(source: Dossier, paper: Paper) -> str:
    place = place_at(source, paper.requirement, paper.field_key)
    return f"{place.name} ({paper.filename})"


def _usable(paper: Paper) -> bool:
    """Pictures that are being joined are no file yet."""
    return bool(paper.stored_name) and paper.state not in UNUSABLE


def _address(source: Dossier, paper: Paper) -> Address:
    need = paper.requirement
    if need is None:
        return "", paper.field_key
    return need.key, "" if need.case_id == source.case_id else need.case.key


def _places(
    source: Dossier, version: ProcedureVersion, case: ProcedureCase | None
) -> dict[Address, Place]:
    """By where a paper of `source` lies: its own case is `case` now, whatever that is called."""
    found: dict[Address, Place] = {}
    for one in version.cases.prefetch_related("requirements"):
        for need in one.requirements.all():
            if need.online == RequirementOnline.UPLOAD:
                found[need.key, one.key] = of_requirement(need)
                if case is not None and one.pk == case.pk:
                    found[need.key, ""] = of_requirement(need)
    for _, node in eforms.parse(definition_of(version)).walk():
        if node.type == "file":
            found["", node.key] = of_question(node)
    if source.filed_for == FiledFor.OTHER:
        found["", AUTHORITY] = AUTHORITY_PLACE
    return found
