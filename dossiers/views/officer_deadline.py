"""How a due date was computed, for officers; and T25, naming it anew."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dossiers import actions, explaining
from dossiers.forms.officer_work import ResetForm
from dossiers.views.officer_access import desk_dossier, shell
from dossiers.views.officer_moves import Step, run_step, step
from portal.lib.web import AuthenticatedRequest


@require_safe
def deadline(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Day by day, to be read and printed: what the citizen sees on their side."""
    found = desk_dossier(request, public_id)
    context = shell(request, dossier=found, due=explaining.explain(found))
    return render(request, "dossiers/officer/deadline.html", context)


@step
def reset(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    found = desk_dossier(request, public_id)
    page = Step(
        "reset_deadline",
        "reset",
        ResetForm,
        actions.reset_deadline,
        f"Đã đặt lại hạn hồ sơ {found.code}. Người nộp được báo kèm lý do.",
        "Đặt lại hạn xử lý",
        "Đặt lại hạn",
        danger=True,
    )
    return run_step(request, found, page)
