"""After filing: my dossiers, one dossier, its receipt and papers to download."""

import uuid
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from dossiers import actions, people, policies, standing, timeline
from dossiers.actions.notices import address_of
from dossiers.models import (
    AdditionRound,
    Dossier,
    Message,
    Paper,
    Result,
    ReturnMethod,
    Slip,
    SlipKind,
)
from dossiers.sections import named_files
from dossiers.slip_data import moment, return_place, term, who_filed
from dossiers.views.issued import serve_issued
from dossiers.workflow import OPEN, TERMINAL, Status
from notices.actions import absolute
from portal.lib.codes import lookup_secret
from portal.lib.files import serve_file
from portal.lib.qr import qr_svg
from portal.lib.web import AuthenticatedRequest, keyset_page
from portal.templatetags.parts import dong
from procedures import eforms
from procedures.general_form import definition_of

PAGE = 20
TABS = {
    "": ("Tất cả", tuple(Status)),
    "nhap": ("Bản nháp", (Status.DRAFT,)),
    "dang-giai-quyet": ("Đang giải quyết", OPEN),
    "da-xong": ("Đã xong", tuple(TERMINAL)),
}


@require_safe
def my_dossiers(request: AuthenticatedRequest) -> HttpResponse:
    """What this person filed or is about to file, newest first."""
    chosen = request.GET.get("loc", "")
    if chosen not in TABS:
        chosen = ""
    mine = Dossier.objects.visible_to(request.user).filed_by(request.user)
    found = mine.filter(status__in=TABS[chosen][1]).with_names().select_related("batch")
    cursor = request.GET.get("sau")
    page = keyset_page(found, order=("-pk",), cursor=cursor, size=PAGE)
    tabs = [
        {"text": text, "url": f"?loc={key}", "current": key == chosen}
        for key, (text, _) in TABS.items()
    ]
    context = {"page": page, "tabs": tabs, "cursor": cursor, "chosen": chosen}
    context["lines"] = _lines(page.rows, request.user)
    return render(request, "dossiers/citizen/mine.html", context)


@dataclass(frozen=True, slots=True)
class Line:
    """A dossier in the list; `another`: whose it is, when it is not the reader's own."""

    dossier: Dossier
    another: str
    unread: int
    kept_until: datetime | None


def _lines(rows: list[Dossier], user: User) -> list[Line]:
    new = Message.objects.unread_by_citizen().filter(dossier__in=[row.pk for row in rows])
    unread = Counter(new.values_list("dossier", flat=True))
    drafts = [row for row in rows if row.status == Status.DRAFT and not row.code]
    until = actions.kept_until_all(drafts) if drafts else {}
    return [
        Line(
            row,
            another=row.owner_name if row.owner_id != user.pk else "",
            unread=unread[row.pk],
            kept_until=until.get(row.pk),
        )
        for row in rows
    ]


_TRAIL = [("Hồ sơ của tôi", reverse_lazy("my-dossiers"))]


def return_sentence(dossier: Dossier) -> str:
    """How the result comes, said to the citizen."""
    if dossier.return_method == ReturnMethod.POST:
        return f"Kết quả được gửi qua bưu chính công ích đến {dossier.return_address}."
    if dossier.return_method == ReturnMethod.ONLINE:
        return "Bản điện tử của kết quả được trả ngay trên trang này."
    desk = dossier.receiving_agency
    return f"Nhận kết quả tại {desk.name}, {desk.address}; mang theo giấy tờ tùy thân."


def _facts(dossier: Dossier) -> list[tuple[str, str]]:
    """Label and value, for field_list."""
    fee = dong(dossier.fee_total) if dossier.fee_total else "Không thu"
    if not dossier.fees_assessed:
        fee = "Tùy trường hợp, cơ quan xác định khi xem hồ sơ"
    elif dossier.fee_total and dossier.fee_paid >= dossier.fee_total:
        fee += " (đã thu)"
    return [
        ("Chủ hồ sơ", dossier.owner_name),
        *who_filed(dossier),
        ("Nộp lúc", moment(dossier.submitted_at)),
        ("Nơi tiếp nhận", dossier.receiving_agency.name),
        ("Cơ quan giải quyết", dossier.deciding_agency.name),
        ("Thời hạn", term(dossier.term_time, dossier.term_unit)),
        ("Hẹn trả", moment(dossier.due_at) or "Có khi hồ sơ được tiếp nhận"),
        ("Nhận kết quả", return_place(dossier)),
        ("Phí, lệ phí", fee),
    ]


