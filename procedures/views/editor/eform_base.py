"""What the pages of the e-form editor share: the draft, its form, saving, the conflict page."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from procedures import actions
from procedures.eforms import merging, outline
from procedures.eforms.editing import EditRefused
from procedures.models import Draft, DraftChange, DraftKind, DraftState
from procedures.views.editor import editor_page

Json = dict[str, Any]
UNDO = "soan-hoan-tac"


class NoForm(Exception):
    """The draft has no e-form of its own (or one that cannot be edited): start one."""


def eform_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the draft; lead to the start page while there is no form to edit."""

    @editor_page
    @wraps(view)
    def found(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        draft = find_draft(pk)
        try:
            return view(request, draft, **kwargs)
        except NoForm:
            return redirect("editor-eform-start", draft.pk)
        except actions.Conflict as conflict:
            # Meanwhile, between our look and our save: the same page again says it.
            messages.warning(request, str(conflict))
        except (EditRefused, actions.DraftRefused) as refused:
            if from_script(request):
                return JsonResponse(
                    {"problems": [{"field": "", "sentence": str(refused)}]}, status=422
                )
            messages.error(request, str(refused))
        return redirect("editor-eform", draft.pk)

    return found


def find_draft(pk: int) -> Draft:
    drafts = Draft.objects.select_related("procedure", "updated_by", "base")
    return get_object_or_404(drafts.filter(kind=DraftKind.CONTENT), pk=pk)


def from_script(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def readable(definition: Any) -> Json:
    if definition is None:
        raise NoForm
    try:
        return outline.safe(definition)
    except outline.Unreadable:
        raise NoForm from None


def form_of(draft: Draft) -> Json:
    """The draft's own form; raises NoForm."""
    return readable(draft.eform)


def start_of(request: HttpRequest, draft: Draft) -> Json:
    """The form the page was made from: what an edit is an edit of."""
    if number(request, "revision") != draft.revision and (change := base_of(request, draft)):
        return readable(change.eform)
    return form_of(draft)


def base_of(request: HttpRequest, draft: Draft) -> DraftChange | None:
    return draft.changes.filter(pk=number(request, "goc")).first()


def keep(request: HttpRequest, draft: Draft, definition: Json | None, summary: str) -> Draft:
    """Raises Conflict when somebody saved since the page was made."""
    assert isinstance(request.user, User)
    return actions.save_draft(
        draft,
        revision=number(request, "revision"),
        by=request.user,
        at=timezone.now(),
        eform=definition,
        summary=summary,
    )


def conflict_page(request: HttpRequest, draft: Draft, mine: Json, note: str = "") -> HttpResponse:
    """Both sides, question by question. What this editor did is on the page, nowhere else."""
    base = base_of(request, draft)
    start = base.eform if base and isinstance(base.eform, dict) else None
    theirs = form_of(draft)
    context = {
        "draft": draft,
        "clashes": merging.clashes(start, mine, theirs),
        "mine": json.dumps(mine, ensure_ascii=False),
        "base": base.pk if base else "",
        "note": note,
    }
    return render(request, "procedures/editor/eform_conflict.html", context, status=409)


def steps_of(draft: Draft) -> Json:
    """What undo and redo would do; the change the page is made from. One query."""
    near = draft.changes.filter(number__range=(draft.step - 1, draft.step + 1))
    by_number = {c.number: c for c in near.defer("record", "eform").select_related("by")}
    now = by_number.get(draft.step)
    return {
        "undo_change": now if draft.step - 1 in by_number else None,
        "redo_change": by_number.get(draft.step + 1),
        "base": now.pk if now else "",
    }


def shared(draft: Draft, here: str) -> Json:
    tabs = [
        ("structure", "Câu hỏi", "editor-eform"),
        ("preview", "Xem trước", "editor-eform-preview"),
        ("trial", "Nộp thử", "editor-eform-trial"),
    ]
    return {
        "draft": draft,
        "open": draft.state == DraftState.EDITING,
        "tabs": [
            {"text": text, "url": reverse(name, args=[draft.pk]), "current": key == here}
            for key, text, name in tabs
        ],
        **steps_of(draft),
    }


def told_to_script(
    request: HttpRequest, draft: Draft, said: str, focus: str, templates: dict[str, str], page: Json
) -> HttpResponse:
    """The answer static/js/editing.js reads; `templates` by the id each takes the place of."""
    fragments = {
        place: render_to_string(f"procedures/editor/{name}.html", page, request)
        for place, name in templates.items()
    }
    return JsonResponse(
        {
            "revision": draft.revision,
            "base": page["base"],
            "saved_at": f"{timezone.localtime(draft.updated_at):%H:%M}",
            "said": said,
            "problems": [],
            "fragments": fragments,
            "focus": focus,
        }
    )
