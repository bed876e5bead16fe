"""Records of the national portal: its API (portal_api_sample.json), and `LayThuTuc` of the
gateway (domain.md §4.3), whose values are mostly text."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.timezone import get_default_timezone

from procedures.exchange import words
from procedures.exchange.dataset import cases, paper
from procedures.exchange.merging import NEW
from procedures.exchange.rows import Content, Fallback
from procedures.models import ChannelKind

_METHODS = {"ONLINE": "online", "POSTAL": "post", "DIRECT": "direct"}
_KINDS = {
    "ASSIGNED_REGULATION": "TTHC được luật giao quy định chi tiết",
    "REGULATION_ASSIGNED": "TTHC được giao luật quy định chi tiết",
    "NOT_ASSIGNED": "TTHC không được luật giao cho địa phương quy định",
    "OTHER": "Loại khác",
}
_PLACES = (
    ("isMinistry", "ministry"),
    ("isProvince", "province"),
    ("isWard", "commune"),
    ("isOtherAgency", "other"),
)
_RETURNS = {"ONLINE": "online", "AT_HOME": "post", "AT_SUBMISSION_PLACE": "desk"}
_PAGE = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/"


def is_api(raw: Mapping[str, Any]) -> bool:
    return "executionMethods" in raw or "executionCases" in raw


def is_gateway(raw: Mapping[str, Any]) -> bool:
    return "MATTHC" in raw


def convert(raw: Mapping[str, Any]) -> Content:
    return _gateway(raw) if is_gateway(raw) else _api(raw)


def _api(raw: Mapping[str, Any]) -> Content:
    notes: list[str] = []
    problems = ["là thủ tục nội bộ, không công khai."] if raw.get("isInternal") is True else []
    executing = _names(raw, "departmentsExecuting", "executingAgencies")
    returns = [
        _RETURNS[value]
        for way in raw.get("returningMethods") or []
        for value in way.get("value") or []
        if value in _RETURNS
    ]
    data: dict[str, Any] = {
        **_described(raw),
        "executing_text": "; ".join(executing),
        "authority": "; ".join(_names(raw, "departmentsAuthority", "authorizedAgencies")),
        "coordinating": "; ".join(_names(raw, "departmentsCoordinating", "coordinatingAgencies")),
        "steps": [
            {"title": step.get("name") or "", "text": step.get("description") or ""}
            for step in raw.get("executionSteps") or []
        ],
        "channels": [_channel(way, notes) for way in raw.get("executionMethods") or []],
        "cases": cases(
            [(one.get("name") or "", _papers(one)) for one in raw.get("executionCases") or []],
            notes,
        ),
        "result_types": [
            {"name": one["name"], "code": one.get("code") or ""}
            | ({"returns": list(dict.fromkeys(returns))} if returns else {})
            for one in raw.get("resultsDetails") or []
        ],
        "legal_basis": _laws(raw),
    }
    online = any(way["kind"] == ChannelKind.ONLINE for way in data["channels"])
    full = raw.get("isFullProcess") is True
    floor = 3 if online and raw.get("isOfflineOnly") is not True else 2
    level = words.level(floor, full=full and floor == 3)
    kinds = {"executing": words.kinds_of(executing)}
    data[NEW] = Fallback({**level.values, **kinds}, level.keeps)
    return Content(data, notes=list(dict.fromkeys(notes)), problems=problems)


def _laws(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"number": one.get("code") or words.number_of(one["name"]), "name": one["name"]}
        for one in raw.get("legalBasisesDetails") or []
    ]


def _described(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The plain fields; those that their record leaves empty are not said."""
    proposal = raw.get("procedureProposal") or {}
    places = [words.ADMINISTRATION[place] for flag, place in _PLACES if raw.get(flag) is True]
    found = {
        "code": raw.get("code"),
        "name": raw.get("name"),
        "sector": (raw.get("category") or {}).get("name"),
        "issuing_agency": raw.get("departmentPromulgateName"),
        "decision_no": raw.get("decisionNo") or proposal.get("proposalNumber"),
        "decision_date": _day(proposal.get("decisionDate")),
        "kind": _KINDS.get(raw.get("formalityType") or ""),
        "administrative_level": words.UNITED.join(places),
        "audiences": [one["name"] for one in raw.get("subjectTypesDetails") or []],
        "conditions": raw.get("requirementsAndConditions"),
        "reception_address": raw.get("dossierReceivingAddresses"),
        "keywords": [word for word in (raw.get("keywords") or "").split(",") if word.strip()],
        "source_url": f"{_PAGE}{raw['id']}" if raw.get("id") else "",
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _names(raw: Mapping[str, Any], listed: str, written: str) -> list[str]:
    names = [one["name"] for one in raw.get(listed) or []]
    return names or [raw[written]] if raw.get(written) or names else []


def _day(milliseconds: Any) -> str:
    if not isinstance(milliseconds, int):
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=get_default_timezone())
    return moment.date().isoformat()


