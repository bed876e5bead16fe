"""The one table that moves a dossier: T1–T26 of domain.md §2.6 (T8b, T8c: "Thu hồi" and "Trả
lại bước trước" of its §8.2, where the step before is the one-stop desk's).

Buttons, refusals, the state diagram, notices, slips and the national mapping read
MOVES; nobody writes a list of statuses elsewhere. `built=False` rows are here for
their shape: their issue opens them.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models


class Status(models.IntegerChoices):
    """The ten national statuses (TrangThaiHoSo) and our own draft."""

    DRAFT = 0, "Nháp"
    SUBMITTED = 1, "Mới đăng ký"
    ACCEPTED = 2, "Được tiếp nhận"
    REFUSED = 3, "Không được tiếp nhận"
    PROCESSING = 4, "Đang xử lý"
    ADDITIONS = 5, "Yêu cầu bổ sung giấy tờ"
    FINANCIAL = 6, "Yêu cầu thực hiện nghĩa vụ tài chính"
    WITHDRAWING = 7, "Công dân yêu cầu rút hồ sơ"
    STOPPED = 8, "Dừng xử lý"
    FINISHED = 9, "Đã xử lý xong"
    RETURNED = 10, "Đã trả kết quả"


S = Status
TERMINAL = frozenset({S.REFUSED, S.RETURNED})
OPEN = tuple(status for status in S if status not in TERMINAL and status != S.DRAFT)
# In whose hands a dossier lies: the deciding agency while it works, else the desk.
WITH_DECIDING_AGENCY = frozenset({S.PROCESSING, S.WITHDRAWING, S.STOPPED})
# Received and not decided: here a term runs out (queues "tới hạn", "quá hạn").
AT_WORK = (S.ACCEPTED, S.PROCESSING)
# While a dossier stands there its clock is stopped for a time.
PAUSED = frozenset({S.ADDITIONS, S.FINANCIAL, S.WITHDRAWING, S.STOPPED})
# Nobody need hold it there: whose it is says who last worked on it (actions.remembering).
PUT_DOWN = (S.REFUSED, *sorted(PAUSED), S.FINISHED, S.RETURNED)

# Where the office is to act. Additions are the citizen's turn until they are answered.
IN_OFFICE = (S.SUBMITTED, S.ACCEPTED, S.PROCESSING, S.ADDITIONS, S.WITHDRAWING)
# There too, where no term runs: T22 is the office's alone, T24 is its or the post's unless the
# result waits for people to fetch it (standing.waits_for_office).
UNHURRIED = (S.STOPPED, S.FINISHED)


class Actor(StrEnum):
    CITIZEN = "citizen"
    RECEPTION = "reception"
    SPECIALIST = "specialist"
    LEADER = "leader"
    CLERK = "clerk"
    CASHIER = "cashier"
    SYSADMIN = "sysadmin"
    SYSTEM = "system"


ACTOR_LABELS = {
    Actor.CITIZEN: "Người nộp hồ sơ",
    Actor.RECEPTION: "Cán bộ một cửa",
    Actor.SPECIALIST: "Chuyên viên",
    Actor.LEADER: "Lãnh đạo",
    Actor.CLERK: "Văn thư",
    Actor.CASHIER: "Thu phí",
    Actor.SYSADMIN: "Quản trị hệ thống",
    Actor.SYSTEM: "Hệ thống",
}


class Clock(StrEnum):
    """What a move does to the dossier's clock (dossiers.deadlines reads it)."""

    KEEP = ""
    INTAKE = "intake"  # the office's time to answer a submission begins
    START = "start"  # the procedure's time limit begins
    PAUSE = "pause"
    RESUME = "resume"  # the time that passed since PAUSE is added
    RECOUNT = "recount"  # after additions: the version's RESET or PAUSE policy decides
    EXTEND = "extend"  # the office names a later due date (T26)
    SET = "set"  # an administrator names the due date anew (T25)
    STOP = "stop"


class Goes(StrEnum):
    """Targets that are not one status."""

    BACK = "back"  # to where the dossier stood before
    STAY = "stay"


