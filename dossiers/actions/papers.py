"""Papers: attached by the citizen, checked by the worker."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from dossiers import people
from dossiers.actions.errors import AlreadyThere, DossierError, MoveRefused
from dossiers.actions.locking import lock
from dossiers.actions.places import Place, answer_by_papers, place_at
from dossiers.models import AdditionRound, CheckState, Dossier, Paper
from dossiers.models.paper import UNUSABLE
from dossiers.workflow import Status
from portal.lib import files
from portal.lib.outbox import LeaseLost, hint
from procedures.models import Requirement


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
    """`told`: nothing is wrong, the file is here already."""

    place: str
    sentence: str
    told: bool = False


# Of a dossier's row, what taking a file looks at.
_LOOKED_AT = (
    *("status", "version", "case", "submitter", "owner", "assisted_by", "organisation"),
    "receiving_agency",
)


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
        except AlreadyThere as told:
            refused.append(Refusal(item.place, str(told), told=True))
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
    Raises files.FileRefused with the sentence for the person, AlreadyThere for a file this
    place holds, DossierError otherwise.
    """
    may_attach(dossier, by, requirement, field_key)
    place = place_at(dossier, requirement, field_key)
    checked = files.check_upload(
        upload, kinds=place.kinds, max_bytes=settings.UPLOAD_LIMITS["max_bytes"]
    )
    stored = files.store_file(upload, "papers")
    try:
        with transaction.atomic():
            locked = lock(dossier, only=_LOOKED_AT)
            return record_paper(
                locked,
                checked=checked,
                stored=stored,
                filename=upload.name,
                place=place,
                replaces=replaces,
                by=by,
                at=at,
            )
    except DossierError:  # said before anything was written
        files.drop_file(stored)
        raise


def record_paper(
    locked: Dossier,
    *,
    checked: files.Checked,
    stored: str,
    filename: str,
    by: User,
    at: datetime,
    place: Place,
    replaces: Paper | None = None,
) -> Paper:
    """The row of a stored file, inside the caller's transaction and lock of the dossier."""
    asked = may_attach(locked, by, place.requirement, place.field_key, replaces)
    beside = _beside(locked, replaces)
    here = _since(_of_place(beside, place), asked)
    _refuse_known(here, checked.sha256, filename)
    public_id = uuid.uuid4()
    paper = Paper.objects.create(
        key=f"paper-{public_id}",
        public_id=public_id,
        dossier=locked,
        requirement=place.requirement,
        field_key=place.field_key,
        filename=files.clean_name(filename),
        stored_name=stored,
        kind=checked.kind,
        mime=checked.mime,
        size=checked.size,
        sha256=checked.sha256,
        received_sha256=checked.sha256,
        pages=checked.pages,
        order=_order(beside, here, place, replaces),
        uploaded_by=by,
        uploaded_at=at,
    )
    if replaces and replaces.dossier_id == locked.pk:
        Paper.objects.filter(pk=replaces.pk).update(superseded_by=paper)
    answer_by_papers(locked, place)
    hint("dossiers.tasks.check_papers")
    return paper


def may_attach(
    dossier: Dossier,
    by: User,
    requirement: Requirement | None,
    field_key: str = "",
    replaces: Paper | None = None,
) -> AdditionRound | None:
    """The request for additions it answers; None for a draft's."""
    draft = dossier.status == Status.DRAFT
    if not (people.writes(by, dossier) if draft else people.acts(by, dossier)):
        raise MoveRefused("Bạn không có quyền thêm giấy tờ vào hồ sơ này.")
    if requirement is not None and not _of_procedure(requirement, dossier):
        raise DossierError("Giấy tờ này không thuộc thủ tục của hồ sơ.")
    if draft:
        return None
    asked = dossier.rounds.waiting()
    if dossier.status != Status.ADDITIONS or asked is None:
        raise MoveRefused("Hồ sơ đã nộp; chỉ thêm được giấy tờ khi cơ quan yêu cầu bổ sung.")
    wanted = asked.deficiencies.filter(requirement=requirement, field_key=field_key)
    if not wanted.exists():
        raise MoveRefused("Cơ quan không yêu cầu bổ sung giấy tờ này.")
    if replaces is not None and replaces.uploaded_at <= asked.asked_at:
        # Until the answer is sent the office has what was filed.
        raise MoveRefused("Không thay thẳng được giấy tờ đã nộp; hãy thêm tệp mới.")
    return asked


