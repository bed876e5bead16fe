"""A new draft from an earlier dossier: refused, withdrawn, finished, or of an old version."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import Organisation, User
from dossiers import people
from dossiers.actions import carrying
from dossiers.actions.arranging import wants_original
from dossiers.actions.drafts import case_of, nothing_to_ask, return_methods, start_draft
from dossiers.actions.errors import MoveRefused
from dossiers.actions.who import AUTHORITY, OWNER_FIELDS, owner_known
from dossiers.models import CheckState, Dossier, FiledFor, Paper, ReturnMethod
from dossiers.workflow import Status
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import ProcedureVersion, Requirement


class Copy(NamedTuple):
    """`left_out`: labels of answers, `left_behind`: names of papers the procedure of today has no
    place for."""

    draft: Dossier
    left_out: list[str]
    left_behind: list[str]


@transaction.atomic
def copy_dossier(source: Dossier, *, by: User, at: datetime, token: uuid.UUID) -> Copy:
    """The answers and papers of `source` in a new draft of the procedure as it is now, for the
    same owner. What others filed about somebody comes without its papers: those of a type are
    offered at their places by "Lấy từ kho".

    Raises what start_draft raises, and MoveRefused for somebody else's dossier.
    """
    if not people.acts(by, source):
        raise MoveRefused("Bạn không có quyền chép hồ sơ này.")
    case_key = source.case.key if source.case else ""
    whom, organisation = _whose(source, by)
    draft = start_draft(
        service=source.service,
        by=by,
        at=at,
        token=token,
        case_key=case_key,
        whom=whom,
        organisation=organisation,
    )
    carried, left_out = fitting(source, definition_of(draft.version))
    left_behind: list[str] = []
    if draft.copied_from_id is None and not draft.answers:
        draft.copied_from, draft.answers = source, carried
        # By what right, for whom, and what the account does not say is looked at each time.
        known = whom == FiledFor.SELF and owner_known(draft)
        _copy_owner(source, draft)
        _copy_return(source, draft)
        draft.originals = _originals(source, draft)
        draft.unasked = nothing_to_ask(draft)
        if not known:
            draft.unasked = [step for step in draft.unasked if step != "owner"]
        _copy_words(source, draft)
        draft.save()
        if carrying.carries(source, by):
            left = carrying.carry(source, draft, by=by, at=at)
            left_behind = [carrying.name_of(source, paper) for paper in left]
            _copy_authority(source, draft)
    return Copy(draft, left_out, left_behind)


class Before(NamedTuple):
    """What the page says before anybody copies: `kept` are names of papers in the store."""

    carries: bool
    left_out: list[str]
    papers: list[str]
    left_behind: list[str]
    kept: list[str]


def foretold(source: Dossier, by: User) -> Before:
    """What copy_dossier would do now."""
    version = source.version.procedure.current
    if version is None:
        return Before(True, [], [], [], [])
    left_out = fitting(source, definition_of(version))[1]
    if not carrying.carries(source, by):
        kept = kept_papers(source, source.papers.all(), version, by)
        return Before(False, left_out, [], [], kept)
    case = case_of(version, source.case.key if source.case else "")
    found = carrying.plan(source, carrying.papers_of(source), version, case)
    names = [carrying.name_of(source, paper) for paper, _ in found.carried]
    left = [carrying.name_of(source, paper) for paper in found.left]
    return Before(True, left_out, names, left, kept_papers(source, found.left, version, by))


def _whose(source: Dossier, by: User) -> tuple[FiledFor, Organisation | None]:
    """As it was; the owner who copies what another filed for them files for themselves."""
    if source.organisation:
        return FiledFor.ORGANISATION, source.organisation
    if source.filed_for == FiledFor.OTHER and by.pk == source.submitter_id:
        return FiledFor.OTHER, None
    return FiledFor.SELF, None


def _copy_owner(source: Dossier, draft: Dossier) -> None:
    """Another person as they stood there; by what right: _copy_authority. What is known of oneself
    or of an organisation today goes before what a dossier said, not before a draft's own words."""
    if draft.filed_for != source.filed_for:
        return
    names: tuple[str, ...] = ("owner_phone", "owner_email", "owner_address")
    if draft.filed_for == FiledFor.OTHER:
        draft.relation = source.relation
    if draft.filed_for == FiledFor.OTHER or source.status == Status.DRAFT:
        names = OWNER_FIELDS
    first, then = (source, draft) if source.status == Status.DRAFT else (draft, source)
    for name in names:
        setattr(draft, name, getattr(first, name) or getattr(then, name))


def _copy_words(source: Dossier, draft: Dossier) -> None:
    """What was typed in a draft and not taken by its step."""
    if source.status == Status.DRAFT and source.submitter_id == draft.submitter_id:
        draft.typed = source.typed


def _copy_authority(source: Dossier, draft: Dossier) -> None:
    """The days stand on the paper: they come where it came."""
    if draft.papers.current().filter(field_key=AUTHORITY).exists():
        draft.authority_from = source.authority_from
        draft.authority_until = source.authority_until
        draft.save(update_fields=["authority_from", "authority_until", "updated_at"])


def _originals(source: Dossier, draft: Dossier) -> dict[str, str]:
    """By the key of the paper: its number is another one in each version."""
    if not (source.case and draft.case):
        return {}
    before = {need.key: str(need.pk) for need in source.case.requirements.all()}
    found = {
        str(need.pk): source.originals.get(before.get(need.key, ""), "")
        for need in draft.case.requirements.all()
        if wants_original(need)
    }
    return {key: way for key, way in found.items() if way}


def kept_papers(
    source: Dossier, among: Iterable[Paper], version: ProcedureVersion, by: User
) -> list[str]:
    """Names of the papers `among` those of `source` that the new draft finds in its person's
    store."""
    needs = Requirement.objects.filter(case__version=version).exclude(reuse_type="")
    own = source.papers.current().filter(
        pk__in=[paper.pk for paper in among],
        state=CheckState.CLEAN,
        uploaded_by=by,
        dossier__submitter=by,
        requirement__reuse_type__in=needs.values("reuse_type"),
    )
    return list(dict.fromkeys(own.in_order().values_list("requirement__name", flat=True)))


def fitting(source: Dossier, definition: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The answers that the form of today takes as they are, and the labels of the others."""
    before = eforms.parse(definition_of(source.version)).nodes
    now = eforms.parse(definition).nodes
    # Files are papers of the other dossier.
    given = {
        key: value
        for key, value in source.answers.items()
        if key in before and before[key].type != "file" and not before[key].is_text
    }
    carried = {
        key: value
        for key, value in given.items()
        if key in now and now[key].type == before[key].type
    }
    # What the same question had wrong is as it was typed, and mended there.
    wrong = {k for k, _ in eforms.problems(definition, carried) if now.get(k) != before.get(k)}
    carried = {key: value for key, value in carried.items() if key not in wrong}
    return carried, [before[key].label for key in given if key not in carried]


def _copy_return(source: Dossier, draft: Dossier) -> None:
    if source.return_method not in return_methods(draft):
        return
    draft.return_method = source.return_method
    if source.return_method == ReturnMethod.POST:
        for name in ("name", "phone", "ward", "province", "street"):
            setattr(draft, f"return_{name}", getattr(source, f"return_{name}"))
