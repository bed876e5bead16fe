"""Wards of a province, for the address fields of forms in the browser."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from procedures.eforms import places


@login_not_required
@require_safe
@cache_control(public=True, max_age=86_400)
def wards(request: HttpRequest) -> JsonResponse:
    """`?tinh=20` → {"wards": [["06184", "Phường …"], …]}; an unknown province has none.

    Public facts, the same for everybody: no session is read, any cache may keep it a day.
    """
    found = places.wards(request.GET.get("tinh", "")[:10])
    return JsonResponse({"wards": [list(ward) for ward in found]})
