"""A search that found nothing, told by the page's script."""

from datetime import timedelta
from urllib.parse import urlsplit

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from portal.lib.limits import limited
from procedures.forms import one_line
from procedures.search import misses


@csrf_exempt  # pages kept for everybody carry no token; Origin says who sends it
@login_not_required
@require_POST
@limited("search-miss", limit=30, period=timedelta(hours=1))
def miss(request: HttpRequest) -> HttpResponse:
    """Nothing is told back: whether it was counted is nobody's business."""
    if _ours(request):
        misses.record(one_line(request.POST.get("q", "")), on=localdate())
    return HttpResponse(status=204)


def _ours(request: HttpRequest) -> bool:
    """Browsers name where a POST comes from; another site's script cannot change it."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.get_host()
