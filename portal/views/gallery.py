"""The component gallery at /thanh-phan/, for people who build pages (demo only)."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from dossiers.workflow import Status

CODE = "000.00.15.H37-240306-000"


class ExampleForm(forms.Form):
    """One of each common control, so that their error states can be looked at."""

    full_name = forms.CharField(
        label="Họ và tên", max_length=100, help_text="Như trên giấy tờ tùy thân.",
        error_messages={"required": "Nhập họ và tên."},
    )  # fmt: skip
    born = forms.DateField(
        label="Ngày sinh", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    returns = forms.ChoiceField(
        label="Cách nhận kết quả",
        choices=[("desk", "Tại Bộ phận Một cửa"), ("post", "Tại nhà, qua bưu chính")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một cách nhận kết quả."},
    )
    ward = forms.ChoiceField(label="Xã, phường", choices=[("06184", "Phường Lương Văn Tri")])
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    sure = forms.BooleanField(
        label="Tôi cam đoan lời khai là đúng",
        error_messages={"required": "Đánh dấu vào ô cam đoan để nộp."},
    )


@login_not_required
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.DEMO:
        raise Http404
    bad = request.method == "POST" or "loi" in request.GET
    form = ExampleForm(request.POST if bad else None)
    return render(request, "portal/gallery.html", {"form": form, **_samples(_example_now())})


def _example_now() -> datetime:
    return timezone.make_aware(datetime(2024, 3, 6, 10, 5))


def _samples(now: datetime) -> dict[str, object]:
    days = [timedelta(days=n) for n in (9, 2, 0, -1)]
    dues = [now + day + timedelta(hours=6, minutes=25) for day in days]
    return {
        "now": now,
        "due": dues[1],
        "fee": 1_234_567,
        "citizen_id": "020190001234",
        "trail": [("Thủ tục hành chính", "/thu-tuc/")],
        "statuses": list(Status),
        "dues": [(due, True) for due in dues] + [(dues[0], False)],
        "tabs": [
            {"text": "Chờ tiếp nhận", "url": "#", "current": True, "count": 12},
            {"text": "Chờ bổ sung", "url": "#", "count": 3},
            {"text": "Chờ trả", "url": "#", "count": 0},
            {"text": "Tất cả", "url": "#"},
        ],
        "chips": [("Lĩnh vực: Hộ tịch", "?a"), ("Quá hạn", "?b")],
        "timeline": _timeline(now),
        "rows": [
            ("Họ và tên", "Nông Văn Bình", "#"),
            ("Nơi ở hiện tại", "Số 12, đường Bà Triệu, phường Lương Văn Tri, tỉnh Lạng Sơn", "#"),
            ("Tên gọi khác", "", "#"),
        ],
        "table": _table(dues),
        "page": SimpleNamespace(has_next=True, next_cursor="tiep"),
        "icons": _icon_names(),
    }


def _timeline(now: datetime) -> list[dict[str, object]]:
    return [
        {"state": "done", "title": "Đã nộp hồ sơ", "at": now - timedelta(days=1), "icon": "send"},
        {
            "state": "now",
            "title": "Đang xử lý",
            "at": now,
            "who": "Bộ phận Tư pháp – Hộ tịch",
            "text": "Hạn xong bước này: 16 giờ 30 phút, ngày 07/03/2024.",
            "icon": "process",
        },
        {"state": "next", "title": "Trả kết quả tại nhà qua bưu chính", "icon": "truck"},
    ]


def _table(dues: list[datetime]) -> list[dict[str, object]]:
    names = [
        "Đăng ký khai sinh",
        "Đăng ký thành lập hộ kinh doanh",
        "Cấp phép xây dựng",
        "Trích lục",
    ]
    states = [Status.SUBMITTED, Status.PROCESSING, Status.ADDITIONS, Status.FINISHED]
    fees = [0, 100_000, 75_000, 8_000]
    return [
        {"code": f"{CODE}{n}", "procedure": name, "status": state, "due": due, "fee": fee}
        for n, (name, state, due, fee) in enumerate(zip(names, states, dues, fees, strict=True), 1)
    ]


def _icon_names() -> list[str]:
    sprite = settings.BASE_DIR / "static/img/icons.svg"
    return re.findall(r'<symbol id="([a-z-]+)"', sprite.read_text(encoding="utf-8"))
