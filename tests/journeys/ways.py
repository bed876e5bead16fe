"""What each person of the main way does, from one page to the next."""

import re

from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.pages import CODE, BirthFiling, find_procedure, move, sign_in


def file_birth(visitor):
    """From the home page to the receipt; the dossier's code and secret."""
    sign_in(visitor, things.BINH)
    find_procedure(visitor, "khai sinh", "Đăng ký khai sinh")
    filing = BirthFiling(visitor)
    filing.begin()
    visitor.sees("Bước 1/5")  # the pages about the parents open with their answers
    filing.declare()
    filing.hand_in_papers()
    filing.go_on()
    for shown in (
        BirthFiling.CHILD,
        "giay-chung-sinh.jpg",
        "Bưu điện giao tận nơi",
        "Số 5, khu Nam Quan, Xã Đồng Đăng",
        "Không thu phí",
    ):
        visitor.sees(shown)
    submit_in_a_hurry(visitor)
    marks = visitor.page.evaluate("Object.keys(sessionStorage).filter(k => k.includes('gui-'))")
    assert marks == []
    return receipt_of(visitor)


def submit_in_a_hurry(visitor):
    visitor.page.get_by_label(re.compile("^Tôi cam đoan lời khai")).check()
    nonetheless = visitor.page.locator("[name=van_nop]")  # another journey filed the same
    if nonetheless.count():
        nonetheless.check()
    visitor.page.get_by_role("button", name="Nộp hồ sơ").dblclick()
    # Not wait_for_url: the second press breaks off what the first one had asked for.
    expect(visitor.page).to_have_url(re.compile("/bien-nhan/$"))
    visitor.look()


def receipt_of(visitor):
    visitor.sees("Đã nộp hồ sơ")
    text = visitor.main_text()
    secret = re.search(r"Mã tra cứu.*?\n+([0-9A-HJKMNP-TV-Z-]{8,9})\n", text)
    return CODE.search(text)[0], secret[1]


def at_the_desk(visitor, email, code):
    """Sign in on the officers' side and open the dossier by its code."""
    sign_in(visitor, email, at="/mot-cua/")
    visitor.page.get_by_role("searchbox").first.fill(code)
    visitor.page.keyboard.press("Enter")
    visitor.page.wait_for_url("**/mot-cua/ho-so/*-*/")
    visitor.look()


def accept(lan, code):
    at_the_desk(lan, things.LAN, code)
    move(lan, "Tiếp nhận")
    lan.sees("nếu tiếp nhận bây giờ")
    lan.press("Tiếp nhận")
    lan.sees("Đã tiếp nhận")


def decide(hung, code):
    at_the_desk(hung, things.HUNG, code)
    move(hung, "Ghi kết quả")
    hung.page.get_by_label("Tệp kết quả đã ký số").set_input_files(things.pdf())
    hung.fill("Số, ký hiệu", "15/2026")
    hung.fill("Người ký", "Lý Văn Hùng")
    hung.press("Ghi kết quả")
    hung.sees("Đã xử lý xong")


def post(mai, code):
    """The order reached the carrier by itself; Mai gives the envelope to the postman."""
    sign_in(mai, things.MAI, at="/mot-cua/")
    mai.goto("/buu-chinh/")
    mai.follow(re.compile(code))
    mai.reload_until("Bưu điện đã tiếp nhận đơn")
    mai.follow("Bàn giao cho bưu tá")
    mai.press("Đã bàn giao")
    return re.search(rf"{re.escape(code)}-T\d+", mai.main_text())[0]


def delivered(binh, portal, order):
    """Every step of the parcel appears on the citizen's page."""
    portal.carry(order, "picked_up")
    binh.reload_until("Bưu tá đã lấy")
    portal.carry(order, "in_transit")
    portal.carry(order, "out_for_delivery")
    binh.reload_until("Đang đi phát")
    portal.carry(order, "delivered")
    binh.reload_until("Đã phát")
    binh.reload_until("Đã trả kết quả")
    assert portal.physical_parcels(order) == 1


def open_mine(visitor, code):
    visitor.goto("/ho-so/")
    visitor.page.get_by_role("row", name=code).get_by_role("link").first.click()
    visitor.look()


def mail_came(visitor, subject):
    visitor.goto("/thu-da-gui/")
    visitor.reload_until(subject)


def wait_for_slip(visitor, link):
    """The worker draws it; until then the page behind the link says so and asks again."""
    address = visitor.page.get_by_role("link", name=link).first.get_attribute("href")
    for _ in range(60):
        answer = visitor.context.request.get(visitor.portal.url + address)
        if answer.headers["content-type"] == "application/pdf":
            return things.words_of(answer.body())
        visitor.page.wait_for_timeout(500)
    raise AssertionError(visitor.portal.logs())


class Line:
    """The network between the page and the portal: counts pieces and beginnings, cuts the line, or
    answers for a server that cannot (`status`)."""

    def __init__(self, page):
        self.offsets, self.begun, self.left, self.status = [], 0, None, None
        page.route("**/ho-so/tai-len/**", self.pass_on)

    def pass_on(self, route):
        request = route.request
        if self.left == 0:
            return self.fail(route)
        self.begun += request.method == "POST"
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))
            if self.left is not None:
                self.left -= 1
        return route.continue_()

    def fail(self, route):
        if self.status:
            return route.fulfill(status=self.status, body="<h1>Hệ thống đang bảo trì</h1>")
        return route.abort("connectionfailed")


def forgive(visitor):
    """What the browser says about a line that was cut on purpose, and a server that was away."""
    known = ("net::ERR", "status of 503", "status of 429", "status of 401")
    visitor.problems = [one for one in visitor.problems if not any(k in one for k in known)]
