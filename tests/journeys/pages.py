"""The ways through the portal's pages, by what they show; the rest is in the journeys."""

import re
from datetime import date, timedelta

from tests.journeys import things

CODE = re.compile(r"\d{3}\.\d\d\.\d\d\.H37-\d{6}-\d{4}")


# Cookies of who has signed in to a portal: a password is tried ten times in a quarter of an hour
# at most (accounts.throttles), and the journeys' people come more often than that.
_signed_in = {}


def sign_in(visitor, email, at="/tai-khoan/dang-nhap/"):
    """By the form the first time; later visits of the same person bring their session along."""
    key = (visitor.portal.url, email)
    if known := _signed_in.get(key):
        visitor.context.add_cookies(known)
    visitor.goto(at)
    if visitor.page.get_by_label("Mật khẩu").count() == 0:
        return
    type_password(visitor, email)
    _signed_in[key] = visitor.context.cookies()


def type_password(visitor, email):
    visitor.fill("Thư điện tử hoặc số điện thoại", email)
    visitor.fill("Mật khẩu", things.PASSWORD)
    visitor.press("Đăng nhập")


def find_procedure(visitor, words, name):
    visitor.goto("/")
    visitor.page.get_by_label("Tìm thủ tục hành chính").fill(words)
    visitor.press("Tìm thủ tục")
    visitor.follow(name, exact=True)


def move(visitor, name):
    """One of the buttons of the officer's dossier page; some open only once a worker has looked
    at the papers."""
    moves = visitor.page.get_by_role("region", name="Việc có thể làm")
    link = moves.get_by_role("link", name=name, exact=True)
    for _ in range(60):
        if link.get_attribute("aria-disabled") is None:
            break
        visitor.page.wait_for_timeout(500)
        visitor.page.reload()
    link.click()
    visitor.look()


class BirthFiling:
    """1.001193 filed at Đồng Đăng for a child of ten days, returned by post."""

    CHILD = "Nguyễn Thị Ánh Dương"

    def __init__(self, visitor):
        self.visitor, self.page = visitor, visitor.page
        self.born = date.today() - timedelta(days=10)

    def go_on(self):
        self.visitor.press("Lưu và tiếp tục")

    def choose(self, question, answer):
        group = self.page.get_by_role("group", name=question)
        group.get_by_label(answer, exact=True).check()

    def begin(self):
        self.visitor.follow("Nộp hồ sơ")
        self.page.get_by_label(re.compile("Đồng Đăng")).first.check()
        self.page.get_by_label("Trẻ có Giấy chứng sinh", exact=True).check()
        self.page.get_by_label(re.compile("Bưu điện giao")).check()
        self.visitor.press(re.compile("Bắt đầu"))

    def declare(self):
        """The declaration, a page for a few sections."""
        self.choose("Quan hệ với người được khai sinh", "Cha")
        self.go_on()
        self._child()
        self.choose("Có thông tin về người mẹ?", "Có")
        self.choose("Có thông tin về người cha?", "Có")
        self.go_on()
        self._parent("Người mẹ", "Hoàng Thị Thắm", "người mẹ", "1993-08-20")
        self.go_on()
        self._parent("Người cha", "Nguyễn Văn Bình", "người cha", "1990-05-12")
        self.choose("Cha, mẹ đã đăng ký kết hôn với nhau?", "Có")
        self.visitor.fill("Nơi đăng ký kết hôn", "Ủy ban nhân dân xã Đồng Đăng")
        self.go_on()
        self.choose("Bạn có đề nghị cấp bản sao Giấy khai sinh không?", "Không")
        for box in (
            self.page.get_by_role("group", name="Tôi cam đoan").get_by_role("checkbox").all()
        ):
            box.check()
        self.go_on()

    def _child(self):
        self.visitor.fill("Họ, chữ đệm, tên", self.CHILD)
        self.visitor.fill("Ngày, tháng, năm sinh", self.born.isoformat())
        self.visitor.fill("Ngày sinh ghi bằng chữ", "Ngày mười hai tháng mười một")
        self.choose("Giới tính", "Nữ")
        self.visitor.fill("Dân tộc", "Tày")
        self.visitor.fill("Quốc tịch", "Việt Nam")
        self.choose("Con sinh ở đâu?", re.compile("Tại bệnh viện"))
        self.visitor.fill("Tên cơ sở y tế", "Trung tâm Y tế Cao Lộc")
        self.address("Nơi sinh", "Xã Đồng Đăng", "Khu Nam Quan")
        self.visitor.fill("Quê quán", "Xã Đồng Đăng, tỉnh Lạng Sơn")

    def _parent(self, group, name, whose, born):
        block = self.page.get_by_role("group", name=group, exact=True)
        block.get_by_label("Họ, chữ đệm, tên").fill(name)
        block.get_by_label("Dân tộc").fill("Tày")
        block.get_by_label("Quốc tịch").fill("Việt Nam")
        self.choose(f"Ngày sinh của {whose}", "Biết đủ ngày, tháng, năm")
        self.visitor.fill("Ngày, tháng, năm sinh", born)

    def address(self, question, ward, detail):
        """The wards come when the province is chosen; without scripts, by a button."""
        block = self.page.get_by_role("group", name=re.compile(question))
        block.get_by_label(re.compile("^Tỉnh")).select_option(label="Tỉnh Lạng Sơn")
        if not self.visitor.scripts:
            block.get_by_role("button", name=re.compile("Chọn tỉnh")).click()
            self.visitor.look()
        block.get_by_label(re.compile("^Xã")).select_option(label=ward)
        block.get_by_role("textbox").fill(detail)

    def hand_in_papers(self):
        self.page.get_by_label("Chọn tệp cho Giấy chứng sinh").set_input_files(
            [things.photo(), things.pdf("giay-chung-sinh-mat-sau.pdf")]
        )
