"""In whose hands a dossier lies now and by when they must act: for its people, in words."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import Agency
from dossiers.models import Dossier, ReturnMethod
from dossiers.workflow import IN_OFFICE, UNHURRIED, Status


@dataclass(frozen=True, slots=True)
class Standing:
    """`unit` of `agency` holds it (never a person's name); `mine`: the citizen is to act."""

    agency: Agency
    unit: str
    doing: str
    due: datetime | None = None
    due_title: str = ""
    running: bool = True
    mine: bool = False


_UNITS = {
    Status.SUBMITTED: ("Bộ phận một cửa", "xem hồ sơ mới nộp để tiếp nhận"),
    Status.ACCEPTED: ("Bộ phận một cửa", "chuyển hồ sơ đến nơi giải quyết"),
    Status.PROCESSING: ("Bộ phận chuyên môn", "giải quyết hồ sơ"),
    Status.ADDITIONS: ("Bộ phận một cửa", "kiểm tra phần bạn vừa bổ sung"),
    Status.WITHDRAWING: ("Lãnh đạo cơ quan", "trả lời yêu cầu rút hồ sơ"),
    Status.STOPPED: ("Bộ phận chuyên môn", "xem xét để giải quyết tiếp hoặc kết thúc hồ sơ"),
    Status.FINISHED: ("Bộ phận trả kết quả", "trả kết quả cho bạn"),
}
# Results the office or the post brings; any other lies at the desk until it is fetched.
BROUGHT = (ReturnMethod.ONLINE, ReturnMethod.POST)


def holder(dossier: Dossier) -> Agency:
    """No query: a desk is the receiving or the deciding agency, known to the pages."""
    deciding = dossier.desk_agency_id == dossier.deciding_agency_id
    return dossier.deciding_agency if deciding else dossier.receiving_agency


def of(dossier: Dossier, answer_due: datetime | None = None) -> Standing | None:
    """None once it is over, and for a draft. `answer_due`: until when the citizen may answer an
    open request for additions."""
    known = _UNITS.get(Status(dossier.status))
    if known is None:
        return None
    agency, (unit, doing) = holder(dossier), known
    if dossier.status == Status.ADDITIONS and not dossier.additions_answered:
        return Standing(agency, "Bạn", "gửi phần bổ sung", answer_due, "Hạn gửi bổ sung", mine=True)
    if dossier.status == Status.SUBMITTED:
        return Standing(agency, unit, doing, dossier.intake_due_at, "Hạn trả lời hồ sơ mới")
    if dossier.status == Status.FINISHED:
        if dossier.return_method in BROUGHT:
            return Standing(agency, unit, doing)
        return Standing(agency, "Bạn", f"đến nhận kết quả tại {agency.name}", mine=True)
    running = dossier.clock_running
    return Standing(agency, unit, doing, dossier.due_at, "Hạn trả kết quả", running)


def waits_for_office(dossier: Dossier) -> bool:
    """Whether the next step is the office's."""
    if dossier.status == Status.ADDITIONS:
        return dossier.additions_answered
    if dossier.status == Status.FINISHED:
        return dossier.return_method in BROUGHT
    return dossier.status in (*IN_OFFICE, *UNHURRIED)
