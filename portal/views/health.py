"""For the load balancer and the compose health checks."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from notices.models import Notice
from postal.models import Order


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, and how far the outboxes are behind, in seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    now = timezone.now()
    lag = {}
    for name, table in (("notices", Notice), ("orders", Order)):
        oldest = table.objects.due(now).order_by("available_at").first()
        lag[name] = int((now - oldest.available_at).total_seconds()) if oldest else 0
    return JsonResponse({"ok": True, "lag": lag})
