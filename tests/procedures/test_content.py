"""The demo's catalogue: true codes, every block filled, every e-form sound."""

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from procedures import levels
from procedures.eforms import check_definition
from procedures.importing import DEMO_FOLDER, Record, read_folder
from procedures.reference import AGENCY_KINDS, AUDIENCES, EVENT_CARDS

RECORDS = list(read_folder())
# issue 2: the eight procedures with a complete e-form, by their code in the national database.
WITH_EFORM = {
    "1.001193",  # khai sinh
    "1.004884",  # đăng ký lại khai sinh
    "2.000635",  # trích lục hộ tịch
    "1.000894",  # kết hôn
    "1.004222",  # thường trú
    "1.001612",  # hộ kinh doanh
    "1.013225",  # giấy phép xây dựng
    "3.000333",  # phiếu lý lịch tư pháp
}
# domain.md §8.1: the blocks of a procedure page and what of a record fills each.
BLOCKS = (
    "code", "name", "decision_no", "issuing_agency", "kind", "sector", "administrative_level",
    "steps", "channels", "cases", "audiences", "executing_text", "authority", "coordinating",
    "reception_address", "result_types", "legal_basis", "conditions", "keywords", "summary",
    "executing", "life_events",
)  # fmt: skip


def every(*path: str) -> list[tuple[str, Any]]:
    """(code, value) of every value under `path`, lists flattened."""
    found: list[tuple[str, Any]] = [(record.code, record.data) for record in RECORDS]
    for key in path:
        found = [
            (code, value)
            for code, owner in found
            for value in (owner[key] if isinstance(owner[key], list) else [owner[key]])
        ]
    return found


def test_at_least_forty_procedures() -> None:
    assert len(RECORDS) >= 40


def test_all_four_levels_are_there() -> None:
    assert {record.data["level"] for record in RECORDS} == {1, 2, 3, 4}


def test_the_police_of_commune_and_province_are_there() -> None:
    assert {"cong-an-xa", "cong-an-tinh"} <= {kind for _, kind in every("executing")}


def test_eight_procedures_have_an_eform_of_their_own() -> None:
    assert {record.code for record in RECORDS if record.eform} == WITH_EFORM


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.code)
def test_no_block_of_the_page_is_empty(record: Record) -> None:
    assert [name for name in BLOCKS if not record.data[name]] == []


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.code)
def test_the_code_is_the_files_name_and_a_national_code(record: Record) -> None:
    assert re.fullmatch(r"[1-3]\.\d{6}", record.code)
    assert (DEMO_FOLDER / f"{record.code}.json").exists()


def test_every_case_names_a_paper() -> None:
    assert all(code and papers for code, papers in every("cases", "requirements"))
    assert all(case["requirements"] for _, case in every("cases"))


def test_every_paper_has_a_name_and_a_number_of_copies() -> None:
    papers = every("cases", "requirements")
    assert [p for _, p in papers if not p["name"] or p["original"] + p["copies"] < 1] == []


def test_every_channel_says_how_long_and_how() -> None:
    channels = every("channels")
    assert [c for _, c in channels if not c["time_text"] or not c["description"]] == []


def test_fees_are_whole_dong_with_their_exemptions() -> None:
    fees = [fee for _, fee in every("channels", "fees")]
    assert fees and all(isinstance(fee["amount"], int) and fee["amount"] >= 0 for fee in fees)
    assert [fee["name"] for fee in fees if fee["amount"] and not fee["exemption"]] == []


def test_those_that_file_online_have_an_online_channel() -> None:
    online = {code for code, kind in every("channels", "kind") if kind == "online"}
    fileable = {r.code for r in RECORDS if levels.offer(r.data["level"]).file_online}
    assert fileable <= online


def test_results_come_back_by_ways_the_level_allows() -> None:
    for record in RECORDS:
        allowed = levels.offer(record.data["level"]).returns
        for result in record.data["result_types"]:
            assert set(result["returns"]) & allowed, record.code


@pytest.mark.parametrize(
    ("field", "known"),
    [("executing", AGENCY_KINDS), ("life_events", EVENT_CARDS),
     ("audiences", set(AUDIENCES.values()))],
)  # fmt: skip
def test_names_are_those_of_the_shared_lists(field: str, known: Any) -> None:
    assert {value for _, value in every(field)} <= set(known)


def test_related_procedures_exist() -> None:
    assert {code for _, code in every("related")} <= {record.code for record in RECORDS}


@pytest.mark.parametrize("code", sorted(WITH_EFORM))
def test_the_eform_may_be_published(code: str) -> None:
    form = json.loads((DEMO_FOLDER / "eforms" / f"{code}.json").read_text("utf-8"))
    assert check_definition(form) == []


@pytest.mark.parametrize("path", sorted(DEMO_FOLDER.rglob("*.json")), ids=lambda path: path.stem)
def test_text_is_composed(path: Path) -> None:
    assert unicodedata.is_normalized("NFC", path.read_text("utf-8"))
