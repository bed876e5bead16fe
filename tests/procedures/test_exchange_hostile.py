"""Files somebody made to hurt: refused or harmless, with the row and the reason."""

import io
import json
import resource
import time
import zipfile

import openpyxl
import pytest

from procedures.exchange import jsonlines, sheets
from procedures.exchange.rows import FileRefused
from procedures.models import Procedure
from tests.procedures import imports
from tests.procedures.imports import a_line, lines, read, reasons
from tests.procedures.records import a_record
from tests.procedures.test_exchange_formats import a_template, saved

pytestmark = pytest.mark.django_db
GOOD = a_line(code="9.999999", name="Thủ tục lành")


def an_own(**changes):
    return {"record": {**a_record(), **changes}, "eform": None}


def refused(content, **options):
    """The one reason, and that the good line beside it was read."""
    run = read(content + lines(GOOD if options.get("dataset", True) else an_own(code="9.999999")))
    assert run.counts == {"rejected": 1, "new": 1}
    return reasons(run)[0]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"code": ', "1: không phải JSON (cột"),
        (b'{"code": "\xff"}', "1: không phải UTF-8 (byte thứ 11)."),
        (b'{"code": "1", "code": "2"}', "1: ô “code” ghi hai lần trong một mục."),
        (b'{"code": NaN}', "1: số không hợp lệ."),
        (b'{"code": 1' + b"0" * 5000 + b"}", "1: số không hợp lệ."),
        (b"[" * 100_000, "1: JSON lồng nhau quá sâu."),
        (b'{"a": "\x00"}', "1: không phải JSON"),
        (b'"chi la chu"', "1: phải là một mục có tên các ô."),
        (b'{"field": 1, "executing_agencies": 2, "levels": 3}', "1: nội dung không đúng dạng"),
    ],
)
def test_a_broken_line_stops_nothing_else(line, reason):
    assert refused(line + b"\n").startswith(reason)


def test_fifty_thousand_fields_are_refused_unread():
    assert "có 50000 ô trong một mục" in refused(lines({f"o{i}": i for i in range(50_000)}))


def test_ten_megabytes_in_one_field_are_refused_by_size():
    assert refused(lines(a_line(conditions="x" * 10_000_000))) == "1: dòng dài quá 8 MB."


def test_a_text_beyond_its_limit_names_its_place():
    found = refused(lines(a_line(conditions="x" * 5_000_000)))
    assert found == "1: Yêu cầu, điều kiện thực hiện: dài quá 60000 ký tự."


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x", "http:/\\x"])
def test_addresses_that_run_are_refused(url):
    found = refused(lines(a_line(source={"url": url})))
    assert found == "1: Nguồn: phải là địa chỉ bắt đầu bằng https:// hoặc http://."


def test_duplicate_keys_of_papers_are_refused():
    cases = a_record()["cases"]
    cases[0]["requirements"] *= 2
    found = refused(lines(an_own(cases=cases)), dataset=False)
    assert "khóa “giay-chung-sinh” lặp lại" in found


def an_eform(*fields):
    return {"title": "T", "form_no": "", "source": "",
            "sections": [{"key": "a", "title": "A", "fields": list(fields)}]}  # fmt: skip


def test_cyclic_conditions_are_refused():
    one, two = (
        {"key": key, "type": "text", "label": key, "show_if": {"field": other, "equals": "x"}}
        for key, other in (("mot", "hai"), ("hai", "mot"))
    )
    line = an_own() | {"eform": an_eform(one, two)}
    assert "Biểu mẫu điện tử" in refused(lines(line), dataset=False)


def test_a_form_of_fifty_thousand_fields_is_refused_soon():
    fields = [{"key": f"o{i}", "type": "text", "label": "x"} for i in range(50_000)]
    line = an_own() | {"eform": an_eform(*fields)}
    began = time.process_time()
    assert "Biểu mẫu điện tử" in refused(lines(line), dataset=False)
    assert time.process_time() - began < 20


def test_scripts_are_text(client):
    imports.publish(lines(a_line(code="9.000001", name="<script>alert(1)</script> Cấp phép")))
    page = client.get("/thu-tuc/9.000001/").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_control_characters_are_taken_out():
    imports.publish(lines(a_line(name="Cấp\x00 \x1bphép\u200b")))
    assert "\x00" not in Procedure.objects.get().name


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-32"])
def test_other_encodings_are_refused_as_a_whole(coding):
    run = read(json.dumps(GOOD).encode(coding))
    assert run.state == "failed" and "UTF-8" in run.error


@pytest.mark.parametrize("content", [b"\n\n", b"xin chao", b"%PDF-1.4", b"{}", b"[1, 2]"])
def test_what_is_no_catalogue_is_refused_as_a_whole(content):
    assert read(content).state == "failed"


# --- workbooks ------------------------------------------------------------------------------------


def a_book(**cells):
    book = a_template()
    page = book["Thủ tục"]
    labels = [cell.value for cell in page[1]]
    page.append([{"Mã thủ tục": "1.000009", **cells}.get(label) for label in labels])
    return book


