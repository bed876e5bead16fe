"""Each slip, drawn from a hand-made context, says what its form asks for (domain.md §2.3)."""

import io
import re
import subprocess

import pikepdf
import pytest
from PIL import Image

from dossiers.models.slip import FORM_NUMBERS
from portal.lib import jobs
from portal.lib.pdf import render_pdf
from tests.lib.slip_context import CODE, slip_number
from tests.lib.slip_forms import HANDS, NEW_FORMS, forms_context
from tests.running import program

OFFICIAL = ["mau01_2018", "mau01_2025", "mau02_2018", "mau02_2025", "mau03_2018", "mau03_2025"]
OFFICIAL += [name for name, *_ in NEW_FORMS]
ALL = [*OFFICIAL, "receipt"]


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


def draw(name, **changes):
    data = forms_context(**{"number": slip_number(name)} | changes)
    return render_pdf(f"slips/{name}.html", data, variant="slip")


@pytest.fixture(scope="module")
def drawn():
    return {name: draw(name) for name in ALL}


def words(data, order="-layout"):
    """The text with single spaces, by lines of the page or ("-raw") cell by cell."""
    command = ["pdftotext", order, "-", "-"]
    out = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", out)


def pages(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        return len(document.pages)


@pytest.mark.parametrize("name", ALL)
def test_an_ordinary_slip_is_one_page(drawn, name):
    assert pages(drawn[name]) == 1


@pytest.mark.parametrize("name", OFFICIAL)
def test_every_form_has_the_official_head(drawn, name):
    text = words(drawn[name], "-raw")
    parts = (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập – Tự do – Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH LẠNG SƠN",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG KỲ LỪA",
        f"Số: {slip_number(name)}",
        "Kỳ Lừa, ngày 21 tháng 11 năm 2026",
        f"Mã hồ sơ: {CODE}",
    )
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        (
            "mau01_2025",
            [
                "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
                "Tiếp nhận hồ sơ của: Nguyễn Thị Ngọc Ánh",
                "Địa chỉ: Số 12, đường Hùng Vương",
                "Số điện thoại: 0912 345 678",
                "1. Thành phần hồ sơ nộp gồm:",
                "2. Số lượng hồ sơ: 01 (bộ)",
                "3. Thời gian giải quyết hồ sơ theo quy định là: 01 ngày làm việc",
                "4. Thời gian nhận hồ sơ: 10 giờ 05 phút, ngày 23/11/2026",
                "5. Thời gian trả kết quả giải quyết hồ sơ: 10 giờ 05 phút, ngày 24/11/2026",
                "6. Đăng ký nhận kết quả tại: Nhận tại nhà qua bưu chính",
                "Vào Sổ theo dõi hồ sơ, Quyển số: 2026 Số thứ tự: 7",
                "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
                "Trần Văn Bình Lê Thị Lan",
                "lập thành 2 bản",
                "Mã tra cứu: K7QX2M4D",
                "75.000",
            ],
        ),
        (
            "mau02_2025",
            [
                "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ",
                "Tiếp nhận hồ sơ/yêu cầu của Ông/Bà: Nguyễn Thị Ngọc Ánh",
                "Yêu cầu Ông/Bà hoàn thiện hồ sơ gồm những nội dung như sau:",
                "Thiếu chữ ký của người cha.",
                "Lý do: Giấy tờ gửi kèm chưa đủ căn cứ",
                "17 giờ 00 phút, ngày 23/12/2026",
                "điện thoại 0205 381 2345",
                "NGƯỜI HƯỚNG DẪN",
            ],
        ),
        (
            "mau03_2025",
            [
                "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ",
                "thông báo không tiếp nhận, giải quyết hồ sơ này với lý do cụ thể như sau:",
                "Giấy tờ gửi kèm chưa đủ căn cứ để đăng ký khai sinh.",
                "Xin thông báo cho Ông/Bà được biết và thực hiện.",
                "NGƯỜI NỘP HỒ SƠ NGƯỜI TIẾP NHẬN HỒ SƠ",
            ],
        ),
        (
            "receipt",
            [
                "BIÊN NHẬN NỘP HỒ SƠ TRỰC TUYẾN",
                "K7QX2M4D",
                "20 giờ 41 phút, ngày 21/11/2026",
                "trước 17 giờ 00 phút, ngày 23/11/2026",
                "https://dichvucong.example.vn/tra-cuu/",
                "không thay Giấy tiếp nhận hồ sơ và hẹn trả kết quả (Mẫu số 01)",
            ],
        ),
    ],
)
def test_a_slip_says_what_its_form_asks_for(drawn, name, parts):
    text = words(drawn[name])
    assert [part for part in parts if part not in text] == []


@pytest.mark.parametrize("number", ["01", "02", "03"])
def test_each_form_set_names_its_circular(drawn, number):
    old, new = (words(drawn[f"mau{number}_{year}"]) for year in ("2018", "2025"))
    assert f"Mẫu số {number} (Thông tư 01/2018/TT-VPCP)" in old
    assert f"Mẫu số {number} (Thông tư 03/2025/TT-VPCP)" in new
    assert "Chữ ký số của Tổ chức" in new and "Chữ ký số của Tổ chức" not in old


