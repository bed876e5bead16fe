"""Papers: attached by the citizen, checked by the worker."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q

from accounts.models import User
from dossiers.actions.errors import DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.models import CheckState, Dossier, Paper
from dossiers.workflow import Status
from portal.lib import files
from portal.lib.outbox import LeaseLost, hint
from procedures.models import Requirement

KINDS = frozenset({"pdf", "jpeg", "png"})


@dataclass(frozen=True, slots=True)
class Incoming:
    """One uploaded file and where it belongs; `place` is the control it came from."""

    place: str
    upload: Any
    requirement: Requirement | None = None
    field_key: str = ""
    replaces: Paper | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    place: str
    sentence: str


def attach_papers(
    dossier: Dossier, *, incoming: Iterable[Incoming], by: User, at: datetime
) -> list[Refusal]:
    """Take each file by itself: what is wrong with one keeps none of the others out."""
    refused = []
    for item in incoming:
        try:
            attach_paper(
                dossier,
                upload=item.upload,
                requirement=item.requirement,
                field_key=item.field_key,
                replaces=item.replaces,
                by=by,
                at=at,
            )
        except (files.FileRefused, DossierError) as error:
            refused.append(Refusal(item.place, str(error)))
    return refused


def attach_paper(
    dossier: Dossier,
    *,
    upload: Any,
    by: User,
    at: datetime,
    requirement: Requirement | None = None,
    field_key: str = "",
    replaces: Paper | None = None,
) -> Paper:
    """Check, store and record one uploaded file.

    The bytes are on disk (fsynced) before the row is written, outside the transaction:
    a crash leaves at most a file without a row, which the tidy sweep removes.
    Raises files.FileRefused with the sentence for the person, DossierError otherwise.
    """
    _may_attach(dossier, by, requirement, field_key)
    checked = files.check_upload(upload, kinds=KINDS, max_bytes=settings.UPLOAD_LIMITS["max_bytes"])
    stored = files.store_file(upload, "papers")
    public_id = uuid.uuid4()
    with transaction.atomic():
        locked = lock(dossier)
        _may_attach(locked, by, requirement, field_key)
        _refuse_too_many(locked, requirement, field_key, replaces)
        paper = Paper.objects.create(
            key=f"paper-{public_id}",
            public_id=public_id,
            dossier=locked,
            requirement=requirement,
            field_key=field_key,
            filename=files.clean_name(upload.name),
            stored_name=stored,
            kind=checked.kind,
            mime=checked.mime,
            size=checked.size,
            sha256=checked.sha256,
            pages=checked.pages,
            uploaded_by=by,
            uploaded_at=at,
        )
        if replaces is not None and replaces.dossier_id == locked.pk:
            Paper.objects.filter(pk=replaces.pk).update(superseded_by=paper)
        hint("dossiers.tasks.check_papers")
    return paper


def _may_attach(
    dossier: Dossier, by: User, requirement: Requirement | None, field_key: str
) -> None:
    if dossier.submitter_id != by.pk:
        raise MoveRefused("Bạn không có quyền thêm giấy tờ vào hồ sơ này.")
    if requirement is not None and requirement.case.version_id != dossier.version_id:
        raise DossierError("Giấy tờ này không thuộc thủ tục của hồ sơ.")
    if dossier.status == Status.DRAFT:
        return
    asked = dossier.rounds.filter(completed_at=None, answered_at=None).first()
    if dossier.status != Status.ADDITIONS or asked is None:
        raise MoveRefused("Hồ sơ đã nộp; chỉ thêm được giấy tờ khi cơ quan yêu cầu bổ sung.")
    wanted = asked.deficiencies.filter(requirement=requirement, field_key=field_key)
    if not wanted.exists():
        raise MoveRefused("Cơ quan không yêu cầu bổ sung giấy tờ này.")


def _refuse_too_many(
    dossier: Dossier, requirement: Requirement | None, field_key: str, replaces: Paper | None
) -> None:
    limits = settings.UPLOAD_LIMITS
    current = dossier.papers.current()
    if replaces is not None:
        current = current.exclude(pk=replaces.pk)
    here = Q(requirement=requirement, field_key=field_key)
    found = current.aggregate(all=Count("pk"), here=Count("pk", filter=here))
    if found["all"] >= limits["papers_per_dossier"]:
        raise DossierError(f"Mỗi hồ sơ có tối đa {limits['papers_per_dossier']} tệp.")
    if found["here"] >= limits["papers_per_requirement"]:
        raise DossierError(f"Mỗi giấy tờ có tối đa {limits['papers_per_requirement']} tệp.")


@transaction.atomic
def remove_paper(paper: Paper, *, by: User, at: datetime) -> None:
    """Take a file out of a draft (or out of the unanswered round that asked for it)."""
    dossier = lock(paper.dossier)
    _may_attach(dossier, by, paper.requirement, paper.field_key)
    if dossier.status != Status.DRAFT:
        asked = dossier.rounds.get(completed_at=None)
        if paper.uploaded_at < asked.asked_at:
            raise MoveRefused("Không gỡ được giấy tờ đã nộp; hãy thêm tệp mới.")
    Paper.objects.filter(pk=paper.pk).update(removed_at=at)


@transaction.atomic
def record_check(
    paper: Paper,
    *,
    state: CheckState,
    at: datetime,
    note: str = "",
    stored_name: str = "",
    size: int = 0,
    sha256: str = "",
    pages: int | None = None,
) -> None:
    """What the worker found; a clean copy replaces the bytes as they came."""
    changes: dict[str, Any] = {"state": state, "state_note": note[:250]}
    if stored_name:
        changes |= {"stored_name": stored_name, "size": size, "sha256": sha256, "pages": pages}
    Paper.objects.filter(pk=paper.pk).update(**changes)
    if not paper.settle_done(at):
        raise LeaseLost
