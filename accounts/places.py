"""Provinces and communes from the PyPI package vietnam-provinces, the one place that knows it."""

from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import Province, Ward
from portal.lib.text import nfc

# QĐ 19/2025/QĐ-TTg: 34 provinces, 3,321 communes, wards and special zones.
IN_FORCE = date(2025, 7, 1)
PROVINCE_WORDS = ("Thành phố ", "Tỉnh ")
WARD_WORDS = ("Phường ", "Xã ", "Đặc khu ")


def _split(name: str, words: tuple[str, ...], usual: str) -> tuple[str, str]:
    """("Xã Bắc Sơn", "Bắc Sơn") of "xã Bắc Sơn": the package writes a few without a capital,
    and most provinces without their word."""
    name = nfc(name).strip()
    for word in words:
        if name.lower().startswith(word.lower()):
            return word + name[len(word) :], name[len(word) :]
    return usual + name, name


@transaction.atomic
def load_places() -> tuple[int, int]:
    """Write what is missing or named differently; (provinces, wards) that changed.

    A place the package no longer lists stays: dossiers and addresses name it, and only a
    decree says what follows it.
    """
    from vietnam_provinces import Province as Provinces
    from vietnam_provinces import Ward as Wards

    provinces = []
    for found in Provinces.iter_all():
        full, short = _split(found.name, PROVINCE_WORDS, "Tỉnh ")
        code = f"{found.code:02d}"
        provinces.append(Province(code=code, name=short, full_name=full, valid_from=IN_FORCE))
    wards = []
    for place in Wards.iter_all():
        full, short = _split(place.name, WARD_WORDS, "")
        code, province = f"{place.code:05d}", f"{place.province_code:02d}"
        wards.append(
            Ward(code=code, province_id=province, name=short, full_name=full, valid_from=IN_FORCE)
        )
    return _write(Province, provinces), _write(Ward, wards)


def _write(model: Any, rows: list[Any]) -> int:
    known = dict(model.objects.values_list("code", "full_name"))
    fresh = [row for row in rows if row.code not in known]
    renamed = [row for row in rows if known.get(row.code, row.full_name) != row.full_name]
    model.objects.bulk_create(fresh, batch_size=1000)
    model.objects.bulk_update(renamed, ["name", "full_name"])
    return len(fresh) + len(renamed)
