"""May this person make this move on this dossier now? A refusal is a sentence for the
screen: actions raise it, templates show it as the button's hint."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Agency
from accounts.roles import Role
from accounts.tree import with_below
from dossiers import people, process, taken_up
from dossiers.models import (
    AdditionRound,
    CheckState,
    ClockKind,
    Dossier,
    RegisterVolume,
    ReturnMethod,
    Slip,
)
from dossiers.workflow import MOVES, TERMINAL, Actor, Goes, Move, Status
from portal.lib import slots
from procedures import levels

_ROLE_OF_ACTOR = {
    Actor.RECEPTION: Role.RECEPTION,
    Actor.SPECIALIST: Role.SPECIALIST,
    Actor.LEADER: Role.LEADER,
    Actor.CLERK: Role.CLERK,
    Actor.CASHIER: Role.CASHIER,
    Actor.SYSADMIN: Role.SYSADMIN,
}
_AT_DECIDING_AGENCY = frozenset({Actor.SPECIALIST, Actor.LEADER})


def plays(user: Any, dossier: Dossier, actor: Actor) -> bool:
    """Whether `user` (None: the system itself) acts as `actor` on this dossier.

    Specialists and leaders do so at the deciding agency; clerks at either; reception,
    cashiers and administrators at the receiving one.
    """
    if user is None:
        return actor is Actor.SYSTEM
    if actor is Actor.SYSTEM:
        return False
    if actor is Actor.CITIZEN:
        return people.acts(user, dossier) or people.writes(user, dossier)
    if people.is_party(user, dossier):
        return False  # nobody receives or decides their own dossier
    desk, role = desk_of(user), _ROLE_OF_ACTOR[actor]
    receiving, deciding = dossier.receiving_agency_id, dossier.deciding_agency_id
    if actor in _AT_DECIDING_AGENCY:
        return desk.plays(role, deciding)
    if actor is Actor.CLERK:
        return desk.plays(role, deciding) or desk.plays(role, receiving)
    return desk.plays(role, receiving)


def actor_of(user: Any, dossier: Dossier, move: Move) -> Actor | None:
    """The first of the move's actors that the user plays."""
    return next((actor for actor in move.actors if plays(user, dossier, actor)), None)


DRAFT_WAITS = "Có dự thảo đang chờ lãnh đạo thông qua; hãy chờ quyết định hoặc rút dự thảo trước."


def drafts(user: Any, dossier: Dossier, move: Move) -> bool:
    """Whether the user only drafts this move, for a leader to make it by consenting."""
    if actor_of(user, dossier, move) is not None:
        return False
    return any(plays(user, dossier, actor) for actor in move.drafters)


def refusal(
    user: Any,
    dossier: Dossier,
    move: Move,
    *,
    at: datetime | None = None,
    drafting: bool = False,
) -> str | None:
    """The reason `user` may not make `move` now; None when they may. `drafting`: or draft it."""
    drafter = drafts(user, dossier, move)
    if not drafter and actor_of(user, dossier, move) is None:
        return "Bạn không có quyền thực hiện thao tác này."
    if dossier.status not in move.sources:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”."
    if not move.built:
        return "Thao tác này chưa mở trên cổng."
    if dossier.proposal_waits and (drafter or contradicts(move)):
        return DRAFT_WAITS
    for guard in move.guards:
        if guard in GUARDS:
            why = GUARDS[guard](dossier)
        else:
            why = GUARDS_NOW[guard](user, dossier, at or timezone.now())
        if why:
            return why
    return "Việc này cần lãnh đạo thông qua; hãy gửi dự thảo." if drafter and not drafting else None


def open_moves(user: Any, dossier: Dossier) -> list[tuple[Move, str | None]]:
    """The moves of this status that the user makes or drafts, each with its refusal or None."""
    return [
        (move, refusal(user, dossier, move, drafting=True))
        for move in MOVES.values()
        if move.built
        and dossier.status in move.sources
        and (actor_of(user, dossier, move) or drafts(user, dossier, move))
    ]


