"""The sheet of a batch: its template, and what is read from one that was filled in."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from dossiers import actions, sheets
from dossiers.models import FiledFor, RowState
from procedures import eforms
from procedures.eforms import places
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.batch_pages import ANH, WRONG, a_sheet, template_of, upload

NOW = factories.MORNING


def test_the_template_asks_the_leaf_questions_in_vietnamese_with_hidden_names(pattern):
    page = template_of(pattern)[sheets.PAGE]
    assert [cell.value for cell in page[1]] == [
        "Tên gợi nhớ", "Họ tên con *", "Ngày sinh *", "Ghi chú",
    ]  # fmt: skip
    assert [cell.value for cell in page[2]][1:] == ["ho_ten_con", "ngay_sinh", "ghi_chu"]
    assert page.row_dimensions[2].hidden
    assert page["C7"].number_format == "@"


def test_filing_for_others_asks_whom_each_row_is_about(pattern, binh):
    actions.file_for(pattern, whom=FiledFor.OTHER, by=binh, at=NOW)
    pattern.refresh_from_db()
    labels = [cell.value for cell in template_of(pattern)[sheets.PAGE][1]]
    assert labels[1:4] == [
        "Chủ hồ sơ – Họ và tên *",
        "Chủ hồ sơ – Số định danh cá nhân *",
        "Chủ hồ sơ – Số điện thoại",
    ]


def test_tables_have_no_column_and_the_sheet_says_so(pattern):
    table = {"key": "con", "type": "table", "label": "Danh sách con", "columns": [
        {"key": "ten", "type": "text", "label": "Tên"}]}  # fmt: skip
    asked = factories.SMALL_EFORM["sections"][0]["fields"]
    section = {"key": "a", "title": "A", "fields": [table, *asked]}
    definition = {**factories.SMALL_EFORM, "sections": [section]}
    pattern.version.eform = definition
    assert [column.name for column in sheets.columns(pattern)] == [
        "ho_ten_con", "ngay_sinh", "ghi_chu",
    ]  # fmt: skip
    assert "(Danh sách con) không có cột" in " ".join(sheets.guidance(pattern))


def test_right_rows_are_read_and_a_wrong_cell_is_named(browser, pattern, batch):
    answer = upload(browser, pattern, ANH, WRONG)
    first, second = batch.rows.all()
    assert first.answers == {"ho_ten_con": "Nguyễn Thị Ánh", "ngay_sinh": "2026-02-20"}
    assert (first.state, first.problems) == (RowState.READY, [])
    assert second.state == RowState.WRONG
    label, sentence, typed = second.problems[0]
    assert (label, typed) == ("Ngày sinh", "31/02/2026")
    assert "phải là một ngày có thật" in sentence
    text = pages.text_of(answer)
    assert "Đã đọc 2 dòng" in text and "Trong bảng: “31/02/2026”" in text


def test_a_name_in_nfd_is_stored_in_nfc(browser, pattern, batch):
    import unicodedata

    upload(browser, pattern, ["", unicodedata.normalize("NFD", "Nguyễn Thị Ánh"), "20/02/2026"])
    assert batch.rows.get().answers["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_a_formula_and_a_huge_cell_are_refused_with_their_row(browser, pattern, batch):
    upload(browser, pattern, ["", "=1+1", "20/02/2026"], ["", "x" * 7000, "20/02/2026"])
    first, second = batch.rows.all()
    assert first.problems == [
        ["Họ tên con", "Ô có công thức. Hãy sao chép rồi dán lại dạng giá trị.", "=1+1"]
    ]
    assert "dài quá 6000 ký tự" in second.problems[0][1]


def test_an_old_template_is_told(browser, pattern, batch):
    def older(book):
        book[sheets.PAGE]["A2"] = "mau-0000"

    text = pages.text_of(upload(browser, pattern, ANH, change=older))
    assert "theo mẫu cũ hoặc mẫu của thủ tục khác" in text
    assert not batch.rows.exists()


def test_columns_may_stand_in_another_order(browser, pattern, batch):
    def turned(book):
        page = book[sheets.PAGE]
        for row in (1, 2, 3):
            page.cell(row, 2).value, page.cell(row, 3).value = (
                page.cell(row, 3).value, page.cell(row, 2).value,
            )  # fmt: skip

    upload(browser, pattern, ANH, change=turned)
    assert batch.rows.get().answers["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_more_than_two_hundred_rows_are_refused(browser, pattern, batch):
    rows = [["", f"Nguyễn Văn {i}", "20/02/2026"] for i in range(201)]
    assert "hơn 200 dòng" in pages.text_of(upload(browser, pattern, *rows))
    assert not batch.rows.exists()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"%PDF-1.4"])
def test_what_is_no_workbook_is_refused_with_a_sentence(browser, pattern, batch, content):
    sheet = SimpleUploadedFile("a.xlsx", content)
    answer = browser.post(pages.url("batch", pattern), {"bang": sheet})
    assert answer.status_code == 200
    assert re.search("Tệp trống|không phải bảng tính", pages.text_of(answer))


def test_xml_that_unfolds_is_not_read(browser, pattern, batch):
    """Billion laughs: defusedxml refuses entities."""
    sheet, packed = a_sheet(pattern, ANH), io.BytesIO()
    with zipfile.ZipFile(sheet) as before, zipfile.ZipFile(packed, "w") as after:
        for part in before.namelist():
            content = before.read(part)
            if part == "xl/worksheets/sheet1.xml":
                evil = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
                head, _, rest = content.partition(b"<worksheet")
                content = head + evil + b"<worksheet" + rest
            after.writestr(part, content)
    evil_sheet = SimpleUploadedFile("a.xlsx", packed.getvalue())
    answer = browser.post(pages.url("batch", pattern), {"bang": evil_sheet})
    assert "Không đọc được bảng tính" in pages.text_of(answer)


def test_cells_are_understood_as_people_write_them():
    definition = {"title": "T", "form_no": "", "source": "", "sections": [
        {"key": "a", "title": "A", "fields": [
            {"key": "so", "type": "citizen_id", "label": "Số"},
            {"key": "co", "type": "yes_no", "label": "Có"},
            {"key": "loai", "type": "choice", "label": "Loại",
             "options": [{"value": "m", "label": "Mới"}, {"value": "c", "label": "Cũ"}]},
            {"key": "nhieu", "type": "checks", "label": "Nhiều",
             "options": [{"value": "x", "label": "Xe"}, {"value": "t", "label": "Thuyền"}]},
        ]}]}  # fmt: skip
    nodes = eforms.parse(definition).nodes
    read = {
        key: sheets._raw(nodes[key], value, {}, key)
        for key, value in {
            "so": 20090000123,
            "co": "có",
            "loai": "MỚI",
            "nhieu": "xe; Thuyền",
        }.items()
    }
    assert read == {"so": "020090000123", "co": "true", "loai": "m", "nhieu": ["x", "t"]}


def test_places_are_found_by_name(db):
    factories.a_ward()
    assert sheets._place(places.provinces(), "lạng sơn") == "20"
    assert sheets._place(places.wards("20"), "Xã Đồng Đăng") == "06184"
    assert sheets._place(places.wards("20"), "Xã Không Có") == "Xã Không Có"
