"""The papers step in a real browser: pieces, lost connections, reloads; and without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.dossiers import photos
from tests.journeys import things
from tests.journeys.pages import BirthFiling, sign_in, type_password
from tests.journeys.ways import Line, forgive

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SLOT = "Giấy chứng sinh"


def at_the_papers(visitor):
    """Bình's new draft, at its papers."""
    sign_in(visitor, things.BINH)
    visitor.goto("/ho-so/nop/1.001193/")
    BirthFiling(visitor).page.get_by_label(re.compile("Đồng Đăng")).first.check()
    visitor.page.get_by_label("Trẻ có Giấy chứng sinh", exact=True).check()
    visitor.press(re.compile("Bắt đầu"))
    draft = re.search(r"/ho-so/([0-9a-f-]{36})/", visitor.page.url)[1]
    visitor.goto(f"/ho-so/{draft}/giay-to/")
    return visitor.page


def slot(page):
    return page.locator("[data-slot]").first


def choose(page, *files):
    page.get_by_label(re.compile(f"^(Chọn|Thêm) tệp cho {SLOT}")).set_input_files(list(files))


def sent(page, count):
    expect(page.locator(".file--sending")).to_have_count(0)
    expect(slot(page).locator("[data-file]")).to_have_count(count)


def with_another_notice(page):
    """From now on the page comes with a notice that no press made."""

    def put_in(route):
        answer = route.fetch()
        notice = '<div class="notice"><p class="notice__body">Chuyện khác</p></div>'
        route.fulfill(response=answer, body=answer.text().replace("<main", f"{notice}<main"))

    page.route("**/giay-to/", put_in)


def checked(page):
    expect(page.locator("[data-pending]")).to_have_count(0)


def test_a_file_goes_on_after_the_line_was_cut_and_the_page_loaded_again(visit):
    visitor = visit()
    page = at_the_papers(visitor)
    line = Line(page)
    line.left = 2
    choose(page, things.heavy(5))
    expect(page.locator(".file--sending")).to_contain_text(re.compile("MB trên 5 MB|Mất kết nối"))
    for _ in range(100):
        if len(line.offsets) == 2:
            break
        page.wait_for_timeout(100)
    page.wait_for_timeout(1500)
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    before = len(line.offsets)
    line.left = None
    sent(page, 1)
    checked(page)
    assert line.offsets[before] >= 2 * 1024 * 1024, line.offsets
    assert sorted(set(line.offsets)) == line.offsets
    forgive(visitor)
    assert "ban-quet.pdf" in slot(page).inner_text()
    goes_on_when_the_server_is_back(page, line)
    goes_on_after_signing_in(visitor, line)


def breaks_off(page, line, name):
    """After its second piece the server answers nothing but 503, longer than the library tries."""
    line.left, line.status = 1, 503
    choose(page, things.heavy(3, name))
    sending = page.locator(".file--sending")
    expect(sending).to_contain_text(f"Máy chủ đang bận hoặc bảo trì. “{name}” sẽ tự gửi tiếp")
    page.wait_for_timeout(6000)
    expect(sending).to_contain_text("Máy chủ đang bận hoặc bảo trì")


def line_is_back(page, line):
    line.left = line.status = None
    page.evaluate("dispatchEvent(new Event('online'))")


def goes_on_when_the_server_is_back(page, line):
    breaks_off(page, line, "lan-hai.pdf")
    begun, before = line.begun, len(line.offsets)
    line_is_back(page, line)
    sent(page, 2)
    assert line.begun == begun and line.offsets[before] >= 1024 * 1024

    line.left, line.status = 0, 429
    choose(page, things.pdf("lan-ba.pdf"))
    expect(page.locator(".file--sending")).to_contain_text("“lan-ba.pdf” sẽ tự gửi tiếp sau 1 phút")
    line_is_back(page, line)
    sent(page, 3)


def goes_on_after_signing_in(visitor, line):
    """On the page that the sign-in leads back to, from what the browser has kept."""
    page = visitor.page
    breaks_off(page, line, "lan-tu.pdf")
    begun, before = line.begun, len(line.offsets)
    visitor.context.clear_cookies(name="session")
    line_is_back(page, line)
    sending = page.locator(".file--sending")
    expect(sending).to_contain_text("Phiên làm việc đã hết. “lan-tu.pdf” sẽ tự gửi tiếp sau khi")
    page.get_by_role("link", name="Đăng nhập lại").click()
    forgive(visitor)
    type_password(visitor, things.BINH)
    sent(page, 4)
    assert line.begun == begun and line.offsets[before] >= 1024 * 1024


