"""What each form of each set must say, by hand from domain.md §2.3."""

from tests.lib.slip_context import slip_context

OLD, NEW = "Thông tư 01/2018/TT-VPCP", "Thông tư 03/2025/TT-VPCP"
HANDS = [
    {
        "no": 1,
        "give": ["Người nộp hồ sơ", "Trần Văn Bình"],
        "take": ["Trung tâm Phục vụ hành chính công phường Kỳ Lừa", "Lê Thị Lan"],
        "at_line": "10 giờ 05 phút, ngày 23/11/2026",
        "kept": "Trước hạn",
        "note": "Tiếp nhận, kiểm tra hồ sơ",
    },
    {
        "no": 2,
        "give": ["Trung tâm Phục vụ hành chính công phường Kỳ Lừa", "Lê Thị Lan"],
        "take": ["Ủy ban nhân dân phường Kỳ Lừa", "Lý Văn Hùng"],
        "at_line": "10 giờ 40 phút, ngày 23/11/2026",
        "kept": "Quá hạn",
        "note": "Thẩm định. Chuyển bước",
    },
]
MORE = {
    "old_due_line": "10 giờ 05 phút, ngày 20/11/2026",
    "deciding_name": "Ủy ban nhân dân phường Kỳ Lừa",
    "coordinating": "Công an phường Kỳ Lừa",
    "replaces": "",
    "rows": HANDS,
    "stopped_line": "09 giờ 30 phút, ngày 21/11/2026",
}
_APOLOGY = [
    "V/v xin lỗi đối với hồ sơ giải quyết quá hạn và hẹn lại thời gian trả kết quả",
    "Kính gửi Ông/Bà: Nguyễn Thị Ngọc Ánh",
    "đã tiếp nhận hồ sơ của Ông/Bà lúc 10 giờ 05 phút, ngày 23/11/2026",
    "mã hồ sơ: 000.00.15.H37-261121-0001",
    "Thời gian hẹn trả kết quả là: 10 giờ 05 phút, ngày 20/11/2026",
    "do đơn vị chủ trì giải quyết hồ sơ là Ủy ban nhân dân phường Kỳ Lừa chưa có kết quả",
    "Giấy tờ gửi kèm chưa đủ căn cứ",
    "xin lỗi Ông/Bà",
    "trả kết quả vào 10 giờ 05 phút, ngày 24/11/2026",
    "Nơi nhận:",
    "LÃNH ĐẠO ĐƠN VỊ",
]
_CONTROL = [
    "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ",
    "Chủ hồ sơ: Nguyễn Thị Ngọc Ánh",
    "Loại thủ tục: Đăng ký khai sinh có yếu tố nước ngoài",
    "Thời gian nhận: 10 giờ 05 phút, ngày 23/11/2026",
    "Thời gian trả kết quả: 10 giờ 05 phút, ngày 24/11/2026",
    "Cơ quan (bộ phận) giải quyết hồ sơ: Ủy ban nhân dân phường Kỳ Lừa",
    "Cơ quan phối hợp: Công an phường Kỳ Lừa",
    "TÊN CƠ QUAN",
    "THỜI GIAN GIAO, NHẬN HỒ SƠ",
    "KẾT QUẢ GIẢI QUYẾT HỒ SƠ (Trước hạn/đúng hạn/quá hạn)",
    "GHI CHÚ",
    "1. Giao: Người nộp hồ sơ",
    "10 giờ 40 phút, ngày 23/11/2026",
    "Quá hạn",
    "Thẩm định. Chuyển bước",
]
_STOP = [
    "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ",
    "thông báo dừng giải quyết hồ sơ của Ông/Bà từ 09 giờ 30 phút, ngày 21/11/2026",
    "Giấy tờ gửi kèm chưa đủ căn cứ",
]
# (template, number in its set or "", circular, what it says)
NEW_FORMS = [
    ("mau04_2018", "04", OLD, ["PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ", *_APOLOGY]),
    (
        "mau04_2025",
        "04",
        NEW,
        ["VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", "Đề nghị gia hạn", *_APOLOGY],
    ),
    ("mau05_2018", "", "", _STOP),
    ("mau05_2025", "05", NEW, _STOP),
    ("control_2018", "05", OLD, _CONTROL),
    ("control_2025", "06", NEW, _CONTROL),
]


def forms_context(**changes):
    return slip_context(**(MORE | changes))