@dataclass(frozen=True, slots=True)
class Move:
    code: str
    name: str
    label: str
    sources: tuple[Status, ...]
    target: Status | Goes
    actors: tuple[Actor, ...]
    guards: tuple[str, ...] = ()
    clock: Clock = Clock.KEEP
    slip: str = ""
    notice: str = ""
    built: bool = True
    # Who may draft the move; it is made when a leader consents (dossiers.actions.proposals).
    drafters: tuple[Actor, ...] = ()


A, C = Actor, Clock
_ASKED = (S.ADDITIONS,)
MOVES: dict[str, Move] = {
    move.name: move
    for move in (
        Move("T1", "submit", "Nộp hồ sơ", (S.DRAFT,), S.SUBMITTED, (A.CITIZEN,),
             ("level_allows_filing", "complete"), C.INTAKE, "receipt", "submitted"),
        Move("T2", "recall", "Thu hồi hồ sơ", (S.SUBMITTED,), S.DRAFT, (A.CITIZEN,),
             clock=C.STOP),
        Move("T3", "accept", "Tiếp nhận", (S.SUBMITTED,), S.ACCEPTED, (A.RECEPTION,),
             ("papers_checked", "reception_fee_paid"), C.START, "mau01", "accepted"),
        Move("T4", "refuse", "Từ chối tiếp nhận", (S.SUBMITTED,), S.REFUSED, (A.RECEPTION,),
             ("reason_given",), C.STOP, "mau03", "refused"),
        Move("T5", "ask_additions_at_intake", "Yêu cầu bổ sung", (S.SUBMITTED,), S.ADDITIONS,
             (A.RECEPTION,), ("first_round",), C.PAUSE, "mau02", "additions"),
        Move("T5b", "ask_additions_again", "Yêu cầu bổ sung lần nữa", (S.SUBMITTED, S.ACCEPTED),
             S.ADDITIONS, (A.LEADER,), ("had_a_round",), C.PAUSE, "mau02", "additions_again",
             drafters=(A.RECEPTION,)),
        Move("T6", "ask_fee", "Yêu cầu thu phí, lệ phí", (S.SUBMITTED,), S.FINANCIAL,
             (A.RECEPTION,), clock=C.PAUSE, built=False),
        Move("T7", "accept_at_desk", "Tiếp nhận tại quầy", (S.DRAFT,), S.ACCEPTED,
             (A.RECEPTION,), clock=C.START, slip="mau01", built=False),
        Move("T8", "forward", "Chuyển xử lý", (S.ACCEPTED,), S.PROCESSING, (A.RECEPTION,)),
        Move("T8b", "undo_forward", "Lấy lại hồ sơ vừa chuyển", (S.PROCESSING,), S.ACCEPTED,
             (A.RECEPTION,), ("forward_not_taken_up",)),
        Move("T8c", "return_to_desk", "Trả lại bộ phận một cửa", (S.PROCESSING,), S.ACCEPTED,
             (A.SPECIALIST, A.LEADER, A.CLERK), ("step_is_theirs", "at_first_step",
             "reason_given")),
        Move("T9", "pass_on", "Chuyển bước", (S.PROCESSING,), Goes.STAY,
             (A.SPECIALIST, A.LEADER, A.CLERK), ("step_is_theirs",)),
        Move("T10", "ask_additions", "Yêu cầu bổ sung", (S.ACCEPTED,), S.ADDITIONS,
             (A.RECEPTION,), ("first_round",), C.PAUSE, "mau02", "additions"),
        Move("T11", "ask_additions_in_processing", "Yêu cầu một cửa bổ sung", (S.PROCESSING,),
             S.ADDITIONS, (A.LEADER,), (), C.PAUSE, "mau02", "additions",
             drafters=(A.SPECIALIST,)),
        Move("T12", "answer_additions", "Gửi bổ sung", _ASKED, Goes.STAY, (A.CITIZEN,),
             ("round_waits_for_citizen",)),
        Move("T13", "complete_additions", "Hoàn thành bổ sung", _ASKED, Goes.BACK,
             (A.RECEPTION,), ("round_answered", "papers_checked"), C.RECOUNT, "",
             "additions_complete"),
        Move("T14", "return_additions", "Trả lại bổ sung", _ASKED, Goes.STAY, (A.LEADER,),
             ("round_answered",), C.KEEP, "mau02", "additions_again", drafters=(A.RECEPTION,)),
        Move("T15", "refuse_late_additions", "Không tiếp nhận bổ sung quá hạn", _ASKED,
             S.REFUSED, (A.RECEPTION, A.SYSTEM), ("asked_before_acceptance", "answer_is_late"),
             C.STOP, "mau03", "refused"),
        Move("T15b", "stop_late_additions", "Dừng xử lý do quá hạn bổ sung", _ASKED, S.STOPPED,
             (A.RECEPTION, A.SYSTEM), ("asked_after_acceptance", "answer_is_late"), C.PAUSE,
             "mau05", "stopped"),
        Move("T16", "ask_financial", "Yêu cầu thực hiện nghĩa vụ tài chính",
             (S.ACCEPTED, S.PROCESSING), S.FINANCIAL, (A.SPECIALIST, A.RECEPTION),
             clock=C.PAUSE, built=False),
        Move("T17", "confirm_payment", "Xác nhận đã thanh toán", (S.FINANCIAL,), Goes.BACK,
             (A.CASHIER, A.SYSTEM), clock=C.RESUME, built=False),
        Move("T18", "ask_withdrawal", "Yêu cầu rút hồ sơ",
             (S.SUBMITTED, S.ACCEPTED, S.PROCESSING, S.ADDITIONS, S.FINANCIAL), S.WITHDRAWING,
             (A.CITIZEN,), ("reason_given",), C.PAUSE, "", "withdrawal_asked"),
        Move("T19", "decline_withdrawal", "Không đồng ý rút", (S.WITHDRAWING,), Goes.BACK,
             (A.RECEPTION, A.SPECIALIST), ("no_consent_drafted", "reason_given"), C.RESUME, "",
             "withdrawal_declined"),
        Move("T20", "agree_withdrawal", "Đồng ý rút hồ sơ", (S.WITHDRAWING,), S.FINISHED,
             (A.LEADER,), (), C.STOP, "mau05", "withdrawn",
             drafters=(A.SPECIALIST, A.RECEPTION)),
        Move("T21", "stop", "Dừng xử lý", (S.PROCESSING,), S.STOPPED, (A.LEADER,),
             ("reason_given",), C.PAUSE, "mau05", "stopped", drafters=(A.SPECIALIST,)),
        Move("T22", "go_on", "Tiếp tục xử lý", (S.STOPPED,), S.PROCESSING,
             (A.SPECIALIST, A.LEADER), (), C.RESUME, "", "goes_on"),
        Move("T22b", "end_stopped", "Kết thúc hồ sơ đã dừng", (S.STOPPED,), S.FINISHED,
             (A.LEADER,), ("reason_given",), C.STOP, "", "ended", drafters=(A.SPECIALIST,)),
        Move("T23", "finish", "Có kết quả", (S.PROCESSING,), S.FINISHED, (A.LEADER, A.CLERK),
             ("at_last_step", "result_recorded"), C.STOP, "", "result"),
        Move("T24", "return_result", "Trả kết quả", (S.FINISHED,), S.RETURNED,
             (A.RECEPTION, A.CLERK, A.SYSTEM), ("return_way_open", "return_fee_paid"), C.KEEP,
             "", "returned"),
        Move("T25", "reset_deadline", "Đặt lại hạn xử lý", OPEN, Goes.STAY, (A.SYSADMIN,),
             ("term_runs", "reason_given"), C.SET, "", "deadline_reset"),
        Move("T26", "apologise", "Xin lỗi và hẹn lại", (S.ACCEPTED, S.PROCESSING), Goes.STAY,
             (A.LEADER,), ("due_is_set", "not_apologised"), C.EXTEND, "mau04", "apology",
             drafters=(A.SPECIALIST, A.RECEPTION)),
    )
}  # fmt: skip

# Whose work a dossier is (dossiers.actions.holding): lines of its history that move nothing and
# are no word to its citizen.
HOLDS = frozenset({"claim", "assign", "release", "take_back"})
# What makes a page that was read before stale: a new revision. The rest is beside the dossier.
REVISES = frozenset(MOVES) | {"propose", "reject_draft", "withdraw_draft", "fees"}
