"""Lines in the shape of the national data set (procedures_460.jsonl): `field`, `cases` with
`documents`, `channels` with `fees` of kind free, amount or see_note."""

from collections.abc import Mapping
from typing import Any

from procedures.exchange import words
from procedures.exchange.merging import NEW
from procedures.exchange.rows import Content, Fallback
from procedures.models import RequirementOnline

# Ours → theirs, taken as they are.
_PLAIN = {
    "code": "code",
    "name": "name",
    "sector": "field",
    "issuing_agency": "issuing_agency",
    "authority": "authority_agency",
    "coordinating": "coordinating_agency",
    "decision_no": "decision_no",
    "kind": "kind",
    "audiences": "applicants",
    "conditions": "conditions",
    "reception_address": "receiving_address",
}
_ONE_CASE = "Thành phần hồ sơ"


def is_ours(raw: Mapping[str, Any]) -> bool:
    return "field" in raw and "executing_agencies" in raw


def convert(raw: Mapping[str, Any]) -> Content:
    notes: list[str] = []
    data: dict[str, Any] = {ours: raw[theirs] for ours, theirs in _PLAIN.items() if theirs in raw}
    agencies = raw["executing_agencies"]
    kinds = words.kinds_of(agencies) or words.kinds_of([raw.get("authority_agency") or ""])
    # Nobody named: whoever has the authority does it.
    data["executing_text"] = "; ".join(agencies) or raw.get("authority_agency") or ""
    data["administrative_level"] = words.UNITED.join(
        words.ADMINISTRATION.get(name, str(name)) for name in raw["levels"]
    )
    data["steps"] = [{"text": text} for text in raw["steps"]]
    data["result_types"] = [
        {"name": one["name"], "code": one.get("code", "")} for one in raw["results"]
    ]
    data["legal_basis"] = [
        {"number": one.get("code") or words.number_of(one["name"]), "name": one["name"]}
        for one in raw["legal_basis"]
    ]
    data["cases"] = cases(
        [(one["case"], [_paper(paper) for paper in one["documents"]]) for one in raw["cases"]],
        notes,
    )
    data["channels"] = [_channel(one, notes) for one in raw["channels"]]
    source = raw.get("source") or {}
    if source.get("url"):
        data["source_url"] = source["url"]
    level = words.level(raw.get("level_floor"), full=raw.get("online") in ("full", "toàn trình"))
    data[NEW] = Fallback({**level.values, "executing": kinds}, level.keeps)
    return Content(data, notes=list(dict.fromkeys(notes)))


def cases(found: list[tuple[str, list[dict[str, Any]]]], notes: list[str]) -> list[dict[str, Any]]:
    """Cases with their papers. Those without a name get one that editors may better."""
    made = []
    for i, (name, papers) in enumerate(found):
        kept = [paper for paper in papers if paper["name"].strip()]
        if len(kept) < len(papers):
            notes.append(f"Bỏ {len(papers) - len(kept)} giấy tờ không có tên.")
        case: dict[str, Any] = {"requirements": kept}
        if name.strip():
            case["name"] = name
        elif len(found) == 1:
            case[NEW] = Fallback({"name": _ONE_CASE})
        else:
            case[NEW] = Fallback({"name": f"{_ONE_CASE} ({i + 1})"})
        made.append(case)
    return made


def paper(name: str, original: Any, copies: Any, files: list[str], is_note: bool) -> dict[str, Any]:
    """What is only a note is asked of nobody."""
    made: dict[str, Any] = {
        "name": name,
        "original": original,
        "copies": copies,
        "forms": [{"name": file} for file in files],
        "is_note": is_note,
    }
    if is_note:
        made[NEW] = Fallback({"mandatory": False, "online": RequirementOnline.NONE.value})
    return made


def _paper(raw: Mapping[str, Any]) -> dict[str, Any]:
    return paper(
        raw["name"],
        raw.get("original"),
        raw.get("copies"),
        raw.get("form_files") or [],
        raw.get("is_note", False),
    )


def _channel(raw: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"kind": words.CHANNELS.get(raw["channel"], raw["channel"])}
    fields, spare, note = words.deadline(raw.get("time"), raw.get("time_unit"), raw["time_text"])
    made |= fields
    if spare:
        made[NEW] = spare
    if note:
        notes.append(note)
    made["description"] = raw.get("description", "")
    made["fees"] = []
    for one in raw.get("fees") or []:
        found, note = words.fee(
            one["kind"], one.get("amount"), one.get("currency") or "VND", one.get("note") or ""
        )
        made["fees"].append(found)
        if note:
            notes.append(note)
    return made