def contradicts(move: Move) -> bool:
    """Whether a move would overtake a draft that waits for a leader: the office's own that change
    the status, or a second draft. What the citizen does and wishes goes first."""
    if Actor.CITIZEN in move.actors or Status.WITHDRAWING in move.sources:
        return False
    return move.target is not Goes.STAY or bool(move.drafters)


def take_payment(user: Any, dossier: Dossier) -> str | None:
    """Why `user` may not record money received for the dossier; None when they may."""
    if not any(plays(user, dossier, actor) for actor in (Actor.CASHIER, Actor.RECEPTION)):
        return "Chỉ cán bộ thu phí hoặc tiếp nhận ghi nhận tiền."
    if dossier.status in TERMINAL:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”."
    if not dossier.fees_assessed:
        return "Hãy xác định phí, lệ phí áp dụng trước khi ghi nhận tiền."
    if dossier.fee_paid >= dossier.fee_total:
        return "Hồ sơ không còn khoản phải thu."
    return None


def assess_fees(user: Any, dossier: Dossier) -> str | None:
    """Why `user` may not say which fees apply (kind, quantity, exemption); None when they may."""
    if not any(plays(user, dossier, actor) for actor in (Actor.CASHIER, Actor.RECEPTION)):
        return "Chỉ cán bộ thu phí hoặc tiếp nhận xác định phí, lệ phí."
    if dossier.status in TERMINAL or dossier.status == Status.DRAFT:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”."
    return None


def issue_control_slip(user: Any, dossier: Dossier) -> str | None:
    """Why `user` may not print the control slip of the dossier as of now; None when they may."""
    desk = desk_of(user).dossier_agencies
    at_work = desk & {dossier.receiving_agency_id, dossier.deciding_agency_id}
    if not at_work or people.is_party(user, dossier):
        return "Chỉ cán bộ đang xử lý hồ sơ lập phiếu kiểm soát."
    if dossier.accepted_at is None:
        return "Phiếu kiểm soát có từ khi hồ sơ được tiếp nhận."
    return None


def register_agencies(user: Any) -> frozenset[int]:
    """Whose registers the user reads: their own desk's; leaders and managers also of those
    below their agency."""
    desk = desk_of(user)
    above = desk.agencies_as(Role.LEADER, Role.MANAGER)
    return desk.agencies_as(Role.RECEPTION, Role.CLERK) | with_below(above)


def read_register(user: Any, agency: Agency) -> str | None:
    """Why `user` may not read the register of this desk; None when they may."""
    if agency.pk not in register_agencies(user):
        return "Sổ dành cho cán bộ tiếp nhận, văn thư, lãnh đạo và người quản lý của cơ quan."
    return None


def remake_slip(user: Any, slip: Slip) -> str | None:
    """Why `user` may not have the bytes made anew; None when they may."""
    at_work = {slip.dossier.receiving_agency_id, slip.dossier.deciding_agency_id}
    theirs = desk_of(user).dossier_agencies | _watched(user)
    if people.is_party(user, slip.dossier) or not theirs & at_work:
        return "Chỉ cán bộ, lãnh đạo và quản trị của cơ quan giải quyết hồ sơ tạo lại phiếu."
    return None


def remake_register(user: Any, volume: RegisterVolume) -> str | None:
    """Why `user` may not have the bytes made anew; None when they may."""
    if volume.agency_id not in register_agencies(user) | _watched(user):
        return "Chỉ người xem được sổ, lãnh đạo và quản trị của cơ quan tạo lại quyển sổ."
    return None


def _watched(user: Any) -> frozenset[int]:
    """Whose stuck things the user is shown."""
    return with_below(desk_of(user).agencies_as(Role.LEADER, Role.SYSADMIN))


# Guards: facts about the dossier, each a sentence or None. Those that need what the
# actor typed (a reason, a result) are checked by the action that gets it.


def level_allows_filing(dossier: Dossier) -> str | None:
    try:
        levels.require_filing(dossier.level)
    except levels.LevelRefused as refused:
        return str(refused)
    return None


