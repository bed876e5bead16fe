"""The pages officers open between dossiers, on a desk and on a phone: each is looked at as every
page of a journey is (axe, the Nu checker, nothing wider than the screen, no errors)."""

import pytest

from tests.journeys import things
from tests.journeys.browser import PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SON = "son@example.vn"


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
