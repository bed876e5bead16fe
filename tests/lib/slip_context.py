"""A hand-made context of the slips: the contract at the top of templates/slips/base.html."""

CODE = "000.00.15.H37-261121-0001"


CONTEXT = {
    "agency_superior": "Ủy ban nhân dân tỉnh Lạng Sơn",
    "agency_name": "Trung tâm Phục vụ hành chính công phường Kỳ Lừa",
    "number": "07/TTPVHCC",
    "place_date_line": "Kỳ Lừa, ngày 21 tháng 11 năm 2026",
    "code": CODE,
    "secret": "K7QX2M4D",
    "qr": f"https://dichvucong.example.vn/tra-cuu/?ma={CODE}",
    "track_url": "https://dichvucong.example.vn/tra-cuu/",
    "procedure_name": "Đăng ký khai sinh có yếu tố nước ngoài tại khu vực biên giới",
    "owner": {
        "name": "Nguyễn Thị Ngọc Ánh",
        "address": "Số 12, đường Hùng Vương, phường Kỳ Lừa, tỉnh Lạng Sơn",
        "phone": "0912 345 678",
        "email": "",
    },
    "submitter_name": "Trần Văn Bình",
    "officer_name": "Lê Thị Lan",
    "contact_line": "Trung tâm Phục vụ hành chính công phường Kỳ Lừa, điện thoại 0205 381 2345",
    "papers": [
        {"no": no, "name": name, "form": form, "count": 1, "note": note}
        for no, (name, form, note) in enumerate(
            [
                ("Tờ khai đăng ký khai sinh", "Tờ khai điện tử", ""),
                ("Giấy chứng sinh", "Bản điện tử", "1 tệp"),
                ("Văn bản thỏa thuận việc chọn quốc tịch cho con", "Bản điện tử", "2 tệp"),
            ],
            start=1,
        )
    ],
    "sets": 1,
    "time_text": "01 ngày làm việc",
    "accepted_line": "10 giờ 05 phút, ngày 23/11/2026",
    "due_line": "10 giờ 05 phút, ngày 24/11/2026",
    "submitted_line": "20 giờ 41 phút, ngày 21/11/2026",
    "intake_line": "17 giờ 00 phút, ngày 23/11/2026",
    "receive_at": "Nhận tại nhà qua bưu chính: Số 12, đường Hùng Vương, phường Kỳ Lừa",
    "book": {"volume": "2026", "no": 7},
    "fees": [{"name": "Lệ phí đăng ký khai sinh", "amount": 75000}],
    "lines": [
        {"no": 1, "name": "Giấy chứng sinh", "reason": "Ảnh mờ, không đọc được số giấy."},
        {"no": 2, "name": "Văn bản thỏa thuận", "reason": "Thiếu chữ ký của người cha."},
    ],
    "reasons": "Giấy tờ gửi kèm chưa đủ căn cứ để đăng ký khai sinh.",
    "deadline_line": "17 giờ 00 phút, ngày 23/12/2026",
    "time_line": "Thời gian chờ bổ sung không tính vào thời gian giải quyết.",
}


def slip_context(**changes):
    return CONTEXT | changes


def slip_number(name):
    """As the set of the layout writes it (domain.md §2.3)."""
    return "07/BPTNTKQ" if name.endswith("_2018") else "07/TTPVHCC"
