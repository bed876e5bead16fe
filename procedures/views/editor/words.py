"""Words people use (under /quan-tri/tu-dong-nghia/) and what they did not find."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Max, Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from portal.lib.text import fold
from portal.lib.web import AuthenticatedRequest, keyset_page
from procedures import search
from procedures.actions import words as actions
from procedures.forms import SynonymForm, one_line
from procedures.models import SearchMiss, Synonym
from procedures.views.editor import editor_page

PAGE = 50
MISSES = 100
LOOKED_BACK = timedelta(days=30)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def synonyms(request: AuthenticatedRequest) -> HttpResponse:
    """The list, and a form for one more; ?tu= is what somebody looked for in vain."""
    given = request.POST if request.method == "POST" else None
    form = SynonymForm(given, initial={"words": one_line(request.GET.get("tu", ""))[:60]})
    if given is not None and form.is_valid():
        saved = actions.save_synonym(form.save(commit=False))
        messages.success(request, f"Đã thêm: người gõ “{saved.words}” sẽ thấy “{saved.means}”.")
        return redirect("editor-synonyms")
    wanted = one_line(request.GET.get("tim", ""))
    rows = Synonym.objects.all()
    if wanted:
        rows = rows.mentioning(fold(wanted))
    cursor = request.GET.get("sau")
    page = keyset_page(rows, order=("words_fold", "means_fold", "pk"), cursor=cursor, size=PAGE)
    context = {"form": form, "page": page, "cursor": cursor, "wanted": wanted}
    return render(request, "procedures/editor/words/synonyms.html", context)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def synonym(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Synonym, pk=pk)
    form = SynonymForm(request.POST if request.method == "POST" else None, instance=found)
    if request.method == "POST" and form.is_valid():
        actions.save_synonym(form.save(commit=False))
        messages.success(request, "Đã lưu từ đồng nghĩa.")
        return redirect("editor-synonyms")
    context = {"form": form, "synonym": found}
    return render(request, "procedures/editor/words/synonym.html", context)


@editor_page
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: AuthenticatedRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Synonym, pk=pk)
    if request.method == "POST":
        actions.remove_synonym(found)
        messages.success(request, f"Đã xóa “{found}”.")
        return redirect("editor-synonyms")
    return render(request, "procedures/editor/words/remove.html", {"synonym": found})


@editor_page
@require_safe
def misses(request: AuthenticatedRequest) -> HttpResponse:
    """What was looked for in vain in the last days, most often first; `now` says how many
    procedures it would find today."""
    rows = list(
        SearchMiss.objects.filter(day__gte=localdate() - LOOKED_BACK)
        .values("phrase")
        .annotate(total=Sum("count"), last=Max("day"))
        .order_by("-total", "-last", "phrase")[:MISSES]
    )
    counts = search.counts([row["phrase"] for row in rows])
    listed = [row | {"now": counts[row["phrase"]]} for row in rows]
    context = {"rows": listed, "days": LOOKED_BACK.days}
    return render(request, "procedures/editor/words/misses.html", context)