@pytest.mark.parametrize(("name", "number", "circular", "parts"), NEW_FORMS)
def test_the_other_forms_say_theirs(drawn, name, number, circular, parts):
    # A narrow cell breaks its lines elsewhere: -raw reads cell by cell.
    texts = words(drawn[name]), words(drawn[name], "-raw")
    assert [part for part in parts if not any(part in text for text in texts)] == []
    if number:
        assert f"Mẫu số {number} ({circular})" in texts[0]
    else:
        assert "Mẫu số" not in texts[0]


def test_pages_give_each_form_the_number_that_is_printed():
    sets = {"2018": FORM_NUMBERS["TT01/2018"], "2025": FORM_NUMBERS["TT03/2025"]}
    for name, number, *_ in NEW_FORMS:
        kind, year = name.split("_")
        assert sets[year].get(kind, "") == number


@pytest.mark.parametrize("name", ALL)
def test_every_slip_is_a5_tagged_and_vietnamese(drawn, name):
    with pikepdf.open(io.BytesIO(drawn[name])) as document:
        width, height = (float(side) * 25.4 / 72 for side in document.pages[0].mediabox[2:])
        assert (round(width), round(height)) == (148, 210)
        assert str(document.Root.Lang) == "vi"
        assert bool(document.Root.MarkInfo.Marked) and "/StructTreeRoot" in document.Root


@pytest.mark.skipif(not program("zbarimg"), reason="zbarimg is not installed")
@pytest.mark.parametrize("name", ["mau04_2018", "mau05_2025", "control_2025", "mau01_2025"])
def test_the_qr_code_can_be_scanned_at_200_dpi(drawn, name, tmp_path):
    (tmp_path / "a.pdf").write_bytes(drawn[name])
    draw_page = ["pdftoppm", "-r", "200", "-gray", "-singlefile", "-png", "a.pdf", "a"]
    subprocess.run(draw_page, cwd=tmp_path, check=True)
    scan = ["zbarimg", "--quiet", "--raw", "a.png"]
    found = subprocess.run(scan, cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert found.strip() == f"https://dichvucong.example.vn/tra-cuu/?ma={CODE}"


def test_a_control_slip_of_forty_steps_tears_no_row():
    rows = [HANDS[1] | {"no": n, "note": f"Bước {n} bắt đầu. Bước {n} hết"} for n in range(1, 41)]
    data = draw("control_2025", rows=rows)
    count = pages(data)
    assert count >= 4
    sheets = [words_of_page(data, number) for number in range(1, count + 1)]
    with_rows = [text for text in sheets if "bắt đầu" in text]  # the last may only be signed
    assert all("TÊN CƠ QUAN" in text for text in with_rows)
    for n in range(1, 41):
        (sheet,) = [text for text in sheets if f"Bước {n} bắt" in text]
        assert f"Bước {n} hết" in sheet


def words_of_page(data, number):
    command = ["pdftotext", "-raw", "-f", str(number), "-l", str(number), "-", "-"]
    out = subprocess.run(command, input=data, capture_output=True, check=True).stdout.decode()
    return re.sub(r"\s+", " ", out)


def test_a_control_slip_made_anew_names_the_one_it_replaces():
    text = words(draw("control_2025", replaces="12/TTPVHCC"))
    assert "Lập lại theo đề nghị, thay phiếu số 12/TTPVHCC" in text


def test_the_receipt_does_not_pass_for_an_acceptance(drawn):
    text = words(drawn["receipt"])
    assert "NGƯỜI TIẾP NHẬN" not in text
    assert "Lê Thị Lan" not in text


def test_what_is_missing_becomes_a_dotted_line(drawn):
    assert "Email: ………" in words(drawn["mau01_2025"])


@pytest.mark.parametrize("name", ALL)
def test_the_qr_code_is_on_the_paper_with_a_name(drawn, name):
    with pikepdf.open(io.BytesIO(drawn[name])) as document:
        pictures = [i for i in document.objects if _is(i, "/Subtype", "/Image")]
        alts = [str(i.Alt) for i in document.objects if _is(i, "/S", "/Figure")]
        assert alts == [f"Mã QR tra cứu hồ sơ {CODE}"]
        assert pikepdf.PdfImage(pictures[0]).as_pil_image().convert("L").getextrema() == (0, 255)


def _is(thing, key, value):
    return isinstance(thing, pikepdf.Dictionary | pikepdf.Stream) and thing.get(key) == value


def test_a_long_list_runs_on_with_its_head_repeated():
    paper = forms_context()["papers"][2]
    data = draw("mau01_2025", papers=[paper | {"no": n} for n in range(1, 41)])
    assert pages(data) == 3
    assert words(data).count("Tên giấy tờ") == 3
    assert "Trang 3/3" in words(data)


def test_long_words_do_not_leave_the_paper(tmp_path):
    long = "Ô" * 120
    owner = {"name": long, "address": long, "phone": "0" * 60, "email": "a" * 90 + "@example.vn"}
    (tmp_path / "a.pdf").write_bytes(draw("mau01_2025", owner=owner, reasons=long))
    command = ["pdftoppm", "-r", "50", "-gray", "-singlefile", "-png", "a.pdf", "a"]
    subprocess.run(command, cwd=tmp_path, check=True)
    with Image.open(tmp_path / "a.png") as page:
        # 6 of its 9 mm on the right
        margin = page.convert("L").crop((page.width - 12, 0, page.width, page.height))
        assert margin.getextrema() == (255, 255)


def test_markup_in_a_name_is_printed_as_it_is():
    text = words(draw("mau03_2025", reasons="<b>thiếu</b> {{ secret }}"))
    assert "<b>thiếu</b> {{ secret }}" in text
