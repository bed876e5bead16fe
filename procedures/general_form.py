"""The form of procedures that have none of their own: a short general declaration."""

from typing import Any

from procedures.models import ProcedureVersion

GENERAL: dict[str, Any] = {
    "title": "Đơn đề nghị giải quyết thủ tục hành chính",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "nguoi_de_nghi",
            "title": "Người đề nghị",
            "fields": [
                {
                    "key": "nguoi_nop",
                    "type": "person",
                    "label": "Người đề nghị",
                    "required": True,
                    "prefill": "user",
                    "parts": [
                        "full_name",
                        "birth_date",
                        "citizen_id",
                        "phone",
                        "email",
                        "residence",
                    ],
                    "required_parts": ["full_name", "citizen_id", "phone", "residence"],
                }
            ],
        },
        {
            "key": "noi_dung",
            "title": "Nội dung đề nghị",
            "fields": [
                {
                    "key": "de_nghi",
                    "type": "long_text",
                    "label": "Nội dung đề nghị giải quyết",
                    "required": True,
                    "max_length": 4000,
                },
                {
                    "key": "ghi_chu",
                    "type": "long_text",
                    "label": "Thông tin thêm cho cơ quan",
                    "max_length": 2000,
                },
            ],
        },
    ],
}


def definition_of(version: ProcedureVersion) -> dict[str, Any]:
    """The version's own e-form, or the general declaration."""
    return version.eform or GENERAL
