"""What editors read instead of the names a definition uses, and what each type may say."""

from .schema import PREFILL_TYPES

TYPES = {
    "text": "Chữ, một dòng",
    "long_text": "Chữ, nhiều dòng",
    "number": "Số",
    "money": "Số tiền",
    "date": "Ngày",
    "choice": "Chọn một",
    "checks": "Chọn nhiều",
    "yes_no": "Có hoặc không",
    "citizen_id": "Số định danh cá nhân",
    "tax_code": "Mã số thuế",
    "phone": "Số điện thoại",
    "email": "Thư điện tử",
    "address": "Địa chỉ (tỉnh, xã)",
    "person": "Khối thông tin cá nhân",
    "organisation": "Khối thông tin tổ chức",
    "table": "Bảng nhiều dòng",
    "file": "Tệp đính kèm",
    "heading": "Tiêu đề nhỏ",
    "note": "Ghi chú",
}
COLUMN_TYPES = tuple(TYPES)[:12]
# For the list to choose from when a question is added.
TYPE_GROUPS = (
    ("Câu hỏi thường dùng", ("text", "long_text", "number", "money", "date")),
    ("Lựa chọn", ("choice", "checks", "yes_no")),
    ("Thông tin có kiểm tra", ("citizen_id", "tax_code", "phone", "email", "address")),
    ("Khối và bảng", ("person", "organisation", "table", "file")),
    ("Chữ xen giữa", ("heading", "note")),
)
PATTERNS = {
    "person_name": "Tên người (chữ cái và dấu cách)",
    "letters": "Chỉ chữ cái",
    "digits": "Chỉ chữ số",
    "plot_no": "Số thửa đất",
    "account_no": "Số tài khoản",
    "year": "Năm, bốn chữ số",
}
PREFILLS = {
    "user": "Cả khối thông tin của người nộp",
    "user.full_name": "Họ tên người nộp",
    "user.birth_date": "Ngày sinh người nộp",
    "user.sex": "Giới tính người nộp",
    "user.citizen_id": "Số định danh người nộp",
    "user.phone": "Điện thoại người nộp",
    "user.email": "Thư điện tử người nộp",
    "user.address": "Địa chỉ người nộp",
}
FILE_KINDS = ("pdf", "jpg", "png", "heic", "docx", "xlsx", "zip")

_EVERY = ("key", "type", "label", "help", "show_if")
_ASKED = (*_EVERY, "required", "prefill")
_OWN = {
    "text": ("max_length", "pattern"),
    "long_text": ("max_length", "pattern"),
    "number": ("min", "max", "decimals", "unit"),
    "money": ("min", "max"),
    "date": ("min", "max"),
    "choice": ("options",),
    "checks": ("options", "min", "max"),
    "table": ("columns", "min_rows", "max_rows", "row_label"),
    "person": ("parts", "required_parts"),
    "organisation": ("parts", "required_parts"),
    "file": ("accept", "max_files"),
}


def properties(kind: str) -> tuple[str, ...]:
    """The properties a question of this type may have; others would mean nothing."""
    if kind in ("heading", "note"):
        return _EVERY
    return _ASKED + _OWN.get(kind, ())


def prefills(kind: str) -> list[tuple[str, str]]:
    """(source, words) of what the account can answer for a question of this type."""
    return [(name, words) for name, words in PREFILLS.items() if kind in PREFILL_TYPES[name]]
