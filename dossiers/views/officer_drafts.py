"""What a leader consents to: a page for each draft, the leader's page, the list of what waits.

Who may make the move makes it there in one act; the others lay it before a leader.
"""

import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers import actions, policies
from dossiers.actions import Draft, Gap
from dossiers.forms.officer import StepForm
from dossiers.forms.officer_additions import AskForm
from dossiers.forms.officer_work import ApologyForm, ReasonForm, VerdictForm
from dossiers.models import Dossier, Event, Proposal
from dossiers.views import officer_changes
from dossiers.views.officer_access import desk_dossier, officers_only, shell, to_dossier
from dossiers.views.officer_moves import Step, run_step, step
from dossiers.workflow import MOVES, Actor
from portal.lib.web import AuthenticatedRequest, keyset_page

PAGE_SIZE = 50


def run_consented(
    request: AuthenticatedRequest,
    found: Dossier,
    name: str,
    template: str,
    form: type[StepForm],
    *,
    danger: bool = False,
    **more: Any,
) -> HttpResponse:
    """The page of a move that a leader consents to: as a draft for who may only draft it."""
    move = MOVES[name]
    draft = policies.drafts(request.user, found, move)
    label = move.label
    said = (
        f"Đã gửi dự thảo “{label}” của hồ sơ {found.code} cho lãnh đạo."
        if draft
        else f"Đã thực hiện “{label}” với hồ sơ {found.code}. Người nộp được báo."
    )
    page = Step(
        name,
        template,
        form,
        _act(name, draft),
        said,
        f"Dự thảo: {label[0].lower()}{label[1:]}" if draft else label,
        "Gửi lãnh đạo thông qua" if draft else label,
        danger=danger and not draft,
        more={"draft": draft, **more},
    )
    return run_step(request, found, page)


def _act(name: str, draft: bool) -> Callable[..., object]:
    act: Callable[..., object] = actions.propose if draft else actions.make_consented

    def make(
        dossier: Dossier,
        *,
        reason: str,
        gaps: Iterable[Gap] = (),
        until: datetime | None = None,
        **how: Any,
    ) -> object:
        return act(dossier, Draft(name, reason, tuple(gaps), until), **how)

    return make


@step
def stop(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T21."""
    return run_consented(
        request, desk_dossier(request, public_id), "stop", "stop", ReasonForm, danger=True
    )


@step
def end(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T22b."""
    found = desk_dossier(request, public_id)
    return run_consented(request, found, "end_stopped", "end", ReasonForm, danger=True)


@step
def apologise(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T26."""
    return run_consented(
        request, desk_dossier(request, public_id), "apologise", "apologise", ApologyForm
    )


@step
def ask_again(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T5b: a second round before the dossier goes on."""
    found = desk_dossier(request, public_id, "case")
    days = found.version.addition_days
    return run_consented(request, found, "ask_additions_again", "ask", AskForm, answer_days=days)


@step
def ask_in_processing(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T11."""
    found = desk_dossier(request, public_id, "case")
    days = found.version.addition_days
    return run_consented(
        request, found, "ask_additions_in_processing", "ask", AskForm, answer_days=days
    )


@step
def return_answer(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """T14: what was answered will not do."""
    found = desk_dossier(request, public_id, "case")
    days = found.version.addition_days
    return run_consented(request, found, "return_additions", "ask", AskForm, answer_days=days)


@step
def decide(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """The draft as it will go out; consent, or back to its writer."""
    found = desk_dossier(request, public_id)
    waiting = found.proposals.filter(decided_at=None).select_related("proposed_by").first()
    leads = policies.plays(request.user, found, Actor.LEADER)
    if not leads and (waiting is None or waiting.proposed_by_id != request.user.pk):
        raise PermissionDenied("Chỉ lãnh đạo và người dự thảo mở được trang này.")
    if waiting is None:
        messages.info(request, _decided(found))
        return to_dossier(request, found)
    form = VerdictForm(request.POST if request.method == "POST" else None, dossier=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        approved = form.cleaned_data["verdict"] == "dong-y"
        try:
            actions.decide(
                waiting,
                approved=approved,
                by=request.user,
                at=timezone.now(),
                answer=form.cleaned_data["answer"],
                revision=form.cleaned_data["revision"],
            )
        except actions.DossierError as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, "Đã thông qua." if approved else "Đã trả lại dự thảo.")
            return to_dossier(request, found)
    context = {"dossier": found, "form": form, "waiting": waiting, "leads": leads}
    context |= _as_it_goes_out(waiting, found, request.user)
    return render(request, "dossiers/officer/decide.html", shell(request, **context), status=status)


def _decided(found: Dossier) -> str:
    last = found.proposals.exclude(decided_at=None).select_related("decided_by").last()
    if last is None or last.decided_at is None:
        return "Hồ sơ không có dự thảo nào chờ thông qua."
    who = last.decided_by or "Hệ thống"
    at = timezone.localtime(last.decided_at)
    verdict = "thông qua" if last.approved else "không thông qua"
    return f"{who} đã {verdict} dự thảo lúc {at:%H:%M ngày %d/%m/%Y}."


def _as_it_goes_out(waiting: Proposal, found: Dossier, user: Any) -> dict[str, Any]:
    draft = actions.draft_of(waiting)
    changes = officer_changes.of(found, user) if draft.move == "return_additions" else {}
    return {
        "draft": draft,
        "wish": wish_of(found) if draft.move == "agree_withdrawal" else None,
        "move": MOVES[draft.move],
        "answer_days": found.version.addition_days,
        **changes,
    }


def wish_of(dossier: Dossier) -> Event | None:
    """What the citizen wrote who wants the dossier back."""
    return dossier.events.filter(move="ask_withdrawal").last()


@require_POST
def withdraw(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    waiting = found.proposals.filter(decided_at=None).first()
    if waiting is None:
        messages.info(request, _decided(found))
        return to_dossier(request, found)
    try:
        actions.withdraw_draft(waiting, by=request.user, at=timezone.now())
    except actions.DossierError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã rút dự thảo.")
    return to_dossier(request, found)


@require_safe
@officers_only
def waiting(request: AuthenticatedRequest) -> HttpResponse:
    """Drafts a leader of these agencies decides, and one's own that still wait."""
    leads = desk_of(request.user).has_role(Role.LEADER)
    drafts = Proposal.objects.waiting().select_related("dossier", "proposed_by")
    cursor = request.GET.get("sau")
    mine = drafts.filter(proposed_by=request.user).order_by("proposed_at")[:PAGE_SIZE]
    page = keyset_page(
        drafts.for_leader(request.user),
        order=("proposed_at", "pk"),
        cursor=cursor,
        size=PAGE_SIZE,
    )
    context = {"page": page, "cursor": cursor, "mine": mine, "leads": leads}
    return render(request, "dossiers/officer/drafts.html", shell(request, **context))
