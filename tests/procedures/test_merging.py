"""What a file does not say stays as editors made it; keys stay from import to import."""

import pytest

from procedures.exchange import dataset
from procedures.exchange.merging import key_of, merged
from procedures.records import normal
from tests.procedures.imports import a_line


def taken(line, before=None):
    record, problems = normal(merged(dataset.convert(line).data, before))
    assert problems == []
    return record


def a_case(*names, case=""):
    papers = [
        {"name": name, "form_files": [], "original": 1, "copies": 0, "is_note": False}
        for name in names
    ]
    return {"case": case, "documents": papers}


def keys(record):
    return [[need["key"] for need in case["requirements"]] for case in record["cases"]]


A_FILE = "6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11"
ENRICHED = {
    "keywords": ["bến đò"],
    "summary": "Ngắn gọn.",
    "life_events": ["Việc làm"],
    "process": [{"role": "reception", "name": "Tiếp nhận", "hours": 4}],
    "media": [
        {"kind": "video", "title": "Cách làm", "url": "https://vi-du.vn/v", "file": "", "text": ""}
    ],
    "retention_years": 70,
    "addition_days": 10,
    "executing": ["so-xay-dung"],
    "chained": ["1.000001"],
}


@pytest.mark.parametrize("name", ENRICHED)
def test_what_the_source_does_not_have_stays(name):
    before = taken(a_line()) | ENRICHED
    assert taken(a_line(conditions="Điều kiện mới"), before)[name] == ENRICHED[name]


def test_what_the_source_has_comes_from_it():
    before = taken(a_line()) | {"name": "Tên cũ", "conditions": "cũ"}
    after = taken(a_line(name="Tên mới", conditions=""), before)
    assert (after["name"], after["conditions"]) == ("Tên mới", "")


def test_hints_forms_and_samples_of_papers_stay():
    line = a_line(cases=[a_case("Tờ khai", "Ảnh", case="Lần đầu")])
    line["cases"][0]["documents"][0]["form_files"] = ["to-khai.docx"]
    before = taken(line)
    before["cases"][0]["hint"] = "Khi chưa có số."
    paper = before["cases"][0]["requirements"][0]
    paper |= {"online": "eform", "sample": A_FILE, "mandatory": False, "note": "Ký tên."}
    paper["forms"][0]["file"] = A_FILE
    assert taken(line, before) == before


def test_the_same_line_again_is_the_same_record():
    before = taken(a_line())
    assert taken(a_line(), before) == before


def test_keys_are_the_same_whenever_a_new_portal_imports():
    assert keys(taken(a_line())) == keys(taken(a_line()))


def test_an_editors_own_key_stays_with_the_paper_of_that_name():
    line = a_line(cases=[a_case("Tờ khai", "Ảnh")])
    before = taken(line)
    before["cases"][0]["requirements"][1]["key"] = "anh-3x4"
    moved = a_line(cases=[a_case("Ảnh", "Tờ khai", "Giấy mới")])
    assert keys(taken(moved, before)) == [["anh-3x4", "to-khai", "giay-moi"]]


def test_a_mended_word_is_still_that_paper():
    line = a_line(cases=[a_case("Bản sao giấy chứng sinh do cơ sở y tế cấp", "Ảnh")])
    before = taken(line)
    mended = a_line(cases=[a_case("Bản sao Giấy chứng sinh do cơ sở y tế cấp", "Ảnh")])
    assert keys(taken(mended, before)) == keys(before)


def test_a_case_without_a_name_keeps_the_name_an_editor_gave_it():
    before = taken(a_line(cases=[a_case("Tờ khai")]))
    before["cases"][0]["name"] = "Mọi trường hợp"
    assert taken(a_line(cases=[a_case("Tờ khai")]), before)["cases"][0]["name"] == "Mọi trường hợp"


def test_papers_of_one_name_get_keys_of_their_own():
    assert keys(taken(a_line(cases=[a_case("Đơn", "Đơn", "Đơn")]))) == [["don", "don-2", "don-3"]]


def test_long_names_that_begin_alike_get_different_keys():
    one, two = key_of("Giấy tờ " * 40 + "một"), key_of("Giấy tờ " * 40 + "hai")
    assert one != two and max(len(one), len(two)) <= 60


@pytest.mark.parametrize("name", ["", "???", "·", "中文"])
def test_a_name_without_letters_still_gets_a_key(name):
    assert key_of(name).startswith("muc-")


def a_channel(**changes):
    return {"channel": "direct", "time": 3, "time_unit": "working_day",
            "time_text": "3 Ngày làm việc", "fees": [], "description": ""} | changes  # fmt: skip


def a_fee(kind="see_note", amount=0, note="Theo nghị quyết", currency="VND"):
    return {"kind": kind, "amount": amount, "currency": currency, "note": note}


