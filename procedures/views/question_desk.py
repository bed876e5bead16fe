"""Answering, the same on both sides: the office's /mot-cua/hoi-dap/, the editors'
/quan-tri/hoi-dap/. What each may see comes from Question.objects.at_desk_of."""

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from accounts.desk import desk_of
from accounts.roles import Role
from portal.lib.web import AuthenticatedRequest
from procedures.actions import questions as actions
from procedures.models import Question
from procedures.questions import policies
from procedures.questions.forms import AnswerForm, RejectForm


@dataclass(frozen=True, slots=True)
class Side:
    """Names of one side's addresses, and the page all of them stand in."""

    base: str
    listed: str
    one: str
    reject: str


OFFICE = Side("base_officer.html", "office-questions", "office-question", "office-question-reject")
EDITORS = Side("base_editor.html", "editor-questions", "editor-question", "editor-question-reject")


def desk_question(request: AuthenticatedRequest, public_id: uuid.UUID) -> Question:
    """As somebody who answers; for everybody else there is none (404)."""
    found = Question.objects.at_desk_of(request.user)
    return get_object_or_404(
        found.select_related("procedure", "answered_by", "moderated_by"), public_id=public_id
    )


def shell(request: AuthenticatedRequest, side: Side, **context: Any) -> dict[str, Any]:
    """`position` is named in the officers' bar."""
    desk = desk_of(request.user)
    answers = [post for post in desk.positions if post.role in (Role.RECEPTION, Role.SPECIALIST)]
    return {
        "side": side,
        "position": next(iter(answers or desk.positions), None),
        "now": timezone.now(),
        **context,
    }


def answer_page(request: AuthenticatedRequest, found: Question, side: Side) -> HttpResponse:
    """Read it; answer it while nobody has."""
    hindrance = policies.hinders_answer(found, request.user)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            actions.answer(found, text=text, by=request.user, at=timezone.now())
        except actions.QuestionRefused as refused:
            form.add_error("text", str(refused))
        else:
            messages.success(request, "Đã gửi câu trả lời cho người hỏi.")
            return redirect(side.listed)
    context = shell(request, side, question=found, form=form, hindrance=hindrance)
    return render(request, "procedures/questions/answer.html", context)


def reject_page(request: AuthenticatedRequest, found: Question, side: Side) -> HttpResponse:
    form: forms.Form = RejectForm(request.POST if request.method == "POST" else None)
    if why := policies.hinders_answer(found, request.user):
        messages.warning(request, why)
        return redirect(side.one, found.public_id)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            actions.reject(found, reason=reason, by=request.user, at=timezone.now())
        except actions.QuestionRefused as refused:
            form.add_error("reason", str(refused))
        else:
            messages.success(request, "Đã báo lý do cho người hỏi.")
            return redirect(side.listed)
    context = shell(request, side, question=found, form=form)
    return render(request, "procedures/questions/reject.html", context)
