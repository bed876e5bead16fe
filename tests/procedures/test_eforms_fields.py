"""Every leaf type: what is accepted and how it is kept, what is refused and in which words."""

import unicodedata
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.datastructures import MultiValueDict

from procedures.eforms import build_form
from procedures.eforms.limits import day_limit
from tests.procedures.eform_samples import one_field

OPTIONS = [{"value": "a", "label": "Loại A"}, {"value": "b", "label": "Loại B"}]

# (spec, typed, kept) — kept values written by hand.
GOOD = [
    ({}, "  Xã   Hòa Vang ", "Xã Hòa Vang"),
    ({"pattern": "person_name"}, "Nguyễn Thị Ánh-Tuyết", "Nguyễn Thị Ánh-Tuyết"),
    ({"pattern": "letters"}, "Hòa Vang", "Hòa Vang"),
    ({"pattern": "digits"}, "0012", "0012"),
    ({"pattern": "plot_no"}, "12/3a", "12/3a"),
    ({"pattern": "account_no"}, "0071000123456", "0071000123456"),
    ({"pattern": "year"}, "1995", "1995"),
    ({"type": "long_text"}, " một\r\nhai \r\n", "một\nhai"),
    ({"type": "number"}, "12", 12),
    ({"type": "number"}, "1.234", 1234),
    ({"type": "number"}, "0", 0),
    ({"type": "number"}, "-5", -5),
    ({"type": "number", "decimals": 2}, "12,5", "12.5"),
    ({"type": "number", "decimals": 2}, "12.50", "12.5"),
    ({"type": "number", "decimals": 2}, "1.234,25", "1234.25"),
    ({"type": "number", "decimals": 2}, "3,00", 3),
    ({"type": "number", "unit": "m²"}, "60 m²", 60),
    ({"type": "money"}, "1.234.567", 1234567),
    ({"type": "money"}, "1234567 đ", 1234567),
    ({"type": "money"}, "1 234 567 đồng", 1234567),
    ({"type": "money"}, "1,234,567 VNĐ", 1234567),
    ({"type": "date"}, "2024-02-29", "2024-02-29"),
    ({"type": "date"}, "29/02/2024", "2024-02-29"),
    ({"type": "date"}, "1-2-2024", "2024-02-01"),
    ({"type": "choice", "options": OPTIONS}, "a", "a"),
    ({"type": "checks", "options": OPTIONS}, ["b", "a"], ["a", "b"]),
    ({"type": "yes_no"}, "true", True),
    ({"type": "yes_no"}, "false", False),
    ({"type": "citizen_id"}, "001 090 000123", "001090000123"),
    ({"type": "tax_code"}, "0100109106", "0100109106"),
    ({"type": "tax_code"}, "0100109106001", "0100109106-001"),
    ({"type": "tax_code"}, "001090000123", "001090000123"),
    ({"type": "phone"}, "0912 345 678", "0912345678"),
    ({"type": "phone"}, "+84 912.345.678", "0912345678"),
    ({"type": "phone"}, "+1 650 253 0000", "+16502530000"),
    ({"type": "email"}, " Binh@Example.VN ", "Binh@example.vn"),
]


@pytest.mark.parametrize(("spec", "typed", "kept"), GOOD)
def test_a_good_answer_is_kept(spec: dict, typed: object, kept: object) -> None:
    form = build_form(one_field(required=True, **spec), data={"f": typed})
    assert form.is_valid(), form.error_list()
    assert form.answers() == {"f": kept}


# (spec, typed, what the sentence must contain)
BAD = [
    ({"max_length": 3}, "bốn chữ", "nhiều nhất 3 ký tự"),
    ({"pattern": "person_name"}, "Bình 2", "chỉ gồm chữ cái"),
    ({"pattern": "letters"}, "Bình!", "không có số"),
    ({"pattern": "digits"}, "12a", "chỉ gồm chữ số"),
    ({"pattern": "plot_no"}, "12#", "ví dụ 125"),
    ({"pattern": "account_no"}, "1", "4 đến 30"),
    ({"pattern": "year"}, "95", "4 chữ số"),
    ({"type": "number"}, "mười", "số nguyên"),
    ({"type": "number"}, "1,5", "số nguyên"),
    ({"type": "number", "decimals": 1}, "1,25", "1 số sau dấu phẩy"),
    ({"type": "number", "min": 5}, "4", "từ 5 trở lên"),
    ({"type": "number", "max": 1000, "unit": "m²"}, "1001", "không quá 1.000 m²"),
    ({"type": "number"}, "9" * 29, "lớn quá mức"),
    ({"type": "number"}, "9" * 50_000, "số nguyên"),
    ({"type": "money"}, "-1", "từ 0 đồng trở lên"),
    ({"type": "money"}, "hai triệu", "1.500.000"),
    ({"type": "date"}, "31/02/2024", "ngày có thật"),
    ({"type": "date"}, "hôm qua", "ngày/tháng/năm"),
    ({"type": "date", "min": "2020-01-01"}, "31/12/2019", "từ ngày 01/01/2020"),
    ({"type": "date", "max": "2020-01-01"}, "02/01/2020", "không sau ngày 01/01/2020"),
    ({"type": "choice", "options": OPTIONS}, "z", "Hãy chọn một mục"),
    ({"type": "checks", "options": OPTIONS}, ["a", "z"], "chỉ chọn các mục"),
    ({"type": "checks", "options": OPTIONS, "min": 2}, ["a"], "ít nhất 2 mục"),
    ({"type": "checks", "options": OPTIONS, "max": 1}, ["a", "b"], "nhiều nhất 1 mục"),
    ({"type": "yes_no"}, "maybe", "Có hoặc Không"),
    ({"type": "citizen_id"}, "12345", "đúng 12 chữ số"),
    ({"type": "citizen_id"}, "099090000123", "không phải là mã tỉnh"),
    ({"type": "tax_code"}, "0100109107", "10 chữ số"),
    ({"type": "phone"}, "12", "ví dụ 0912 345 678"),
    ({"type": "email"}, "binh@", "ten@vidu.vn"),
]


