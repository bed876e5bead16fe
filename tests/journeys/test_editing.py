"""The editor of a record at a real browser: by keyboard alone, without scripts, and two at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUC, DUNG = "cuc@example.vn", "dung@example.vn"
ACTIVE = """() => {
    const one = document.activeElement;
    const box = one.closest("fieldset.row-box")?.querySelector("legend").textContent ?? "";
    const words = one.labels?.[0]?.textContent ?? one.textContent.slice(0, 200);
    return [words.trim(), box, one.id];
}"""
# Nothing of what has the focus is seen (WCAG 2.4.11).
COVERED = """() => {
    const one = document.activeElement;
    const bar = document.querySelector(".writing__save");
    if (!bar || bar.contains(one)) return false;
    return one.getBoundingClientRect().top >= bar.getBoundingClientRect().top;
}"""


def open_page(visitor, email, query):
    """The first draft in the list that may be written, at one of its pages."""
    sign_in(visitor, email)
    visitor.goto("/quan-tri/")
    visitor.page.locator("main a", has_text="Đăng ký khai sinh").first.click()
    visitor.look()
    path = re.search(r"/quan-tri/ban-soan/\d+/", visitor.page.url)[0]
    visitor.goto(f"{path}noi-dung/{query}")
    return path


def tab_to(page, name, box="", most=120):
    """Press Tab until the control with this label (in the row with this legend) has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        label, legend, _id = page.evaluate(ACTIVE)
        assert not page.evaluate(COVERED), f"{label} has the focus and lies under the bar"
        if re.search(name, label) and box in legend:
            return
    raise AssertionError(f"no way to {name!r} by keyboard")


def legends(page):
    return [text.split("“")[-1] for text in page.locator(".row-box > legend").all_inner_texts()]


def said(visitor, words):
    expect(visitor.page.locator("[data-save-state]")).to_contain_text(words)


def test_a_paper_is_written_moved_and_moved_back_by_keyboard_alone(visit):
    cuc = visit()
    path = open_page(cuc, CUC, "?phan=thanh-phan&muc=1")
    keys, before = cuc.page.keyboard, legends(cuc.page)

    tab_to(cuc.page, "^Ghi chú", "Giấy tờ 1")
    keys.press("Control+End")
    keys.type(" Mang theo bản gốc.")
    said(cuc, "Đã lưu lúc")

    tab_to(cuc.page, "Xuống", "Giấy tờ 2")
    keys.press("Enter")
    said(cuc, "Đã chuyển giấy tờ 2")
    assert cuc.page.evaluate("document.activeElement.id") == "o-cases-0-requirements-2"
    after = legends(cuc.page)
    assert (after[1], after[2]) == (before[2], before[1])

    keys.press("Control+Home")
    cuc.page.locator("main").focus()
    tab_to(cuc.page, "^Hoàn tác")
    keys.press("Enter")
    cuc.page.wait_for_load_state("load")
    cuc.sees("Đã hoàn tác: chuyển giấy tờ 2")
    assert legends(cuc.page) == before
    cuc.look()
    note = cuc.page.locator("[name='cases.0.requirements.0.note']")
    expect(note).to_have_value(re.compile("Mang theo bản gốc"))

    cuc.goto(f"{path}xem-thu/")
    phone = cuc.page.frame_locator("iframe[width='320']")
    expect(phone.locator("h1")).to_contain_text("Đăng ký khai sinh")


def test_two_at_once_see_both_and_choose(visit):
    cuc, dung = visit(), visit(size=PHONE)
    open_page(cuc, CUC, "?phan=thong-tin")
    open_page(dung, DUNG, "?phan=thong-tin")
    dung.fill("Tóm tắt", "Dũng viết.")
    said(dung, "Đã lưu lúc")

    cuc.page.on("dialog", lambda dialog: dialog.accept())
    cuc.fill("Tóm tắt", "Cúc viết.")
    said(cuc, "Chưa lưu được:")
    cuc.problems.clear()  # the browser reports the 409 it was answered
    cuc.press("Xem khác nhau và chọn")
    cuc.sees("Dũng viết.")
    cuc.sees("Cúc viết.")
    cuc.page.get_by_label("Giữ của tôi").check()
    cuc.press("Lưu theo lựa chọn")
    expect(cuc.page.get_by_label("Tóm tắt")).to_have_value("Cúc viết.")


def test_what_is_wrong_is_told_while_one_writes_and_mended(visit):
    cuc = visit()
    open_page(cuc, CUC, "?phan=muc-do")
    cuc.fill("Hạn bổ sung (ngày)", "mười")
    said(cuc, "Chưa lưu được: Hạn bổ sung (ngày): phải là số nguyên.")
    cuc.problems.clear()  # the 422
    field = cuc.page.get_by_label("Hạn bổ sung (ngày)")
    expect(field).to_have_attribute("aria-invalid", "true")
    cuc.fill("Hạn bổ sung (ngày)", "45")
    said(cuc, "Đã lưu lúc")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_without_a_network_the_words_wait(visit):
    cuc = visit()
    open_page(cuc, CUC, "?phan=dieu-kien")
    cuc.context.set_offline(True)
    cuc.fill("Mô tả đối tượng", "Người từ đủ 18 tuổi.")
    said(cuc, "mất kết nối")
    cuc.context.set_offline(False)
    said(cuc, "Đã lưu lúc")
    cuc.problems.clear()  # the browser reports what it could not send
    cuc.page.reload()
    expect(cuc.page.get_by_label("Mô tả đối tượng")).to_have_value("Người từ đủ 18 tuổi.")


def test_without_scripts_the_same_buttons_do_the_same(visit):
    cuc = visit(size=PHONE, scripts=False)
    open_page(cuc, CUC, "?phan=trinh-tu")
    before = legends(cuc.page)
    cuc.press(re.compile("Xóa"))
    cuc.sees("Đã xóa bước 1")
    assert len(legends(cuc.page)) == len(before) - 1
    cuc.press("Hoàn tác")
    cuc.sees("Đã hoàn tác: xóa bước 1")
    assert legends(cuc.page) == before