def _of_procedure(requirement: Requirement, dossier: Dossier) -> bool:
    if requirement.case_id == dossier.case_id:
        return True
    return requirement.case.version_id == dossier.version_id


def _beside(dossier: Dossier, replaces: Paper | None) -> list[Paper]:
    """The current papers among which one comes (in place of `replaces`), as far as its place
    depends on them. One query of at most papers_per_dossier short rows."""
    current = dossier.papers.current().order_by()
    rows = current.only(
        *("requirement_id", "field_key", "received_sha256", "state", "filename", "order"),
        *("dossier_id", "uploaded_at"),
    )
    return [paper for paper in rows if replaces is None or paper.pk != replaces.pk]


def _of_place(papers: list[Paper], place: Place) -> list[Paper]:
    return [paper for paper in papers if place.holds(paper.requirement_id, paper.field_key)]


def _since(papers: list[Paper], asked: AdditionRound | None) -> list[Paper]:
    """What an office asks to see anew may look the same as what it had, and comes in its place."""
    return [one for one in papers if asked is None or one.uploaded_at > asked.asked_at]


def _refuse_known(here: list[Paper], sha256: str, filename: str) -> None:
    """The same bytes twice at one place are a second press, not a second paper. What failed
    its check does not count, nor what is being replaced."""
    for paper in here:
        if sha256 and paper.received_sha256 == sha256 and paper.state not in UNUSABLE:
            raise AlreadyThere(
                f"Tệp “{files.clean_name(filename)}” đã có ở mục này (“{paper.filename}”), "
                "không thêm lần nữa."
            )


def may_return(draft: Dossier, paper: Paper) -> None:
    """DossierError when there is no room for a file that went, or the same came since."""
    beside = _beside(draft, None)
    place = place_at(draft, paper.requirement, paper.field_key)
    here = _of_place(beside, place)
    _refuse_known(here, paper.received_sha256, paper.filename)
    _order(beside, here, place, None)


def next_order(
    dossier: Dossier,
    place: Place,
    replaces: Paper | None = None,
    asked: AdditionRound | None = None,
) -> int:
    """The turn of one more file (that of the one it replaces). DossierError when there is
    no room."""
    beside = _beside(dossier, replaces)
    return _order(beside, _since(_of_place(beside, place), asked), place, replaces)


def _order(beside: list[Paper], here: list[Paper], place: Place, replaces: Paper | None) -> int:
    limits = settings.UPLOAD_LIMITS
    if len(beside) >= limits["papers_per_dossier"]:
        raise DossierError(f"Mỗi hồ sơ có tối đa {limits['papers_per_dossier']} tệp.")
    if len(here) >= (place.most or limits["papers_per_requirement"]):
        raise DossierError(place.too_many)
    if replaces is not None:
        return replaces.order
    return max((paper.order for paper in here), default=0) + 1


@transaction.atomic
def record_check(
    paper: Paper,
    *,
    state: CheckState,
    at: datetime,
    note: str = "",
    stored_name: str = "",
    made: files.Cleaned | None = None,
) -> None:
    """What the worker found; a clean copy (`made`, kept as `stored_name`) replaces the bytes
    as they came."""
    fresh = Paper.objects.select_for_update(no_key=True, of=("self",)).get(pk=paper.pk)
    changes: dict[str, Any] = {"state": state, "state_note": note[:250]}
    if made is not None:
        kind = made.kind or paper.kind
        changes |= {
            "stored_name": stored_name,
            "size": made.size,
            "sha256": made.sha256,
            "pages": made.pages,
            "kind": kind,
            "mime": files.KINDS[kind].mime,
            "filename": files.renamed(paper.filename, kind),
        }
    if state == CheckState.CLEAN:
        turned = paper.turn if made is not None and made.turned else paper.turned
        # Could not be turned: the wish is dropped. Turned on meanwhile: it is kept.
        turn = turned if fresh.turn == paper.turn else fresh.turn
        changes |= {"cleaned": True, "turned": turned, "turn": turn}
    Paper.objects.filter(pk=paper.pk).update(**changes)
    if not paper.settle_done(at):
        raise LeaseLost
    if changes.get("turn", 0) != changes.get("turned", 0):
        queue_again(paper, at=at)


def queue_again(paper: Paper, *, at: datetime) -> None:
    """The worker looks at a settled paper once more; nobody else opens it until then."""
    Paper.objects.filter(pk=paper.pk).update(
        state=CheckState.PENDING, state_note="", done_at=None, available_at=at, attempts=0
    )
    hint("dossiers.tasks.check_papers")
