"""The small page that ours is measured against, and the reference page of performance.md."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ITEMS = ["Khai sinh", "Kết hôn", "Thường trú", "Hộ kinh doanh", "Xây dựng"]
ROWS = [
    {"code": f"1.00{n:04d}", "name": f"Thủ tục thứ {n}", "agency": "Ủy ban nhân dân cấp xã"}
    for n in range(20)
]


@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@login_not_required
def small(request: HttpRequest) -> HttpResponse:
    return render(request, "small.html", {"title": "Trang nhỏ", "items": ITEMS})


@login_not_required
def found(request: HttpRequest) -> HttpResponse:
    """What a search cannot do without: the rows of one page, by the index of words."""
    # The stock project (benchmarks.bare.stock) serves this module too and has no catalogue.
    from procedures.models import Procedure

    rows = Procedure.objects.published().matching(request.GET.get("q", "")).with_page_parts()
    page = rows.prefetch_related("current__channels__fees").order_by("pk")[:20]
    return render(request, "found.html", {"title": "Trang tìm", "rows": page})


@login_not_required
def reference(request: HttpRequest) -> HttpResponse:
    return render(request, "reference.html", {"title": "Trang chuẩn", "rows": ROWS})
