"""The pages officers open between dossiers, on a desk and on a phone: each is looked at as every
page of a journey is (axe, the Nu checker, nothing wider than the screen, no errors)."""

import pytest
from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.browser import DESK, PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SON = "son@example.vn"

# How far the picture sticks out of its box at the two ends of the scrolling: nothing of what does
# can be read. `wide`: its width on the screen.
OUT = """(box) => {
  const told = (x, y) => {
    box.scrollTo(x, y);
    const seen = box.getBoundingClientRect();
    return [seen, box.querySelector("img").getBoundingClientRect()];
  };
  const [near, first] = told(0, 0);
  const [far, last] = told(box.scrollWidth, box.scrollHeight);
  const out = [near.left - first.left, near.top - first.top,
               last.right - far.right, last.bottom - far.bottom];
  return { out: Math.ceil(Math.max(...out)), wide: Math.round(first.width) };
}"""


def follow_first(visitor, selector):
    visitor.page.locator(selector).first.click()
    visitor.look()


def test_a_leaders_morning(visit):
    hung = visit()
    sign_in(hung, things.HUNG)
    hung.goto("/mot-cua/cho-thong-qua/")
    follow_first(hung, "main table a")
    hung.goto("/mot-cua/ton-dong/")
    hung.goto("/mot-cua/ho-so/?hang=dang-xu-ly")
    follow_first(hung, "[data-row]")
    hung.follow("Chuyển bước", exact=True)
    hung.goto("/bao-cao/")
    follow_first(hung, "main dl a, main .figures a, main table a")


def test_the_desks_books_on_a_phone(visit):
    lan = visit(size=PHONE)
    sign_in(lan, things.LAN)
    lan.goto("/mot-cua/ho-so/?hang=tiep-nhan&giao=chua")
    lan.goto("/mot-cua/so-theo-doi/")
    lan.goto("/mot-cua/nhan/")
    lan.goto("/mot-cua/ban-giao/")
    lan.goto("/mot-cua/ho-so/?tim=khong+co+ai")


def test_an_opinion_is_answered(visit):
    son = visit()
    sign_in(son, SON)
    son.goto("/mot-cua/y-kien/")
    follow_first(son, "main table a")
    son.page.get_by_role("textbox", name="Ý kiến").fill("Đúng nơi cư trú như tờ khai.")
    son.press("Gửi ý kiến")
    son.sees("Đã gửi ý kiến cho cơ quan hỏi.")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_all_of_an_enlarged_scan_can_be_read(visit, size):
    lan = visit(size=size)
    sign_in(lan, things.LAN)
    lan.goto("/mot-cua/ho-so/?hang=tiep-nhan")
    follow_first(lan, "[data-row]")
    box = lan.page.get_by_role("region", name="cuộn bằng chuột hoặc phím mũi tên")
    box.scroll_into_view_if_needed()
    said = lan.page.locator("[data-viewer-said]")

    def press(key, words):
        lan.page.keyboard.press(key)
        expect(said).to_have_text(words)
        return box.evaluate(OUT)

    press("+", "150 %, xoay 0 độ")
    press("-", "100 %, xoay 0 độ")
    upright = press("r", "100 %, xoay 90 độ")
    assert upright["out"] <= 0
    press("l", "100 %, xoay 0 độ")
    press("+", "150 %, xoay 0 độ")
    twice = press("+", "200 %, xoay 0 độ")
    turned = press("r", "200 %, xoay 90 độ")
    assert (twice["out"] <= 0, turned["out"] <= 0) == (True, True)
    assert turned["wide"] == pytest.approx(2 * upright["wide"], abs=3)

    def at(corner):
        lan.page.wait_for_function(
            "([box, corner]) => Math.round(box.scrollLeft + box.scrollTop) === corner",
            arg=[box.element_handle(), corner],
        )

    end = box.evaluate(
        "(box) => box.scrollWidth - box.clientWidth + box.scrollHeight - box.clientHeight"
    )
    assert end > 100
    box.hover()
    lan.page.mouse.wheel(-5000, 0)
    lan.page.mouse.wheel(0, -5000)
    at(0)
    box.click()  # opens nothing: what was enlarged stays before one's eyes
    expect(said).to_have_text("200 %, xoay 90 độ")
    assert len(lan.context.pages) == 1
    expect(box).to_be_focused()
    for key in ("End", *["ArrowRight"] * 60):
        lan.page.keyboard.press(key)
    at(end)
    lan.look()
