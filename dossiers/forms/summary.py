"""The last look before filing: everything the draft holds, as people read it."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Missing, duplicates
from dossiers.forms.contact import WAYS
from dossiers.look import look_of
from dossiers.models import Dossier, FiledFor, Paper, ReturnMethod
from dossiers.sections import part_address, part_asking, shown_file, shown_files
from dossiers.slip_data import term
from portal.lib import slots
from procedures import eforms
from procedures.general_form import definition_of
from procedures.models import Requirement, RequirementOnline
from procedures.models.parts import Collected

BACK = "?ve=kiem-tra"
Rows = list[tuple[str, str, str]]


class DeclarationForm(forms.Form):
    cam_doan = forms.BooleanField(
        label="Tôi cam đoan lời khai và giấy tờ trên là đúng sự thật và chịu trách nhiệm "
        "trước pháp luật về nội dung đã khai.",
        error_messages={"required": "Hãy đánh dấu vào ô cam đoan trước khi nộp."},
    )
    van_nop = forms.BooleanField(required=False)
    da_xem = forms.CharField(required=False, max_length=300)

    @property
    def despite(self) -> frozenset[str]:
        """Codes of the like dossiers the page showed, once the tick says to file nonetheless."""
        given = self.cleaned_data
        return frozenset(given["da_xem"].split()) if given.get("van_nop") else frozenset()

    def ask_again(self) -> None:
        self.add_error("van_nop", "Hãy xem hồ sơ đã nộp, rồi đánh dấu nếu vẫn nộp hồ sơ mới.")


def of(dossier: Dossier, needs: list[Requirement]) -> dict[str, Any]:
    """What the check page shows, and `seen`, its mark. At most six queries, however much there
    is."""
    papers = list(dossier.papers.current().in_order())
    missing = actions.gaps(dossier, papers=papers)
    return {
        "seen": look_of(dossier, papers),
        "owner_rows": _owner_rows(dossier, papers),
        "alike": duplicates.alike(dossier, by=dossier.submitter, at=timezone.now()),
        "sections": _sections(dossier, papers),
        "needs": _papers_by_need(needs, papers),
        "originals": _originals(dossier, needs),
        "return_rows": _return_rows(dossier),
        "missing": [(gap.sentence, address_of(dossier, gap, BACK)) for gap in missing],
        "fees": [fee | {"when": Collected(fee["collected"]).label} for fee in dossier.fees],
        "costs": extra_costs(dossier),
        "term": term(dossier.term_time, dossier.term_unit) if dossier.term_time else "",
        "intake_hours": dossier.version.intake_hours,
        "papers_change": _url("filing-papers", dossier, BACK),
        "case_change": _url("filing-case", dossier, BACK),
    }


def shared_rows(dossier: Dossier) -> Rows:
    """What all dossiers of a batch have from their pattern."""
    papers = list(dossier.papers.current().in_order())
    firm = dossier.filed_for == FiledFor.ORGANISATION
    whose = dossier.owner_name if firm else FiledFor(dossier.filed_for).label
    names = "; ".join(paper.filename for paper in papers)
    way = ReturnMethod(dossier.return_method).label if dossier.return_method else ""
    return [
        ("Nộp cho ai", whose, _url("filing-owner", dossier, BACK)),
        *(
            [("Trường hợp", dossier.case.name, _url("filing-case", dossier, BACK))]
            if dossier.case
            else []
        ),
        ("Giấy tờ dùng chung", names, _url("filing-papers", dossier, BACK)),
        ("Nhận kết quả", way, _url("filing-return", dossier, BACK)),
    ]


def extra_costs(dossier: Dossier) -> list[dict[str, Any]]:
    """Lines of packages above: {"name", "amount" in đồng or None, "note"}."""
    return slots.fill("filing.costs", dossier)


def address_of(dossier: Dossier, gap: Missing, query: str = "") -> str:
    """Where a gap is mended."""
    if gap.place == "eform":
        definition = definition_of(dossier.version)
        return eform_url(dossier, part_asking(definition, gap.key), query)
    names = {"owner": "filing-owner", "case": "filing-case", "return": "filing-return"}
    if gap.place == "papers":
        return _url("filing-papers", dossier, query) + (f"#giay-{gap.key}" if gap.key else "")
    return _url(names[gap.place], dossier, query)


def eform_url(dossier: Dossier, part: str, query: str = "") -> str:
    args = [dossier.public_id, *([part] if part else [])]
    return reverse("filing-eform", args=args) + query


def _url(name: str, dossier: Dossier, query: str = "") -> str:
    return reverse(name, args=[dossier.public_id]) + query


def _owner_rows(dossier: Dossier, papers: list[Paper]) -> Rows:
    change = _url("filing-owner", dossier, BACK)
    rows = [("Bạn nộp", FiledFor(dossier.filed_for).label, change)]
    if dossier.filed_for == FiledFor.OTHER:
        rows += _authority_rows(dossier, papers, change)
    firm = dossier.filed_for == FiledFor.ORGANISATION
    number = ("Mã số thuế", dossier.owner_tax_code, change) if firm else (
        "Số định danh cá nhân", dossier.owner_citizen_id, change
    )  # fmt: skip
    return [
        *rows,
        ("Tên tổ chức" if firm else "Họ và tên", dossier.owner_name, change),
        number,
        ("Số điện thoại", dossier.owner_phone, change),
        ("Thư điện tử", dossier.owner_email, change),
        ("Địa chỉ liên hệ", dossier.owner_address, change),
    ]


def _authority_rows(dossier: Dossier, papers: list[Paper], change: str) -> Rows:
    end = actions.authority_end(dossier)
    days = f"từ {dossier.authority_from:%d/%m/%Y}" if dossier.authority_from else ""
    days += f" đến hết {end:%d/%m/%Y}" if end else ", không ghi thời hạn"
    given = [shown_file(paper) for paper in papers if paper.field_key == actions.AUTHORITY]
    files = render_to_string("parts/files_given.html", {"files": given}) if given else ""
    return [
        ("Tư cách của bạn", dossier.get_relation_display(), change),
        ("Giấy ủy quyền", files, change),
        ("Hiệu lực", days if dossier.authority_from else "", change),
    ]


def _return_rows(dossier: Dossier) -> Rows:
    change = _url("filing-return", dossier, BACK)
    way = dossier.return_method
    rows = [("Cách nhận kết quả", WAYS[ReturnMethod(way)] if way else "", change)]
    if way == ReturnMethod.POST:
        rows += [
            ("Người nhận", dossier.return_name, change),
            ("Điện thoại người nhận", dossier.return_phone, change),
            ("Địa chỉ nhận", dossier.return_address, change),
        ]
    if way == ReturnMethod.DESK:
        agency = dossier.receiving_agency
        rows.append(("Nơi nhận", f"{agency.name}, {agency.address}", ""))
    return rows


def _sections(dossier: Dossier, papers: list[Paper]) -> list[eforms.SectionRows]:
    definition = definition_of(dossier.version)

    def change(section: str) -> str:
        return eform_url(dossier, part_address(definition, section), BACK)

    return eforms.rows(definition, dossier.answers, files=shown_files(papers), change_url=change)


def _originals(dossier: Dossier, needs: list[Requirement]) -> list[tuple[Requirement, str]]:
    """Papers announced on paper, and how they will come."""
    ways = [(need, dossier.originals.get(str(need.pk), "")) for need in needs]
    return [(need, actions.ORIGINALS[way]) for need, way in ways if way in actions.ORIGINALS]


def _papers_by_need(
    needs: list[Requirement], papers: list[Paper]
) -> list[tuple[Requirement, list[dict[str, str]]]]:
    """Those asked as files, each with what was given."""
    return [
        (need, [shown_file(paper) for paper in papers if paper.requirement_id == need.pk])
        for need in needs
        if need.online == RequirementOnline.UPLOAD
    ]
