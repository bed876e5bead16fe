"""May this person make this move on this dossier now? A refusal is a sentence for the
screen: actions raise it, templates show it as the button's hint."""

from collections.abc import Callable
from typing import Any

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers import people
from dossiers.models import AdditionRound, CheckState, Dossier, ReturnMethod
from dossiers.workflow import MOVES, TERMINAL, Actor, Move, Status
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


def refusal(user: Any, dossier: Dossier, move: Move) -> str | None:
    """The reason `user` may not make `move` now; None when they may."""
    if actor_of(user, dossier, move) is None:
        return "Bạn không có quyền thực hiện thao tác này."
    if dossier.status not in move.sources:
        return f"Hồ sơ đang ở trạng thái “{dossier.get_status_display()}”."
    if not move.built:
        return "Thao tác này chưa mở trên cổng."
    return next((why for guard in move.guards if (why := GUARDS[guard](dossier))), None)


def open_moves(user: Any, dossier: Dossier) -> list[tuple[Move, str | None]]:
    """The moves of this status that are the user's, each with its refusal or None."""
    return [
        (move, refusal(user, dossier, move))
        for move in MOVES.values()
        if move.built and dossier.status in move.sources and actor_of(user, dossier, move)
    ]


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


def first_round_at_intake(dossier: Dossier) -> str | None:
    # NĐ 61/2018: the office guides once, in writing (domain.md §2.2 R2). The consent of
    # a leader to a second round comes with the officers' desk.
    if dossier.rounds.filter(completed_at__isnull=False).exists():
        return "Đã yêu cầu bổ sung một lần; lần thứ hai cần lãnh đạo đồng ý."
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


def checked_by_action(dossier: Dossier) -> str | None:
    """For guards on what is typed with the move: `dossiers.actions` looks at it."""
    return None


GUARDS: dict[str, Callable[[Dossier], str | None]] = {
    "level_allows_filing": level_allows_filing,
    "complete": checked_by_action,
    "papers_checked": papers_checked,
    "reception_fee_paid": reception_fee_paid,
    "reason_given": checked_by_action,
    "first_round_at_intake": first_round_at_intake,
    "round_waits_for_citizen": round_waits_for_citizen,
    "round_answered": round_answered,
    "result_recorded": checked_by_action,
    "return_way_open": return_way_open,
    "return_fee_paid": return_fee_paid,
}


def returned_by_post(dossier: Dossier) -> bool:
    return dossier.return_method == ReturnMethod.POST and dossier.status == Status.FINISHED
