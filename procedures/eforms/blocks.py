"""What the blocks of an e-form hold: the parts of a person, an organisation, an address.

A part is written like a field of the definition, so that the rest of the
package knows only leaves, groups (person, organisation, address) and tables.
"""

from typing import Any

Spec = dict[str, Any]

PERSON: dict[str, Spec] = {
    "full_name": {
        "type": "text",
        "label": "Họ, chữ đệm, tên",
        "pattern": "person_name",
        "max_length": 100,
        "autocomplete": "name",
    },
    "birth_date": {
        "type": "date",
        "label": "Ngày, tháng, năm sinh",
        "min": "1900-01-01",
        "max": "today",
        "autocomplete": "bday",
    },
    # The values of accounts.models.Sex, so that a prefilled answer is one of the options.
    "sex": {
        "type": "choice",
        "label": "Giới tính",
        "options": [{"value": "male", "label": "Nam"}, {"value": "female", "label": "Nữ"}],
    },
    "citizen_id": {"type": "citizen_id", "label": "Số định danh cá nhân (số CCCD)"},
    "other_id": {
        "type": "text",
        "label": "Giấy tờ tùy thân khác (hộ chiếu, giấy chứng nhận căn cước…)",
        "max_length": 100,
    },
    "ethnicity": {"type": "text", "label": "Dân tộc", "max_length": 50},
    "nationality": {
        "type": "text",
        "label": "Quốc tịch",
        "max_length": 50,
        "autocomplete": "country-name",
    },
    "religion": {"type": "text", "label": "Tôn giáo", "max_length": 50},
    "occupation": {"type": "text", "label": "Nghề nghiệp", "max_length": 100},
    "residence": {"type": "address", "label": "Nơi cư trú"},
    "birth_place": {"type": "text", "label": "Nơi sinh", "max_length": 300},
    "phone": {"type": "phone", "label": "Số điện thoại"},
    "email": {"type": "email", "label": "Thư điện tử"},
    "relation": {"type": "text", "label": "Quan hệ", "max_length": 100},
}
PERSON_DEFAULT = ("full_name", "birth_date", "sex", "citizen_id", "residence")

ORGANISATION: dict[str, Spec] = {
    "name": {
        "type": "text",
        "label": "Tên tổ chức",
        "max_length": 300,
        "autocomplete": "organization",
    },
    "tax_code": {"type": "tax_code", "label": "Mã số thuế"},
    "address": {"type": "address", "label": "Địa chỉ trụ sở"},
    "representative": {
        "type": "text",
        "label": "Người đại diện theo pháp luật",
        "pattern": "person_name",
        "max_length": 100,
    },
    "phone": {"type": "phone", "label": "Số điện thoại"},
    "email": {"type": "email", "label": "Thư điện tử"},
}
ORGANISATION_DEFAULT = ("name", "tax_code", "address", "representative")

ADDRESS: dict[str, Spec] = {
    "province": {
        "type": "province",
        "label": "Tỉnh, thành phố",
        "autocomplete": "address-level1",
    },
    "ward": {"type": "ward", "label": "Xã, phường, đặc khu", "autocomplete": "address-level2"},
    "detail": {
        "type": "text",
        "label": "Số nhà, đường, thôn, tổ",
        "max_length": 200,
        "autocomplete": "address-line1",
    },
}

# Which account datum (`prefill`) answers which part of a person block.
PERSON_SOURCES = {
    "full_name": "full_name",
    "birth_date": "birth_date",
    "sex": "sex",
    "citizen_id": "citizen_id",
    "residence": "address",
    "phone": "phone",
    "email": "email",
}


def part_specs(spec: Spec) -> list[Spec]:
    """The parts of a block in the order they are asked, each a field spec with its own `key`.

    `required` of a part means: required as soon as the block has to be answered.
    """
    kind = spec["type"]
    if kind == "address":
        # A house number is asked for wherever the address is; a half-known address
        # (only province and ward) is all an optional one needs.
        wanted = {"province", "ward"} | ({"detail"} if spec.get("required") else set())
        return [part | {"key": key, "required": key in wanted} for key, part in ADDRESS.items()]
    catalogue, default, always = (
        (PERSON, PERSON_DEFAULT, "full_name")
        if kind == "person"
        else (ORGANISATION, ORGANISATION_DEFAULT, "name")
    )
    keys = spec.get("parts") or default
    needed = set(spec.get("required_parts") or [always])
    return [catalogue[key] | {"key": key, "required": key in needed} for key in keys]
