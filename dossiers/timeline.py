"""The way of a dossier as a citizen understands it, for templates/parts/timeline.html."""

from typing import Any

from django.utils import timezone

from dossiers.models import Dossier, Event
from dossiers.workflow import Status
from portal.lib import slots

Item = dict[str, Any]

TITLES = {
    "submit": "Đã nộp hồ sơ",
    "accept": "Cơ quan đã tiếp nhận hồ sơ",
    "refuse": "Hồ sơ không được tiếp nhận",
    "ask_additions_at_intake": "Cơ quan yêu cầu bổ sung",
    "ask_additions": "Cơ quan yêu cầu bổ sung",
    "answer_additions": "Đã gửi bổ sung",
    "complete_additions": "Cơ quan đã nhận đủ phần bổ sung",
    "forward": "Đã chuyển đến cơ quan giải quyết",
    "undo_forward": "Bộ phận một cửa lấy lại hồ sơ để kiểm tra",
    "return_to_desk": "Hồ sơ được chuyển lại bộ phận một cửa",
    "pass_on": "Đã chuyển bước",
    "ask_additions_again": "Cơ quan yêu cầu bổ sung thêm",
    "ask_additions_in_processing": "Cơ quan yêu cầu bổ sung",
    "return_additions": "Phần bổ sung chưa đủ, cơ quan yêu cầu bổ sung thêm",
    "refuse_late_additions": "Quá hạn bổ sung, hồ sơ không được tiếp nhận",
    "stop_late_additions": "Quá hạn bổ sung, hồ sơ tạm dừng giải quyết",
    "stop": "Cơ quan tạm dừng giải quyết hồ sơ",
    "go_on": "Hồ sơ được giải quyết tiếp",
    "end_stopped": "Hồ sơ kết thúc và được trả lại",
    "apologise": "Cơ quan xin lỗi và hẹn lại ngày trả kết quả",
    "recall": "Đã thu hồi hồ sơ để sửa",
    "ask_withdrawal": "Đã gửi yêu cầu rút hồ sơ",
    "decline_withdrawal": "Cơ quan không đồng ý cho rút hồ sơ",
    "agree_withdrawal": "Cơ quan đồng ý cho rút hồ sơ",
    "finish": "Đã có kết quả",
    "ask_opinion": "Cơ quan xin ý kiến đơn vị phối hợp",
    "give_opinion": "Đơn vị phối hợp đã cho ý kiến",
    "cancel_opinion": "Cơ quan thôi xin ý kiến",
    "silence": "Cổng đã báo hồ sơ đang ở đâu",
    "nudge": "Người nộp đã nhắc cơ quan",
    "return_result": "Đã trả kết quả",
    "fees": "Đã xác định phí, lệ phí",
    "payment": "Đã ghi nhận phí, lệ phí",
    "reset_deadline": "Hạn trả kết quả được đặt lại",
}
# Who acted, as a unit: the officer's name is none of the timeline's business.
_BY_CITIZEN = frozenset({"submit", "recall", "answer_additions", "ask_withdrawal", "nudge"})
_BETWEEN_OFFICES = frozenset({"ask_opinion", "give_opinion", "cancel_opinion"})
_BY_DECIDING = frozenset(
    {
        "finish",
        "decline_withdrawal",
        "agree_withdrawal",
        "pass_on",
        "return_to_desk",
        "stop",
        "go_on",
        "end_stopped",
        "apologise",
        "ask_additions_in_processing",
    }
)
# Of the steps inside, those that bring it to another one: who has it there is the office's.
_STEPS_SHOWN = frozenset({"forward", "back", "skipped", "undone"})
_NOTE_FOR_CITIZEN = frozenset(
    {
        "refuse",
        "silence",
        "ask_additions",
        "ask_additions_at_intake",
        "ask_withdrawal",
        "decline_withdrawal",
        "agree_withdrawal",
        "ask_additions_again",
        "ask_additions_in_processing",
        "return_additions",
        "refuse_late_additions",
        "stop_late_additions",
        "stop",
        "end_stopped",
        "apologise",
        "reset_deadline",
    }
)

_NOW = {
    Status.SUBMITTED: "Chờ cơ quan tiếp nhận",
    Status.ACCEPTED: "Đang ở bộ phận một cửa, chuẩn bị chuyển xử lý",
    Status.PROCESSING: "Đang được giải quyết",
    Status.WITHDRAWING: "Chờ cơ quan trả lời yêu cầu rút hồ sơ",
    Status.STOPPED: "Cơ quan đang tạm dừng giải quyết",
    Status.FINISHED: "Chờ trả kết quả",
}
_AHEAD = (
    (Status.SUBMITTED, "Cơ quan tiếp nhận và hẹn ngày trả"),
    (Status.PROCESSING, "Cơ quan giải quyết"),
    (Status.FINISHED, "Có kết quả"),
    (Status.RETURNED, "Trả kết quả"),
)


