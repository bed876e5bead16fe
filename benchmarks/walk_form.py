"""The declaration that benchmarks/flow.py fills in: two pages of ten questions, each with what the
citizen answers, put on a procedure of the demo that asks for one paper."""

from typing import Any

from django.utils import timezone

from benchmarks import people
from procedures.actions import publish
from procedures.importing import read_folder
from procedures.models import Service

PROCEDURE = "1.013133"  # registering for military service: one case, one paper that is required
_CHOICES = {
    "trinh_do": ["Trung học cơ sở", "Trung học phổ thông", "Đại học"],
    "noi_lam": ["Cơ quan nhà nước", "Doanh nghiệp", "Làm nông nghiệp"],
}
_PAGES: dict[str, tuple[str, list[tuple[str, str, str, Any]]]] = {
    "ban_than": (
        "Bản thân",
        [
            ("ho_ten", "text", "Họ, chữ đệm và tên", "Nông Văn Thử"),
            ("ten_khac", "text", "Tên gọi khác", "Nông Văn Thân"),
            ("ngay_sinh", "date", "Ngày sinh", "2008-04-17"),
            ("noi_sinh", "text", "Nơi sinh", "Bệnh viện Đa khoa tỉnh Lạng Sơn"),
            ("que_quan", "text", "Quê quán", "Xã Đồng Đăng, tỉnh Lạng Sơn"),
            ("dan_toc", "text", "Dân tộc", "Tày"),
            ("dien_thoai", "phone", "Số điện thoại", "0362000123"),
            ("trinh_do", "choice", "Trình độ văn hóa", "1"),
            ("chieu_cao", "number", "Chiều cao (cm)", 168),
            ("khai_them", "long_text", "Thông tin thêm", "Đang chờ giấy báo nhập học."),
        ],
    ),
    "gia_dinh": (
        "Gia đình và việc làm",
        [
            ("cha_ten", "text", "Họ tên cha", "Nông Văn Hiếu"),
            ("cha_ngay_sinh", "date", "Ngày sinh của cha", "1980-05-12"),
            ("me_ten", "text", "Họ tên mẹ", "Hoàng Thị Thắm"),
            ("me_ngay_sinh", "date", "Ngày sinh của mẹ", "1983-08-20"),
            ("anh_em", "number", "Số anh, chị, em ruột", 2),
            ("co_vo", "yes_no", "Bạn đã kết hôn chưa?", False),
            ("noi_lam", "choice", "Nơi làm việc", "2"),
            ("nghe", "text", "Nghề nghiệp", "Trồng rừng"),
            ("thu_nhap", "money", "Thu nhập một tháng", 6_500_000),
            ("hoan_canh", "long_text", "Hoàn cảnh gia đình", "Ông bà nội ở cùng, đã cao tuổi."),
        ],
    ),
}
ANSWERS = {key: answer for _, asked in _PAGES.values() for key, _, _, answer in asked}


def _field(key: str, kind: str, label: str) -> dict[str, Any]:
    names = enumerate(_CHOICES.get(key, ()))
    options = [{"value": str(at), "label": name} for at, name in names]
    field = {"key": key, "type": kind, "label": label, "required": True}
    return field | ({"options": options} if options else {})


FORM: dict[str, Any] = {
    "title": "Phiếu tự khai",
    "form_no": "",
    "source": "",
    "sections": [
        {"key": key, "title": title, "fields": [_field(*one[:3]) for one in asked]}
        for key, (title, asked) in _PAGES.items()
    ],
}


def a_service() -> Service:
    """The procedure with this form, at the officer's desk."""
    record = next(one for one in read_folder() if one.code == PROCEDURE)
    publish(record.data, eform=FORM, by=None, at=timezone.now())
    return Service.objects.select_related("procedure__current").get(
        procedure__code=PROCEDURE,
        receiving_agency__positions__user__email=people.OFFICER,
        receiving_agency__positions__role="reception",
    )
