"""Questions as editors see them (under /quan-tri/hoi-dap/): what waits for an answer, what
waits to be read before everybody does, what everybody reads."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures.actions import questions as actions
from procedures.models import Question, QuestionState
from procedures.questions import policies
from procedures.questions.forms import PublishForm
from procedures.views.editor import editor_page
from procedures.views.question_desk import (
    EDITORS,
    answer_page,
    desk_question,
    reject_page,
    shell,
)

PAGE = 30
SOONEST, NEWEST = ("answer_due_at", "pk"), ("-pk",)
LISTS = {
    "cho-tra-loi": ("Chờ trả lời", Question.objects.waiting, SOONEST),
    "cho-dang": ("Chờ đăng", Question.objects.to_moderate, SOONEST),
    "da-dang": ("Đã đăng", Question.objects.published, NEWEST),
}


@editor_page
@require_safe
def index(request: AuthenticatedRequest) -> HttpResponse:
    asked_for = request.GET.get("loai", "")
    key = asked_for if asked_for in LISTS else "cho-tra-loi"
    _, rows, order = LISTS[key]
    cursor = request.GET.get("sau")
    page = keyset_page(rows().select_related("procedure"), order=order, cursor=cursor, size=PAGE)
    address = reverse("editor-questions")
    tabs = [
        {"text": title, "url": f"{address}?loai={other}", "current": other == key, "count": None}
        for other, (title, _, _) in LISTS.items()
    ]
    context = shell(request, EDITORS, page=page, cursor=cursor, tabs=tabs, chosen=key)
    return render(request, "procedures/questions/editors.html", context)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Answer it, or once it is answered: edit the copy that everybody reads."""
    found = desk_question(request, public_id)
    if policies.hinders_moderation(found, request.user):
        return answer_page(request, found, EDITORS)
    words = {
        "text": found.public_text or found.text,
        "answer": found.public_answer or found.answer,
    }
    form = PublishForm(request.POST if request.method == "POST" else None, initial=words)
    if request.method == "POST" and form.is_valid():
        try:
            actions.publish_question(found, **form.words, by=request.user, at=timezone.now())
        except actions.QuestionRefused as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, "Đã đăng câu hỏi và câu trả lời.")
            return _next()
    is_public = found.state == QuestionState.PUBLISHED
    context = shell(request, EDITORS, question=found, form=form, is_public=is_public)
    return render(request, "procedures/questions/moderate.html", context)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def reject(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    return reject_page(request, desk_question(request, public_id), EDITORS)


@editor_page
@require_POST
def keep(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """Not for everybody, or not any more."""
    found = desk_question(request, public_id)
    try:
        actions.keep_question(found, by=request.user, at=timezone.now())
    except actions.QuestionRefused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, "Câu hỏi không hiện trên trang thủ tục.")
    return _next()


def _next() -> HttpResponse:
    """Whoever reads before everybody does goes on with the next one."""
    return redirect(f"{reverse('editor-questions')}?loai=cho-dang")
