"""A draft's record, written section by section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from procedures import actions
from procedures.editing import saving
from procedures.editing.controls import place_id
from procedures.editing.history import walk
from procedures.editing.pages import conflict_context, page_context
from procedures.editing.sections import BY_SLUG, SECTIONS, Screen
from procedures.models import Draft, DraftKind
from procedures.views.editor import editor_page

BODY, SIDE, UNDO = "soan-than", "soan-ben", "soan-hoan-tac"


def signed_in(request: HttpRequest) -> User:
    """editor_page lets nobody else in."""
    assert isinstance(request.user, User)
    return request.user


def find_draft(pk: int) -> Draft:
    drafts = Draft.objects.select_related("procedure", "updated_by").filter(kind=DraftKind.CONTENT)
    return get_object_or_404(drafts, pk=pk)


def screen_of(query: QueryDict, record: dict[str, Any]) -> Screen:
    """The page an address means; 404 for none."""
    section = BY_SLUG.get(query.get("phan") or SECTIONS[0].slug)
    row = saving.number(query, "muc")
    start = max(0, saving.number(query, "tu") - 1)
    rows = len(record.get(section.own, ())) if section and section.own else 0
    if section is None or ("muc" in query and not 1 <= row <= rows):
        raise Http404("Không có trang này.")
    return Screen(section, row - 1 if row else None, start)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def content(request: HttpRequest, pk: int) -> HttpResponse:
    draft = find_draft(pk)
    screen = screen_of(request.GET, draft.record)
    if request.method != "POST":
        outcome = saving.Outcome(draft, saving.content_of(draft))
        return render(request, "procedures/editor/content.html", page_context(outcome, screen))
    who: dict[str, Any] = {"by": signed_in(request), "at": timezone.now()}
    if request.POST.get("viec") == "gop":
        outcome = saving.save_choices(draft, screen, request.POST, **who)
    else:
        outcome = saving.save_page(draft, screen, request.POST, request.FILES, **who)
    if request.headers.get("X-Requested-With") == "fetch":
        return _told_to_script(request, outcome, screen)
    if outcome.merged and not outcome.merged.questions:
        outcome = saving.merge_alone(outcome, screen, **who)
    if outcome.merged:
        return render(
            request, "procedures/editor/content_conflict.html", conflict_context(outcome, screen)
        )
    if not outcome.saved:
        return render(request, "procedures/editor/content.html", page_context(outcome, screen))
    messages.success(request, outcome.words or "Đã lưu.")
    return redirect(_way_on(draft, outcome, screen))


def _way_on(draft: Draft, outcome: saving.Outcome, screen: Screen) -> str:
    """The page again, at the row that was touched, in its window."""
    place = f"#{place_id(outcome.path)}" if outcome.path else ""
    there = screen.showing(outcome.path)
    return reverse("editor-content", args=[draft.pk]) + there.query + place


def _told_to_script(request: HttpRequest, outcome: saving.Outcome, screen: Screen) -> HttpResponse:
    """See static/js/editing.js."""
    if outcome.merged:
        return JsonResponse({"sentence": saving.who_saved(outcome.draft)}, status=409)
    if not outcome.saved:
        return JsonResponse({"problems": _sentences(outcome)}, status=422)
    there = screen.showing(outcome.path)
    context = page_context(outcome, there)
    wanted = {SIDE: "side", UNDO: "undo"}
    if request.POST.get("viec"):
        wanted[BODY] = "body"
    fragments = {
        place: render_to_string(f"procedures/editor/content_{name}.html", context, request)
        for place, name in wanted.items()
    }
    return JsonResponse(
        {
            "revision": outcome.draft.revision,
            "base": context["base"],
            "saved_at": f"{timezone.localtime(outcome.draft.updated_at):%H:%M}",
            "said": outcome.words,
            "problems": [],
            "fragments": fragments,
            "focus": place_id(outcome.path) if outcome.path else "",
        }
    )


def _sentences(outcome: saving.Outcome) -> list[dict[str, str]]:
    found = [{"field": p.path, "sentence": str(p)} for p in outcome.problems]
    return found or [{"field": "", "sentence": outcome.refusal}]


@editor_page
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """One change back or forward, from whatever page of the draft."""
    draft = find_draft(pk)
    back = request.POST.get("viec") != "lam-lai"
    who: dict[str, Any] = {"by": signed_in(request), "at": timezone.now()}
    revision = saving.number(request.POST, "revision")
    try:
        done = walk(draft, back=back, revision=revision, **who)
    except actions.DraftRefused as refused:
        messages.error(request, str(refused))
    else:
        words = "Đã hoàn tác" if back else "Đã làm lại"
        messages.success(request, f"{words}: {done}." if done else f"{words}.")
    return redirect(_back(request, draft))


def _back(request: HttpRequest, draft: Draft) -> str:
    """Only to pages of this draft."""
    where, home = request.POST.get("ve", ""), reverse("editor-content", args=[draft.pk])
    return where if where.startswith(home.removesuffix("noi-dung/")) else home