def test_a_file_is_paused_gone_on_with_and_given_up(visit):
    visitor = visit()
    page = at_the_papers(visitor)
    line = Line(page)
    page.route(
        "**/ho-so/tai-len/**", lambda route: (page.wait_for_timeout(150), line.pass_on(route))
    )
    choose(page, things.heavy(8), things.pdf("sau.pdf"))
    expect(page.locator(".file--sending").last).to_contain_text("Chờ gửi “sau.pdf”")
    page.get_by_role("button", name="Hủy gửi sau.pdf").click()
    expect(page.locator(".file--sending")).to_have_count(1)
    # Before the server has said where it lies, a pause leaves a beginning nobody knows of: by the
    # second piece (of 1 MB) it has.
    second = re.compile(r": (1,[3-9]|[2-7](,\d)?) MB trên")
    expect(page.locator(".file--sending")).to_contain_text(second)
    page.get_by_role("button", name="Tạm dừng gửi ban-quet.pdf").click()
    expect(page.locator(".file--sending")).to_contain_text("Đã tạm dừng")
    page.get_by_role("button", name="Gửi tiếp ban-quet.pdf").click()
    page.get_by_role("button", name="Hủy gửi ban-quet.pdf").click()
    expect(page.locator(".file--sending")).to_have_count(0)
    page.reload()
    forgive(visitor)
    assert slot(page).locator("[data-file], [data-half]").count() == 0


def test_photos_are_looked_at_arranged_turned_and_joined(visit):
    visitor = visit()
    page = at_the_papers(visitor)
    shots = [("tot", photos.GOOD, 1001), ("nguoc", "turned", 1002), ("nhoe", "blur", 1001)]
    choose(
        page,
        *(
            {
                "name": f"{name}.jpg",
                "mimeType": "image/jpeg",
                "buffer": photos.photo(label, seed).jpeg,
            }
            for name, label, seed in shots
        ),
    )
    sent(page, 3)
    expect(slot(page)).to_contain_text("“nhoe.jpg”: Ảnh có vẻ bị mờ")
    expect(slot(page)).to_contain_text(re.compile("“nguoc.jpg”: Ảnh có vẻ bị (ngược|nằm ngang)"))
    assert "“tot.jpg”: Ảnh" not in slot(page).inner_text()
    checked(page)
    visitor.look()
    with_another_notice(page)
    page.get_by_role("button", name=re.compile("đưa nhoe.jpg lên trước")).click()
    expect(slot(page).locator("[data-file]").nth(1)).to_contain_text("nhoe.jpg")
    expect(slot(page).locator("[data-said]")).to_have_text("")
    page.unroute("**/giay-to/")
    page.get_by_role("button", name=re.compile("Xoay tot.jpg")).click()
    for name in ("tot", "nhoe"):
        page.get_by_label(f"Chọn {name}.jpg để gộp").check()
    page.get_by_role("button", name="Gộp ảnh đã đánh dấu").click()
    expect(slot(page).locator("[data-file]")).to_have_count(2)
    checked(page)
    expect(slot(page)).to_contain_text("tot (gộp).pdf")
    visitor.look()


def test_what_was_removed_comes_back(visit):
    visitor = visit(size={"width": 320, "height": 640})
    page = at_the_papers(visitor)
    choose(page, things.photo())
    sent(page, 1)
    checked(page)
    page.get_by_role("button", name="Gỡ giay-chung-sinh.jpg").click()
    expect(slot(page).locator("[data-file]")).to_have_count(0)
    expect(slot(page).locator("[data-said]")).to_contain_text("Đã gỡ tệp")
    page.get_by_role("button", name=re.compile("^Hoàn tác")).click()
    expect(slot(page).locator("[data-file]")).to_have_count(1)
    visitor.look()


def test_without_scripts_nothing_is_missing(visit):
    visitor = visit(scripts=False)
    page = at_the_papers(visitor)
    choose(page, things.photo(), things.pdf("mat-sau.pdf"))
    visitor.press(re.compile(f"^Tải lên {SLOT}"))
    visitor.reload_until("Đạt")
    visitor.press(re.compile("đưa mat-sau.pdf lên trước"))
    assert "mat-sau.pdf" in slot(page).locator("[data-file]").first.inner_text()
    visitor.press("Gỡ mat-sau.pdf")
    visitor.sees("Đã gỡ")
    visitor.press(re.compile("^Hoàn tác"))
    page.get_by_label(re.compile(f"^Bản giấy.*{SLOT}")).select_option("desk")
    visitor.press("Lưu và tiếp tục")
    page.go_back()
    page.reload()
    assert page.get_by_label(re.compile(f"^Bản giấy.*{SLOT}")).input_value() == "desk"
