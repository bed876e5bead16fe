"""Words of national data in ours: levels of administration, kinds of agencies, kinds of fees."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from portal.lib.text import fold, nfc
from procedures import levels
from procedures.exchange.rows import Fallback
from procedures.models import ChannelKind, FeeKind, TimeUnit
from procedures.records.kinds import clean_text

ADMINISTRATION = {
    "ministry": "Cấp bộ",
    "province": "Cấp tỉnh",
    "commune": "Cấp xã",
    "other": "Cơ quan khác",
}
# As folded, of a whole name; the first that fits. Chairmen and offices count as their agency.
_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"cong an (cap )?(xa|phuong)", "cong-an-xa"),
        (r"cong an (cap )?tinh|phong .*cong an", "cong-an-tinh"),
        (r"(ubnd|uy ban nhan dan).*\b(xa|phuong)\b", "ubnd-xa"),
        (r"(ubnd|uy ban nhan dan).*\btinh\b", "ubnd-tinh"),
        (r"so tu phap", "so-tu-phap"),
        (r"so xay dung|so giao thong", "so-xay-dung"),
        (r"so tai chinh|so ke hoach", "so-tai-chinh"),
        (r"so noi vu|so lao dong", "so-noi-vu"),
        (r"so y te", "so-y-te"),
        (r"so giao duc", "so-gddt"),
        (r"so nong nghiep|so tai nguyen", "so-nnmt"),
        (r"so cong thuong", "so-congthuong"),
        (r"so van hoa", "so-vhttdl"),
        (r"so khoa hoc", "so-khcn"),
        (r"(chi cuc |cuc )?thue (tinh|thanh pho)", "thue-tinh"),
        (r"bao hiem xa hoi.*tinh", "bhxh-tinh"),
    )
)
UNITS = {
    "working_day": TimeUnit.WORKING_DAY,
    "day": TimeUnit.CALENDAR_DAY,
    "calendar_day": TimeUnit.CALENDAR_DAY,
    "hour": TimeUnit.HOUR,
    "month": TimeUnit.MONTH,
}
CHANNELS = {
    "online": ChannelKind.ONLINE,
    "direct": ChannelKind.DIRECT,
    "postal": ChannelKind.POST,
    "post": ChannelKind.POST,
}
_NUMBER = re.compile(r"\d+(?:/\d{4})?/(?:[A-ZĐ]+\d*-?)+|\d+/\d{4}")
UNITED = ", "


def kinds_of(names: Iterable[str]) -> list[str]:
    """Kinds of our agencies (reference.AGENCY_KINDS) that these names mean."""
    found = (_kind_of(name[:300]) for name in names)
    return list(dict.fromkeys(kind for kind in found if kind))


@lru_cache(maxsize=2000)
def _kind_of(name: str) -> str:
    folded = fold(name)
    return next((kind for pattern, kind in _KINDS if pattern.search(folded)), "")


def level(floor: Any, *, full: bool = False) -> Fallback:
    """At least this level; editors may have raised it. `full`: the source says that all of it
    goes online, which usually is level 4."""
    offer = levels.OFFERS.get(floor)
    if offer is None:
        return Fallback({"level": floor})
    values = {"level": floor, "service_type": offer.service_type, "service_type_reason": ""}
    if full and offer.service_type != levels.ServiceType.FULL:
        values["service_type"] = levels.ServiceType.FULL.value
        values["service_type_reason"] = "Nguồn công bố là dịch vụ công trực tuyến toàn trình."

    def keeps(earlier: Any) -> bool:
        return bool((earlier["level"] or 0) >= floor)

    return Fallback({name: getattr(value, "value", value) for name, value in values.items()}, keeps)


def deadline(time: Any, unit: Any, words: str) -> tuple[dict[str, Any], Fallback | None, str]:
    """(fields of a channel, what to take when an editor has not said better, a note)."""
    if time is None:
        return {"time": None, "unit": "none", "time_text": words or "Không quy định"}, None, ""
    known = UNITS.get(str(unit))
    if known:
        text = words or f"{time} {known.label}"
        return {"time": time, "unit": known.value, "time_text": text}, None, ""
    text = f"{time} (nguồn không ghi đơn vị)"
    fallback = Fallback(
        {"time": None, "unit": "none", "time_text": text},
        # An editor who looked it up has given the number its unit.
        lambda earlier: earlier["time"] == time or earlier["time_text"] == text,
    )
    return {}, fallback, f"Thời hạn “{time}” không có đơn vị."


def fee(kind: str, amount: Any, currency: str, words: str) -> tuple[dict[str, Any], str]:
    """(a fee as found, a note). Only đồng are a sum; what is due otherwise stands in the note."""
    said = nfc(words[:200]).lower()
    names = {
        "name": "Lệ phí" if "lệ phí" in said else "Phí" if "phí" in said else "Phí, lệ phí",
        "kind": (FeeKind.LE_PHI if "lệ phí" in said else FeeKind.PHI).value,
    }
    if kind == "free":
        return {"amount": 0, "note": words, "": Fallback(names)}, ""
    if kind == "amount" and currency in ("VND", ""):
        return {"amount": amount, "note": words, "": Fallback(names)}, ""
    note = ""
    if kind == "amount":
        words = f"{amount} {currency}. {words}".strip()
        note = f"Khoản thu bằng {currency}: mức thu ghi ở ghi chú."
    elif kind != "see_note":
        raise ValueError(kind)
    spare = Fallback(
        {**names, "amount": None}, lambda earlier: earlier["note"] == clean_text(words)
    )
    return {"note": words, "": spare}, note


def number_of(name: str) -> str:
    """A document's number from its name, where the source leaves its own field empty."""
    found = _NUMBER.search(name)
    return found[0] if found else "Không số"
