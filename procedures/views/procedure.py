"""One procedure, as everybody may read it."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from portal.lib import slots
from portal.lib.publicpages import public_page
from procedures import pages
from procedures.models import Procedure, ProcedureCase, ProcedureVersion
from procedures.pages import desks, papers, structured
from procedures.pages.folding import Share
from procedures.questions import published_for
from procedures.views.in_force import in_force

_TRAIL = "Thủ tục hành chính"


def _found(code: str) -> Procedure:
    """In force, or once in force: its page says what became of it."""
    found = get_object_or_404(Procedure.objects.with_page_parts(), code=code)
    if found.current is None and found.retired_on is None:
        raise Http404("Thủ tục chưa được công bố.")
    return found


def _trail(found: Procedure | None = None) -> list[tuple[str, str]]:
    trail = [(_TRAIL, reverse("catalogue"))]
    if found:
        url = reverse("procedure", args=[found.code])
        trail += [(found.sector.name, reverse("sector", args=[found.sector.slug]))]
        trail += [(Truncator(found.name).words(8), url)]
    return trail


@login_not_required
@public_page
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(code)
    if found.current is None:
        return _retired(request, found)
    page = pages.page_of(found)
    context = {
        "page": page,
        "asked": published_for(found, [case.row for case in page.cases]),
        "facts": slots.fill("procedure.facts", found),
        "payment": slots.fill("procedure.payment", found),
        "structured": structured.of(page),
        "canonical": structured.absolute(request.path),
        "trail": [*_trail(), (found.sector.name, reverse("sector", args=[found.sector.slug]))],
        "crumb": Truncator(found.name).words(12),
    }
    return render(request, "procedures/procedure.html", context)


def _retired(request: HttpRequest, found: Procedure) -> HttpResponse:
    """Since when, by which decision, what takes its place; for whoever kept the address."""
    context = {
        "procedure": found,
        "version": found.versions.defer("eform", "process").first(),
        "trail": _trail(),
        "crumb": Truncator(found.name).words(12),
    }
    return render(request, "procedures/retired_page.html", context)


@login_not_required
@public_page
@require_safe
@in_force
def whole(request: HttpRequest, found: Procedure, _version: ProcedureVersion) -> HttpResponse:
    """Every text uncut; the papers stand with their cases."""
    context = {"page": pages.page_of(found, whole=True), "trail": _trail(found)}
    return render(request, "procedures/whole.html", context)


@login_not_required
@public_page
@require_safe
@in_force
def case(
    request: HttpRequest, found: Procedure, version: ProcedureVersion, key: str
) -> HttpResponse:
    """One case's papers in full, over as many pages as they need."""
    chosen = get_object_or_404(
        ProcedureCase.objects.prefetch_related("requirements"), version=version, key=key
    )
    parts = papers.pages_of_case(chosen.requirements.all())
    number = request.GET.get("trang", "1")
    place = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
    if not 1 <= place <= len(parts):
        raise Http404("Không có trang này.")
    files = pages.files_of(version)
    context = {
        "procedure": found,
        "case": chosen,
        "name": Share().fold(chosen.name),
        "hint": Share().fold(chosen.hint),
        "asked": published_for(found, [chosen]),
        "needs": [papers.need_of(need, files, Share()) for need in parts[place - 1]],
        "number": place,
        "numbers": range(1, len(parts) + 1),
        "total": sum(map(len, parts)),
        "others": version.cases.exclude(pk=chosen.pk).only("key", "name", "version"),
        "trail": _trail(found),
        "canonical": structured.absolute(request.get_full_path()),
    }
    return render(request, "procedures/case.html", context)


@login_not_required
@public_page
@require_safe
@in_force
def desk_list(request: HttpRequest, found: Procedure, version: ProcedureVersion) -> HttpResponse:
    """Every place that takes the procedure in, found by a few letters."""
    words = request.GET.get("q", "")[:100]
    every = desks.desks_of(desks.services_of(found), version)
    context = {
        "procedure": found,
        "words": words,
        "desks": desks.desks_named(every, words),
        "count": len(every),
        "trail": _trail(found),
    }
    return render(request, "procedures/desk_list.html", context)
