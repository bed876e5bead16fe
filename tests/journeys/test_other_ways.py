"""The side roads: a new account by phone, additions asked and answered, a refusal, and the
public look-up without a mouse."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.browser import PHONE
from tests.journeys.pages import BirthFiling, find_procedure, move, sign_in
from tests.journeys.ways import at_the_desk, receipt_of, submit_in_a_hurry

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAPER = "Tờ khai cấp Giấy xác nhận tình trạng hôn nhân"
NEW_PASSWORD = "cầu vồng sau mưa 27"


def sign_up(visitor):
    """With nothing but a phone number."""
    visitor.goto("/tai-khoan/dang-ky/")
    visitor.fill("Họ và tên", "Lương Thị Xuân")
    visitor.fill("Số điện thoại", "0977 123 459")
    visitor.page.get_by_label("Mật khẩu").first.fill(NEW_PASSWORD)
    visitor.fill("Nhập lại mật khẩu", NEW_PASSWORD)
    visitor.press("Đăng ký")
    visitor.sees("Hồ sơ của tôi")


def file_status_certificate(visitor):
    """1.004873, which has the general declaration; with a paper, returned at the desk."""
    find_procedure(visitor, "tinh trang hon nhan", "Cấp Giấy xác nhận tình trạng hôn nhân")
    filing = BirthFiling(visitor)
    visitor.follow("Nộp hồ sơ")
    visitor.page.get_by_label(re.compile("Đồng Đăng")).first.check()
    visitor.page.get_by_label("Chưa đăng ký kết hôn với ai", exact=True).check()
    visitor.press(re.compile("Bắt đầu"))
    visitor.fill("Số định danh cá nhân", "020195000777")
    visitor.fill("Địa chỉ liên hệ", "Khu Dây Thép, xã Đồng Đăng, tỉnh Lạng Sơn")
    filing.go_on()
    visitor.fill("Số định danh cá nhân", "020195000777")
    filing.address("Nơi cư trú", "Xã Đồng Đăng", "Khu Dây Thép")
    visitor.fill("Nội dung đề nghị giải quyết", "Xin xác nhận để đăng ký kết hôn.")
    filing.go_on()
    visitor.page.get_by_label(f"Chọn tệp cho {PAPER}").set_input_files(things.photo())
    filing.go_on()
    filing.choose("Bạn muốn nhận kết quả bằng cách nào?", re.compile("Đến lấy"))
    filing.go_on()
    submit_in_a_hurry(visitor)
    return receipt_of(visitor)[0]


def ask_for_a_better_photo(lan):
    move(lan, "Yêu cầu bổ sung")
    item = lan.page.locator(".ask-item", has_text=PAPER)
    item.get_by_role("checkbox").check()
    item.get_by_label("Cần bổ sung gì").fill("Ảnh mờ, không đọc được.")
    lan.fill("Lý do chung", "Đề nghị chụp lại cho rõ.")
    lan.press("Gửi yêu cầu bổ sung")
    lan.sees("Đang chờ công dân bổ sung")


def answer(xuan):
    xuan.goto("/ho-so/")
    xuan.follow(re.compile("Cấp Giấy xác nhận tình trạng hôn nhân"))
    xuan.follow("Xem và bổ sung ngay")
    xuan.sees("Ảnh mờ, không đọc được.")
    xuan.fill("Lời nhắn cho cơ quan", "Ảnh chụp lại.")
    xuan.sees("Đã lưu lúc")
    xuan.page.reload()
    xuan.look()
    xuan.sees("cơ quan chưa thấy")
    assert xuan.page.get_by_label("Lời nhắn cho cơ quan").input_value() == "Ảnh chụp lại."
    photos = [things.photo("Bản rõ"), things.photo("Mặt sau")]
    xuan.page.get_by_label("Chọn tệp").set_input_files(photos)
    expect(xuan.page.locator("[data-file]")).to_have_count(2)
    expect(xuan.page.locator("[draggable=true]")).to_have_count(0)  # no order is asked for here
    xuan.press("Gửi bổ sung")


def test_a_new_citizen_adds_what_was_missing_and_is_refused_in_words(visit):
    xuan = visit()
    sign_up(xuan)
    code = file_status_certificate(xuan)

    lan = visit()
    at_the_desk(lan, things.LAN, code)
    ask_for_a_better_photo(lan)
    answer(xuan)

    lan.page.reload()
    lan.reload_until("Công dân đã gửi bổ sung")
    move(lan, "Hoàn thành bổ sung")
    lan.press("Xác nhận đã đủ")
    lan.sees("Mới đăng ký")
    move(lan, "Từ chối tiếp nhận")
    lan.press("Từ chối hồ sơ này")
    lan.sees("Hãy chọn hoặc ghi lý do từ chối.")
    lan.page.get_by_label(re.compile("không thuộc địa bàn")).check()
    lan.press("Từ chối hồ sơ này")

    xuan.goto("/ho-so/")
    xuan.follow(re.compile("Cấp Giấy xác nhận tình trạng hôn nhân"))
    xuan.sees("Không được tiếp nhận")
    xuan.sees("không thuộc địa bàn tiếp nhận")


class Keyboard:
    """Tab, letters, Enter; at every stop the focus must be seen."""

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page

    def tab_to(self, words):
        for _ in range(60):
            self.page.keyboard.press("Tab")
            text, seen = self.page.evaluate(FOCUSED)
            assert seen, f"no visible focus on {text!r}"
            if words in text:
                return
        raise AssertionError(f"no way to {words!r} by keyboard")

    def type(self, words, text):
        self.tab_to(words)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def enter(self, words=""):
        if words:
            self.tab_to(words)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.visitor.look()


FOCUSED = """() => {
    const it = document.activeElement, style = getComputedStyle(it);
    const label = (it.labels && it.labels[0]) ? it.labels[0].innerText : "";
    const box = it.getBoundingClientRect();
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)
        || style.boxShadow !== "none";
    const away = it === document.body;  // the browser's own bars have the focus
    return [label + " " + it.innerText, away || (ring && box.width * box.height > 0)];
}"""


def a_code_of(visitor):
    """Of a dossier about himself: he files for others too, in other journeys."""
    sign_in(visitor, things.BINH)
    rows = visitor.page.get_by_role("row", name=re.compile(r"(khai sinh|tạm trú).*H37-\d{6}"))
    return re.search(r"\S+H37-\d{6}-\d{4}", rows.first.inner_text())[0]


def test_looking_up_a_dossier_without_a_mouse(visit):
    code = a_code_of(visit())
    passer_by = visit(size=PHONE)
    passer_by.goto("/")
    keys = Keyboard(passer_by)
    keys.enter("Tra cứu hồ sơ đã nộp")
    keys.type("Mã hồ sơ", code)
    keys.type("Mã tra cứu", "AAAA2222")
    keys.enter()
    passer_by.sees("Không tìm thấy hồ sơ")
    keys.type("Mã tra cứu", "020090000123")
    keys.enter()
    passer_by.sees("Tiến trình")
    text = passer_by.main_text()
    assert "Nguyễn Văn Bình" not in text and "020090000123" not in text