def papers_checked(dossier: Dossier) -> str | None:
    states = set(dossier.papers.current().values_list("state", flat=True))
    if CheckState.INFECTED in states:
        return "Hồ sơ có tệp nhiễm mã độc; hãy yêu cầu bổ sung hoặc từ chối."
    if CheckState.PENDING in states:
        return "Giấy tờ đang được kiểm tra, vui lòng đợi ít phút."
    return None


def reception_fee_paid(dossier: Dossier) -> str | None:
    if not dossier.fees_assessed:
        return "Chưa xác định phí, lệ phí áp dụng cho hồ sơ này."
    if dossier.fee_paid < dossier.fee_at_reception:
        return "Chưa ghi nhận phí, lệ phí phải thu khi tiếp nhận."
    return None


def return_fee_paid(dossier: Dossier) -> str | None:
    if dossier.withdrawn_at:
        return None
    if dossier.fee_paid < dossier.fee_total:
        return "Chưa ghi nhận phí, lệ phí phải thu khi trả kết quả."
    return None


def _open_round(dossier: Dossier) -> AdditionRound | None:
    return dossier.rounds.filter(completed_at=None).first()


def first_round(dossier: Dossier) -> str | None:
    # NĐ 61/2018: the office guides once, in writing (domain.md §2.2 R2). A second round is a
    # move of its own, which a leader consents to.
    if dossier.rounds.filter(completed_at__isnull=False).exists():
        return "Đã yêu cầu bổ sung một lần; lần thứ hai cần lãnh đạo đồng ý."
    return None


def had_a_round(dossier: Dossier) -> str | None:
    if not dossier.rounds.filter(completed_at__isnull=False).exists():
        return "Hồ sơ chưa yêu cầu bổ sung lần nào."
    return None


def round_waits_for_citizen(dossier: Dossier) -> str | None:
    asked = _open_round(dossier)
    if asked is None or asked.answered_at:
        return "Bạn đã gửi bổ sung, cơ quan đang kiểm tra."
    return None


def round_answered(dossier: Dossier) -> str | None:
    asked = _open_round(dossier)
    if asked is None or not asked.answered_at:
        return "Công dân chưa gửi bổ sung."
    return None


def asked_before_acceptance(dossier: Dossier) -> str | None:
    return "Hồ sơ đã được tiếp nhận: quá hạn thì dừng xử lý." if dossier.accepted_at else None


def asked_after_acceptance(dossier: Dossier) -> str | None:
    return None if dossier.accepted_at else "Hồ sơ chưa được tiếp nhận: quá hạn thì từ chối."


def due_is_set(dossier: Dossier) -> str | None:
    return None if dossier.due_at else "Hồ sơ không có hạn trả kết quả."


def not_apologised(dossier: Dossier) -> str | None:
    if dossier.clock_entries.filter(kind=ClockKind.EXTEND).exists():
        return "Hồ sơ đã được hẹn lại một lần; không hẹn lại lần nữa."
    return None


def return_way_open(dossier: Dossier) -> str | None:
    if not dossier.withdrawn_at and not dossier.results.exists():
        return "Hồ sơ chưa có kết quả."
    # Packages above may hold the result: an envelope that is on its way, say.
    return next(iter(slots.fill("dossier.return_hindrance", dossier)), None)


def result_open_to_citizen(dossier: Dossier) -> bool:
    """Whether the citizen may read the result's file now: returned, or finished where the
    procedure returns online and nothing is left to pay."""
    if dossier.status == Status.RETURNED:
        return True
    online = dossier.return_method == ReturnMethod.ONLINE or ReturnMethod.ONLINE in _ways(dossier)
    return dossier.status == Status.FINISHED and online and return_fee_paid(dossier) is None


def _ways(dossier: Dossier) -> set[str]:
    named = {way for result in dossier.version.result_types.all() for way in result.returns}
    return named & levels.offer(dossier.level).returns


def term_runs(dossier: Dossier) -> str | None:
    if dossier.accepted_at is None:
        return "Hồ sơ chưa được tiếp nhận nên chưa có hạn trả kết quả."
    if dossier.status == Status.FINISHED:
        return "Hồ sơ đã xử lý xong, thời hạn không tính nữa."
    return None


