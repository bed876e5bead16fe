"""What a record still lacks: needed things keep it from being published, advice does not."""

from collections.abc import Iterator, Mapping
from typing import Any

from procedures import levels
from procedures.models import RequirementOnline, TimeUnit
from procedures.records.kinds import Block, Problem, Rows
from procedures.records.limits import process_check
from procedures.records.shape import RECORD

_LONG_HINT = 300
_WORDS = {
    "video": "cần ghi lời của video, cho người không nghe hoặc không nhìn được.",
    "image": "cần ghi nội dung của hình, cho người không nhìn được.",
}


def missing_of(record: Mapping[str, Any]) -> list[Problem]:
    """Why a record in its normal form may not be published."""
    return [*_needed(RECORD, record, "", ""), *_rules(record)]


def _needed(block: Block, values: Mapping[str, Any], path: str, place: str) -> Iterator[Problem]:
    for name, kind in block.asking:
        value = values[name]
        lacking = kind.needed and value in ("", None, [])
        inside = isinstance(kind, Rows) and value
        if not lacking and not inside:
            continue
        where = f"{path}.{name}" if path else name
        label = f"{place} › {kind.label}" if place else kind.label
        if lacking:
            yield Problem(where, label, "chưa có.")
        if isinstance(kind, Rows):
            for i, row in enumerate(value):
                yield from _needed(kind.block, row, f"{where}.{i}", f"{label} {i + 1}")


def _rules(record: Mapping[str, Any]) -> Iterator[Problem]:
    level = record["level"]
    if level in levels.OFFERS:
        usual = levels.offer(level).service_type
        if record["service_type"] != usual and not record["service_type_reason"]:
            yield Problem("service_type_reason", "Loại dịch vụ", f"khác {usual} thì cần có lý do.")
    for i, channel in enumerate(record["channels"]):
        place = f"Cách thức thực hiện {i + 1}"
        if channel["unit"] != TimeUnit.NONE and not channel["time"]:
            yield Problem(f"channels.{i}.time", place, "thời hạn cần có số.")
        if channel["unit"] == TimeUnit.NONE and channel["time"]:
            yield Problem(f"channels.{i}.unit", place, "thời hạn cần có đơn vị.")
    if record["code"] in (*record["related"], *record["chained"]):
        yield Problem("related", "Thủ tục liên quan", "không thể là chính nó.")
    for i, item in enumerate(record["media"]):
        if not item["url"] and not item["file"]:
            yield Problem(f"media.{i}.url", f"Hướng dẫn bằng hình {i + 1}", "cần địa chỉ hoặc tệp.")
        if item["kind"] in ("video", "image") and item["file"] and not item["text"]:
            sentence = _WORDS[item["kind"]]
            yield Problem(f"media.{i}.text", f"Hướng dẫn bằng hình {i + 1}", sentence)


def advice_of(record: Mapping[str, Any]) -> list[Problem]:
    """Blocks of the procedure page that would stand empty, and hints nobody reads to the end."""
    found = []
    for name in (
        "summary decision_no issuing_agency kind administrative_level authority audiences "
        "conditions keywords result_types legal_basis process life_events"
    ).split():
        if record[name] in ("", []):
            found.append(Problem(name, RECORD.fields[name].label, "nên có."))
    for i, case in enumerate(record["cases"]):
        if len(record["cases"]) > 1 and not case["hint"]:
            place = f"Trường hợp {i + 1}"
            found.append(Problem(f"cases.{i}.hint", place, "nên nói khi nào chọn."))
    found += _uneven(record)
    if (check := process_check(record)).over:
        found.append(Problem("process", "Quy trình nội bộ", check.sentence))
    if len(record["summary"]) > _LONG_HINT:
        found.append(Problem("summary", "Tóm tắt", f"nên ngắn hơn {_LONG_HINT} ký tự."))
    return found


def _uneven(record: Mapping[str, Any]) -> Iterator[Problem]:
    """What pages show as "0 bản" or as free, and may only have been left out."""
    for i, case in enumerate(record["cases"]):
        papers = [need for need in case["requirements"] if not need["is_note"]]
        papers = [need for need in papers if need["online"] != RequirementOnline.EFORM]
        if bare := sum(not (need["original"] or need["copies"]) for need in papers):
            place = f"Trường hợp {i + 1}"
            sentence = f"{bare} giấy tờ chưa ghi số bản chính, bản sao."
            yield Problem(f"cases.{i}.requirements", place, sentence)
    if any(channel["fees"] for channel in record["channels"]):
        for i, channel in enumerate(record["channels"]):
            if not channel["fees"]:
                place = f"Cách thức thực hiện {i + 1}"
                sentence = "chưa có khoản phí nào, công dân sẽ đọc là không thu."
                yield Problem(f"channels.{i}.fees", place, sentence)
