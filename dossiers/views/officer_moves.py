"""A page for each move: what will happen, what is typed with it, one POST."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dossiers import actions, policies
from dossiers.forms.officer import (
    HandOverForm,
    NoteForm,
    PaymentForm,
    RefuseForm,
    ResultForm,
    StepForm,
)
from dossiers.forms.officer_additions import AskForm
from dossiers.forms.officer_work import ForwardForm
from dossiers.models import Dossier, Event, ReturnMethod
from dossiers.views import officer_changes, officer_sight
from dossiers.views.officer_access import desk_dossier, shell, to_dossier
from dossiers.workflow import MOVES, REVISES, Actor, Goes, Status
from portal.lib.files import FileRefused
from portal.lib.web import AuthenticatedRequest

step = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Step:
    """One confirmation page. `act` is the one action, told who, when and what the form gives;
    `said` is read afterwards."""

    move: str
    template: str
    form: type[StepForm]
    act: Callable[..., object]
    said: str
    heading: str
    submit: str
    danger: bool = False
    more: dict[str, Any] = field(default_factory=dict)
    how: str = ""  # of T9: which of its ways
    # Why not, where the move's own guards are not the question.
    why: Callable[[Any, Dossier], str | None] | None = None

    def refusal(self, user: Any, dossier: Dossier) -> str | None:
        if self.why:
            return self.why(user, dossier)
        return policies.refusal(user, dossier, MOVES[self.move], drafting=True)


def run_step(request: AuthenticatedRequest, dossier: Dossier, page: Step) -> HttpResponse:
    """Show the page, or make its move. What was typed stays when the move is refused."""
    move = MOVES[page.move]
    acts = policies.actor_of(request.user, dossier, move) is not None
    if not acts and not policies.drafts(request.user, dossier, move):
        raise PermissionDenied(policies.refusal(request.user, dossier, move))
    if request.method != "POST":
        if why := page.refusal(request.user, dossier):
            messages.warning(request, why)
            return to_dossier(request, dossier)
        return _show(request, dossier, page, page.form(dossier=dossier))
    form = page.form(request.POST, request.FILES, dossier=dossier)
    status = 200
    if not form.is_valid():
        # Chosen before the first press, offered no longer after it.
        if again := _made_before(dossier, page, request.user, form):
            messages.info(request, again)
            return to_dossier(request, dossier)
    else:
        try:
            page.act(dossier, by=request.user, at=timezone.now(), **form.given())
        except FileRefused as refused:
            form.add_error("upload", str(refused))
        except actions.DossierError as refused:
            if again := _made_before(dossier, page, request.user, form):
                messages.info(request, again)
                return to_dossier(request, dossier)
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, page.said)
            return to_dossier(request, dossier)
    return _show(request, dossier, page, form, status)


def _show(
    request: AuthenticatedRequest, dossier: Dossier, page: Step, form: StepForm, status: int = 200
) -> HttpResponse:
    context = shell(request, dossier=dossier, step=page, form=form, **page.more)
    return render(request, f"dossiers/officer/{page.template}.html", context, status=status)


def _made_before(dossier: Dossier, page: Step, user: Any, form: StepForm) -> str:
    """The sentence for a second press or Back: all that came since the page is this person's own
    same move. A move that stays in its status may be wanted twice."""
    move, seen = page.move, form.cleaned_data.get("revision")
    dossier.refresh_from_db(fields=["revision"])
    last = dossier.events.filter(move__in=REVISES).last()
    if seen is None or dossier.revision != seen + 1 or last is None or last.by_id != user.pk:
        return ""
    if last.move == "propose" and dossier.proposals.filter(data__move=move, decided_at=None):
        return "Bạn đã gửi dự thảo; lãnh đạo chưa quyết định."
    if last.move not in MOVES or MOVES[last.move].label != MOVES[move].label:
        return ""  # T5 and T10 are one button
    if MOVES[last.move].target is Goes.STAY and not _passed_on_so(last, page, form):
        return ""
    at = timezone.localtime(last.at)
    return f"Bạn đã thực hiện “{MOVES[move].label}” lúc {at:%H:%M ngày %d/%m/%Y}; không ghi lại."


def _passed_on_so(last: Event, page: Step, form: StepForm) -> bool:
    """Whether T9 was made in this way, with these words, to this person."""
    typed = form.cleaned_data
    words, to = typed.get("reason") or typed.get("note") or "", form.data.get("to")
    run = last.dossier.step_runs.last()
    same = page.how != "" and page.how == last.data.get("how") and words == last.note
    return same and (not to or (run is not None and str(run.assignee_id) == to))


@step
def accept(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    due, days = officer_sight.due_if_accepted(found, timezone.now())
    page = Step(
        "accept",
        "accept",
        StepForm,
        partial(actions.make_move, name="accept"),
        f"Đã tiếp nhận hồ sơ {found.code}. Giấy tiếp nhận và hẹn trả kết quả đang được tạo.",
        "Tiếp nhận hồ sơ",
        "Tiếp nhận",
        more={"due": due, "days": days, "term": officer_sight.term_text(found)},
    )
    return run_step(request, found, page)


@step
def refuse(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "refuse",
        "refuse",
        RefuseForm,
        actions.refuse,
        f"Đã từ chối tiếp nhận hồ sơ {found.code}. Người nộp được báo kèm lý do.",
        "Từ chối tiếp nhận",
        "Từ chối hồ sơ này",
        danger=True,
    )
    return run_step(request, found, page)


@step
def ask(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T5 or T10: everything that is missing, on one page."""
    found = desk_dossier(request, public_id, "case")
    accepted = found.status != Status.SUBMITTED
    page = Step(
        "ask_additions" if accepted else "ask_additions_at_intake",
        "ask",
        AskForm,
        actions.ask_additions,
        f"Đã gửi yêu cầu bổ sung hồ sơ {found.code}. Thời hạn tạm dừng đến khi có đủ.",
        "Yêu cầu bổ sung",
        "Gửi yêu cầu bổ sung",
        more={"answer_days": found.version.addition_days},
    )
    return run_step(request, found, page)


