"""T1: filing a draft."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import Agency, Organisation, User
from dossiers import people, policies, sections
from dossiers.actions import duplicates, who
from dossiers.actions.drafts import address_complete, refuse_too_many_open, return_methods
from dossiers.actions.errors import Changed, Incomplete, Missing, MoveRefused, Repeated
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.look import look_of
from dossiers.models import (
    Batch,
    CheckState,
    Consent,
    Counter,
    Dossier,
    FiledFor,
    Paper,
    ReturnMethod,
)
from dossiers.workflow import MOVES, Status
from procedures import eforms, levels
from procedures.general_form import definition_of
from procedures.models import ProcedureVersion, RequirementOnline, Service


@transaction.atomic
def submit(
    dossier: Dossier,
    *,
    by: User,
    at: datetime,
    seen: str | None = None,
    despite: Collection[str] | None = None,
) -> Dossier:
    """File a draft and give it its code. Filing again what is filed already answers with
    the same dossier, so a double click, Back and a second tab make one.

    `seen`: the mark of the last look (look_of); `despite`: codes of like dossiers the person has
    seen and files beside. None where nobody is there to be asked. Raises Changed when the draft
    is not what was seen, Incomplete with every gap, Repeated with like dossiers not seen,
    MoveRefused for a stranger or a low level.
    """
    draft = lock(dossier)
    if draft.status != Status.DRAFT and by.pk in (draft.submitter_id, draft.assisted_by_id):
        return draft
    if not people.writes(by, draft):
        raise MoveRefused("Bạn không có quyền nộp hồ sơ này.")
    if by.pk == draft.submitter_id:
        draft.submitter = by
    _refuse_pattern(draft)
    _read_around(draft)
    _refuse_closed(draft)
    _wait_for_twin(draft)
    refuse_too_many_open(draft.submitter)
    who.refuse_wrong_filer(draft)
    move = MOVES["submit"]
    if reason := policies.refusal(by, draft, move):
        raise MoveRefused(reason)
    draft.known_papers = _ready_papers(draft, at, seen)
    repeated = _repeated(draft, at, despite)
    let_help = draft.consent
    who.settle(draft, by)
    draft.answers = eforms.drop_hidden(definition_of(draft.version), draft.answers)
    draft.submitted_at, draft.typed = at, {}
    data = _told(draft, let_help, repeated)

    def give_code() -> None:
        # From here to the commit other filings at this agency wait.
        if not draft.code:
            draft.code = next_code(draft.receiving_agency, at)

    apply_move(draft, move, by=by, at=at, note="", data=data, late=give_code)
    draft.known_papers = None  # from the commit on others may change them
    return draft


def _ready_papers(draft: Dossier, at: datetime, seen: str | None) -> list[Paper]:
    """Those that are filed, of a draft with nothing missing. Raises Changed, Incomplete."""
    papers = current_papers(draft)
    if seen is not None and look_of(draft, papers) != seen:
        raise Changed
    if missing := gaps(draft, at=at, papers=papers):
        raise Incomplete(missing)
    return _remove_unasked(draft, papers, at)


def _told(draft: Dossier, let_help: Consent | None, repeated: list[Dossier]) -> dict[str, Any]:
    """What the history keeps of a filing; also who was let help when the citizen filed alone."""
    data: dict[str, Any] = {"channel": draft.channel, "how": str(draft.filed_how)}
    data["agencies"] = [draft.receiving_agency_id, draft.deciding_agency_id]
    if let_help:
        data["consent"] = [str(let_help.method), str(let_help.public_id)]
    if repeated:
        data["despite"] = [one.code for one in repeated]
    return data


def _repeated(draft: Dossier, at: datetime, despite: Collection[str] | None) -> list[Dossier]:
    if despite is None:
        return []
    found = duplicates.alike(draft, by=draft.submitter, at=at)
    if any(one.code not in despite for one in found):
        raise Repeated(found)
    return found


def _wait_for_twin(draft: Dossier) -> None:
    """Two of one owner at once: the second waits here, so that it sees the first (the count of
    open dossiers, the look for duplicates)."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=draft.submitter_id)
    if draft.organisation_id:
        rows = Organisation.objects.select_for_update(no_key=True).only("pk")
        rows.get(pk=draft.organisation_id)


def _read_around(draft: Dossier) -> None:
    """All that filing looks at in other tables, as it is now and asked once."""
    draft.service = Service.objects.select_related(
        "procedure__current", "receiving_agency__parent", "receiving_agency__ward"
    ).get(pk=draft.service_id)
    procedure = draft.service.procedure
    version = procedure.current
    if version is None or version.pk != draft.version_id:
        version = ProcedureVersion.objects.get(pk=draft.version_id)
    draft.version, version.procedure = version, procedure
    if draft.receiving_agency_id == draft.service.receiving_agency_id:  # else asked by itself
        draft.receiving_agency = draft.service.receiving_agency
    if draft.case_id:
        prefetch_related_objects([draft], "case__requirements")


def _refuse_pattern(draft: Dossier) -> None:
    if Batch.objects.filter(pattern=draft).exists():
        raise MoveRefused(
            "Bản nháp này là mẫu chung của lượt nộp nhiều hồ sơ, không nộp riêng được. "
            "Hãy nộp các dòng của bảng tính, hoặc thôi nộp nhiều rồi nộp bản nháp này."
        )


def _refuse_closed(draft: Dossier) -> None:
    """A draft may be older than the catalogue: its service closed, its level lowered, its
    version replaced by one with other papers or fees."""
    service = draft.service
    if not service.active or not levels.offer(service.level).file_online:
        raise MoveRefused("Cơ quan này hiện không nhận thủ tục bạn chọn qua mạng.")
    if draft.version_id != service.procedure.current_id:
        raise MoveRefused(
            "Thủ tục đã có phiên bản mới từ khi bạn lập bản nháp. Hãy lập hồ sơ mới từ bản "
            "nháp này; những gì đã khai và giấy tờ đã tải lên được mang theo."
        )


