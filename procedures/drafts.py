"""What pages say about a draft: what may be done with it, what it lacks, what it changes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from procedures import eforms
from procedures.models import Draft, DraftKind, DraftState, DraftStep, ProcedureVersion, Service
from procedures.neighbours import advice_on_neighbours
from procedures.policies import hinders_approval
from procedures.records import (
    RECORD,
    Change,
    Problem,
    advice_of,
    differences,
    missing_of,
    normal,
    record_of,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A step somebody may take; `hint` says why not now."""

    step: str
    label: str
    hint: str = ""
    first: bool = False
    danger: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """Something to look at, and where ("" while there is no such page)."""

    sentence: str
    address: str


@dataclass(frozen=True, slots=True)
class HistoryLine:
    at: Any
    who: str
    what: str
    note: str
    is_step: bool


def page_of(name: str, draft: Draft, anchor: str = "") -> str:
    """The address of another page of this draft; "" for one that does not exist."""
    try:
        return reverse(name, args=[draft.pk]) + (f"#{anchor}" if anchor else "")
    except NoReverseMatch:
        return ""


def base_is_old(draft: Draft) -> bool:
    """Whether another version came into force since writing began (procedure with current
    loaded)."""
    now = draft.procedure.current_id if draft.procedure else None
    return draft.state in (DraftState.EDITING, DraftState.REVIEW) and now != draft.base_id


def is_nowhere(draft: Draft) -> bool:
    """Published content that no agency takes in: its page can be read and nothing filed."""
    if draft.state != DraftState.PUBLISHED or draft.kind != DraftKind.CONTENT:
        return False
    return not Service.objects.filter(procedure=draft.procedure, active=True).exists()


def problems_of(draft: Draft) -> list[Found]:
    """What keeps it from being published."""
    if draft.kind == DraftKind.RETIREMENT:
        return []
    whole, problems = normal(draft.record)
    found = [_content(draft, problem) for problem in problems or missing_of(whole)]
    wrong = eforms.check_definition(draft.eform) if draft.eform is not None else []
    return found + [Found(sentence, page_of("editor-eform", draft)) for sentence in wrong]


def advice_for(draft: Draft) -> list[Found]:
    if draft.kind == DraftKind.RETIREMENT:
        return []
    record = normal(draft.record)[0]
    found = advice_of(record) + advice_on_neighbours(record)
    return [_content(draft, problem) for problem in found]


def _content(draft: Draft, problem: Problem) -> Found:
    return Found(str(problem), page_of("editor-content", draft, problem.path))


def compared_with(draft: Draft) -> ProcedureVersion | None:
    """The version a reader knows: the one in force, for a retired procedure its last."""
    if draft.state == DraftState.PUBLISHED or not draft.procedure:
        return draft.base
    last = draft.procedure.versions.order_by("-number")
    return draft.procedure.current or last.first()


def changes_of(draft: Draft, version: ProcedureVersion | None) -> list[Change]:
    """Field by field against `version`; for a new procedure everything it says is new."""
    if draft.kind == DraftKind.RETIREMENT:
        return []
    before = record_of(version) if version else RECORD.empty()
    return differences(
        before,
        normal(draft.record)[0],
        eform_before=version.eform if version else None,
        eform_after=draft.eform,
    )


def offers_of(draft: Draft, user: Any, *, lacking: int) -> Iterator[Offer]:
    """The steps from here; `lacking` is how many problems the draft has."""
    if draft.state == DraftState.EDITING:
        yield from _offers_while_writing(draft, lacking)
    if draft.state == DraftState.REVIEW:
        hint = hinders_approval(draft, user) or ("" if not base_is_old(draft) else _OLD)
        yield Offer("duyet", "Duyệt", hint, first=True)
        yield Offer("tra-lai", "Trả lại để sửa")
    if draft.state == DraftState.APPROVED:
        yield Offer("tra-lai", "Trả lại để sửa")
    if draft.state in (DraftState.REVIEW, DraftState.APPROVED):
        if draft.submitted_by_id == user.pk:
            yield Offer("thu-hoi", "Thu hồi")
    if draft.state in (DraftState.EDITING, DraftState.REVIEW, DraftState.APPROVED):
        yield Offer("bo", "Bỏ bản soạn", danger=True)


_OLD = "Phiên bản đang áp dụng đã đổi từ khi bắt đầu soạn."


def _offers_while_writing(draft: Draft, lacking: int) -> Iterator[Offer]:
    if base_is_old(draft):
        yield Offer("lay-ban-moi", "Lấy phiên bản đang áp dụng làm gốc", first=True)
        yield Offer("trinh-duyet", "Trình duyệt", _OLD)
        return
    hint = f"Còn {lacking} chỗ phải sửa trước đã." if lacking else ""
    yield Offer("trinh-duyet", "Trình duyệt", hint, first=not lacking)


def history_of(draft: Draft, *, most: int = 200) -> list[HistoryLine]:
    """Steps and changes of the content, newest first, in two queries."""
    events = draft.events.select_related("by").order_by("-pk")[:most]
    changes = draft.changes.select_related("by").defer("record", "eform").order_by("-number")
    lines = [
        HistoryLine(event.at, _name(event.by), event.get_step_display(), event.note, True)
        for event in events
    ]
    lines += [
        HistoryLine(change.at, _name(change.by), change.summary or "Sửa nội dung", "", False)
        for change in changes[:most]
        if change.summary != DraftStep.STARTED.label
    ]
    first = DraftStep.STARTED.label
    return sorted(lines, key=lambda line: (line.at, line.what != first), reverse=True)[:most]


def _name(user: Any) -> str:
    return user.full_name if user else "Hệ thống"
