"""U18: Lan takes a dossier up, reads it and accepts it without a mouse, in eight keys at most."""

import re

import pytest

from tests.journeys import things
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST = 8


class Keys:
    def __init__(self, visitor):
        self.visitor, self.pressed = visitor, []

    def press(self, key, until):
        """`until`: what is on the page once the key has done its work."""
        self.visitor.page.keyboard.press(key)
        self.pressed.append(key)
        self.visitor.page.get_by_text(until).first.wait_for()


def test_from_the_queue_to_a_decision_by_keys(visit):
    lan = visit()
    sign_in(lan, things.LAN)
    lan.goto("/mot-cua/ho-so/?hang=tiep-nhan")
    keys = Keys(lan)
    lan.page.keyboard.press("?")
    told = lan.page.get_by_role("dialog", name="Phím tắt của trang này")
    told.wait_for()
    lan.page.keyboard.press("Escape")
    told.wait_for(state="hidden")

    keys.press("j", "Chờ tiếp nhận")
    keys.press("Enter", "Người nộp và tờ khai")
    lan.look()
    keys.press("g", "Bạn đang xử lý")
    keys.press("d", "Hoàng Thị Lan đã đối chiếu")
    keys.press("t", re.compile("Thời gian giải quyết|Tiếp nhận hồ sơ"))
    lan.look()
    keys.press("Control+Enter", "Đã tiếp nhận hồ sơ")
    lan.look()
    assert lan.page.get_by_role("link", name="Hồ sơ kế tiếp").count() == 1
    assert len(keys.pressed) <= MOST


def test_no_key_works_once_they_are_turned_off(visit):
    lan = visit()
    sign_in(lan, things.LAN)
    lan.goto("/mot-cua/ho-so/?hang=tiep-nhan")
    lan.page.keyboard.press("?")
    lan.page.get_by_label("Tắt phím tắt trên máy này").check()
    lan.page.keyboard.press("Escape")
    lan.page.keyboard.press("j")
    assert lan.page.evaluate("document.activeElement.dataset.row") is None
