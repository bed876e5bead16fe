"""Cúc writes an e-form: by keyboard alone, by dragging, without scripts."""

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Two, for an account may only sign in so often.
CUC, DUNG = "cuc@example.vn", "dung@example.vn"
# A draft of its own for each test: codes nobody else uses.
BEGIN = """
from django.utils import timezone
from accounts.models import User
from procedures import actions
from procedures.models import Procedure
from procedures.records import record_of
code, source, nothing = {args!r}
version = Procedure.objects.get(code=source).current
record = record_of(version) | {{"code": code}}
draft = actions.new_draft(record, by=User.objects.get(email="cuc@example.vn"), at=timezone.now(),
                          eform=None if nothing else version.eform)
print("draft", draft.pk)
"""


def a_draft(portal, code, source="1.001193", nothing=""):
    script = BEGIN.format(args=(code, source, nothing))
    return f"/quan-tri/ban-soan/{portal.shell(script).split()[-1]}/bieu-mau/"


def labels(visitor, section=0):
    rows = visitor.page.locator("[data-section]").nth(section).locator(".ef-field__label")
    return [text.strip() for text in rows.all_inner_texts()]


def presses(visitor, *keys):
    for key in keys:
        visitor.page.keyboard.press(key)


def tab_to(visitor, target, most=80):
    """Nothing but the Tab key, as far as it takes."""
    for _ in range(most):
        visitor.page.keyboard.press("Tab")
        if target.evaluate("(one) => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {target}")


def heard(visitor, words):
    expect(visitor.page.locator("[data-said]")).to_contain_text(words)


def test_a_form_is_written_by_keyboard_alone(visit, portal):
    address = a_draft(portal, "9.950001", nothing="x")
    cuc = visit()
    sign_in(cuc, CUC)
    cuc.goto(address)
    tab_to(cuc, cuc.page.get_by_role("button", name="Bắt đầu trống"))
    presses(cuc, "Enter")
    cuc.page.wait_for_url(f"**{address}")
    cuc.look()
    box = cuc.page.get_by_label("Thêm câu hỏi vào phần")
    for label, down in (("Họ tên", 0), ("Có con chưa", 7), ("Tên con", 0)):
        tab_to(cuc, box)
        cuc.page.keyboard.type(label)
        presses(cuc, "Tab", *["ArrowDown"] * down, "Tab", "Enter")
        heard(cuc, f"Thêm câu hỏi “{label}”")
        expect(cuc.page.get_by_role("link", name=label, exact=True)).to_be_focused()
        cuc.page.evaluate("document.activeElement.blur()")
    assert labels(cuc) == ["Họ tên", "Có con chưa", "Tên con"]
    _move_and_take_back(cuc)
    _make_conditional(cuc)
    cuc.goto(address)
    cuc.sees("Hiện khi “Có con chưa” là “Có”")


def _move_and_take_back(cuc):
    up = cuc.page.get_by_role("button", name="Chuyển lên: Tên con")
    tab_to(cuc, up)
    presses(cuc, "Enter")
    heard(cuc, "Chuyển câu hỏi “Tên con” đến vị trí 2")
    expect(up).to_be_focused()
    presses(cuc, "Enter")
    heard(cuc, "đến vị trí 1")
    assert labels(cuc) == ["Tên con", "Họ tên", "Có con chưa"]
    grip = cuc.page.get_by_role("button", name="Kéo để chuyển Tên con")
    grip.focus()
    presses(cuc, "ArrowDown")
    heard(cuc, "đến vị trí 2")
    expect(grip).to_be_focused()
    tab_to(cuc, cuc.page.get_by_role("button", name="Xóa Họ tên"))
    presses(cuc, "Enter")
    heard(cuc, "Xóa câu hỏi “Họ tên”")
    assert labels(cuc) == ["Tên con", "Có con chưa"]
    cuc.page.evaluate("document.activeElement.blur()")
    undone = (["Họ tên", "Tên con", "Có con chưa"], ["Tên con", "Họ tên", "Có con chưa"])
    for order in undone:
        tab_to(cuc, cuc.page.get_by_role("button", name="Hoàn tác"))
        presses(cuc, "Enter")
        expect(cuc.page.locator(".ef-field__label")).to_have_text(order)
    down = cuc.page.get_by_role("button", name="Chuyển xuống: Tên con")
    for place in (2, 3):
        tab_to(cuc, down)
        presses(cuc, "Enter")
        heard(cuc, f"Chuyển câu hỏi “Tên con” đến vị trí {place}")
    assert labels(cuc)[-1] == "Tên con"
    cuc.look()