@pytest.mark.parametrize(("spec", "typed", "part"), BAD)
def test_a_bad_answer_gets_a_sentence(spec: dict, typed: object, part: str) -> None:
    form = build_form(one_field(**spec), data={"f": typed})
    assert not form.is_valid()
    [(_, label, message)] = form.error_list()
    assert part in message and label == "Mục"


@pytest.mark.parametrize("spec", [spec for spec, _, _ in GOOD])
def test_an_optional_answer_may_be_left_out(spec: dict) -> None:
    form = build_form(one_field(**spec), data={"f": "  "} if "options" not in spec else {})
    if spec.get("type") == "yes_no":
        form = build_form(one_field(**spec), data={})
    assert form.is_valid(), form.error_list()
    assert form.answers() == {}


@pytest.mark.parametrize("spec", [spec for spec, _, _ in GOOD])
def test_a_required_answer_is_asked_for(spec: dict) -> None:
    form = build_form(one_field(required=True, **spec), data={})
    [(_, _, message)] = form.error_list()
    assert message.startswith("Hãy ") and "“Mục”" in message


def test_decomposed_text_is_composed() -> None:
    typed = unicodedata.normalize("NFD", "Phường Hải Châu")
    form = build_form(one_field(), data={"f": typed})
    assert form.answers() == {"f": "Phường Hải Châu"}


def test_control_characters_are_dropped() -> None:
    assert build_form(one_field(), data={"f": "a\x00b\x07\tc"}).answers() == {"f": "ab c"}


def test_what_is_not_text_counts_as_no_answer() -> None:
    assert build_form(one_field(), data={"f": {"x": 1}}).answers() == {}


@pytest.mark.parametrize(
    ("limit", "day"),
    [
        ("today", date(2024, 2, 29)),
        ("today-18y", date(2006, 2, 28)),
        ("today+1m", date(2024, 3, 29)),
        ("today-30d", date(2024, 1, 30)),
        ("2020-05-06", date(2020, 5, 6)),
        ("2020-13-06", None),
        ("today-9999y", None),
        ("tomorrow", None),
    ],
)
def test_day_limits(limit: str, day: date | None) -> None:
    assert day_limit(limit, today=date(2024, 2, 29)) == day


def photo(name: str = "anh.jpg", content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def file_form(*uploads: SimpleUploadedFile, data: dict | None = None, **spec: object):
    definition = one_field(type="file", **spec)
    papers = {"f": [{"id": "p1", "name": "cũ.pdf"}]}
    files = MultiValueDict({"f": list(uploads)})
    return build_form(definition, data=data or {}, files=files, existing_files=papers)


def test_new_files_are_handed_to_the_wizard() -> None:
    form = file_form(photo())
    assert form.is_valid()
    assert [file.name for file in form.file_fields()["f"]] == ["anh.jpg"]


def test_papers_given_before_stay_the_answer() -> None:
    assert file_form(required=True).answers() == {"f": ["p1"]}


def test_a_paper_ticked_for_removal_is_gone() -> None:
    form = file_form(data={"f-remove": ["p1"]}, required=True)
    assert "chọn tệp cho" in form.error_list()[0][2] and form.answers() == {}


@pytest.mark.parametrize(
    ("uploads", "part"),
    [
        ([photo(content=b"")], "rỗng (0 byte)"),
        ([photo("virus.exe")], "PDF, JPG, PNG"),
        ([photo(f"{i}.jpg") for i in range(5)], "nhiều nhất 5 tệp"),
    ],
)
def test_unfit_files_are_refused(uploads: list, part: str) -> None:
    assert part in file_form(*uploads).error_list()[0][2]
