"""A definition with every field type, answers to it, and a country of two provinces."""

from contextlib import AbstractContextManager

from procedures.eforms import places


class TwoProvinces:
    """Codes and names as in QĐ 19/2025/QĐ-TTg (three wards are enough)."""

    PROVINCES = (("01", "Thành phố Hà Nội"), ("20", "Thành phố Đà Nẵng"))
    WARDS = {
        "01": (("00004", "Phường Ba Đình"), ("00008", "Phường Ngọc Hà")),
        "20": (("20194", "Phường Hải Châu"),),
    }

    def provinces(self) -> places.Places:
        return self.PROVINCES

    def wards(self, province: str) -> places.Places:
        return self.WARDS.get(province, ())

    def name(self, code: str) -> str:
        known = dict(self.PROVINCES)
        for wards in self.WARDS.values():
            known |= dict(wards)
        return known.get(code, "")


def two_provinces() -> AbstractContextManager[None]:
    return places.use(TwoProvinces())


def one_field(**spec: object) -> dict:
    """A definition of one field with key `f`, label "Mục"."""
    field = {"key": "f", "type": "text", "label": "Mục"} | spec
    return {"title": "Tờ khai", "sections": [{"key": "s", "title": "Phần", "fields": [field]}]}


def fields_of(*specs: dict) -> dict:
    return {
        "title": "Tờ khai",
        "sections": [{"key": "s", "title": "Phần", "fields": list(specs)}],
    }


EVERYTHING = {
    "title": "Tờ khai đủ kiểu",
    "form_no": "Mẫu số 01",
    "source": "Dữ liệu thử",
    "sections": [
        {
            "key": "chung",
            "title": "Thông tin chung",
            "help": "Ghi như trong giấy tờ gốc.",
            "fields": [
                {"key": "dau_de", "type": "heading", "label": "Người yêu cầu"},
                {"key": "luu_y", "type": "note", "label": "Ghi chữ có dấu.", "help": "Theo mẫu."},
                {
                    "key": "ho_ten",
                    "type": "text",
                    "label": "Họ và tên",
                    "required": True,
                    "pattern": "person_name",
                    "prefill": "user.full_name",
                },
                {"key": "trinh_bay", "type": "long_text", "label": "Trình bày", "max_length": 900},
                {
                    "key": "dien_tich",
                    "type": "number",
                    "label": "Diện tích",
                    "decimals": 2,
                    "min": 0,
                    "max": 5000,
                    "unit": "m²",
                },
                {"key": "gia_tri", "type": "money", "label": "Giá trị", "max": 10**12},
                {"key": "ngay", "type": "date", "label": "Ngày lập", "max": "today"},
                {
                    "key": "loai",
                    "type": "choice",
                    "label": "Loại",
                    "required": True,
                    "options": [
                        {"value": "moi", "label": "Cấp mới"},
                        {"value": "lai", "label": "Cấp lại"},
                    ],
                },
                {
                    "key": "ly_do",
                    "type": "choice",
                    "label": "Lý do cấp lại",
                    "required": True,
                    "show_if": {"field": "loai", "equals": "lai"},
                    "options": [{"value": f"d{i}", "label": f"Lý do số {i}"} for i in range(1, 10)],
                },
                {
                    "key": "kem_theo",
                    "type": "checks",
                    "label": "Giấy tờ kèm theo",
                    "options": [
                        {"value": "a", "label": "Bản chính"},
                        {"value": "b", "label": "Bản sao"},
                        {"value": "c", "label": "Ảnh"},
                    ],
                },
                {"key": "co_no", "type": "yes_no", "label": "Còn nợ", "required": True},
                {"key": "cccd", "type": "citizen_id", "label": "Số định danh"},
                {"key": "mst", "type": "tax_code", "label": "Mã số thuế"},
                {"key": "dien_thoai", "type": "phone", "label": "Điện thoại"},
                {"key": "thu", "type": "email", "label": "Thư điện tử", "prefill": "user.email"},
                {"key": "dia_chi", "type": "address", "label": "Nơi ở", "required": True},
                {"key": "giay_to", "type": "file", "label": "Ảnh chụp giấy tờ"},
            ],
        },
        {
            "key": "gia_dinh",
            "title": "Gia đình",
            "show_if": {"field": "co_no", "equals": False},
            "fields": [
                {
                    "key": "cha",
                    "type": "person",
                    "label": "Người cha",
                    "parts": ["full_name", "birth_date", "sex", "citizen_id", "residence"],
                    "required_parts": ["full_name", "birth_date"],
                },
                {"key": "to_chuc", "type": "organisation", "label": "Nơi làm việc"},
                {
                    "key": "con",
                    "type": "table",
                    "label": "Các con",
                    "row_label": "Người con",
                    "max_rows": 3,
                    "columns": [
                        {"key": "ten", "type": "text", "label": "Tên", "required": True},
                        {"key": "sinh", "type": "date", "label": "Ngày sinh"},
                        {"key": "o_cung", "type": "yes_no", "label": "Ở cùng"},
                    ],
                },
            ],
        },
    ],
}

# As a careful person would answer; every question of EVERYTHING but the hidden one.
ANSWERS = {
    "ho_ten": "Nguyễn Văn Bình",
    "trinh_bay": "Dòng một\nDòng hai",
    "dien_tich": "12.5",
    "gia_tri": 1234567,
    "ngay": "2026-01-31",
    "loai": "moi",
    "kem_theo": ["a", "c"],
    "co_no": False,
    "cccd": "001090000123",
    "mst": "0100109106-001",
    "dien_thoai": "0912345678",
    "thu": "binh@example.vn",
    "dia_chi": {"province": "20", "ward": "20194", "detail": "Số 5 đường Bạch Đằng"},
    "giay_to": ["p1"],
    "cha": {
        "full_name": "Nguyễn Văn An",
        "birth_date": "1960-02-03",
        "sex": "male",
        "citizen_id": "001060000123",
        "residence": {"province": "01", "ward": "00004"},
    },
    "to_chuc": {
        "name": "Công ty Hoa Sen",
        "tax_code": "0100109106",
        "address": {"province": "01", "ward": "00008", "detail": "Số 1"},
        "representative": "Trần Thị Hoa",
    },
    "con": [{"ten": "Lan", "sinh": "2015-05-06", "o_cung": True}, {"ten": "Cúc", "o_cung": False}],
}
