"""Words that survive: a crash, a day offline, another tab, another device, the session's end, and
the next person at the same machine."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.browser import PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OWN_ADDRESS = "Địa chỉ liên hệ"
SPOKEN = "[data-save-voice]"
# Everything this browser keeps for the site, as text.
STORED = """async () => {
    const found = [];
    for (const {name} of await indexedDB.databases()) {
        const db = await new Promise((done) => {
            const request = indexedDB.open(name);
            request.onsuccess = () => done(request.result);
        });
        for (const table of db.objectStoreNames) {
            const rows = await new Promise((done) => {
                const request = db.transaction(table).objectStore(table).getAll();
                request.onsuccess = () => done(request.result);
            });
            for (const row of rows) {
                const data = row.data ? new TextDecoder("latin1").decode(row.data) : "";
                found.push(JSON.stringify(row) + data);
            }
        }
        db.close();
    }
    return found.concat(JSON.stringify(localStorage), JSON.stringify(sessionStorage));
}"""


def a_draft(visitor):
    """A new draft of the person at the browser, at the step of who files."""
    visitor.goto("/ho-so/nop/1.001193/")
    visitor.page.get_by_label(re.compile("Đồng Đăng")).first.check()
    visitor.page.get_by_label("Trẻ có Giấy chứng sinh", exact=True).check()
    visitor.press(re.compile("Bắt đầu"))
    draft = re.search(r"/ho-so/([0-9a-f-]{36})/", visitor.page.url)[1]
    visitor.goto(f"/ho-so/{draft}/nguoi-nop/")
    return draft


def at_the_child(visitor, draft):
    visitor.goto(f"/ho-so/{draft}/to-khai/")
    visitor.page.wait_for_load_state("networkidle")


def says(page, words):
    expect(page.locator("[data-save-state]")).to_contain_text(words)
    expect(page.locator(SPOKEN)).to_contain_text(words)


def forgive(visitor):
    """What the browser says about a line that was cut, and answers refused, on purpose."""
    known = ("net::ERR", "409 (Conflict)", "status of 404", "Failed to fetch")
    visitor.problems = [one for one in visitor.problems if not any(k in one for k in known)]


def crashed(visitor, address):
    """The page dies before the line is back; the same browser opens it anew."""
    visitor.page.close(run_before_unload=False)
    visitor.context.set_offline(False)
    forgive(visitor)
    visitor.page = visitor.context.new_page()
    visitor.page.on("response", visitor._on_response)
    visitor.goto(address)
    return visitor.page


def types_on_before_choosing(visitor, address):
    """A second crash: both are kept, and shown."""
    visitor.page.wait_for_load_state("networkidle")
    visitor.context.set_offline(True)
    visitor.page.get_by_label(OWN_ADDRESS).fill("Số 8, khu Ga mới")
    says(visitor.page, "Câu trả lời được giữ trên máy này")
    page = crashed(visitor, address)
    page.get_by_label(OWN_ADDRESS).fill("Số 7, gõ trước khi chọn")
    says(page, "Đã lưu lúc")
    page.get_by_role("button", name="Dùng lại").click()
    visitor.sees("Bạn vừa gõ: Số 8, khu Ga mới")
    visitor.sees("Đã lưu ở nơi khác: Số 7, gõ trước khi chọn")
    forgive(visitor)
    visitor.press("Lưu lựa chọn")
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 8, khu Ga mới")
    page.wait_for_load_state("networkidle")
    assert stored(page)[:-2] == []
    return page


def fail_once(page):
    page.route("**/tu-luu/**", lambda route: route.abort(), times=1)


def stored(page):
    return page.evaluate(STORED)


def test_words_survive_a_crash_a_second_tab_and_another_device(visit):
    visitor = visit(size=PHONE)
    sign_in(visitor, things.BINH)
    draft = a_draft(visitor)
    page = visitor.page
    address = f"/ho-so/{draft}/nguoi-nop/"

    # Saved while typing, right or wrong, seen and heard.
    page.get_by_label(OWN_ADDRESS).fill("Số 7, khu Ga")
    says(page, "Đã lưu lúc")
    visitor.goto(address)
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 7, khu Ga")
    page.wait_for_load_state("networkidle")

    # Offline: kept here as ciphertext; the page dies before the line is back.
    visitor.context.set_offline(True)
    page.get_by_label(OWN_ADDRESS).fill("Số 8, khu Ga, bí mật")
    says(page, "Câu trả lời được giữ trên máy này")
    kept = stored(page)
    assert any(draft in row for row in kept) and "mật" not in json.dumps(kept, ensure_ascii=False)
    page = crashed(visitor, address)
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 7, khu Ga")
    expect(page.locator("main")).to_contain_text(re.compile("chưa gửi từ \\d\\d:\\d\\d hôm"))
    fail_once(page)
    page.get_by_role("button", name="Dùng lại").click()
    says(page, "đang thử lại")
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 8, khu Ga, bí mật")
    expect(page.get_by_role("button", name="Dùng lại")).to_have_count(0)
    assert stored(page)[:-2] == []

    page = types_on_before_choosing(visitor, address)

    # Meanwhile on the computer: newer words, met by the telephone's.
    page.wait_for_load_state("networkidle")
    desk = visit()
    sign_in(desk, things.BINH)
    desk.goto(address)
    desk.page.wait_for_load_state("networkidle")
    desk.fill(OWN_ADDRESS, "Số 9, khu Chợ")
    says(desk.page, "Đã lưu lúc")
    page.get_by_label(OWN_ADDRESS).fill("Số 10, khu Trường")
    says(page, "sửa ở thẻ hoặc máy khác")
    forgive(visitor)
    visitor.press("Xem hai bản và chọn")
    visitor.sees("Bạn vừa gõ: Số 10, khu Trường")
    visitor.sees("Đã lưu ở nơi khác: Số 9, khu Chợ")
    page.get_by_label(re.compile("Đã lưu ở nơi khác")).check()
    visitor.press("Lưu lựa chọn")
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 9, khu Chợ")

    # The slip leads another device to the same draft.
    visitor.follow("Làm tiếp trên máy khác")
    visitor.sees("Đây không phải giấy tiếp nhận")
    link = page.locator(".handover-link").inner_text()
    desk.page.goto(link.replace(re.match(r"https?://[^/]+", link)[0], desk.portal.url))
    desk.look()
    assert draft in desk.page.url


def test_the_session_ends_warned_and_the_next_person_reads_nothing(visit):
    visitor = visit()
    page = visitor.page
    page.clock.install()
    person = "hoa@example.vn"
    visitor.goto("/tai-khoan/dang-nhap/")
    sign_in_by_form(visitor, person)
    draft = a_draft(visitor)
    page.wait_for_load_state("networkidle")

    # Five minutes before the end a dialog holds the focus; one key prolongs the session.
    page.clock.fast_forward((12 * 60 - 4) * 60 * 1000)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Phiên làm việc sắp hết")
    expect(dialog.get_by_role("button", name="Ở lại")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)

    # The session dies with words on the page: signing in again leads back to them.
    visitor.context.clear_cookies(name="session")
    page.get_by_label(OWN_ADDRESS).fill("Số 11, phố Muối")
    page.clock.run_for(3000)
    says(page, "Phiên làm việc đã hết")
    visitor.press("Đăng nhập lại và giữ câu trả lời")
    sign_in_by_form(visitor, person)
    assert draft in page.url
    visitor.sees("Nội dung bạn gõ dở vẫn còn")
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 11, phố Muối")

    # Left offline with words on the machine; another person's sign-in finds nothing to read.
    page.wait_for_load_state("networkidle")
    visitor.context.set_offline(True)
    page.get_by_label(OWN_ADDRESS).fill("Số 12, phố Muối")
    page.clock.run_for(3000)
    says(page, "giữ trên máy này")
    visitor.context.clear_cookies(name="session")  # before the line is back and saves them
    visitor.context.set_offline(False)
    forgive(visitor)
    visitor.goto("/tai-khoan/dang-nhap/")
    sign_in_by_form(visitor, things.BINH)
    assert any(draft in row for row in stored(page))
    visitor.page.goto(f"{visitor.portal.url}/ho-so/{draft}/tiep-tuc/")
    visitor.sees("tài khoản khác")
    assert page.evaluate(f"fetch('/ho-so/{draft}/khoa/').then((answer) => answer.status)") == 404
    forgive(visitor)

    # And signing out leaves nothing at all.
    visitor.goto("/tai-khoan/dang-xuat/")
    visitor.press("Đăng xuất")
    assert stored(page)[:-2] == [] and draft not in str(stored(page))

    on_a_shared_machine_nothing_stays(visitor, person, draft)


def on_a_shared_machine_nothing_stays(visitor, person, draft):
    """Neither a file on its way nor the page when the session ends; what was saved is saved."""
    page = visitor.page
    page.on("dialog", lambda dialog: dialog.accept())
    visitor.goto("/tai-khoan/dang-nhap/")
    page.get_by_label(re.compile("Máy dùng chung")).check()
    sign_in_by_form(visitor, person)
    page.route("**/ho-so/tai-len/**", lambda route: route.abort())
    visitor.goto(f"/ho-so/{draft}/giay-to/")
    page.locator("input[type=file]").first.set_input_files(things.pdf())
    expect(page.locator(".file--sending")).to_contain_text("Mất kết nối")
    assert stored(page)[:-2] == []

    # Words that no save has carried go out a last time before the end.
    page.goto(f"{visitor.portal.url}/ho-so/{draft}/nguoi-nop/")
    forgive(visitor)
    visitor.look()
    page.get_by_label(OWN_ADDRESS).fill("Số 13, phố Muối")
    page.clock.fast_forward((15 * 60 - 5) * 1000)
    says(page, "Đã lưu lúc")
    page.clock.fast_forward((15 * 60 + 5) * 1000)
    expect(page).to_have_url(re.compile("/tai-khoan/het-phien/$"))
    visitor.look()
    visitor.sees("Câu trả lời và giấy tờ đã lưu vẫn còn trong bản nháp")
    page.go_back()
    expect(page).to_have_url(re.compile("/dang-nhap/"))
    assert stored(page)[:-2] == [] and draft not in str(stored(page))
    sign_in_by_form(visitor, person)
    visitor.goto(f"/ho-so/{draft}/nguoi-nop/")
    expect(page.get_by_label(OWN_ADDRESS)).to_have_value("Số 13, phố Muối")


def sign_in_by_form(visitor, email):
    visitor.fill("Thư điện tử hoặc số điện thoại", email)
    visitor.fill("Mật khẩu", things.PASSWORD)
    visitor.press("Đăng nhập")
