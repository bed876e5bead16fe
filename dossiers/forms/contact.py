"""Who files and how the result comes back: two small e-forms of our own, so that they
look, check and work without scripts like every declaration."""

from collections.abc import Mapping
from typing import Any

from accounts.models import User
from dossiers.models import Dossier, ReturnMethod
from procedures import eforms

Data = Mapping[str, Any] | None

WAYS = {
    ReturnMethod.DESK: "Đến lấy tại bộ phận một cửa",
    ReturnMethod.POST: "Bưu điện giao tận nơi (bưu chính công ích)",
    ReturnMethod.ONLINE: "Nhận bản điện tử trên cổng này",
}
_BY_POST = {"field": "cach_nhan", "equals": "post"}


def owner_form(dossier: Dossier, user: User, data: Data = None) -> eforms.EForm:
    """Name, number and contact of the person who files for themselves."""
    fields: list[dict[str, Any]] = [] if user.auth_level else _IDENTITY
    definition = {
        "title": "Người nộp",
        "sections": [
            {"key": "nguoi_nop", "title": "Thông tin liên hệ", "fields": fields + _CONTACT}
        ],
    }
    known = {
        "ho_ten": dossier.owner_name,
        "so_dinh_danh": dossier.owner_citizen_id,
        "dien_thoai": dossier.owner_phone,
        "thu_dien_tu": dossier.owner_email,
        "dia_chi": dossier.owner_address,
    }
    answers = {key: value for key, value in known.items() if value}
    form = eforms.build_form(definition, data=data, initial_answers=answers)
    if data is not None and not any(form.raw(key).strip() for key in ("dien_thoai", "thu_dien_tu")):
        form.refuse("dien_thoai", "Hãy nhập số điện thoại hoặc thư điện tử để cơ quan liên hệ.")
    return form


_IDENTITY: list[dict[str, Any]] = [
    {
        "key": "ho_ten",
        "type": "text",
        "label": "Họ và tên",
        "required": True,
        "pattern": "person_name",
        "max_length": 150,
        "prefill": "user.full_name",
        "help": "Ghi đủ như trên căn cước.",
    },
    {
        "key": "so_dinh_danh",
        "type": "citizen_id",
        "label": "Số định danh cá nhân",
        "help": "12 chữ số trên thẻ căn cước. Dùng để tra cứu hồ sơ khi mất mã.",
    },
]
_CONTACT: list[dict[str, Any]] = [
    {
        "key": "dien_thoai",
        "type": "phone",
        "label": "Số điện thoại",
        "prefill": "user.phone",
        "help": "Cần ít nhất số điện thoại hoặc thư điện tử.",
    },
    {"key": "thu_dien_tu", "type": "email", "label": "Thư điện tử", "prefill": "user.email"},
    {
        "key": "dia_chi",
        "type": "text",
        "label": "Địa chỉ liên hệ",
        "required": True,
        "max_length": 400,
        "prefill": "user.address",
        "help": "Số nhà, đường hoặc thôn; xã, phường; tỉnh. In trên giấy tiếp nhận.",
    },
]


def owner_fields(form: eforms.EForm, dossier: Dossier) -> dict[str, str]:
    """What a valid form gives `actions.save_owner`; a checked account's identity stays."""
    given = form.cleaned_data
    asked = "ho_ten" in form.fields
    return {
        "name": given["ho_ten"] if asked else dossier.owner_name,
        "citizen_id": given.get("so_dinh_danh", "") if asked else dossier.owner_citizen_id,
        "phone": given.get("dien_thoai", ""),
        "email": given.get("thu_dien_tu", ""),
        "address": given["dia_chi"],
    }


def return_form(
    dossier: Dossier, user: User, methods: list[str], data: Data = None
) -> eforms.EForm:
    """How the result comes back, with the receiver's address when the post brings it."""
    fields: list[dict[str, Any]] = [
        {
            "key": "cach_nhan",
            "type": "choice",
            "label": "Bạn muốn nhận kết quả bằng cách nào?",
            "required": True,
            "options": [{"value": way, "label": WAYS[ReturnMethod(way)]} for way in methods],
        }
    ]
    if ReturnMethod.POST in methods:
        fields += _POST
    definition = {
        "title": "Nhận kết quả",
        "sections": [{"key": "nhan", "title": "Cách nhận", "fields": fields}],
    }
    answers = _known_return(dossier, user, methods)
    return eforms.build_form(definition, data=data, initial_answers=answers)


_POST: list[dict[str, Any]] = [
    {
        "key": "nguoi_nhan",
        "type": "text",
        "label": "Họ và tên người nhận",
        "required": True,
        "pattern": "person_name",
        "max_length": 150,
        "prefill": "user.full_name",
        "show_if": _BY_POST,
    },
    {
        "key": "dien_thoai_nhan",
        "type": "phone",
        "label": "Số điện thoại người nhận",
        "required": True,
        "prefill": "user.phone",
        "help": "Bưu tá gọi số này trước khi giao.",
        "show_if": _BY_POST,
    },
    {
        "key": "noi_nhan",
        "type": "address",
        "label": "Địa chỉ nhận",
        "required": True,
        "show_if": _BY_POST,
    },
]


def _known_return(dossier: Dossier, user: User, methods: list[str]) -> dict[str, Any]:
    """The draft's own choice, else what the account and the first step know."""
    place = {
        "province": dossier.return_province_id,
        "ward": dossier.return_ward_id,
        "detail": dossier.return_street,
    }
    if not dossier.return_ward_id and user.ward:
        place = {
            "province": user.ward.province_id,
            "ward": user.ward_id,
            "detail": user.street,
        }
    known = {
        "cach_nhan": dossier.return_method or (methods[0] if len(methods) == 1 else ""),
        "nguoi_nhan": dossier.return_name or dossier.owner_name,
        "dien_thoai_nhan": dossier.return_phone or dossier.owner_phone,
        "noi_nhan": {key: value for key, value in place.items() if value},
    }
    return {key: value for key, value in known.items() if value}


def return_fields(form: eforms.EForm) -> dict[str, Any]:
    """What the form gives `actions.save_return`, the ward still as its code. Of a form with
    errors: what is right in it."""
    given = form.cleaned_data
    place = given.get("noi_nhan") or {}
    return {
        "method": given.get("cach_nhan", ""),
        "name": given.get("nguoi_nhan", ""),
        "phone": given.get("dien_thoai_nhan", ""),
        "ward_code": place.get("ward", ""),
        "street": place.get("detail", ""),
    }
