"""Citizens' longer stories: a dossier asked about, mended in two sittings and taken back; a firm's
many dossiers by one sheet; a mother's dossier filed by her son."""

import io
import re
from datetime import date, timedelta
from urllib.parse import urlsplit

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.browser import PHONE
from tests.journeys.pages import CODE, BirthFiling, move, sign_in
from tests.journeys.ways import Line, at_the_desk, forgive, receipt_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOA = "hoa@example.vn"
PAPER, HOME_TOWN = "Giấy chứng sinh", "Quê quán"
NEW_TOWN = "Khu Nam Quan, xã Đồng Đăng, tỉnh Lạng Sơn"


def open_sample(binh):
    """The birth registration of the demo that nobody has looked at yet: the oldest of its kind."""
    sign_in(binh, things.BINH)
    binh.goto("/ho-so/")
    rows = binh.page.get_by_role("row", name=re.compile("Đăng ký khai sinh.*Mới đăng ký"))
    rows.last.get_by_role("link").first.click()
    binh.look()
    return CODE.search(binh.main_text())[0]


def ask_for_a_paper_and_an_answer(lan):
    move(lan, "Yêu cầu bổ sung")
    for what, why in ((PAPER, "Ảnh mờ, chụp lại."), (HOME_TOWN, "Ghi cả tên thôn, khu.")):
        item = lan.page.locator(".ask-item", has_text=what).first
        item.get_by_role("checkbox").check()
        item.get_by_label("Cần bổ sung gì").fill(why)
    lan.fill("Lý do chung", "Hồ sơ còn hai chỗ cần xem lại.")
    lan.press("Gửi yêu cầu bổ sung")
    lan.sees("Đang chờ công dân bổ sung")


def read_the_notice(binh):
    """The notice leads to the dossier, which says whose turn it is, until when, and how that
    day was found."""
    binh.goto("/hop-thu/")
    binh.press(re.compile("bổ sung"))
    binh.sees("Việc tiếp theo là của bạn: gửi phần bổ sung")
    binh.follow("Ngày này được tính thế nào?")
    binh.sees("Giờ làm việc của cơ quan")
    binh.follow("Quay lại hồ sơ")


def ask_the_office(binh, lan):
    binh.follow(re.compile("Nhắn tin với cơ quan"))
    binh.fill("Tin nhắn", "Ảnh chụp bằng điện thoại có được không?")
    binh.press("Gửi tin nhắn")
    lan.page.reload()
    lan.follow("Tin nhắn với người nộp (1 tin mới)")
    lan.fill("Tin nhắn", "Được, chụp đủ bốn góc.")
    lan.press("Gửi tin nhắn")
    binh.page.reload()
    binh.sees("Được, chụp đủ bốn góc.")
    binh.follow("Quay lại hồ sơ")


def answer_in_two_sittings(binh):
    """The paper today, the answer another day; the office sees nothing in between."""
    binh.follow("Xem và bổ sung ngay")
    binh.sees("Đã khai: Xã Đồng Đăng, tỉnh Lạng Sơn")
    binh.page.get_by_label(re.compile("^Chọn tệp mới")).set_input_files(things.photo("Bản rõ"))
    binh.press("Lưu, chưa gửi", exact=True)
    binh.sees("Cơ quan chưa thấy gì")
    address = binh.page.url.removeprefix(binh.portal.url)
    binh.goto("/ho-so/")
    binh.goto(address)
    binh.sees("cơ quan chưa thấy")
    binh.reload_until("Đạt")
    binh.sees("Bản đã gửi:")
    binh.fill(HOME_TOWN, NEW_TOWN)
    binh.press("Gửi bổ sung")
    binh.sees("Đã gửi phần bổ sung")


def take_back(binh):
    binh.follow("Xin rút hồ sơ")
    binh.press("Gửi yêu cầu rút hồ sơ")
    binh.sees("Hãy ghi lý do rút hồ sơ.")
    binh.fill("Lý do rút hồ sơ", "Gia đình nộp ở nơi khác.")
    binh.press("Gửi yêu cầu rút hồ sơ")
    binh.sees("trả lời yêu cầu rút hồ sơ")


