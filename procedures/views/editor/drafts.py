"""Drafts in a list, and one draft with all that concerns it."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib import slots
from portal.lib.text import fold
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures import drafts, wording
from procedures.models import OPEN_DRAFTS, Draft, DraftKind, DraftState
from procedures.views.editor import editor_page

PAGE = 30
LONGEST_SEARCH = 100
CHANGES_AT_ONCE = 60
NEWEST = ("-updated_at", "-pk")
# What the address says → (words of the tab, states).
TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "": ("Đang mở", OPEN_DRAFTS),
    "dang-soan": ("Đang soạn", (DraftState.EDITING,)),
    "cho-duyet": ("Chờ duyệt", (DraftState.REVIEW,)),
    "da-duyet": ("Chờ ngày áp dụng", (DraftState.APPROVED,)),
    "da-cong-bo": ("Đã công bố", (DraftState.PUBLISHED,)),
    "da-bo": ("Đã bỏ", (DraftState.DISCARDED,)),
}


@editor_page
@require_safe
def index(request: AuthenticatedRequest) -> HttpResponse:
    chosen = request.GET.get("tinh-trang", "")
    chosen = chosen if chosen in TABS else ""
    text = " ".join(request.GET.get("tim", "").split())[:LONGEST_SEARCH]
    cursor = request.GET.get("sau")
    found = _matching(Draft.objects.light(), text)
    rows = found.filter(state__in=TABS[chosen][1])
    page = keyset_page(rows, order=NEWEST, cursor=cursor, size=PAGE)
    context = {
        "page": page,
        "cursor": cursor,
        "text": text,
        "chosen": chosen,
        "title": TABS[chosen][0],
        "tabs": _tabs(chosen, text, _matching(Draft.objects.all(), text)),
    }
    return render(request, "procedures/editor/index.html", context)


def _matching(found: QuerySet[Draft], text: str) -> QuerySet[Draft]:
    for word in fold(text).split()[:12]:
        found = found.filter(name_fold__contains=word)
    return found


def _tabs(chosen: str, text: str, found: QuerySet[Draft]) -> list[dict[str, Any]]:
    counted = found.order_by().values_list("state").annotate(count=Count("pk"))
    counts: dict[str, int] = dict(counted)
    tabs = []
    for key, (words, states) in TABS.items():
        query = {"tinh-trang": key, "tim": text}
        address = reverse("editor-home", query={k: v for k, v in query.items() if v})
        count = sum(counts.get(state, 0) for state in states)
        tabs.append({"text": words, "url": address, "current": key == chosen, "count": count})
    return tabs


def found_draft(pk: int) -> Draft:
    """With everything the pages of one draft name."""
    people = ("created_by", "updated_by", "submitted_by", "reviewed_by")
    rows = Draft.objects.select_related(
        "procedure__current", "base", "replaced_by", "version", *people
    )
    return get_object_or_404(rows, pk=pk)


@editor_page
@require_safe
def draft(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = found_draft(pk)
    problems = drafts.problems_of(found)
    against = drafts.compared_with(found)
    changes = drafts.changes_of(found, against)
    open_dossiers = None
    if found.kind == DraftKind.RETIREMENT and found.procedure:
        open_dossiers = sum(slots.fill("procedure.open_dossiers", found.procedure))
    context = {
        "draft": found,
        "open": found.state in OPEN_DRAFTS,
        "problems": problems,
        "advice": drafts.advice_for(found) if found.state in OPEN_DRAFTS else [],
        "offers": list(drafts.offers_of(found, request.user, lacking=len(problems))),
        "old_base": drafts.base_is_old(found),
        "against": against,
        "changes": wording.shown(changes[:CHANGES_AT_ONCE]),
        "more_changes": len(changes) if len(changes) > CHANGES_AT_ONCE else 0,
        "history": drafts.history_of(found, most=12),
        "review": slots.fill("draft.review", found),
        "open_dossiers": open_dossiers,
        "nowhere": drafts.is_nowhere(found),
        "content_page": drafts.page_of("editor-content", found),
        "eform_page": drafts.page_of("editor-eform", found),
        "preview_page": drafts.page_of("editor-preview", found),
    }
    return render(request, "procedures/editor/draft.html", context)


@editor_page
@require_safe
def changes(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    """Everything the draft changes, however much."""
    found = found_draft(pk)
    against = drafts.compared_with(found)
    shown = wording.shown(drafts.changes_of(found, against))
    context = {"draft": found, "against": against, "changes": shown}
    return render(request, "procedures/editor/draft_changes.html", context)


@editor_page
@require_safe
def history(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = found_draft(pk)
    context = {"draft": found, "history": drafts.history_of(found)}
    return render(request, "procedures/editor/draft_history.html", context)
