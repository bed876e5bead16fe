"""One catalogue record as its author would write it, small and whole."""

from typing import Any

FEE = {
    "name": "Lệ phí đăng ký khai sinh",
    "kind": "le_phi",
    "amount": 8000,
    "unit": "đồng/lần",
    "collected": 1,
    "note": "",
    "exemption": "Người thuộc hộ nghèo được miễn.",
}


TEXTS: dict[str, Any] = {
    "decision_no": "163/QĐ-BTP",
    "decision_date": "2025-06-30",
    "issuing_agency": "Bộ Tư pháp",
    "kind": "TTHC được luật giao quy định chi tiết",
    "administrative_level": "Cấp xã",
    "executing": ["ubnd-xa"],
    "executing_text": "Ủy ban nhân dân cấp xã",
    "authority": "Ủy ban nhân dân cấp xã",
    "coordinating": "Không có",
    "reception_address": "Trung tâm Phục vụ hành chính công",
    "audiences": ["Công dân Việt Nam"],
    "audience_note": "",
    "summary": "Ghi nhận việc sinh của trẻ.",
    "keywords": ["khai sinh con"],
    "conditions": "Không có yêu cầu, điều kiện.",
    "online_only": False,
}


def a_record(**changes: Any) -> dict[str, Any]:
    record = {
        "code": "1.001193",
        "name": "Đăng ký khai sinh",
        "sector": "Hộ tịch",
        "life_events": ["Có con nhỏ"],
        "level": 4,
        "service_type": "FULL",
        "service_type_reason": "",
        **TEXTS,
        "result_types": [{"code": "", "name": "Giấy khai sinh", "returns": ["desk", "post"]}],
        "legal_basis": [
            {"number": "60/2014/QH13", "name": "Luật Hộ tịch", "issued": "2014-11-20",
             "issuer": "Quốc hội"}
        ],
        "steps": [{"title": "Nộp hồ sơ", "text": "Nộp tờ khai và giấy tờ."}],
        "cases": [
            {"key": "thong-thuong", "name": "Thông thường", "hint": "", "requirements": [_paper()]}
        ],
        "channels": [_channel("online"), _channel("direct")],
        "process": [{"role": "reception", "name": "Tiếp nhận", "hours": 2}],
        "related": [],
        "intake_hours": 8,
        "addition_policy": "RESET",
        "retention_years": 20,
        "eform": False,
    }  # fmt: skip
    return record | changes


def _paper() -> dict[str, Any]:
    return {
        "key": "giay-chung-sinh",
        "name": "Giấy chứng sinh",
        "original": 1,
        "copies": 0,
        "mandatory": True,
        "form_title": "",
        "note": "",
        "reuse_type": "GIAY_CHUNG_SINH",
        "online": "upload",
    }


def _channel(kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "time": 1,
        "unit": "working_day",
        "time_text": "01 ngày làm việc",
        "description": "Điền trên cổng.",
        "fees": [FEE],
    }
