"""What each slip prints, gathered once at issue and frozen in Slip.data.

Layouts: domain.md §2.3; the keys are the contract at the top of templates/slips/base.html.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Agency
from dossiers import control_slip, deadlines
from dossiers.models import ClockKind, Dossier, FiledFor, Slip, SlipKind
from notices.actions import absolute
from procedures.models import AdditionPolicy, RequirementOnline, TimeUnit

# What follows the number, "Số: …/TTPVHCC"; guidance has its own sign on the form (domain.md §2.3).
_SIGNS = {"TT01/2018": "BPTNTKQ", "TT03/2025": "TTPVHCC"}
_GUIDANCE = "HDHS"
_TIME_AGAIN = {
    AdditionPolicy.RESET: "Thời gian giải quyết được tính lại từ đầu sau khi nhận đủ hồ sơ hợp lệ.",
    AdditionPolicy.PAUSE: "Thời gian chờ bổ sung không tính vào thời gian giải quyết; thời gian "
    "còn lại được tính tiếp sau khi nhận đủ hồ sơ hợp lệ.",
}
_TIME_BEGINS = "Thời gian giải quyết được tính từ khi hồ sơ được tiếp nhận."


def gather(dossier: Dossier, kind: str, *, agency: Agency, by: Any, at: datetime) -> dict[str, Any]:
    """JSON-able; with the `marks` complete: rendering needs nothing else."""
    data: dict[str, Any] = issuer(agency, at) | {
        "procedure_name": dossier.version.name,
        "owner": {
            "name": dossier.owner_name,
            "address": dossier.owner_address,
            "phone": dossier.owner_phone,
            "email": dossier.owner_email,
        },
        "submitter_name": dossier.submitter.full_name,
        "who_filed": who_filed(dossier),
        "officer_name": by.full_name if by and kind != SlipKind.RECEIPT else "",
        "contact_line": _contact(agency),
        "track_url": absolute(reverse("track")),
    }
    return data | _PARTS[kind](dossier, at)


def issuer(agency: Agency, at: datetime) -> dict[str, Any]:
    """The head of every form: who issues it, where and when."""
    here = timezone.localtime(at)
    return {
        "agency_superior": agency.parent.name if agency.parent else settings.PROVINCE_NAME,
        "agency_name": agency.name,
        "place_date_line": f"{_place(agency)}, ngày {here:%d} tháng {here:%m} năm {here:%Y}",
    }


def marks(slip: Slip) -> dict[str, Any]:
    """What counters give, known last. Mẫu 01's own number is the dossier's in the
    register (dossiers.register) too: per desk and year, without gaps."""
    found: dict[str, Any] = {
        "number": numbered(slip),
        "code": slip.dossier.code,
        "qr": absolute(f"{reverse('track')}?ma={slip.dossier.code}"),
    }
    if slip.kind == SlipKind.MAU01:
        found["book"] = {"volume": slip.period, "no": slip.number}
    return found


def numbered(slip: Slip) -> str:
    """07/TTPVHCC."""
    sign = _GUIDANCE if slip.kind == SlipKind.MAU02 else _SIGNS[slip.form_set]
    return f"{slip.number:02d}/{sign}" if slip.number else ""


def who_filed(dossier: Dossier) -> list[tuple[str, str]]:
    """Label and value; nothing where the owner filed with their own hand."""
    rows = []
    if dossier.owner_tax_code:
        rows.append(("Mã số thuế", dossier.owner_tax_code))
    if dossier.filed_for == FiledFor.OTHER:
        rows.append(("Người nộp", f"{dossier.submitter} ({dossier.get_relation_display()})"))
    elif dossier.filed_for == FiledFor.ORGANISATION:
        rows.append(("Người nộp", str(dossier.submitter)))
    if dossier.assisted_by:
        rows.append(("Cán bộ nộp giúp", str(dossier.assisted_by)))
    return rows


def _place(agency: Agency) -> str:
    return agency.ward.name if agency.ward else settings.PROVINCE_NAME.removeprefix("Tỉnh ")


def _contact(agency: Agency) -> str:
    return f"{agency.name}, {agency.address}, điện thoại {agency.phone}"


def moment(at: datetime | None) -> str:
    """10 giờ 05 phút, ngày 06/03/2026."""
    if at is None:
        return ""
    here = timezone.localtime(at)
    return f"{here:%H} giờ {here:%M} phút, ngày {here:%d/%m/%Y}"


def term(time: int | None, unit: str) -> str:
    if unit == TimeUnit.NONE or not time:
        return "không quy định"
    return f"{time:02d} {TimeUnit(unit).label}"


def return_place(dossier: Dossier) -> str:
    if dossier.return_method == "post":
        return f"Nhận tại nhà qua bưu chính: {dossier.return_address}"
    if dossier.return_method == "online":
        return "Nhận bản điện tử trên cổng"
    return f"{dossier.receiving_agency.name}, {dossier.receiving_agency.address}"


def _papers(dossier: Dossier) -> list[dict[str, Any]]:
    """The papers of the case as filed: how many files each got, or that it was declared."""
    current = dossier.known_papers
    if current is None:
        current = list(dossier.papers.current().only("dossier", "requirement"))
    files = Counter(paper.requirement_id for paper in current)
    rows: list[dict[str, Any]] = []
    for need in dossier.case.requirements.all() if dossier.case else []:
        given = files[need.pk]
        if need.online == RequirementOnline.EFORM:
            form, note = "Tờ khai điện tử", ""
        elif given:
            form, note = "Bản điện tử", f"{given} tệp"
        else:
            continue
        rows.append(
            {"no": len(rows) + 1, "name": need.name, "form": form, "count": 1, "note": note}
        )
    return rows


def _receipt(dossier: Dossier, at: datetime) -> dict[str, Any]:
    return {
        "papers": _papers(dossier),
        "submitted_line": moment(dossier.submitted_at),
        "intake_line": moment(dossier.intake_due_at),
        "time_text": term(dossier.term_time, dossier.term_unit),
        "receive_at": return_place(dossier),
        "fees": _fees(dossier),
    }


def _fees(dossier: Dossier) -> list[dict[str, Any]]:
    """The lines as published, or the sum the officer found to apply; nothing before that."""
    if not dossier.fees_assessed:
        return []
    if dossier.fee_total == sum(fee["amount"] for fee in dossier.fees):
        return [{"name": fee["name"], "amount": fee["amount"]} for fee in dossier.fees]
    return [{"name": "Phí, lệ phí áp dụng cho hồ sơ", "amount": dossier.fee_total}]


def _mau01(dossier: Dossier, at: datetime) -> dict[str, Any]:
    return {
        "papers": _papers(dossier),
        "sets": 1,
        "time_text": term(dossier.term_time, dossier.term_unit),
        "accepted_line": moment(dossier.accepted_at),
        "due_line": moment(dossier.due_at),
        "receive_at": return_place(dossier),
        "fees": _fees(dossier),
    }


def _mau02(dossier: Dossier, at: datetime) -> dict[str, Any]:
    asked = dossier.rounds.get(completed_at=None)
    lines = [
        {"no": index, "name": item.label, "reason": item.reason, "count": 1}
        for index, item in enumerate(asked.deficiencies.all(), start=1)
    ]
    return {
        "lines": lines,
        "reasons": asked.reason,
        "deadline_line": moment(asked.answer_due_at),
        "time_line": time_line(dossier),
    }


def time_line(dossier: Dossier) -> str:
    """What the additions do to the time limit; none has begun before the reception."""
    if dossier.accepted_at is None:
        return _TIME_BEGINS
    return _TIME_AGAIN[AdditionPolicy(dossier.version.addition_policy)]


def _mau03(dossier: Dossier, at: datetime) -> dict[str, Any]:
    last = dossier.events.last()
    return {"reasons": last.note if last else ""}


def _mau04(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """The move has set the new due time already; the ledger knows the one it replaced."""
    calendar = deadlines.calendar_of(dossier.receiving_agency)
    turns = deadlines.walk(dossier.clock_entries.all(), calendar)
    before = [turn.before for turn in turns if turn.entry.kind == ClockKind.EXTEND]
    last = dossier.events.last()
    return {
        "accepted_line": moment(dossier.accepted_at),
        "old_due_line": moment(before[-1] if before else dossier.original_due_at),
        "due_line": moment(dossier.due_at),
        "deciding_name": dossier.deciding_agency.name,
        "reasons": last.note if last else "",
        "receive_at": return_place(dossier),
    }


def _mau05(dossier: Dossier, at: datetime) -> dict[str, Any]:
    """On the citizen's own wish (T20), else by the office (T21)."""
    last = dossier.events.last()
    asked = None
    if last and last.move == "agree_withdrawal":
        asked = dossier.events.filter(move="ask_withdrawal").last()
    return {
        "asked_line": moment(asked.at) if asked else "",
        "wish": asked.note if asked else "",
        "stopped_line": moment(at),
        "reasons": last.note if last else "",
    }


def _control(dossier: Dossier, at: datetime) -> dict[str, Any]:
    last = dossier.slips.filter(kind=SlipKind.CONTROL).last()
    return {
        "accepted_line": moment(dossier.accepted_at),
        "due_line": moment(dossier.due_at) or "không quy định",
        "time_text": term(dossier.term_time, dossier.term_unit),
        "deciding_name": dossier.deciding_agency.name,
        "coordinating": dossier.version.coordinating,
        "replaces": last.data["number"] if last else "",
        "rows": [
            {
                "no": number,
                "give": [*hand.give],
                "take": [*hand.take],
                "at_line": moment(hand.at),
                "kept": hand.kept,
                "note": hand.note,
            }
            for number, hand in enumerate(control_slip.handovers(dossier), start=1)
        ],
    }


_PARTS: dict[str, Callable[[Dossier, datetime], dict[str, Any]]] = {
    SlipKind.RECEIPT: _receipt,
    SlipKind.MAU01: _mau01,
    SlipKind.MAU02: _mau02,
    SlipKind.MAU03: _mau03,
    SlipKind.MAU04: _mau04,
    SlipKind.MAU05: _mau05,
    SlipKind.CONTROL: _control,
}