def checked_by_action(dossier: Dossier) -> str | None:
    """For guards on what is typed with the move: `dossiers.actions` looks at it."""
    return None


def no_consent_drafted(dossier: Dossier) -> str | None:
    """Not both answers to one wish."""
    waiting = dossier.proposals.waiting().filter(data__move="agree_withdrawal")
    return DRAFT_WAITS if dossier.proposal_waits and waiting.exists() else None


GUARDS: dict[str, Callable[[Dossier], str | None]] = {
    "level_allows_filing": level_allows_filing,
    "complete": checked_by_action,
    "papers_checked": papers_checked,
    "reception_fee_paid": reception_fee_paid,
    "reason_given": checked_by_action,
    "first_round": first_round,
    "had_a_round": had_a_round,
    "round_waits_for_citizen": round_waits_for_citizen,
    "round_answered": round_answered,
    "asked_before_acceptance": asked_before_acceptance,
    "asked_after_acceptance": asked_after_acceptance,
    "no_consent_drafted": no_consent_drafted,
    "due_is_set": due_is_set,
    "not_apologised": not_apologised,
    "result_recorded": checked_by_action,
    "return_way_open": return_way_open,
    "return_fee_paid": return_fee_paid,
    "term_runs": term_runs,
}


# Guards that look at who presses, or at the moment.


def answer_is_late(user: Any, dossier: Dossier, at: datetime) -> str | None:
    asked = _open_round(dossier)
    if asked is None or asked.answered_at:
        return "Công dân đã gửi bổ sung; hãy kiểm tra phần bổ sung."
    if asked.answer_due_at >= at:
        due = timezone.localtime(asked.answer_due_at)
        return f"Công dân còn được gửi bổ sung đến {due:%H:%M ngày %d/%m/%Y}."
    return None


def step_is_theirs(user: Any, dossier: Dossier, at: datetime) -> str | None:
    """A step is passed on by who has it, or by a leader."""
    run = dossier.step_runs.filter(ended_at=None).select_related("agency").first()
    desk = desk_of(user)
    if run is None or desk.plays(Role.LEADER, dossier.deciding_agency_id):
        return None
    if not desk.plays(run.role, run.agency_id):
        return f"Hồ sơ đang ở bước “{run.name}” của {Role(run.role).label}, {run.agency.name}."
    if dossier.assignee_id not in (None, user.pk):
        return f"Bước “{run.name}” đang do {dossier.assignee} làm."
    return None


def at_last_step(user: Any, dossier: Dossier, at: datetime) -> str | None:
    """A clerk records the result when the work is done: at their own step or at the last one. A
    leader decides at any."""
    desk = desk_of(user)
    if desk.plays(Role.LEADER, dossier.deciding_agency_id):
        return None
    run = dossier.step_runs.filter(ended_at=None).select_related("agency").first()
    if run is None:
        return None
    theirs = run.role == Role.CLERK and desk.plays(Role.CLERK, run.agency_id)
    if theirs or not process.after(dossier.version, run.position):
        return None
    return f"Hồ sơ còn ở bước “{run.name}” của {Role(run.role).label}, {run.agency.name}."


def at_first_step(user: Any, dossier: Dossier, at: datetime) -> str | None:
    run = dossier.step_runs.filter(ended_at=None).first()
    if run and process.before(dossier.version, run.position):
        return f"Hồ sơ đã đến bước “{run.name}”; hãy trả lại bước trước."
    return None


GUARDS_NOW: dict[str, Callable[[Any, Dossier, datetime], str | None]] = {
    "forward_not_taken_up": taken_up.forward_refusal,
    "at_first_step": at_first_step,
    "answer_is_late": answer_is_late,
    "step_is_theirs": step_is_theirs,
    "at_last_step": at_last_step,
}


def returned_by_post(dossier: Dossier) -> bool:
    return dossier.return_method == ReturnMethod.POST and dossier.status == Status.FINISHED
