"""Records: read into one normal form, laid out as tables, read back, compared."""

import pytest

from procedures.actions import publish
from procedures.importing import read_folder
from procedures.models import ProcedureVersion
from procedures.records import advice_of, differences, missing_of, normal, record_of
from procedures.records.reading import with_record_parts
from tests.factories import MORNING
from tests.procedures.records import a_record


@pytest.mark.django_db
def test_every_demo_record_comes_back_from_the_tables_as_it_went_in() -> None:
    for record in read_folder():
        whole, problems = normal(record.data)
        assert not problems
        publish(record.data, eform=record.eform, by=None, at=MORNING)
        version = with_record_parts(ProcedureVersion.objects).get(procedure__code=record.code)
        assert record_of(version) == whole


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"level": 7}, "Mức độ: phải là một trong: 1, 2, 3, 4."),
        ({"name": ["x"]}, "Tên thủ tục: phải là chữ."),
        ({"code": "a/1"}, "Mã thủ tục: gồm chữ không dấu, số"),
        ({"code": "ket-qua"}, "có ít nhất một số"),
        ({"source_url": "javascript:alert(1)"}, "Nguồn: phải là địa chỉ"),
        ({"source_url": "https:///x"}, "Nguồn: phải là địa chỉ"),
        ({"name": "x" * 8001}, "Tên thủ tục: dài 8001 ký tự, nhiều nhất 8000."),
        ({"conditions": "x" * 10_000_000}, "dài quá 60000 ký tự"),
        ({"steps": [{}] * 101}, "Trình tự thực hiện: có 101 mục, nhiều nhất 100."),
        ({"is_admin": True}, "không có ô tên “is_admin”"),
        ({"cases": [{"key": "Có dấu"}]}, "Thành phần hồ sơ 1 › Khóa: chỉ gồm chữ thường"),
        ({"decision_date": "30/06/2025"}, "Ngày quyết định: phải là ngày"),
        ({"intake_hours": True}, "Hạn tiếp nhận (giờ làm việc): phải là số nguyên."),
        ({"steps": "Nộp"}, "Trình tự thực hiện: phải là danh sách."),
        ({"result_types": [{"returns": ["bay"]}]}, "Cách trả: không có mục “bay”."),
    ],
)
def test_what_is_wrong_is_named_with_its_place(change, sentence) -> None:
    _, problems = normal(a_record(**change))
    assert sentence in str(problems[0])


def test_one_key_twice_is_refused() -> None:
    case = a_record()["cases"][0]
    _, problems = normal(a_record(cases=[case, case]))
    assert str(problems[0]) == "Thành phần hồ sơ: khóa “thong-thuong” lặp lại."


def test_text_is_composed_and_free_of_control_characters() -> None:
    whole, _ = normal(a_record(summary="Tie\u0302\u0301p\x00 nhận\r\nhồ sơ"))
    assert whole["summary"] == "Tiếp nhận\nhồ sơ"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"channels": []}, "Cách thức thực hiện: chưa có."),
        ({"level": 3}, "Loại dịch vụ: khác PARTIAL thì cần có lý do."),
        ({"related": ["1.001193"]}, "Thủ tục liên quan: không thể là chính nó."),
        ({"media": [{"title": "Phim"}]}, "Hướng dẫn bằng hình 1: cần địa chỉ hoặc tệp."),
    ],
)
def test_what_is_missing_is_named(change, sentence) -> None:
    whole, _ = normal(a_record(**change))
    assert [str(problem) for problem in missing_of(whole)] == [sentence]


def test_a_time_without_a_number_is_missing_one() -> None:
    channel = a_record()["channels"][0] | {"time": None}
    whole, _ = normal(a_record(channels=[channel]))
    assert [p.path for p in missing_of(whole)] == ["channels.0.time"]


def test_advice_does_not_hinder() -> None:
    whole, _ = normal(a_record(keywords=[]))
    assert not missing_of(whole)
    assert [p.path for p in advice_of(whole)] == ["keywords"]


def _changes(**change):
    one, two = normal(a_record())[0], normal(a_record(**change))[0]
    return [(c.place, c.what, c.before, c.after) for c in differences(one, two)]


def test_nothing_changed() -> None:
    assert _changes() == []


def test_a_changed_field_is_shown_in_words() -> None:
    assert _changes(level=3, service_type="PARTIAL") == [
        ("Mức độ", "changed", "Mức độ 4", "Mức độ 3"),
        (
            "Loại dịch vụ",
            "changed",
            "Dịch vụ công trực tuyến toàn trình",
            "Dịch vụ công trực tuyến một phần",
        ),
    ]


def test_a_fee_that_rose_is_found_in_its_row() -> None:
    channels = a_record()["channels"]
    dearer = channels[0] | {"fees": [channels[0]["fees"][0] | {"amount": 10_000}]}
    place, what, before, after = _changes(channels=[dearer, channels[1]])[0]
    assert (what, before, after) == ("changed", "8.000", "10.000")
    assert place.endswith("Khoản “Lệ phí đăng ký khai sinh” › Số tiền (đồng)")


def test_rows_that_came_went_and_moved() -> None:
    steps = [{"title": "Một", "text": "a"}, {"title": "Hai", "text": "b"}]
    one, two = normal(a_record(steps=steps))[0], normal(a_record(steps=steps[:1]))[0]
    assert [c.what for c in differences(one, two)] == ["removed"]
    assert [c.what for c in differences(two, one)] == ["added"]
    turned = a_record(channels=a_record()["channels"][::-1])
    assert [c.what for c in differences(normal(a_record())[0], normal(turned)[0])] == ["moved"]


def test_a_question_of_the_eform_that_changed() -> None:
    record = normal(a_record())[0]
    field = {"key": "ho_ten", "type": "text", "label": "Họ và tên", "required": True}
    one = {"title": "Tờ khai", "sections": [{"key": "a", "title": "Trẻ em", "fields": [field]}]}
    optional = field | {"required": False}
    two = {"title": "Tờ khai", "sections": [{"key": "a", "title": "Trẻ em", "fields": [optional]}]}
    (change,) = differences(record, record, eform_before=one, eform_after=two)
    assert (change.place, change.what) == ("Biểu mẫu điện tử › “Họ và tên”", "changed")
    kind = "Phần: Trẻ em\nKiểu: Chữ, một dòng"
    assert (change.before, change.after) == (f"{kind}\nBắt buộc trả lời: Có", kind)