def mask_email(address: str) -> str:
    """b…h@example.vn: enough to recognise, not to copy."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{name[-1:]}@{domain}" if at else ""


def own_dossier(request: AuthenticatedRequest, public_id: uuid.UUID) -> Dossier:
    """The dossier as one of its people; 404 for everybody else, officers too."""
    mine = Dossier.objects.visible_to(request.user).filed_by(request.user)
    found = mine.select_related(
        "version__procedure",
        "submitter",
        "case",
        "receiving_agency",
        "deciding_agency",
        "return_ward",
        "return_province",
    )
    return get_object_or_404(found, public_id=public_id)


@require_safe
def dossier(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Where the dossier stands, what to do next, every paper of it."""
    found = own_dossier(request, public_id)
    if found.status == Status.DRAFT:
        return redirect("filing", found.public_id)
    asked = found.rounds.filter(completed_at=None).first()
    now = timezone.now()
    papers = list(found.papers.current().in_order().select_related("requirement"))
    holds = standing.of(found, asked.answer_due_at if asked else None)
    context = {
        "holds": holds,
        "late": bool(holds and holds.due and holds.running and not holds.mine and holds.due < now),
        "may_nudge": actions.nudge_refusal(found, by=request.user, at=now) is None,
        "unread": found.messages.unread_by_citizen().count(),
        "dossier": found,
        "items": timeline.of(found),
        "asked": asked if asked and not asked.answered_at else None,
        "slips": found.slips.for_people(),
        "results": found.results.all() if policies.result_open_to_citizen(found) else (),
        "papers": papers,
        "sections": eforms.rows(
            definition_of(found.version), found.answers, files=named_files(_sent(papers, asked))
        ),
        "may": {move.name for move, why in policies.open_moves(request.user, found) if not why},
        "ended": timeline.ended(found),
        "facts": _facts(found),
        "return_sentence": return_sentence(found),
        "trail": _TRAIL,
    }
    return render(request, "dossiers/citizen/dossier.html", context)


def _sent(papers: list[Paper], asked: AdditionRound | None) -> list[Paper]:
    """Without those for an answer to a request that is not sent yet."""
    if asked is None or asked.answered_at:
        return papers
    return [one for one in papers if one.uploaded_at <= asked.asked_at]


@require_safe
def receipt(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """What was filed, under which code, and what happens next; survives reload and bookmark."""
    found = own_dossier(request, public_id)
    if found.status == Status.DRAFT:
        return redirect("filing", found.public_id)
    slip = found.slips.filter(kind=SlipKind.RECEIPT).first()
    link = absolute(f"{reverse('track')}?ma={found.code}")
    context = {
        "dossier": found,
        "secret": lookup_secret(str(found.code)),
        "qr": qr_svg(link),
        "slip": slip,
        "notified": mask_email(address_of(found)),
        "term": term(found.term_time, found.term_unit),
        "return_sentence": return_sentence(found),
        "trail": _TRAIL,
    }
    return render(request, "dossiers/citizen/receipt.html", context)


@require_safe
def slip(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The PDF of a slip, or a page that waits for the worker to make it."""
    seen = Slip.objects.visible_to(request.user).select_related("dossier")
    found = get_object_or_404(seen, public_id=public_id)
    if found.done_at:
        return serve_issued(request, found, f"{found.kind}-{found.dossier.code}.pdf")
    mine = people.is_party(request.user, found.dossier)
    context = {
        "slip": found,
        "back": "dossier" if mine else "officer-dossier",
        "again": bool(found.dead_at) and policies.remake_slip(request.user, found) is None,
    }
    response = render(request, "dossiers/slip_pending.html", context, status=202)
    if not found.dead_at:
        response["Refresh"] = "2"
    return response


@require_safe
def result(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """The result's file, from status 9 on, to those who may see the dossier."""
    visible = Dossier.objects.visible_to(request.user).filter(status__gte=Status.FINISHED)
    found = get_object_or_404(
        Result.objects.filter(dossier__in=visible).select_related("dossier__version"),
        public_id=public_id,
    )
    filed = people.is_party(request.user, found.dossier)
    if filed and not policies.result_open_to_citizen(found.dossier):
        raise Http404("Kết quả chưa được trả.")
    return serve_file(request, found.stored_name, found.filename, found.mime, inline=True)
