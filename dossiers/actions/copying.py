"""A new draft from an earlier dossier: refused, withdrawn, finished, or of an old version."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import Organisation, User
from dossiers import people
from dossiers.actions.arranging import wants_original
from dossiers.actions.drafts import nothing_to_ask, return_methods, start_draft
from dossiers.actions.errors import MoveRefused
from dossiers.actions.who import OWNER_FIELDS
from dossiers.models import CheckState, Dossier, FiledFor, ReturnMethod
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import ProcedureVersion, Requirement


class Copy(NamedTuple):
    """`left_out`: labels of answers the form of today has no place for."""

    draft: Dossier
    left_out: list[str]


@transaction.atomic
def copy_dossier(source: Dossier, *, by: User, at: datetime, token: uuid.UUID) -> Copy:
    """The answers of `source` in a new draft of the procedure as it is now, for the same owner.
    Papers are not copied: those of a type are offered at their places by "Lấy từ kho".

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
    if draft.copied_from_id is None and not draft.answers:
        draft.copied_from, draft.answers = source, carried
        _copy_owner(source, draft)
        _copy_return(source, draft)
        draft.originals = _originals(source, draft)
        draft.unasked = nothing_to_ask(draft)
        if whom != FiledFor.SELF:  # by what right and for whom is asked each time
            draft.unasked = [step for step in draft.unasked if step != "owner"]
        draft.save()
    return Copy(draft, left_out)


def _whose(source: Dossier, by: User) -> tuple[FiledFor, Organisation | None]:
    """As it was; the owner who copies what another filed for them files for themselves."""
    if source.organisation:
        return FiledFor.ORGANISATION, source.organisation
    if source.filed_for == FiledFor.OTHER and by.pk == source.submitter_id:
        return FiledFor.OTHER, None
    return FiledFor.SELF, None


def _copy_owner(source: Dossier, draft: Dossier) -> None:
    """Another person as they stood there, but no days of an authority: a new paper has its own.
    What is known of an organisation today goes first."""
    if draft.filed_for == FiledFor.OTHER:
        draft.relation = source.relation
        for name in OWNER_FIELDS:
            setattr(draft, name, getattr(source, name))
    elif draft.filed_for == FiledFor.ORGANISATION:
        for name in ("owner_phone", "owner_email", "owner_address"):
            setattr(draft, name, getattr(draft, name) or getattr(source, name))


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


def kept_papers(source: Dossier, version: ProcedureVersion, by: User) -> list[str]:
    """Names of the papers that the new draft finds in its person's store."""
    needs = Requirement.objects.filter(case__version=version).exclude(reuse_type="")
    own = source.papers.current().filter(
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
    wrong = {key for key, _ in eforms.problems(definition, carried)}
    carried = {key: value for key, value in carried.items() if key not in wrong}
    return carried, [before[key].label for key in given if key not in carried]


def _copy_return(source: Dossier, draft: Dossier) -> None:
    if source.return_method not in return_methods(draft):
        return
    draft.return_method = source.return_method
    if source.return_method == ReturnMethod.POST:
        for name in ("name", "phone", "ward", "province", "street"):
            setattr(draft, f"return_{name}", getattr(source, f"return_{name}"))
