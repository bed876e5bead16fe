"""How the result comes back: a small e-form of our own, so that it looks, checks and works
without scripts like every declaration."""

from collections.abc import Mapping
from typing import Any

from dossiers.forms.prefill import known_about
from dossiers.models import Dossier, ReturnMethod
from procedures import eforms

Data = Mapping[str, Any] | None

WAYS = {
    ReturnMethod.DESK: "Đến lấy tại bộ phận một cửa",
    ReturnMethod.POST: "Bưu điện giao tận nơi (bưu chính công ích)",
    ReturnMethod.ONLINE: "Nhận bản điện tử trên cổng này",
}
_BY_POST = {"field": "cach_nhan", "equals": "post"}


def return_form(dossier: Dossier, methods: list[str], data: Data = None) -> eforms.EForm:
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
    answers = _known_return(dossier, methods)
    return eforms.build_form(definition, data=data, initial_answers=answers)


_PLACE: dict[str, Any] = {
    "key": "noi_nhan",
    "type": "address",
    "label": "Địa chỉ nhận",
    "required": True,
    "prefill": "user.address",
}
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
    _PLACE | {"show_if": _BY_POST},
]


_WHERE: dict[str, Any] = {
    "title": "Nhận kết quả",
    "sections": [{"key": "nhan", "title": "Nơi nhận", "fields": [_PLACE]}],
}


def _known_return(dossier: Dossier, methods: list[str]) -> dict[str, Any]:
    """The draft's own choice, else what the account and the pages before know."""
    place = {
        "province": dossier.return_province_id,
        "ward": dossier.return_ward_id,
        "detail": dossier.return_street,
    }
    if not (dossier.return_ward_id or dossier.return_street):
        place = eforms.prefill(_WHERE, known_about(dossier)).get("noi_nhan", {})
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
