""" "Lấy từ kho": papers a person has given before, given again by reference."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from dossiers.actions.errors import AlreadyThere, DossierError
from dossiers.actions.locking import lock_draft
from dossiers.actions.papers import may_attach, next_order
from dossiers.actions.places import Place
from dossiers.actions.who import AUTHORITY
from dossiers.models import CheckState, Dossier, FiledFor, Origin, Paper
from dossiers.models.paper import PaperQuerySet
from portal.lib import files
from portal.lib.outbox import hint
from portal.lib.text import fold

# Newest first, over all papers of a page.
MOST = 60


def reusable(dossier: Dossier, by: User, types: Iterable[str]) -> PaperQuerySet:
    """Clean papers of these types that are this person's own, newest first.
    An authority paper is a type of its own: again only for the same other person.

    What they uploaded themselves, always. What others filed about them only when their citizen
    number was checked (auth_level ≥ 1), the draft is about them, and an office has accepted
    that dossier under the same name: a number alone may have been mistyped.
    """
    if dossier.submitter_id != by.pk:
        return Paper.objects.none()  # an officer who helps has no store of the citizen's
    own = Q(uploaded_by=by, dossier__submitter=by)
    if by.auth_level >= 1 and by.citizen_id and dossier.owner_citizen_id == by.citizen_id:
        own |= Q(
            dossier__owner_citizen_id=by.citizen_id,
            dossier__owner_fold=fold(by.full_name),
            dossier__accepted_at__isnull=False,
        )
    wanted = {one for one in types if one}
    fits = Q(own, requirement__reuse_type__in=wanted)
    if AUTHORITY in wanted and dossier.owner_citizen_id:
        fits |= Q(
            field_key=AUTHORITY,
            uploaded_by=by,
            dossier__submitter=by,
            dossier__filed_for=FiledFor.OTHER,
            dossier__owner_citizen_id=dossier.owner_citizen_id,
        )
    clean = Paper.objects.current().filter(fits, state=CheckState.CLEAN).exclude(dossier=dossier)
    return clean.order_by("-uploaded_at", "-pk")


@transaction.atomic
def reuse_paper(dossier: Dossier, *, place: Place, public_id: str, by: User, at: datetime) -> Paper:
    """Give an earlier paper again: the same stored bytes, a row of its own.

    Raises DossierError for one that is not theirs to reuse, AlreadyThere on a second press.
    """
    draft = lock_draft(dossier, by=by)
    may_attach(draft, by, place.requirement, place.field_key)
    # Locked: a draft that is thrown away meanwhile takes its rows, never bytes we name.
    found = reusable(draft, by, [place.reuse_type]).select_for_update(no_key=True, of=("self",))
    number = _as_id(public_id)
    source = found.filter(public_id=number).first() if number else None
    if source is None:
        raise DossierError("Giấy tờ này không có trong kho của bạn. Hãy tải lại trang.")
    where = {"requirement": place.requirement, "field_key": place.field_key}
    here = draft.papers.current().filter(**where)
    if here.filter(Q(sha256=source.sha256) | Q(reused_from=source)).exists():
        raise AlreadyThere(f"“{source.filename}” đã có ở mục này.")
    order = next_order(draft, place)
    return given_again(source, draft, by=by, at=at, order=order, **where)


def _as_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def given_again(source: Paper, draft: Dossier, *, by: User, at: datetime, **place: Any) -> Paper:
    """A row of its own for bytes that another paper has; `source` is usable and locked. One that
    is not checked yet is checked here as well, by a file of its own."""
    new_id = uuid.uuid4()
    same = ["filename", "kind", "mime", "size", "sha256", "received_sha256"]
    same += ["pages", "turn", "turned", "state"]
    clean = source.state == CheckState.CLEAN
    if not clean:
        hint("dossiers.tasks.check_papers")
    return Paper.objects.create(
        key=f"paper-{new_id}",
        public_id=new_id,
        dossier=draft,
        origin=Origin.REUSED,
        reused_from=source,
        stored_name=source.stored_name if clean else _linked(source),
        cleaned=clean or source.cleaned,  # the worker never deletes bytes it did not just replace
        uploaded_by=by,
        uploaded_at=at,
        done_at=at if clean else None,
        **{name: getattr(source, name) for name in same},
        **place,
    )


def _linked(source: Paper) -> str:
    """The same bytes under a name of their own: the worker takes away what it has replaced."""
    path = Path(files.private_storage().path(source.stored_name))
    return files.adopt_file(path, source.filename, "papers")


def offers(dossier: Dossier, by: User, places: Iterable[Place]) -> dict[str, list[Paper]]:
    """By type of paper, each content once; one query, none when no place has a type."""
    types = {place.reuse_type for place in places} - {""}
    if not types:
        return {}
    of_authority = When(field_key=AUTHORITY, then=Value(AUTHORITY))
    found = reusable(dossier, by, types).annotate(
        reuse_type=Case(of_authority, default=F("requirement__reuse_type")),
        dossier_code=F("dossier__code"),
        opens=Q(dossier__submitter=by) | Q(dossier__owner=by),
    )
    offered: dict[str, list[Paper]] = {}
    seen = set()
    for paper in found[:MOST]:
        key = (paper.reuse_type, paper.sha256)  # type: ignore[attr-defined]
        if key not in seen:
            seen.add(key)
            offered.setdefault(key[0], []).append(paper)
    return offered
