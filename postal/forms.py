"""The corrected address, asked with the e-form engine: its phone check and its ward list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from accounts.models import Ward
from postal.actions import Address
from postal.models import Parcel
from procedures.eforms import EForm, build_form

ADDRESS_FORM: dict[str, Any] = {
    "title": "Địa chỉ nhận",
    "form_no": "",
    "source": "",
    "sections": [
        {
            "key": "nhan",
            "title": "Người nhận và địa chỉ",
            "fields": [
                {
                    "key": "name",
                    "type": "text",
                    "label": "Người nhận",
                    "required": True,
                    "max_length": 150,
                },
                {"key": "phone", "type": "phone", "label": "Điện thoại", "required": True},
                {"key": "address", "type": "address", "label": "Địa chỉ", "required": True},
            ],
        }
    ],
}


def address_form(parcel: Parcel, data: Mapping[str, Any] | None = None) -> EForm:
    """Filled with what the parcel has now."""
    known = {
        "name": parcel.receiver_name,
        "phone": parcel.receiver_phone,
        "address": {
            "province": parcel.receiver_province_id,
            "ward": parcel.receiver_ward_id,
            "detail": parcel.receiver_street,
        },
    }
    return build_form(ADDRESS_FORM, data=data, initial_answers=known)


def address_of(form: EForm) -> Address:
    """From a valid form. Ward.DoesNotExist when the ward went away meanwhile."""
    answers = form.answers()
    place = answers["address"]
    return Address(
        name=answers["name"],
        phone=answers["phone"][:16],
        street=place["detail"][:200],
        ward=Ward.objects.select_related("province").get(pk=place["ward"]),
    )