def test_what_was_asked_is_answered_in_two_sittings_and_the_dossier_taken_back(visit):
    binh, lan, hung = visit(size=PHONE, scripts=False), visit(), visit()
    code = open_sample(binh)
    binh.sees("Bộ phận một cửa")
    at_the_desk(lan, things.LAN, code)
    ask_for_a_paper_and_an_answer(lan)
    read_the_notice(binh)
    ask_the_office(binh, lan)
    answer_in_two_sittings(binh)

    at_the_desk(lan, things.LAN, code)
    lan.sees("Công dân đã gửi bổ sung")
    lan.sees(NEW_TOWN)

    take_back(binh)
    at_the_desk(hung, things.HUNG, code)
    move(hung, "Đồng ý rút hồ sơ")
    hung.sees("Gia đình nộp ở nơi khác.")
    hung.press("Đồng ý rút")
    binh.page.reload()
    binh.look()
    binh.sees("Hồ sơ đã được rút theo yêu cầu của bạn")


# --- a firm and its many dossiers ---------------------------------------------------------------

FIRM, TAX_CODE = "Hợp tác xã vận tải Nam Quan", "0100233488"
VEHICLES = "/ho-so/nop/2.002288/"
LETTERS = ("Giấy đề nghị", "Chứng nhận đăng ký")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PERSON = "nguoi_nop-"
SAID = {
    f"{PERSON}full_name": "Nguyễn Văn Bình",
    f"{PERSON}citizen_id": "020090000123",
    f"{PERSON}phone": "0912345678",
    f"{PERSON}residence-province": "Lạng Sơn",
    f"{PERSON}residence-ward": "Đồng Đăng",
    f"{PERSON}residence-detail": "Số 5, khu Nam Quan",
}


def found_and_invite(hoa):
    sign_in(hoa, HOA)
    hoa.goto("/tai-khoan/to-chuc/moi/")
    hoa.fill("Mã số thuế", TAX_CODE)
    hoa.fill("Tên tổ chức, hộ kinh doanh", FIRM)
    hoa.fill("Địa chỉ trụ sở", "Số 5, khu Nam Quan, xã Đồng Đăng")
    hoa.fill("Số điện thoại", "0912 345 678")
    hoa.press("Thêm tổ chức")
    hoa.fill("Thư điện tử hoặc số điện thoại", things.BINH)
    hoa.press("Gửi lời mời")
    hoa.sees("Lời mời chưa trả lời")


def accept_invitation(binh):
    sign_in(binh, things.BINH)
    binh.goto("/tai-khoan/to-chuc/")
    binh.sees(f"Lời mời tham gia {FIRM}")
    binh.press("Đồng ý tham gia")


def begin_many(binh):
    """A pattern with the papers all dossiers share; the address of its page."""
    binh.goto(VEHICLES)
    binh.page.get_by_label(f"Cho {FIRM}").check()
    binh.page.get_by_label(re.compile("^Đến lấy")).check()
    binh.press("Nộp nhiều hồ sơ cùng thủ tục")
    binh.press("Bắt đầu nộp nhiều hồ sơ")
    address = binh.page.url.removeprefix(binh.portal.url)
    binh.follow(re.compile("^Thiếu giấy tờ"))
    for name in LETTERS:
        binh.page.get_by_label(re.compile(f"^Chọn tệp cho {name}")).set_input_files(things.pdf())
    binh.press("Lưu và về trang kiểm tra")
    return address


def filled(template, *wishes):
    """The template with a vehicle in each row."""
    book = openpyxl.load_workbook(io.BytesIO(template))
    page = book["Hồ sơ"]
    columns = {cell.value: cell.column for cell in page[2]}
    for number, wish in enumerate(wishes, 3):
        page.cell(number, 1).value = f"Xe thứ {number - 2}"
        for name, value in (SAID | {"de_nghi": wish}).items():
            page.cell(number, columns[name]).value = value
    file = io.BytesIO()
    book.save(file)
    return {"name": "phu-hieu.xlsx", "mimeType": XLSX, "buffer": file.getvalue()}


