"""Trying a change before it is made: a draft on the dossiers filed last, days of the holiday
table on those that are open (under /quan-tri/)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.desk import desk_of
from accounts.roles import Role
from dossiers.forms.rehearsal import TryDaysForm
from dossiers.models import Dossier
from dossiers.rehearsal import LAST, MOST, rehearse, rehearse_days
from dossiers.workflow import Status
from portal.lib.web import AuthenticatedRequest
from procedures.models import Draft, DraftKind, DraftState
from procedures.policies import may_edit
from procedures.views.editor import editor_page

SIZES = (50, LAST, MOST)
SHOWN = 50


@editor_page
@require_safe
def draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Replayed while the page is drawn; nothing of it is kept."""
    found = get_object_or_404(Draft.objects.filter(kind=DraftKind.CONTENT), pk=pk)
    asked = request.GET.get("so", "")
    size = int(asked) if asked in map(str, SIZES) else LAST
    result = rehearse(found, last=size, viewer=request.user)
    address = reverse("editor-rehearsal", args=[found.pk])
    tabs = [
        {"text": f"{one} hồ sơ", "url": f"{address}?so={one}", "current": one == size}
        for one in SIZES
    ]
    before, after = result.fee_sums
    context = {
        "draft": found,
        "result": result,
        "tabs": tabs if len(result.rows) >= SIZES[0] else [],
        "sums": (before, after, abs(after - before)),
        "shown": result.moving[:SHOWN],
    }
    return render(request, "dossiers/rehearsal/draft.html", context)


def draft_card(found: Draft) -> SafeString | None:
    """For the slot `draft.review`: the way to the rehearsal, and on how many dossiers."""
    over = found.state in (DraftState.PUBLISHED, DraftState.DISCARDED)
    if found.kind != DraftKind.CONTENT or found.procedure_id is None or over:
        return None
    filed = Dossier.objects.filter(procedure=found.procedure_id).exclude(status=Status.DRAFT)
    context = {"draft": found, "count": filed.order_by()[:LAST].count()}
    return render_to_string("dossiers/rehearsal/card.html", context)


@require_safe
def days(request: AuthenticatedRequest) -> HttpResponse:
    """A change of the holiday table, before anybody saves it in the admin."""
    if not _may_try_days(request.user):
        raise PermissionDenied("Trang này dành cho quản trị hệ thống và người biên tập thủ tục.")
    now = timezone.now()
    tried = bool({"nghi", "bu", "bo"} & set(request.GET))
    form = TryDaysForm(request.GET if tried else None, today=timezone.localdate(now))
    result = None
    if tried and form.is_valid():
        result = rehearse_days(form.added, form.removed, now=now)
    editor = may_edit(request.user)
    context = {
        "form": form,
        "result": result,
        "base": "base_editor.html" if editor else "base_officer.html",
        "may_save": request.user.has_perm("dossiers.change_nonworkingday"),
    }
    return render(request, "dossiers/rehearsal/days.html", context)


def _may_try_days(user: Any) -> bool:
    return may_edit(user) or desk_of(user).has_role(Role.SYSADMIN)
