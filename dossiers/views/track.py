"""Public look-up of one dossier by its code and a second factor (design: the code alone
answers nothing; every miss looks and costs the same)."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dossiers import timeline
from dossiers.forms.track import TrackForm
from dossiers.models import Dossier
from dossiers.workflow import Status
from portal.lib.codes import secrets_match
from portal.lib.limits import limited

PERIOD = timedelta(minutes=15)


def _typed_code(request: HttpRequest) -> str | None:
    return request.POST.get("code", "").strip().upper()[:50] or None


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@limited("track-address", limit=30, period=PERIOD)
@limited("track-code", limit=10, period=PERIOD, key=_typed_code)
def track(request: HttpRequest) -> HttpResponse:
    """A POST answers on the same page: neither secret nor citizen number is ever in an
    address, a log or the history."""
    if request.method != "POST":
        form = TrackForm(initial={"code": request.GET.get("ma", "")[:50]})
        return render(request, "dossiers/track/form.html", {"form": form})
    form = TrackForm(request.POST)
    if not form.is_valid():
        return render(request, "dossiers/track/form.html", {"form": form})
    found = find(form.cleaned_data["code"], form.cleaned_data["secret"])
    if found is None:
        form.add_error(None, TrackForm.MISS)
        return render(request, "dossiers/track/form.html", {"form": form})
    context = {
        "dossier": found,
        "items": timeline.of(found, anonymous=True),
        "trail": [("Tra cứu hồ sơ", reverse("track"))],
    }
    return render(request, "dossiers/track/dossier.html", context)


def find(code: str, second: str) -> Dossier | None:
    """The filed dossier of this code when `second` is its secret or its owner's citizen
    number. Both comparisons are always made, whether or not the code exists."""
    dossier = (
        Dossier.objects.exclude(status=Status.DRAFT)
        .select_related("version__procedure", "receiving_agency", "deciding_agency")
        .filter(code=code)
        .first()
    )
    citizen_id = dossier.owner_citizen_id if dossier else ""
    by_secret = secrets_match(code, second)
    by_number = constant_time_compare(citizen_id, second.strip()) & bool(citizen_id)
    return dossier if by_secret | by_number else None