def next_code(agency: Agency, at: datetime) -> str:
    """The agency's next code of the day (TT 01/2018/TT-VPCP Điều 19), in Vietnam's date."""
    day = timezone.localtime(at)
    number = Counter.objects.take(f"code/{agency.code}", f"{day:%Y%m%d}")
    return agency.code_pattern.format(agency=agency.code, date=day, number=number)


def current_papers(dossier: Dossier) -> list[Paper]:
    """In order; as far as filing looks at them: of 35 columns these."""
    current = dossier.papers.current().in_order()
    return list(
        current.only("dossier", "requirement", "field_key", "filename", "state", "order", "turn")
    )


def asked_papers(dossier: Dossier, papers: list[Paper]) -> list[Paper]:
    """Those whose place is asked now: not of another case, of a right that is none any more, of
    a question that another answer has hidden. The wizard shows no others."""
    needs = {need.pk for need in dossier.case.requirements.all()} if dossier.case else set()
    closed = set() if dossier.filed_for == FiledFor.OTHER else {who.AUTHORITY}
    if dossier.consent_id is None:  # recalled, and filed alone
        closed.add(who.CONSENT_SLIP)
    if any(paper.field_key not in ("", *who.OWN_PAPERS) for paper in papers):
        closed |= eforms.hidden_keys(definition_of(dossier.version), dossier.answers)
    return [
        paper
        for paper in papers
        if (paper.field_key not in closed if paper.field_key else paper.requirement_id in needs)
    ]


def _remove_unasked(draft: Dossier, papers: list[Paper], at: datetime) -> list[Paper]:
    """Those that are filed. Nobody saw the others on the last look, so nobody files them."""
    asked = asked_papers(draft, papers)
    kept = {paper.pk for paper in asked}
    if unasked := [paper.pk for paper in papers if paper.pk not in kept]:
        Paper.objects.filter(pk__in=unasked).update(removed_at=at)
    return asked


def gaps(
    dossier: Dossier, *, at: datetime | None = None, papers: list[Paper] | None = None
) -> list[Missing]:
    """Everything that keeps the draft from being filed, in the order of the wizard. `papers`: its
    current ones, where the caller has them."""
    papers = current_papers(dossier) if papers is None else papers
    if dossier.case_id:
        prefetch_related_objects([dossier], "case__requirements")
    found = who.owner_gaps(dossier, timezone.localdate(at), papers)
    if dossier.case_id is None and dossier.version.cases.exists():
        found.append(Missing("case", "Chưa chọn trường hợp."))
    wrong = eforms.problems(definition_of(dossier.version), dossier.answers)
    found += [Missing("eform", sentence, key) for key, sentence in wrong]
    found += paper_gaps(dossier, asked_papers(dossier, papers))
    found += typed_gaps(dossier)
    if not dossier.return_method:
        found.append(Missing("return", "Chưa chọn cách nhận kết quả."))
    elif dossier.return_method not in return_methods(dossier):
        sentence = "Cách nhận kết quả đã chọn không áp dụng cho thủ tục này."
        found.append(Missing("return", sentence))
    elif dossier.return_method == ReturnMethod.POST and not address_complete(dossier):
        found.append(Missing("return", "Chưa đủ người nhận, điện thoại và địa chỉ nhận."))
    return found


def typed_gaps(dossier: Dossier) -> list[Missing]:
    """What was typed last on a page and its step has not taken: the slips would say less."""
    pages = [
        ("nguoi-nop", "owner", "Người nộp", ""),
        *_declaration_pages(dossier),
        ("nhan-ket-qua", "return", "Nhận kết quả", ""),
    ]
    words = "Trang “{}” có nội dung gõ dở. Hãy mở lại và bấm “Lưu và tiếp tục”."
    return [
        Missing(place, words.format(title), key)
        for part, place, title, key in pages
        if part in dossier.typed
    ]


def _declaration_pages(dossier: Dossier) -> list[tuple[str, str, str, str]]:
    """Those that are asked, each with its first question; words on others go to no slip."""
    if not any(part.startswith("to-khai") for part in dossier.typed):
        return []
    definition = definition_of(dossier.version)
    walked = list(eforms.parse(definition).walk())
    found = []
    for page in sections.parts_of(definition, dossier.answers):
        first = next(node.key for section, node in walked if section.key in page.sections)
        address = f"to-khai/{page.address}".rstrip("/")
        found.append((address, "eform", page.title, first))
    return found


# Papers that belong to neither a requirement nor a question.
_PLACES = {who.AUTHORITY: "owner"}


def paper_gaps(dossier: Dossier, papers: list[Paper]) -> list[Missing]:
    """Mandatory papers without a usable file, and files that failed their check."""
    bad = (CheckState.INFECTED, CheckState.REFUSED)
    found = [
        Missing(
            _PLACES.get(paper.field_key, "eform" if paper.field_key else "papers"),
            f"Tệp “{paper.filename}” không dùng được ({paper.get_state_display().lower()}); "
            "hãy thay tệp khác.",
            paper.field_key or str(paper.requirement_id),
        )
        for paper in papers
        if paper.state in bad
    ]
    if dossier.case is None:
        return found
    have = {paper.requirement_id for paper in papers if paper.state not in bad}
    return found + [
        Missing("papers", f"Thiếu giấy tờ: {need.name}.", str(need.pk))
        for need in dossier.case.requirements.all()
        if need.mandatory and need.online == RequirementOnline.UPLOAD and need.pk not in have
    ]
