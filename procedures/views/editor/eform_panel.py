"""One question, column, section or the form's head on a page of its own, saved while written."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from procedures import actions
from procedures.eforms.editing import EditRefused
from procedures.eforms.workbench.faces import Face, face_of
from procedures.models import Draft
from procedures.views.editor import eform_base as base
from procedures.views.editor.eform_base import Json, eform_page

BODY, FINDINGS = "o-than", "o-nhac"
METHODS = ["GET", "HEAD", "POST"]


@eform_page
@require_http_methods(METHODS)
def field(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    return _panel(request, draft, "o", key)


@eform_page
@require_http_methods(METHODS)
def column(request: HttpRequest, draft: Draft, key: str, column: str) -> HttpResponse:
    return _panel(request, draft, "cot", key, column)


@eform_page
@require_http_methods(METHODS)
def section(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    return _panel(request, draft, "phan", key)


@eform_page
@require_http_methods(METHODS)
def head(request: HttpRequest, draft: Draft) -> HttpResponse:
    return _panel(request, draft, "dau")


def _panel(request: HttpRequest, draft: Draft, thing: str, *keys: str) -> HttpResponse:
    where: Any = (thing, *keys)
    if request.method != "POST":
        return _show(request, draft, _face(base.form_of(draft), draft, where))
    face = _face(base.start_of(request, draft), draft, where, request.POST)
    try:
        edit = face.edit()
    except EditRefused as refused:
        face.refusal, edit = str(refused), None
    if edit is None:
        return _refuse(request, draft, face)
    try:
        saved = base.keep(request, draft, edit.definition, edit.summary)
    except actions.Conflict as conflict:
        if base.from_script(request):
            return JsonResponse({"sentence": str(conflict)}, status=409)
        return base.conflict_page(request, conflict.draft, edit.definition, edit.summary)
    where = (*where[:-1], edit.key) if len(where) > 1 else where
    fresh = _face(base.form_of(saved), saved, where)
    return _saved(request, saved, face, fresh)


def _face(definition: Json, draft: Draft, where: Any, data: Any = None) -> Face:
    published = draft.base.eform if draft.base else None
    try:
        return face_of(definition, published, *where, data=data)
    except EditRefused as gone:
        raise Http404(str(gone)) from None


def _page(draft: Draft, face: Face) -> Json:
    return base.shared(draft, "structure") | face.context()


def _show(request: HttpRequest, draft: Draft, face: Face, status: int = 200) -> HttpResponse:
    page = _page(draft, face)
    if face.data is not None:  # as typed, from the form the page was made from
        page |= {"base": request.POST.get("goc", ""), "revision": request.POST.get("revision")}
    return render(request, "procedures/editor/eform_panel.html", page, status=status)


def _refuse(request: HttpRequest, draft: Draft, face: Face) -> HttpResponse:
    if base.from_script(request):
        return JsonResponse({"problems": face.problems()}, status=422)
    return _show(request, draft, face)


def _saved(request: HttpRequest, draft: Draft, done: Face, fresh: Face) -> HttpResponse:
    button = request.POST.get("viec", "luu")
    if not base.from_script(request):
        if button == "xong":
            return redirect(f"{reverse('editor-eform', args=[draft.pk])}#{fresh.anchor}")
        messages.success(request, "Đã lưu.")
        place = reverse(*_address(draft, fresh))
        return redirect(f"{place}#{done.focus(button)}" if ":" in button else place)
    page = _page(draft, fresh)
    templates = {base.UNDO: "content_undo", FINDINGS: "eform_findings"}
    if ":" in button:
        templates[BODY] = "eform_panel_body"
    return base.told_to_script(request, draft, "", done.focus(button), templates, page)


def _address(draft: Draft, face: Face) -> tuple[str, None, list[Any]]:
    names = {"o": "field", "cot": "column", "phan": "section", "dau": "head"}
    return f"editor-eform-{names[face.thing]}", None, [draft.pk, *face.keys]
