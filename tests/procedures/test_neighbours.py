"""What a draft says of the rest of the catalogue, and what its own words leave out."""

import pytest
from django.urls import reverse

from procedures import actions
from procedures.neighbours import advice_on_neighbours
from procedures.records import advice_of, differences, normal
from procedures.records.shape import RECORD
from tests.factories import MORNING
from tests.procedures.drafts import a_new_draft, a_published
from tests.procedures.records import a_record


def told(**changes):
    return [str(problem) for problem in advice_on_neighbours(normal(a_record(**changes))[0])]


@pytest.mark.django_db
def test_codes_nobody_knows_and_codes_out_of_force_are_named():
    a_published(code="1.000001")
    new = a_published(code="1.000002")
    old = a_published(code="1.000003")
    actions.retire(old, at=MORNING, decision_no="2/QĐ-UBND", replaced_by=new)
    assert told(related=["1.000001", "1.000003"], chained=["1.999999"]) == [
        "Thủ tục liên quan: 1.000003 đã bãi bỏ, được thay bằng 1.000002.",
        "Thủ tục liên thông: 1.999999 không có trong danh mục.",
    ]


@pytest.mark.django_db
def test_a_sector_nobody_else_has_may_be_a_slip_of_the_pen():
    a_published()
    assert told() == []
    assert told(sector="Hộ tich") == [
        "Lĩnh vực: “Hộ tich” chưa có trong danh mục; hãy xem lại chính tả."
    ]


@pytest.mark.django_db
def test_the_editor_reads_it_where_the_code_stands_and_at_the_draft(client, cuc):
    a_published(code="1.000001")
    draft = a_new_draft(cuc, code="1.000002", related=["7.777777"])
    client.force_login(cuc)
    for name, query in (("editor-content", "?phan=lien-quan"), ("editor-draft", "")):
        page = client.get(reverse(name, args=[draft.pk]) + query).content.decode()
        assert "7.777777 không có trong danh mục." in page
    page = client.get(reverse("editor-content", args=[draft.pk])).content.decode()
    assert '<option value="Hộ tịch">' in page


def test_a_paper_of_no_copies_and_a_way_without_fees_are_asked_about():
    record = normal(a_record())[0]
    paper = record["cases"][0]["requirements"][0]
    paper |= {"original": 0, "copies": 0, "online": "upload"}
    record["channels"][1]["fees"] = []
    found = [str(problem) for problem in advice_of(record)]
    assert "Trường hợp 1: 1 giấy tờ chưa ghi số bản chính, bản sao." in found
    fees = "Cách thức thực hiện 2: chưa có khoản phí nào, công dân sẽ đọc là không thu."
    assert fees in found


def test_differences_speak_an_editors_words():
    found = differences(RECORD.empty(), normal(a_record())[0])
    words = {change.place: (change.before, change.after) for change in found}
    assert words["Mức độ"] == ("", "Mức độ 4")
    assert words["Loại cơ quan tiếp nhận"] == ("", "Ủy ban nhân dân xã, phường")