@step
def forward(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "forward",
        "forward",
        ForwardForm,
        actions.forward,
        f"Đã chuyển hồ sơ {found.code} đến {found.deciding_agency.name}.",
        "Chuyển xử lý",
        "Chuyển hồ sơ",
    )
    return run_step(request, found, page)


@step
def complete(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T13: the answer beside what was there before."""
    found = desk_dossier(request, public_id)
    page = Step(
        "complete_additions",
        "complete",
        NoteForm,
        actions.complete_additions,
        f"Hồ sơ {found.code} đã đủ phần bổ sung và tính thời hạn trở lại.",
        "Hoàn thành bổ sung",
        "Xác nhận đã đủ",
        more=officer_changes.of(found, request.user),
    )
    return run_step(request, found, page)


@step
def result(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "finish",
        "result",
        ResultForm,
        actions.record_result,
        f"Đã ghi kết quả hồ sơ {found.code}. Người nộp được báo.",
        "Ghi kết quả giải quyết",
        "Ghi kết quả",
    )
    return run_step(request, found, page)


@step
def return_result(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T24 at the desk (who took it), or the clerk's release of an online result."""
    found = desk_dossier(request, public_id, "return_ward", "return_province")
    online = found.return_method == ReturnMethod.ONLINE
    release = online and policies.plays(request.user, found, Actor.CLERK)
    at_desk = not release and policies.plays(request.user, found, Actor.RECEPTION)
    page = Step(
        "return_result",
        "return",
        HandOverForm if at_desk else StepForm,
        actions.return_result
        if at_desk
        else partial(actions.return_result, recipient=found.owner_name),
        f"Đã trả kết quả hồ sơ {found.code}.",
        officer_sight.step_label(found, request.user, "return_result"),
        "Phát hành" if release else "Xác nhận đã trả",
        more={"release": release, "by_post": policies.returned_by_post(found)},
    )
    return run_step(request, found, page)


@step
def payment(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Money taken at the desk. Not a move: the status stays."""
    found = desk_dossier(request, public_id)
    if why := policies.take_payment(request.user, found):
        messages.warning(request, why)
        return to_dossier(request, found)
    form = PaymentForm(request.POST if request.method == "POST" else None, dossier=found)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            actions.record_payment(
                found,
                amount=typed["amount"],
                reference=typed["reference"],
                by=request.user,
                at=timezone.now(),
            )
        except actions.DossierError as refused:
            form.add_error("amount", str(refused))
        else:
            messages.success(request, f"Đã ghi nhận tiền thu, biên lai {typed['reference']}.")
            return to_dossier(request, found)
    context = shell(request, dossier=found, form=form, left=found.fee_left)
    return render(request, "dossiers/officer/payment.html", context)
