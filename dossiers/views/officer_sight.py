"""What the officers' pages show of dossiers, ready for the templates."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dossiers import deadlines, explaining, policies
from dossiers.actions.arranging import ORIGINALS
from dossiers.actions.beside import at_work_on, may_untick
from dossiers.actions.who import authority_end
from dossiers.models import CheckState, Dossier, Event, FiledFor, Paper, ReturnMethod
from dossiers.sections import named_files
from dossiers.slip_data import term
from dossiers.views.beside_sight import KEYS, beside
from dossiers.views.work_sight import DRAFTS, step_words, work
from dossiers.workflow import ACTOR_LABELS, MOVES, Actor, Status
from portal.lib import slots
from portal.lib.calendar import DayCount
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Requirement

# The page of each move, how its button looks. The order is that of the buttons.
STEPS = {
    "accept": ("officer-accept", "check", "primary"),
    "complete_additions": ("officer-complete", "check", "primary"),
    "forward": ("officer-forward", "arrow-right", "primary"),
    "finish": ("officer-result", "file-check", "primary"),
    "return_result": ("officer-return", "check-all", "primary"),
    "ask_additions_at_intake": ("officer-ask", "alert", "outline-primary"),
    "ask_additions": ("officer-ask", "alert", "outline-primary"),
    "agree_withdrawal": ("officer-agree-withdrawal", "check", "primary"),
    "decline_withdrawal": ("officer-decline-withdrawal", "x-circle", "outline-primary"),
    "reset_deadline": ("officer-reset-deadline", "clock", "outline-primary"),
    "return_to_desk": ("officer-return-to-desk", "return", "outline-primary"),
    "undo_forward": ("officer-undo-forward", "return", "outline-primary"),
    **DRAFTS,
    "refuse": ("officer-refuse", "x-circle", "outline-danger"),
}
EVENT_LABELS = {name: move.label for name, move in MOVES.items()} | {
    "payment": "Ghi nhận phí, lệ phí",
    "silence": "Cổng báo người nộp hồ sơ đang ở đâu",
    "nudge": "Người nộp nhắc cơ quan",
    "ask_opinion": "Xin ý kiến phối hợp",
    "give_opinion": "Cho ý kiến phối hợp",
    "cancel_opinion": "Thôi xin ý kiến",
    "compare": "Đánh dấu đã đối chiếu với bản chính",
    "uncompare": "Bỏ đánh dấu đã đối chiếu",
    "claim": "Nhận việc",
    "assign": "Giao việc",
    "release": "Trả về hàng chung",
    "take_back": "Thu lại việc đã giao",
    "propose": "Gửi dự thảo chờ thông qua",
    "reject_draft": "Trả lại dự thảo",
    "withdraw_draft": "Rút dự thảo",
}


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    icon: str
    look: str
    refusal: str | None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history; `extra` says what the move brought along."""

    at: Any
    label: str
    who: str
    note: str
    extra: str
    status: int


@dataclass(frozen=True, slots=True)
class PaperGroup:
    name: str
    hint: str
    papers: list[Paper]
    awaited: bool = True  # a file was to be uploaded


def whole(found: Dossier, user: Any, *, chosen_paper: str = "") -> dict[str, Any]:
    """The dossier page. The number of queries does not grow with papers, fields or events."""
    named = ("requirement", "compared_by")
    papers = list(found.papers.current().sent().in_order().select_related(*named))
    events = list(found.events.select_related("by"))
    rounds = list(found.rounds.prefetch_related("deficiencies"))
    seen = {paper.pk for paper in papers if may_open(paper, user)}
    viewer = _viewer([paper for paper in papers if paper.pk in seen], chosen_paper, found, user)
    return {
        "dossier": found,
        "facts": facts(found),
        "groups": _groups(found, papers),
        "seen": seen,
        "viewer": viewer,
        "sections": eforms.rows(
            definition_of(found.version), found.answers, files=named_files(papers)
        ),
        "asked": next((one for one in rounds if one.completed_at is None), None),
        "history": [_line(event) for event in events],
        "slips": found.slips.select_related("issued_by"),
        "may_control": policies.issue_control_slip(user, found) is None,
        "results": found.results.all(),
        "due": explaining.explain(found),
        "unread": found.messages.unread_by_office().count(),
        "badge": badge(found),
        "fee": _fee(found, user),
        "post": [item for part in slots.fill("dossier.timeline", found) for item in part],
        "by_post": policies.returned_by_post(found),
        **beside(found, user, papers=papers, events=events, rounds=rounds),
        **work(found, user),
        **_buttons(found, user),
    }


