"""Questions waiting for the office (under /mot-cua/hoi-dap/)."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.desk import desk_of
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures.models import Question
from procedures.views.question_desk import (
    OFFICE,
    answer_page,
    desk_question,
    reject_page,
    shell,
)

PAGE = 30


@require_safe
def index(request: AuthenticatedRequest) -> HttpResponse:
    """What waits, the soonest due first."""
    if not desk_of(request.user):
        raise PermissionDenied("Trang này dành cho cán bộ Một cửa.")
    waiting = Question.objects.at_desk_of(request.user).waiting().select_related("procedure")
    cursor = request.GET.get("sau")
    page = keyset_page(waiting, order=("answer_due_at", "pk"), cursor=cursor, size=PAGE)
    context = shell(request, OFFICE, page=page, cursor=cursor)
    return render(request, "procedures/questions/office.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def question(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    return answer_page(request, desk_question(request, public_id), OFFICE)


@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    return reject_page(request, desk_question(request, public_id), OFFICE)
