"""Whose dossier it is: the first step, a small e-form of our own for each of the three answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from accounts import memberships
from accounts.models import Organisation, User
from dossiers import actions
from dossiers.models import Dossier, FiledFor, Relation
from procedures import eforms

Data = Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of “Bạn nộp cho ai?”."""

    value: str
    label: str
    chosen: bool


def choices(dossier: Dossier) -> list[Choice]:
    return offered_to(dossier.submitter, _value(dossier.filed_for, dossier.organisation_id))


def offered_to(user: User, now: str = FiledFor.SELF) -> list[Choice]:
    """Oneself, another, each organisation the filer files for; `now` is chosen."""
    pks = memberships.filing_organisations(user)
    firms = Organisation.objects.filter(pk__in=pks) if pks else []
    offered = [(FiledFor.SELF.value, "Cho tôi"), (FiledFor.OTHER.value, "Cho người khác")]
    offered += [(_value(FiledFor.ORGANISATION, firm.pk), f"Cho {firm.name}") for firm in firms]
    return [Choice(value, label, value == now) for value, label in offered]


def _value(whom: str, organisation: int | None) -> str:
    return f"{whom}-{organisation}" if organisation else str(whom)


def chosen(text: str, user: User) -> tuple[FiledFor, Organisation | None] | None:
    """What a pressed button means; None for what was never offered."""
    whom, _, pk = text.partition("-")
    if text in (FiledFor.SELF, FiledFor.OTHER):
        return FiledFor(text), None
    if whom != FiledFor.ORGANISATION or not (pk.isascii() and pk.isdigit() and len(pk) < 15):
        return None
    offered = memberships.filing_organisations(user)
    firm = Organisation.objects.filter(pk__in=offered, pk=int(pk)).first()
    return (FiledFor.ORGANISATION, firm) if firm else None


def owner_form(dossier: Dossier, data: Data = None) -> eforms.EForm:
    """Name, number and contact of whom the dossier is about."""
    parts = [_section("nguoi_nop", "Thông tin liên hệ", _CONTACT)]
    if dossier.filed_for == FiledFor.OTHER:
        parts = [
            _section("nguoi_nop", "Chủ hồ sơ", [_NAME, _NUMBER | {"required": True}, *_CONTACT]),
            _section("uy_quyen", "Bạn nộp thay với tư cách nào?", _AUTHORITY),
        ]
    elif dossier.filed_for == FiledFor.SELF and not dossier.submitter.auth_level:
        parts = [_section("nguoi_nop", "Thông tin liên hệ", [_NAME, _NUMBER, *_CONTACT])]
    definition = {"title": "Người nộp", "sections": parts}
    form = eforms.build_form(definition, data=data, initial_answers=_known(dossier))
    if data is not None and not any(form.raw(key).strip() for key in ("dien_thoai", "thu_dien_tu")):
        form.refuse("dien_thoai", "Hãy nhập số điện thoại hoặc thư điện tử để cơ quan liên hệ.")
    return form


def _section(key: str, title: str, fields: list[dict[str, Any]]) -> dict[str, Any]:
    return {"key": key, "title": title, "fields": fields}


def _known(dossier: Dossier) -> dict[str, Any]:
    days = {"tu_ngay": dossier.authority_from, "den_ngay": dossier.authority_until}
    known = {
        "ho_ten": dossier.owner_name,
        "so_dinh_danh": dossier.owner_citizen_id,
        "dien_thoai": dossier.owner_phone,
        "thu_dien_tu": dossier.owner_email,
        "dia_chi": dossier.owner_address,
        "tu_cach": dossier.relation,
        **{key: day.isoformat() for key, day in days.items() if day},
    }
    return {key: value for key, value in known.items() if value}


def fits(form: eforms.EForm, dossier: Dossier) -> bool:
    """Whether the answers are right, each and laid side by side."""
    if not form.is_valid():
        return False
    if dossier.filed_for != FiledFor.OTHER:
        return True
    given = form.cleaned_data
    if given["so_dinh_danh"] == dossier.submitter.citizen_id:
        form.refuse("so_dinh_danh", "Đây là số của chính bạn. Hãy chọn “Cho tôi” ở trên.")
    if given.get("den_ngay") and given["den_ngay"] < given["tu_ngay"]:
        form.refuse("den_ngay", "Ngày hết hiệu lực phải sau ngày có hiệu lực.")
    return bool(form.is_valid())