def may_open(paper: Paper, user: Any) -> bool:
    """On a row the office was sent: nothing unchecked, not even one's own scan."""
    return paper.state == CheckState.CLEAN


def _viewer(papers: list[Paper], chosen: str, found: Dossier, user: Any) -> dict[str, Any] | None:
    """The paper shown beside the answers and its neighbours."""
    if not papers:
        return None
    at = next((n for n, paper in enumerate(papers) if str(paper.public_id) == chosen), 0)
    papers[at].dossier = found
    works = at_work_on(user, found)
    return {
        "paper": papers[at],
        "may_tick": works,
        "may_untick": works and may_untick(user, papers[at]),
        "number": at + 1,
        "total": len(papers),
        "before": papers[at - 1] if at else None,
        "after": papers[at + 1] if at + 1 < len(papers) else None,
        "image": papers[at].kind in ("jpeg", "png"),
    }


def _groups(found: Dossier, papers: list[Paper]) -> list[PaperGroup]:
    """The papers under what they were asked for, what is lacking included."""
    by_need: dict[Any, list[Paper]] = defaultdict(list)
    for paper in papers:
        by_need[paper.requirement_id or paper.field_key].append(paper)
    needs = list(found.case.requirements.all()) if found.case else []
    groups = [
        PaperGroup(
            need.name, _need_hint(need, found), by_need.pop(need.pk, []), need.online == "upload"
        )
        for need in needs
    ]
    for rest in by_need.values():
        need = rest[0].requirement
        groups.append(
            PaperGroup(need.name if need else "Giấy ủy quyền, tệp trong tờ khai", "", rest)
        )
    return groups


def _need_hint(need: Requirement, found: Dossier) -> str:
    parts = [f"{need.original} bản chính"] if need.original else []
    parts += [f"{need.copies} bản sao"] if need.copies else []
    parts += [] if need.mandatory else ["không bắt buộc"]
    parts += [need.get_online_display().lower()] if need.online != "upload" else []
    way = ORIGINALS.get(found.originals.get(str(need.pk), ""), "")
    parts += [f"công dân báo sẽ {way[0].lower()}{way[1:]}"] if way else []
    return ", ".join(parts)


def facts(found: Dossier) -> list[tuple[str, str]]:
    """Who, what, how it comes back."""
    method = ReturnMethod(found.return_method).label if found.return_method else ""
    rows = [
        ("Chủ hồ sơ", found.owner_name),
        ("Số định danh", found.owner_citizen_id),
        ("Điện thoại", found.owner_phone),
        ("Thư điện tử", found.owner_email),
        ("Địa chỉ", found.owner_address),
        ("Trường hợp", found.case.name if found.case else "Không chia trường hợp"),
        ("Nhận kết quả", method),
    ]
    rows[1:2] = _who(found)
    if found.return_method == ReturnMethod.POST:
        person = f"{found.return_name}, {found.return_phone}"
        rows.append(("Nơi nhận", f"{person}\n{found.return_address}"))
    return rows


def _who(found: Dossier) -> list[tuple[str, str]]:
    """The owner's number, and who files by what right and by whose hand."""
    firm = found.filed_for == FiledFor.ORGANISATION
    number = ("Mã số thuế", found.owner_tax_code) if firm else (
        "Số định danh", found.owner_citizen_id
    )  # fmt: skip
    rows = [number]
    if found.filed_for != FiledFor.SELF:
        filer = found.submitter
        number_of_filer = f", số định danh {filer.citizen_id}" if filer.citizen_id else ""
        rows.append(("Người nộp", f"{filer.full_name}{number_of_filer}"))
    if found.filed_for == FiledFor.OTHER:
        end = authority_end(found)
        until = f" đến hết {end:%d/%m/%Y}" if end else ", không ghi thời hạn"
        since = f"{found.authority_from:%d/%m/%Y}" if found.authority_from else ""
        rows.append(("Tư cách", f"{found.get_relation_display()}, từ {since}{until}"))
    rows.append(("Hình thức nộp", found.get_filed_how_display()))
    if found.assisted_by:
        rows.append(("Cán bộ nộp giúp", found.assisted_by.full_name))
    return rows


