"""Where a form comes from: nothing, the general declaration, another procedure, a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import Truncator
from django.views.decorators.http import require_http_methods

from procedures import actions
from procedures.eforms import editing, files
from procedures.eforms.editing import EditRefused
from procedures.general_form import GENERAL
from procedures.models import Draft, Procedure
from procedures.views.editor import eform_base as base
from procedures.views.editor.eform_base import Json, eform_page

FOUND = 20


@eform_page
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, draft: Draft) -> HttpResponse:
    if request.method != "POST":
        return _show(request, draft)
    try:
        form, summary = _chosen(request, draft)
        base.keep(request, draft, form, summary)
    except files.FileRefused as refused:
        return _show(request, draft, refused.problems)
    except EditRefused as refused:
        return _show(request, draft, [str(refused)])
    except actions.Conflict as conflict:
        return _show(request, conflict.draft, [str(conflict)])
    messages.success(request, f"{summary}.")
    return redirect("editor-eform-start" if form is None else "editor-eform", draft.pk)


def _show(request: HttpRequest, draft: Draft, problems: list[str] | None = None) -> HttpResponse:
    words = request.GET.get("tu", "").strip()[:200]
    page = base.shared(draft, "") | {
        "has_form": draft.eform is not None,
        "words": words,
        "found": _with_form(words) if words else [],
        "errors": [("", sentence) for sentence in problems or ()],
    }
    return render(request, "procedures/editor/eform_start.html", page)


def _with_form(words: str) -> list[Procedure]:
    """Published procedures with a form of their own; the forms themselves stay where they are."""
    rows = Procedure.objects.published().filter(current__eform__isnull=False)
    return list(rows.matching(words).only("code", "name").order_by("code")[:FOUND])


def _chosen(request: HttpRequest, draft: Draft) -> tuple[Json | None, str]:
    what = request.POST.get("viec", "")
    if what == "trong":
        return editing.empty(Truncator(draft.name).chars(300)), "Bắt đầu biểu mẫu trống"
    if what == "chung":
        return GENERAL, "Bắt đầu từ tờ khai chung"
    if what == "bo":
        return None, "Bỏ biểu mẫu riêng, dùng tờ khai chung"
    if what.startswith("chep:"):
        code = what.removeprefix("chep:")
        source = Procedure.objects.published().select_related("current").filter(code=code).first()
        if source is None or source.current is None or source.current.eform is None:
            raise EditRefused("Thủ tục này không có biểu mẫu riêng để chép.")
        return source.current.eform, f"Chép biểu mẫu của thủ tục {code}"
    upload = request.FILES.get("tep")
    if what == "tep" and upload:
        if (upload.size or 0) > files.LARGEST:
            raise files.FileRefused("Tệp lớn hơn 2 MB. Biểu mẫu dài nhất cũng chỉ vài trăm kB.")
        return files.read_definition(upload.read()), f"Tải lên biểu mẫu từ tệp “{upload.name}”"
    raise EditRefused("Hãy chọn một tệp." if what == "tep" else "Hãy chọn cách bắt đầu.")
