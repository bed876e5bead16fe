"""A new draft from an earlier dossier: refused, withdrawn, finished, or of an old version."""

import uuid
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from dossiers import people
from dossiers.actions.drafts import nothing_to_ask, return_methods, start_draft
from dossiers.actions.errors import MoveRefused
from dossiers.models import Dossier, ReturnMethod
from procedures import eforms
from procedures.general_form import definition_of


class Copy(NamedTuple):
    """`left_out`: labels of answers the form of today has no place for."""

    draft: Dossier
    left_out: list[str]


@transaction.atomic
def copy_dossier(source: Dossier, *, by: User, at: datetime, token: uuid.UUID) -> Copy:
    """The answers of `source` in a new draft of the procedure as it is now. Papers are not
    copied: they are offered at their places by "Lấy từ kho".

    Raises what start_draft raises, and MoveRefused for somebody else's dossier.
    """
    if not people.acts(by, source):
        raise MoveRefused("Bạn không có quyền chép hồ sơ này.")
    case_key = source.case.key if source.case else ""
    draft = start_draft(service=source.service, by=by, at=at, token=token, case_key=case_key)
    carried, left_out = fitting(source, definition_of(draft.version))
    if draft.copied_from_id is None and not draft.answers:
        draft.copied_from, draft.answers = source, carried
        _copy_return(source, draft)
        draft.unasked = nothing_to_ask(draft)
        draft.save()
    return Copy(draft, left_out)


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