def send_sheet(binh, sheet):
    binh.page.get_by_label("Bảng tính đã điền").set_input_files(sheet)
    binh.press("Tải lên và kiểm tra")


def test_a_firm_files_for_three_vehicles_by_one_sheet(visit):
    hoa, binh, lan = visit(scripts=False), visit(scripts=False), visit(scripts=False)
    found_and_invite(hoa)
    accept_invitation(binh)
    address = begin_many(binh)
    binh.goto(address)
    template = binh.download("Tải bảng tính mẫu")
    wishes = [f"Cấp phù hiệu cho xe 12A-123.4{number}." for number in range(3)]
    send_sheet(binh, filled(template, wishes[0], "", wishes[2]))
    wrong = binh.page.get_by_role("row", name="Xe thứ 2")
    assert "Hãy nhập “Nội dung đề nghị giải quyết”" in wrong.inner_text()
    binh.sees("3 dòng, 1 cần sửa, 2 đủ để nộp")
    send_sheet(binh, filled(template, *wishes))
    binh.sees("3 dòng, 3 đủ để nộp")
    binh.page.get_by_label(re.compile("^Tôi cam đoan")).check()
    binh.press("Nộp 3 hồ sơ")
    binh.reload_until("3 đã nộp")
    codes = CODE.findall(binh.main_text())
    assert len(set(codes)) == 3

    hoa.goto("/ho-so/")
    assert set(codes) <= set(CODE.findall(hoa.main_text()))
    sign_in(lan, things.LAN, at="/mot-cua/")
    lan.goto("/ho-so/")
    assert not set(codes) & set(CODE.findall(lan.main_text()))
    assert lan.context.request.get(lan.portal.url + address).status == 404


# --- for one's mother -----------------------------------------------------------------------------

COPIES = "/ho-so/nop/2.000908/"
MOTHER = "Hoàng Thị Lụa"
WISH = "Xin hai bản sao bằng tốt nghiệp."
AUTHORITY, GIVEN = "uy-quyen.pdf", ["mat-truoc.pdf"]


# The general declaration with a question answered by a file, which no demo form has.
ASK = """
import copy
from procedures.general_form import GENERAL
from procedures.models import ProcedureVersion
form = copy.deepcopy(GENERAL)
question = {"key": "ban_chup", "type": "file", "label": "Bản chụp văn bằng", "max_files": 2}
form["sections"][1]["fields"].append(question)
ProcedureVersion.objects.filter(procedure__code="2.000908").update(eform=form)
"""


def begin_for_mother(binh, give):
    """Her name and number, and by what right he files for her."""
    binh.goto(COPIES)
    binh.page.get_by_label(re.compile("Đồng Đăng")).first.check()
    binh.page.get_by_label("Người được cấp bản chính", exact=True).check()
    binh.page.get_by_label("Cho người khác", exact=True).check()
    binh.page.get_by_label(re.compile("^Đến lấy")).check()
    binh.press(re.compile("Bắt đầu"))
    binh.fill("Họ và tên", MOTHER)
    binh.fill("Số định danh cá nhân", "020166000345")
    binh.fill("Số điện thoại", "0912345678")
    binh.fill("Địa chỉ liên hệ", "Số 5, khu Nam Quan, xã Đồng Đăng")
    choose = BirthFiling(binh).choose
    choose("Tư cách của bạn", "Người được ủy quyền")
    day = date.today() - timedelta(days=3)
    binh.fill("Giấy ủy quyền có hiệu lực từ ngày", day.isoformat())
    binh.fill("Có hiệu lực đến hết ngày", (day + timedelta(days=90)).isoformat())
    give(binh)
    binh.press("Lưu và tiếp tục")


def files_at(page, name):
    return page.locator("[data-slot]", has_text=name).locator("[data-file]")