def the_row(book):
    (row,) = imports.rows(saved(book))
    return row


def test_formulas_are_not_computed_but_refused():
    row = the_row(a_book(**{"Tên thủ tục": '=HYPERLINK("http://x","y")'}))
    place = "Trang “Thủ tục”, dòng 4, cột “Tên thủ tục”"
    assert row.content.problems == [f"{place}: ô có công thức; hãy dán giá trị."]


def repacked(content, **parts):
    """The workbook with members replaced; names with __ for /."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return out.getvalue()


def refusal(content):
    with pytest.raises(FileRefused) as caught, sheets.opened(io.BytesIO(content)):
        pass
    return str(caught.value)


def test_a_zip_bomb_is_refused_unpacked():
    bomb = repacked(saved(a_book()), **{"xl/media/a.xml": b"\0" * 150_000_000})
    assert len(bomb) < 500_000
    assert refusal(bomb) == "Bảng tính nở ra quá lớn khi mở."


def test_many_small_parts_are_refused():
    parts = {f"xl/a{i}.xml": b"" for i in range(600)}
    assert "quá lớn" in refusal(repacked(saved(a_book()), **parts))


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/
2006/main"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData>
</worksheet>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData></worksheet>"""


SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/bomb.xml", "xl/workbook.xml"])
@pytest.mark.parametrize("xml", [LAUGHS, OUTSIDE])
def test_entities_are_never_expanded(part, xml):
    book = saved(a_book())
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        types = packed.read("[Content_Types].xml").decode()
    override = f'<Override PartName="/xl/bomb.xml" ContentType="{SHARED}"/></Types>'
    parts = {"[Content_Types].xml": types.replace("</Types>", override), part: xml}
    assert "Không đọc được bảng tính" in refusal(repacked(book, **parts))


def a_sheet(rows, dimension="A1:B2"):
    return (
        '<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
        f'2006/main"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData></worksheet>'
    ).encode()


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>Mã thủ tục</t></is></c></row>'
ROW = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>1.000009</t></is></c></row>'


def with_sheet(xml):
    return repacked(saved(a_book()), **{"xl/worksheets/sheet1.xml": xml})


def test_a_claimed_million_rows_costs_nothing():
    content = with_sheet(a_sheet(HEADER + ROW.format(2), "A1:XFD1048576"))
    began = time.process_time()
    assert [row.code for row in imports.rows(content)] == ["1.000009"]
    assert time.process_time() - began < 5


def test_a_row_far_below_ends_the_sheet():
    content = with_sheet(a_sheet(HEADER + ROW.format(2) + ROW.format(1_000_000)))
    assert refusal(content) == "Trang “Thủ tục” có quá nhiều dòng."


def test_a_cell_of_ten_megabytes_is_one_refused_row():
    text = "x" * 10_000_000
    header = HEADER.replace(
        "</row>", '<c r="B1" t="inlineStr"><is><t>Tên thủ tục</t></is></c></row>'
    )
    cell = f'<c r="B2" t="inlineStr"><is><t>{text}</t></is></c></row>'
    run = read(with_sheet(a_sheet(header + ROW.format(2).replace("</row>", cell))), "a.xlsx")
    assert "2: Tên thủ tục: dài quá 8000 ký tự." in reasons(run)[0]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04 hong", "Tệp không phải bảng tính XLSX."),
        (repacked(b"PK\x05\x06" + b"\0" * 18, **{"a.txt": b"x"}), "Tệp không phải bảng tính XLSX."),
    ],
)
def test_zips_that_are_no_workbook(content, sentence):
    assert refusal(content) == sentence


def test_macros_are_refused():
    assert "macro" in refusal(repacked(saved(a_book()), **{"xl/vbaProject.bin": b"x"}))


def test_a_book_without_our_sheet_is_refused():
    assert refusal(saved(openpyxl.Workbook())) == "Bảng tính không có trang “Thủ tục”."


def test_a_strange_column_is_refused_by_name():
    book = a_book()
    book["Thủ tục"]["AZ1"] = "Cột lạ"
    book["Thủ tục"]["AF1"] = "Cột lạ"
    assert refusal(saved(book)) == "Trang “Thủ tục” có cột lạ hoặc lặp lại: “Cột lạ”."


def test_papers_of_no_procedure_are_told():
    book = a_book()
    book["Căn cứ"].append(["1.777777", "1/2020", "Luật"])
    orphan = imports.rows(saved(book))[-1]
    assert "mã 1.777777 ở trang “Căn cứ” (dòng 4)" in orphan.problem


def test_reading_holds_one_line_in_memory():
    """200 lines of 400 kB: less than a tenth of the file stays."""
    line = lines(a_line(conditions="đ" * 200_000))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in jsonlines.values(io.BytesIO(line * 200)):
        pass
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 8 * len(line) // 1024 + 4096
    )