def of(dossier: Dossier, *, anonymous: bool = False) -> list[Item]:
    """Done steps, where it stands now, what is still to come. Three queries at most;
    `anonymous` leaves out every free text. What has no title here stays inside the office."""
    events = [event for event in dossier.events.all() if _is_shown(event)]
    items = [_done(dossier, event, anonymous) for event in events]
    parcels = slots.fill("dossier.timeline", dossier)
    post = [line for part in parcels for line in part]
    if anonymous:
        post = [{key: line[key] for key in line if key != "text"} for line in post]
    items = _by_time([*items, *(line for line in post if line["state"] == "done")])
    now = [line for line in post if line["state"] == "now"] or _now(dossier)
    return [*items, *now, *_ahead(dossier)]


def _by_time(items: list[Item]) -> list[Item]:
    return sorted(items, key=lambda item: item["at"])


def _is_shown(event: Event) -> bool:
    if event.move == "pass_on":
        return event.data.get("how") in _STEPS_SHOWN
    return event.move in TITLES


def _done(dossier: Dossier, event: Event, anonymous: bool) -> Item:
    if event.move in _BY_CITIZEN:
        who = "Người nộp hồ sơ"
    elif event.move in _BY_DECIDING:
        who = dossier.deciding_agency.name
    elif event.move == "silence":
        who = "Cổng Một Cửa"
    elif event.move in _BETWEEN_OFFICES:
        who = event.data["agency"] if event.move == "give_opinion" else dossier.desk_agency.name
    else:
        who = dossier.receiving_agency.name
    item: Item = {
        "state": "done",
        "title": TITLES[event.move],
        "at": event.at,
        "who": who,
    }
    if event.move == "pass_on":
        item["title"] = f"Hồ sơ đến bước “{event.data['to']}”"
    if event.note and event.move in _NOTE_FOR_CITIZEN and not anonymous:
        item["text"] = event.note
    return item


def _now(dossier: Dossier) -> list[Item]:
    if dossier.status == Status.ADDITIONS:
        open_round = dossier.rounds.filter(completed_at=None).first()
        waits = open_round is not None and open_round.answered_at is None
        title = "Chờ bạn bổ sung" if waits else "Cơ quan đang kiểm tra phần bổ sung"
        return [{"state": "now", "title": title, "text": "Thời hạn giải quyết đang tạm dừng."}]
    title = _NOW.get(Status(dossier.status), "")
    if not title:
        return []
    if dossier.status == Status.PROCESSING and (run := dossier.step_runs.last()):
        title = f"Đang ở bước “{run.name}”"
    if dossier.status in (Status.WITHDRAWING, Status.STOPPED):
        text = "Thời hạn giải quyết đang tạm dừng."
    elif dossier.status == Status.SUBMITTED and dossier.intake_due_at:
        due = timezone.localtime(dossier.intake_due_at)
        text = f"Cơ quan trả lời trước {due:%H:%M ngày %d/%m/%Y}."
    elif dossier.due_at and dossier.status != Status.FINISHED:
        due = timezone.localtime(dossier.due_at)
        text = f"Hẹn trả kết quả lúc {due:%H:%M ngày %d/%m/%Y}."
    else:
        text = ""
    return [{"state": "now", "title": title, "text": text}]


def _ahead(dossier: Dossier) -> list[Item]:
    if dossier.status in (Status.REFUSED, Status.RETURNED) or dossier.withdrawn_at:
        return []
    if dossier.status in (Status.WITHDRAWING, Status.STOPPED):
        return []  # what comes next is what the office is deciding
    reached = dossier.status_before if dossier.status == Status.ADDITIONS else dossier.status
    if dossier.status == Status.SUBMITTED:
        reached = Status.DRAFT
    elif dossier.status == Status.ADDITIONS and reached == Status.SUBMITTED:
        reached = Status.DRAFT
    return [
        {"state": "next", "title": title}
        for status, title in _AHEAD
        if reached is not None and status > reached
    ]


_ENDINGS = {
    Status.REFUSED: (("refuse", "refuse_late_additions"), "Không được tiếp nhận"),
    Status.STOPPED: (("stop", "stop_late_additions"), "Cơ quan tạm dừng giải quyết"),
    Status.RETURNED: (("end_stopped",), "Hồ sơ đã kết thúc và được trả lại bạn"),
}


def ended(dossier: Dossier) -> dict[str, str] | None:
    """Refused, stopped or given back without a result: what to say at the top, and why."""
    moves, title = _ENDINGS.get(Status(dossier.status), ((), ""))
    event = dossier.events.filter(move__in=moves).last() if moves else None
    return {"title": title, "why": event.note} if event else None
