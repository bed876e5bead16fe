"""The list of a draft's e-form: its sections and questions, added, moved, doubled, taken away."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procedures import actions, eforms
from procedures.eforms import editing, files, vocabulary
from procedures.eforms.editing import EditRefused
from procedures.eforms.merging import MINE, THEIRS, clashes, merged
from procedures.eforms.workbench.listing import listing, presentable
from procedures.eforms.workbench.operations import neighbour, operate, removal
from procedures.eforms.workbench.rows import press
from procedures.general_form import GENERAL
from procedures.models import Draft
from procedures.views.editor import eform_base as base
from procedures.views.editor.eform_base import Json, eform_page

KINDS = [
    (group, [(kind, vocabulary.TYPES[kind]) for kind in kinds])
    for group, kinds in vocabulary.TYPE_GROUPS
]


@eform_page
@require_http_methods(["GET", "HEAD", "POST"])
def structure(request: HttpRequest, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        return render(request, "procedures/editor/eform.html", _page(request, draft))
    start = base.start_of(request, draft)
    button = request.POST.get("viec", "")
    if told := removal(start, button):
        return _ask_again(request, draft, button, *told)
    edit = operate(start, request.POST)
    try:
        base.keep(request, draft, edit.definition, edit.summary)
    except actions.Conflict as conflict:
        return base.conflict_page(request, conflict.draft, edit.definition, edit.summary)
    messages.success(request, f"{edit.summary}.")
    what, thing, _ = press(button)
    gone = what in ("bo", "bo-het")
    place = neighbour(start, button) if gone else f"{thing}-{edit.key}"
    # Scripts do not see the fragment of an address they were led to.
    return redirect(f"{reverse('editor-eform', args=[draft.pk])}?den={place}#{place}")


def _page(request: HttpRequest, draft: Draft) -> Json:
    definition = base.form_of(draft)
    moving = request.GET.get("chuyen", "")
    page = base.shared(draft, "structure") | listing(definition)
    if moving in eforms.outline.specs_of(definition):
        page |= {"moving": moving, "goals": _goals(definition, moving)}
    return page | {"kinds": KINDS, "definition": definition}


def _goals(definition: Json, moving: str) -> list[Json]:
    """Every place a question can go to, by section: (value, words, whether it is there now)."""
    here = "{}:{}".format(*editing.place_of(definition, moving))
    goals = []
    for section in definition["sections"]:
        rest = [spec for spec in section["fields"] if spec["key"] != moving]
        words = ["đầu phần", *(f"sau {editing.name_of(spec)}" for spec in rest)]
        places = [(f"{section['key']}:{at}", text) for at, text in enumerate(words)]
        options = [(value, text, value == here) for value, text in places]
        goals.append({"title": section["title"], "options": options})
    return goals


def _ask_again(
    request: HttpRequest, draft: Draft, button: str, name: str, users: list[str]
) -> HttpResponse:
    """Somebody waits for this question: taking it away changes their conditions too."""
    page = {"draft": draft, "button": button.replace("bo:", "bo-het:", 1), "name": name}
    page |= {
        "users": users,
        "revision": request.POST.get("revision"),
        "base": request.POST.get("goc"),
    }
    return render(request, "procedures/editor/eform_remove.html", page)


@eform_page
@require_POST
def merge(request: HttpRequest, draft: Draft) -> HttpResponse:
    """What the editor chose on the conflict page."""
    try:
        mine = files.read_outline(request.POST.get("cua_toi", "").encode("utf-8", "replace"))
    except files.FileRefused as refused:
        raise EditRefused(str(refused)) from None
    change = base.base_of(request, draft)
    start = change.eform if change else None
    found = clashes(start, mine, base.form_of(draft))
    every = request.POST.get("tat_ca", "")
    picks = {c.name: every or request.POST.get(f"chon-{c.name}", "") for c in found}
    if any(pick not in (MINE, THEIRS) for pick in picks.values()):
        return base.conflict_page(request, draft, mine, "Hãy chọn cho từng chỗ khác nhau.")
    form = merged(start, mine, base.form_of(draft), picks)
    try:
        base.keep(request, draft, form, "Gộp biểu mẫu của hai người")
    except actions.Conflict as conflict:
        return base.conflict_page(request, conflict.draft, mine, str(conflict))
    messages.success(request, "Đã gộp và lưu.")
    return redirect("editor-eform", draft.pk)


@eform_page
@require_safe
def preview(request: HttpRequest, draft: Draft) -> HttpResponse:
    return render(request, "procedures/editor/eform_preview.html", base.shared(draft, "preview"))


# One of the few pages our own pages may frame: there is no form in it to send.
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
@eform_page
@require_safe
def frame(request: HttpRequest, draft: Draft) -> HttpResponse:
    page: Json = {"definition": draft.eform or GENERAL}
    try:
        page["form"] = eforms.build_form(presentable(base.readable(draft.eform or GENERAL)))
    except (eforms.DefinitionInvalid, base.NoForm) as invalid:
        page["problems"] = invalid.args[0] if invalid.args else ["Biểu mẫu không đọc được."]
    request.for_nobody = True  # type: ignore[attr-defined]
    return render(request, "procedures/editor/eform_frame.html", page)


@eform_page
@require_safe
def as_file(request: HttpRequest, draft: Draft) -> HttpResponse:
    content = files.as_file(draft.eform or GENERAL)
    name = f"bieu-mau-{draft.code}.json".replace('"', "")
    return HttpResponse(
        content,
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