def _make_conditional(cuc):
    tab_to(cuc, cuc.page.get_by_role("link", name="Tên con", exact=True))
    presses(cuc, "Enter")
    cuc.page.wait_for_url("**/o/ten_con/")
    cuc.look()
    tab_to(cuc, cuc.page.get_by_label("Hướng dẫn"))
    cuc.page.keyboard.type("Ghi theo giấy khai sinh")
    expect(cuc.page.locator("[data-save-state]")).to_contain_text("Đã lưu lúc")
    tab_to(cuc, cuc.page.get_by_label("Chỉ hiện khi câu"))
    presses(cuc, "End")
    tab_to(cuc, cuc.page.get_by_role("button", name="Thêm điều kiện"))
    presses(cuc, "Enter")
    expect(cuc.page.locator("#dk")).to_contain_text("Hiện khi “Có con chưa” là “Có”")
    expect(
        cuc.page.frame_locator(".ef__frame").get_by_text("Ghi theo giấy khai sinh")
    ).to_have_count(1)
    cuc.look()


def test_a_question_is_dragged_to_another_section_and_one_let_go(visit, portal):
    address = a_draft(portal, "9.950002")
    cuc = visit()
    sign_in(cuc, CUC)
    cuc.goto(address)
    first, second = labels(cuc), labels(cuc, 1)
    grip = cuc.page.get_by_role("button", name=f"Kéo để chuyển {first[1]}").first
    goal = cuc.page.locator("[data-section]").nth(1).locator("[data-key]").first
    goal.scroll_into_view_if_needed()
    grip.hover()
    cuc.page.mouse.down()
    # Near the window's edge the page scrolls under the pointer, as it does for people.
    for _ in range(12):
        box = goal.bounding_box()
        cuc.page.mouse.move(box["x"] + 40, box["y"] + 4, steps=3)
    expect(cuc.page.locator(".ef-drop")).to_have_count(1)
    cuc.page.mouse.up()
    heard(cuc, f"Chuyển câu hỏi “{first[1]}” đến vị trí 1")
    assert labels(cuc, 1) == [first[1], *second]
    assert first[1] not in labels(cuc)
    cuc.page.reload()
    assert labels(cuc, 1)[0] == first[1]
    cuc.look()
    _let_go(cuc)


def _let_go(cuc):
    before = labels(cuc)
    cuc.page.locator("[data-grip]").first.hover()
    cuc.page.mouse.down()
    cuc.page.mouse.move(200, 600, steps=5)
    presses(cuc, "Escape")
    cuc.page.mouse.up()
    expect(cuc.page.locator(".ef-drop")).to_have_count(0)
    assert labels(cuc) == before


def test_without_scripts_every_button_works(visit, portal):
    address = a_draft(portal, "9.950003")
    cuc = visit(size=PHONE, scripts=False)
    sign_in(cuc, DUNG)
    cuc.goto(address)
    first = labels(cuc)
    cuc.press(f"Chuyển xuống: {first[0]}")
    assert labels(cuc)[:2] == [first[1], first[0]]
    cuc.press(f"Nhân đôi {first[1]}", exact=True)
    cuc.follow(f"Chuyển đến chỗ khác: {first[0]}")
    cuc.page.get_by_label(f"Chuyển “{first[0]}” đến").select_option(index=0)
    cuc.press("Chuyển", exact=True)
    assert labels(cuc)[0] == first[0]
    cuc.press("Hoàn tác")
    cuc.follow(first[0], exact=True)
    cuc.press("Lưu và quay lại")
    for path in ("xem-truoc/", "bat-dau/", "../nop-thu/"):
        cuc.goto(address + path)


def test_a_trial_is_filled_and_filed(visit, portal):
    address = a_draft(portal, "9.950004", source="3.000333")
    cuc = visit()
    sign_in(cuc, DUNG)
    cuc.goto(address.replace("bieu-mau/", "nop-thu/"))
    cuc.page.locator("[name=truong_hop]").first.check()
    cuc.press("Bắt đầu khai")
    cuc.press("Tiếp tục", exact=True)
    cuc.sees("Có lỗi cần sửa")
    cuc.press("Điền thử tất cả")
    cuc.sees("Kiểm tra trước khi nộp thử")
    cuc.press("Nộp thử")
    cuc.sees("Hồ sơ này sẽ được nhận")
