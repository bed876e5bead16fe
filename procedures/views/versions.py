"""What a procedure said before, and what changed from one version to another."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures import wording
from procedures.models import Procedure
from procedures.records import Change, differences, record_of
from procedures.records.reading import with_record_parts

# Words for the office and for machines; everything else a reader may compare.
_INSIDE = ("process", "keywords", "source_url")
_KEYS = ("key", "reuse_type")


def _found(code: str) -> Procedure:
    """In force or retired."""
    return get_object_or_404(Procedure.objects.select_related("current", "replaced_by"), code=code)


@login_not_required
@public_page
@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(code)
    if "tu" in request.GET or "den" in request.GET:
        return _to_the_two(request, code)
    unread = ("eform", "process", "conditions", "summary", "keywords", "media")
    rows = list(found.versions.order_by("-number").defer(*unread))
    if not rows:
        raise Http404
    older = [row.number for row in rows[1:]] + [None]
    context = {
        "procedure": found,
        "lines": list(zip(rows, older, strict=True)),
        "numbers": [row.number for row in rows],
        "trail": _trail(found),
    }
    return render(request, "procedures/versions.html", context)


def _to_the_two(request: HttpRequest, code: str) -> HttpResponse:
    """From the form that chooses two."""
    two = [request.GET.get(name, "") for name in ("tu", "den")]
    if not all(text.isascii() and text.isdigit() and len(text) < 7 for text in two):
        raise Http404
    first, second = sorted(int(text) for text in two)
    if first == second:
        return redirect("versions", code)
    return redirect("version-diff", code, first, second)


@login_not_required
@public_page
@require_safe
def version_diff(request: HttpRequest, code: str, first: int, second: int) -> HttpResponse:
    found = _found(code)
    rows = with_record_parts(found.versions.filter(number__in=(first, second)))
    two = {version.number: version for version in rows}
    if first == second or len(two) != 2:
        raise Http404
    before, after = two[first], two[second]
    all_changes = differences(
        record_of(before), record_of(after), eform_before=before.eform, eform_after=after.eform
    )
    context = {
        "procedure": found,
        "before": before,
        "after": after,
        "changes": wording.shown(change for change in all_changes if _for_readers(change)),
        "trail": [*_trail(found), ("Các phiên bản", reverse("versions", args=[code]))],
    }
    return render(request, "procedures/version_diff.html", context)


def _for_readers(change: Change) -> bool:
    parts = change.path.split(".")
    return parts[0] not in _INSIDE and parts[-1] not in _KEYS


def _trail(procedure: Procedure) -> list[tuple[str, str]]:
    name = Truncator(procedure.name).words(8)
    trail = [("Thủ tục hành chính", reverse("catalogue"))]
    if procedure.current_id:
        trail.append((name, reverse("procedure", args=[procedure.code])))
    return trail