def over_a_bad_line(binh):
    """The line is cut while her authority goes up and the page loaded again: the file goes on where
    it stopped, and the words are there."""
    page = binh.page
    line = Line(page)
    line.left = 1
    paper = things.heavy(3, AUTHORITY)
    page.get_by_label(re.compile("^Chọn tệp cho Giấy ủy quyền")).set_input_files(paper)
    expect(page.locator(".file--sending")).to_contain_text("Mất kết nối", timeout=60_000)
    expect(page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    line.left = None
    expect(files_at(page, "Giấy ủy quyền")).to_have_count(1, timeout=60_000)
    assert line.offsets == sorted(set(line.offsets)), line.offsets
    assert page.get_by_label("Họ và tên").input_value() == MOTHER
    forgive(binh)


def from_the_store(binh):
    """The same authority, given once before."""
    binh.press("Lưu nháp")
    binh.page.get_by_text("Lấy từ kho giấy tờ của tôi (1)").click()
    binh.page.get_by_role("button", name=f"Dùng lại {AUTHORITY}").click()
    expect(files_at(binh.page, "Giấy ủy quyền")).to_contain_text("lấy từ kho")


def declare(binh):
    binh.fill("Họ, chữ đệm, tên", MOTHER)
    binh.fill("Số định danh cá nhân", "020166000345")
    binh.fill("Số điện thoại", "0912345678")
    BirthFiling(binh).address("Nơi cư trú", "Xã Đồng Đăng", "Số 5, khu Nam Quan")
    binh.fill("Nội dung đề nghị giải quyết", WISH)
    page, place = binh.page, "Bản chụp văn bằng"
    page.get_by_label(re.compile(f"^Chọn tệp cho {place}")).set_input_files(
        [things.pdf("mat-truoc.pdf"), things.photo()]
    )
    expect(files_at(page, place)).to_have_count(2)
    page.get_by_role("button", name="Gỡ giay-chung-sinh.jpg").click()
    expect(files_at(page, place)).to_have_count(1)
    binh.press("Lưu và tiếp tục")


def submit(binh, code=""):
    """From the papers, of which none is needed, to the receipt; `code`: of the dossier that says
    the same, which is asked about."""
    binh.press("Lưu và tiếp tục")
    for shown in (MOTHER, "Người được ủy quyền", WISH, AUTHORITY, *(() if code else GIVEN)):
        binh.sees(shown)
    binh.page.get_by_label(re.compile("^Tôi cam đoan lời khai")).check()
    if code:
        binh.sees(f"Hồ sơ {code} nộp")
        binh.press("Nộp hồ sơ", exact=True)
        binh.page.get_by_label("Tôi đã xem và vẫn nộp hồ sơ mới.").check()
    binh.press("Nộp hồ sơ", exact=True)
    return receipt_of(binh)[0]


def on_the_telephone(binh, phone):
    """The address behind the QR leads there to the same step of the same draft."""
    binh.follow("Làm tiếp trên máy khác")
    address = urlsplit(binh.page.locator(".handover-link").inner_text()).path
    sign_in(phone, things.BINH)
    phone.goto(address)


def is_for_paper(binh):
    """Printed, a receipt has its codes and nothing to press."""
    page = binh.page
    page.emulate_media(media="print")
    for code in page.locator(".code--big").all():
        expect(code).to_be_visible()
    for role in ("navigation", "button", "banner"):
        for one in page.get_by_role(role).all():
            expect(one).to_be_hidden()


def test_a_son_files_for_his_mother_and_again_from_his_telephone(visit, portal):
    portal.shell(ASK)
    binh, phone = visit(), visit(size=PHONE)
    sign_in(binh, things.BINH)
    begin_for_mother(binh, over_a_bad_line)
    declare(binh)
    first = submit(binh)
    is_for_paper(binh)
    binh.page.emulate_media(media="screen")

    begin_for_mother(binh, from_the_store)
    on_the_telephone(binh, phone)
    phone.press(f"Dùng thông tin từ hồ sơ {first}")
    phone.sees(f"câu từ hồ sơ {first}")
    phone.press("Lưu và tiếp tục")
    second = submit(phone, first)
    assert second != first