def _papers(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        paper(
            one["name"],
            one.get("originalQty"),
            one.get("copyQty"),
            [file["fileName"] for file in one.get("attachments") or []],
            False,
        )
        for one in case.get("profileComponents") or []
    ]


def _channel(raw: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    unit = (raw.get("processingTimeUnit") or "").lower()
    fields, spare, note = words.deadline(raw.get("processingTime"), unit, "")
    method = raw.get("submissionMethod") or ""
    made = {"kind": _METHODS.get(method, method), **fields, "fees": []}
    made["description"] = raw.get("description") or ""
    if spare:
        made[NEW] = spare
    for one in raw.get("fees") or []:
        value, text = one.get("value"), one.get("description") or ""
        kind = "amount" if value else "see_note" if text else "free"
        found, of_fee = words.fee(kind, value, one.get("currencyId") or "VND", text)
        made["fees"].append(found)
        notes += [of_fee] if of_fee else []
    notes += [note] if note else []
    return made


# --- LayThuTuc ------------------------------------------------------------------------------------

_GATEWAY_CHANNELS = {"1": "direct", "2": "online", "3": "post"}
_GATEWAY_UNITS = {
    "ngày làm việc": "working_day",
    "ngày": "day",
    "giờ": "hour",
    "giờ làm việc": "hour",
    "tháng": "month",
}


def _gateway(raw: Mapping[str, Any]) -> Content:
    notes: list[str] = []
    problems = ["chưa công khai ở nguồn."] if str(raw.get("TRANGTHAI", "1")) != "1" else []
    sectors = [one["TENLINHVUC"] for one in raw.get("LINHVUCTHUCHIEN") or []]
    agencies = [one["TENDONVI"] for one in raw.get("COQUANTHUCHIEN") or []]
    found = {
        "code": raw["MATTHC"],
        "name": raw.get("TENTTHC"),
        "sector": sectors[0] if sectors else None,
        "executing_text": "; ".join(agencies),
        "audiences": [one["TENDOITUONG"] for one in raw.get("DOITUONGTHUCHIEN") or []],
        "audience_note": raw.get("MOTADOITUONGTHUCHIEN"),
        "conditions": raw.get("YEUCAU"),
    }
    data: dict[str, Any] = {k: v for k, v in found.items() if v not in (None, "", [])}
    data |= _gateway_lists(raw, notes)
    online = any(way["kind"] == ChannelKind.ONLINE for way in data["channels"])
    level = words.level(3 if online else 2)
    data[NEW] = Fallback({**level.values, "executing": words.kinds_of(agencies)}, level.keeps)
    return Content(data, notes=list(dict.fromkeys(notes)), problems=problems)


def _gateway_lists(raw: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    data["steps"] = [
        {"title": way.get("TRUONGHOP") or "", "text": step["TENTRINHTU"]}
        for way in raw.get("TRINHTUTHUCHIEN") or []
        for step in way.get("TRINHTU") or []
    ]
    data["channels"] = [
        _gateway_channel(way, time, notes)
        for way in raw.get("CACHTHUCTHUCHIEN") or []
        for time in way.get("THOIGIAN") or [{}]
    ]
    data["cases"] = cases(
        [
            (one.get("TRUONGHOP") or "", _gateway_papers(one))
            for one in raw.get("THANHPHANHOSO", [])
        ],
        notes,
    )
    data["result_types"] = [
        {"name": one["TENKETQUA"], "code": one.get("MAKETQUA") or ""}
        for one in raw.get("KETQUATHUCHIEN") or []
    ]
    data["legal_basis"] = [
        {"number": one.get("SOVANBAN") or words.number_of(one["TENVANBAN"]),
         "name": one["TENVANBAN"]}
        for one in raw.get("CANCUPHAPLY") or []
    ]  # fmt: skip
    return data


def _gateway_papers(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        paper(one["TENGIAYTO"], 1, 0, [one["TENMAUDON"]] if one.get("TENMAUDON") else [], False)
        for one in case.get("GIAYTO") or []
    ]


def _gateway_channel(
    way: Mapping[str, Any], time: Mapping[str, Any], notes: list[str]
) -> dict[str, Any]:
    days = str(time.get("THOIGIANGIAIQUYET") or "").strip()
    unit = _GATEWAY_UNITS.get(str(time.get("DONVITINH") or "").strip().lower(), "")
    fields, spare, note = words.deadline(int(days) if days.isdecimal() else None, unit, "")
    kind = str(way.get("KENH"))
    made: dict[str, Any] = {"kind": _GATEWAY_CHANNELS.get(kind, kind), **fields}
    if spare:
        made[NEW] = spare
    notes += [note] if note else []
    made["description"] = time.get("MOTA") or ""
    made["fees"] = []
    for one in time.get("PHILEPHI") or []:
        sum_text, text = str(one.get("SOTIEN") or "0"), one.get("MOTA") or ""
        amount = int(sum_text) if sum_text.isdecimal() else 0
        found, _ = words.fee(
            "amount" if amount else "see_note" if text else "free", amount, "VND", text
        )
        made["fees"].append(found)
    return made
