"""Questions as citizens meet them: asking, their own, everybody's, "Có ích"."""

import uuid
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.lib import limits
from portal.lib.publicpages import public_page
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures.actions import questions as actions
from procedures.models import Procedure, Question, Requirement
from procedures.questions import PAGE_LIMIT, PLACE_LIMIT, reader_mark
from procedures.questions.forms import AskForm

PAGE = 20
# As many as a procedure's page looks at: what it cuts stands on the first of all questions.
PUBLIC_PAGE = PAGE_LIMIT
ASKED_A_DAY = 5
ASKED_AN_HOUR_AT_ONE_ADDRESS = 20
_TOO_MANY = (
    "Bạn đã gửi đủ số câu hỏi lúc này. Hãy gửi tiếp sau {}; hãy chép giữ câu hỏi để khỏi viết lại."
)
Trail = list[tuple[str, str]]


def _trail(procedure: Procedure) -> Trail:
    name = Truncator(procedure.name).words(12)
    return [
        ("Thủ tục hành chính", reverse("catalogue")),
        (name, reverse("procedure", args=[procedure.code])),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """The place comes in the address, from the link beside the paper."""
    procedure = get_object_or_404(Procedure.objects.published(), code=code)
    need = _need(procedure, request)
    place = {"case_key": need.case.key, "requirement_key": need.key} if need else {}
    form = AskForm(request.POST if request.method == "POST" else None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        wait = _asked_too_often(request)
        if wait:
            form.add_error("text", _TOO_MANY.format(limits.in_words(wait)))
        elif _kept(request, procedure, form, place):
            messages.success(request, "Đã gửi câu hỏi. Có trả lời, bạn được báo ở Hộp thư.")
            return redirect("my-questions")
    known = Question.objects.published().light().filter(procedure=procedure, **place)
    context = {
        "procedure": procedure,
        "need": need,
        "form": form,
        "known": known[:PLACE_LIMIT],
        "whole": need is None,
        "trail": _trail(procedure),
    }
    page = render(request, "procedures/questions/ask.html", context, status=429 if wait else 200)
    if wait:
        page.headers["Retry-After"] = str(wait)
    return page


def _kept(
    request: AuthenticatedRequest, procedure: Procedure, form: AskForm, place: dict[str, str]
) -> bool:
    text = form.cleaned_data["text"]
    try:
        actions.ask(procedure, text=text, by=request.user, at=timezone.now(), **place)
    except actions.QuestionRefused as refused:
        form.add_error("text", str(refused))
        return False
    return True


def _need(procedure: Procedure, request: HttpRequest) -> Requirement | None:
    """The paper asked about; one that a newer version has no more is asked about as a whole."""
    case, key = request.GET.get("truong-hop", ""), request.GET.get("giay-to", "")
    found = Requirement.objects.filter(
        case__version=procedure.current_id, case__key=case[:60], key=key[:60]
    )
    return found.select_related("case").first() if case and key else None


def _asked_too_often(request: AuthenticatedRequest) -> int:
    """Seconds to wait; counted only when a question is really going to be kept."""
    here, hour = limits.network(request), timedelta(hours=1)
    at_one_place = limits.hit(
        "question-network", here, limit=ASKED_AN_HOUR_AT_ONE_ADDRESS, period=hour
    )
    if not at_one_place.allowed:
        return at_one_place.retry_after
    person, day = str(request.user.pk), timedelta(days=1)
    return limits.hit("question-person", person, limit=ASKED_A_DAY, period=day).retry_after


@require_safe
def mine(request: AuthenticatedRequest) -> HttpResponse:
    own = Question.objects.asked_by(request.user).select_related("procedure")
    page = keyset_page(own, order=("-pk",), cursor=request.GET.get("sau"), size=PAGE)
    return render(request, "procedures/questions/mine.html", {"page": page})


@require_safe
def question(request: AuthenticatedRequest, public_id: uuid.UUID) -> HttpResponse:
    """One's own question; nobody else's, published or not (404)."""
    own = Question.objects.asked_by(request.user).select_related("procedure")
    found = get_object_or_404(own, public_id=public_id)
    context = {"question": found, "trail": [("Câu hỏi của tôi", reverse("my-questions"))]}
    return render(request, "procedures/questions/question.html", context)


@login_not_required
@public_page
@require_safe
def of_procedure(request: HttpRequest, code: str) -> HttpResponse:
    """All published questions of a procedure, what helped most first."""
    procedure = get_object_or_404(Procedure.objects.published(), code=code)
    found = Question.objects.published().light().filter(procedure=procedure)
    cursor = request.GET.get("sau")
    page = keyset_page(found, order=("-helped", "-pk"), cursor=cursor, size=PUBLIC_PAGE)
    context = {
        "procedure": procedure,
        "page": page,
        "cursor": cursor,
        "trail": _trail(procedure),
    }
    return render(request, "procedures/questions/of_procedure.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limits.limited("question-helped", limit=30, period=timedelta(hours=1))
def helped(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """A page of its own between the kept page and the POST: only here is a CSRF token, so
    that no other site can count for its visitors."""
    found = get_object_or_404(
        Question.objects.published().select_related("procedure"), public_id=public_id
    )
    if request.method != "POST":
        context = {"question": found, "trail": _trail(found.procedure)}
        return render(request, "procedures/questions/helped.html", context)
    mark = reader_mark(request, found)
    if actions.mark_helped(found, who=mark, at=timezone.now()):
        messages.success(request, f"Cảm ơn bạn. Câu trả lời này đã giúp {found.helped + 1} người.")
    else:
        messages.info(request, "Bạn đã đánh dấu câu trả lời này là có ích rồi.")
    page = reverse("procedure-questions", args=[found.procedure.code])
    return redirect(f"{page}#hoi-dap-{found.public_id}")