def _line(event: Event) -> Line:
    name = event.by.full_name if event.by else "Hệ thống"
    actor = ACTOR_LABELS.get(Actor(event.actor), "")
    extra = ""
    if event.data.get("recipient"):
        extra = f"Người nhận: {event.data['recipient']}."
    elif event.data.get("holder") and event.move != "claim":
        extra = f"Cho {event.data['holder']}."
    elif event.data.get("items"):
        extra = "Cần bổ sung: " + "; ".join(event.data["items"]) + "."
    elif event.data.get("amount"):
        extra = f"Đã thu {event.data['amount']:,} đ".replace(",", ".")
        extra += f", biên lai {event.data.get('reference', '')}."
    elif event.data.get("opinion"):
        extra = f"Đơn vị phối hợp: {event.data['agency']}."
    elif event.data.get("file"):
        extra = f"Tệp “{event.data['file']}”."
    elif event.move == "pass_on":
        extra = step_words(event.data)
    elif event.data.get("person"):
        extra = f"Giao cho {event.data['person']}."
    elif event.data.get("drafted_by"):
        extra = f"Dự thảo: {event.data['drafted_by']}."
    who = name if event.actor == Actor.SYSTEM else f"{name} · {actor}"
    label = EVENT_LABELS.get(event.move, event.move)
    return Line(event.at, label, who, event.note, extra, event.to_status)


def _buttons(found: Dossier, user: Any) -> dict[str, Any]:
    """The moves open to this person first, then those in the way with the reason."""
    moves = {move.name: why for move, why in policies.open_moves(user, found)}
    buttons = [
        Button(
            step_label(found, user, name),
            reverse(url, args=[found.public_id]),
            icon,
            look,
            why,
            KEYS.get(name, ""),
        )
        for name, (url, icon, look) in STEPS.items()
        if name in moves
        for why in [moves[name]]
    ]
    return {
        "buttons": [button for button in buttons if not button.refusal],
        # What waits is told once, above them all.
        "closed": [one for one in buttons if one.refusal not in (None, policies.DRAFT_WAITS)],
    }


def step_label(found: Dossier, user: Any, name: str) -> str:
    if name == "return_result":
        online = found.return_method == ReturnMethod.ONLINE
        release = online and policies.plays(user, found, Actor.CLERK)
        return "Phát hành bản điện tử" if release else "Trả kết quả tại quầy"
    label = "Ghi kết quả" if name == "finish" else MOVES[name].label
    if policies.drafts(user, found, MOVES[name]):
        return f"Dự thảo: {label[0].lower()}{label[1:]}"
    return label


def _fee(found: Dossier, user: Any) -> dict[str, Any] | None:
    if not (found.fees or found.fee_total):
        return None
    return {
        "assessed": found.fees_assessed,
        "may_assess": policies.assess_fees(user, found) is None,
        "lines": found.fees,
        "total": found.fee_total,
        "paid": found.fee_paid,
        "left": found.fee_left,
        "may_take": policies.take_payment(user, found) is None,
    }


def badge(found: Dossier) -> dict[str, Any]:
    """Which due time counts now, for deadline_badge; `due` None when none does."""
    if found.status == Status.SUBMITTED:
        return {"due": found.intake_due_at, "running": True, "label": "Hạn tiếp nhận"}
    if found.status in (Status.REFUSED, Status.RETURNED, Status.FINISHED):
        return {"due": None, "running": False, "label": ""}
    return {"due": found.due_at, "running": found.clock_running, "label": "Hạn trả kết quả"}


def term_text(found: Dossier) -> str:
    return term(found.term_time, found.term_unit)


def due_if_accepted(found: Dossier, at: Any) -> tuple[Any, list[DayCount]]:
    """The due date acceptance at `at` would give, and its days."""
    calendar = deadlines.calendar_of(found.receiving_agency)
    number, unit = found.term_time, found.term_unit
    due = deadlines.add_term(calendar, at, number, unit)
    return due, explaining.term_lines(calendar, at, number, unit)