_NAME: dict[str, Any] = {
    "key": "ho_ten",
    "type": "text",
    "label": "Họ và tên",
    "required": True,
    "pattern": "person_name",
    "max_length": 150,
    "help": "Ghi đủ như trên căn cước.",
}
_NUMBER: dict[str, Any] = {
    "key": "so_dinh_danh",
    "type": "citizen_id",
    "label": "Số định danh cá nhân",
    "help": "12 chữ số trên thẻ căn cước. Dùng để tra cứu hồ sơ khi mất mã.",
}
_CONTACT: list[dict[str, Any]] = [
    {
        "key": "dien_thoai",
        "type": "phone",
        "label": "Số điện thoại",
        "help": "Cần ít nhất số điện thoại hoặc thư điện tử.",
    },
    {"key": "thu_dien_tu", "type": "email", "label": "Thư điện tử"},
    {
        "key": "dia_chi",
        "type": "text",
        "label": "Địa chỉ liên hệ",
        "required": True,
        "max_length": 400,
        "help": "Số nhà, đường hoặc thôn; xã, phường; tỉnh. In trên giấy tiếp nhận.",
    },
]
_AUTHORITY: list[dict[str, Any]] = [
    {
        "key": "tu_cach",
        "type": "choice",
        "label": "Tư cách của bạn",
        "required": True,
        "options": [{"value": value, "label": label} for value, label in Relation.choices],
    },
    {
        "key": "tu_ngay",
        "type": "date",
        "label": "Giấy ủy quyền có hiệu lực từ ngày",
        "required": True,
        "min": "1950-01-01",
        "help": "Giấy chứng minh quyền đại diện khác: ghi ngày cấp.",
    },
    {
        "key": "den_ngay",
        "type": "date",
        "label": "Có hiệu lực đến hết ngày",
        "help": "Để trống nếu giấy không ghi. Giấy ủy quyền không ghi thời hạn có hiệu lực 01 năm.",
    },
]


_OWN_COLUMNS = {
    "so_dinh_danh": "owner_citizen_id",
    "dien_thoai": "owner_phone",
    "thu_dien_tu": "owner_email",
    "dia_chi": "owner_address",
}


def own_form(user: User, data: Data = None) -> eforms.EForm | None:
    """What the first page asks of who files for themselves and whose account does not say it: told
    there it is no step of its own. Nothing is required, what is left out that step asks; None
    when all is known."""
    known = actions.owner_fields(user)
    reached = known["owner_phone"] or known["owner_email"]
    asked = [_NUMBER] if not user.auth_level else []
    asked += [] if reached else _CONTACT[:2]
    asked += [] if known["owner_address"] else _CONTACT[2:]
    if not asked:
        return None
    section = _section("ban", "Thông tin của bạn", [one | {"required": False} for one in asked])
    section["help"] = (
        "Nộp cho chính mình thì điền luôn ở đây để bớt một bước. Để trống thì được hỏi sau."
    )
    definition = {"title": "Người nộp", "sections": [section]}
    return eforms.build_form(definition, data=data, prefix="toi")


def own_fields(form: eforms.EForm | None) -> dict[str, str]:
    """What was told there, as columns of a dossier."""
    given = form.answers() if form else {}
    return {_OWN_COLUMNS[key]: value for key, value in given.items()}


# Whom a row of a batch is about (dossiers.sheets).
ROW_OWNER: dict[str, Any] = {
    "title": "Chủ hồ sơ",
    "sections": [
        _section("nguoi_nop", "Chủ hồ sơ", [_NAME, _NUMBER | {"required": True}, *_CONTACT])
    ],
}


def row_owner_form(data: Mapping[str, Any], submitter: User) -> eforms.EForm:
    form = eforms.build_form(ROW_OWNER, data=data)
    if not any(form.raw(key).strip() for key in ("dien_thoai", "thu_dien_tu")):
        form.refuse("dien_thoai", "Hãy nhập số điện thoại hoặc thư điện tử để cơ quan liên hệ.")
    if form.is_valid() and form.cleaned_data["so_dinh_danh"] == submitter.citizen_id:
        form.refuse("so_dinh_danh", "Đây là số của chính bạn.")
    return form


def row_owner(form: eforms.EForm) -> dict[str, str]:
    """The columns of a dossier that a row's owner fills."""
    given = form.answers()
    return {
        "owner_name": given.get("ho_ten", ""),
        "owner_citizen_id": given.get("so_dinh_danh", ""),
        "owner_phone": given.get("dien_thoai", ""),
        "owner_email": given.get("thu_dien_tu", ""),
        "owner_address": given.get("dia_chi", ""),
    }


def owner_fields(form: eforms.EForm, dossier: Dossier) -> dict[str, Any]:
    """What a valid form gives `actions.save_owner`; what it does not ask stays as it is."""
    given = form.cleaned_data
    asked = "ho_ten" in form.fields
    fields = {
        "name": given["ho_ten"] if asked else dossier.owner_name,
        "citizen_id": given.get("so_dinh_danh", "") if asked else dossier.owner_citizen_id,
        "phone": given.get("dien_thoai", ""),
        "email": given.get("thu_dien_tu", ""),
        "address": given["dia_chi"],
    }
    if dossier.filed_for == FiledFor.OTHER:
        fields |= {
            "relation": given["tu_cach"],
            "authority_from": _day(given["tu_ngay"]),
            "authority_until": _day(given.get("den_ngay")),
        }
    return fields


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