def fees(line, before=None):
    return [(fee["amount"], fee["note"]) for fee in taken(line, before)["channels"][0]["fees"]]


@pytest.mark.parametrize(
    ("fee", "amount", "note"),
    [
        (a_fee("free", 0, ""), 0, ""),
        (a_fee("amount", 5000, "mỗi lần"), 5000, "mỗi lần"),
        (a_fee("see_note", 0, "Theo nghị quyết"), None, "Theo nghị quyết"),
        (a_fee("amount", 10, "mỗi tàu", "USD"), None, "10 USD. mỗi tàu"),
    ],
)
def test_only_dong_are_a_sum(fee, amount, note):
    assert fees(a_line(channels=[a_channel(fees=[fee])])) == [(amount, note)]


def test_the_provinces_sum_stays_while_the_note_does():
    line = a_line(channels=[a_channel(fees=[a_fee()])])
    before = taken(line)
    before["channels"][0]["fees"][0] |= {"amount": 8000, "exemption": "Hộ nghèo"}
    assert fees(line, before) == [(8000, "Theo nghị quyết")]
    news = a_line(channels=[a_channel(fees=[a_fee(note="Theo nghị quyết mới")])])
    assert fees(news, before) == [(None, "Theo nghị quyết mới")]


@pytest.mark.parametrize(
    ("time", "unit", "text", "found"),
    [
        (3, "working_day", "3 Ngày làm việc", (3, "working_day", "3 Ngày làm việc")),
        (15, "day", "15 Ngày", (15, "calendar_day", "15 Ngày")),
        (8, "hour", "8 Giờ", (8, "hour", "8 Giờ")),
        (None, None, "", (None, "none", "Không quy định")),
        (5, None, "5", (None, "none", "5 (nguồn không ghi đơn vị)")),
    ],
)
def test_times_in_our_units(time, unit, text, found):
    line = a_line(channels=[a_channel(time=time, time_unit=unit, time_text=text)])
    way = taken(line)["channels"][0]
    assert (way["time"], way["unit"], way["time_text"]) == found


def test_a_unit_an_editor_looked_up_stays_until_the_number_changes():
    line = a_line(channels=[a_channel(time=5, time_unit=None, time_text="5")])
    before = taken(line)
    before["channels"][0] |= {"time": 5, "unit": "working_day", "time_text": "5 ngày làm việc"}
    assert taken(line, before)["channels"][0]["unit"] == "working_day"
    longer = a_line(channels=[a_channel(time=7, time_unit=None, time_text="7")])
    assert taken(longer, before)["channels"][0]["time_text"] == "7 (nguồn không ghi đơn vị)"


def test_repeated_channels_stay_apart():
    ways = [a_channel(description=text) for text in ("Tại xã", "Tại tỉnh", "Tại trạm")]
    before = taken(a_line(channels=ways))
    before["channels"][1]["time_text"] = "ba ngày"
    after = taken(a_line(channels=[ways[1], ways[0]]), before)
    assert [way["description"] for way in after["channels"]] == ["Tại tỉnh", "Tại xã"]


def test_a_level_editors_raised_is_not_lowered():
    before = taken(a_line(level_floor=3)) | {"level": 4, "service_type": "FULL"}
    assert taken(a_line(level_floor=3), before)["level"] == 4


def test_a_floor_above_the_level_raises_it():
    before = taken(a_line(level_floor=2))
    after = taken(a_line(level_floor=3), before)
    assert (after["level"], after["service_type"]) == (3, "PARTIAL")


def test_full_at_level_three_says_why():
    record = taken(a_line(level_floor=3, online="full"))
    assert record["service_type"] == "FULL" and "toàn trình" in record["service_type_reason"]


def test_notes_are_asked_of_nobody():
    case = a_case("Lưu ý: mang bản chính")
    case["documents"][0]["is_note"] = True
    paper = taken(a_line(cases=[case]))["cases"][0]["requirements"][0]
    assert (paper["is_note"], paper["mandatory"], paper["online"]) == (True, False, "none")


def test_whoever_has_the_authority_does_it_when_nobody_else_is_named():
    record = taken(a_line(executing_agencies=[], authority_agency="Chủ tịch UBND xã"))
    assert record["executing_text"] == "Chủ tịch UBND xã" and record["executing"] == ["ubnd-xa"]


def test_a_documents_number_is_taken_from_its_name():
    line = a_line(legal_basis=[{"code": "", "name": "Nghị quyết 190/2025/NQ-QH15 của Quốc hội"},
                               {"code": "", "name": "Hương ước"}])  # fmt: skip
    assert [b["number"] for b in taken(line)["legal_basis"]] == ["190/2025/NQ-QH15", "Không số"]
