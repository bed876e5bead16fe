"""What officers do for each other: many dossiers given at once and taken back, a whole desk handed
over before a leave, a draft that waits for the leader."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import things
from tests.journeys.pages import move, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NGAN = "ngan@example.vn"
IN_PROCESSING = "/mot-cua/ho-so/?hang=dang-xu-ly&pham-vi=don-vi"


def open_first(visitor):
    visitor.page.locator("[data-row]").first.click()
    visitor.look()


def test_a_pile_is_given_to_a_colleague_and_taken_back(visit):
    hung = visit()
    sign_in(hung, things.HUNG)
    hung.goto(IN_PROCESSING)
    hung.page.get_by_label("Chọn cả trang").check()
    hung.page.get_by_label("Việc làm với hồ sơ đã chọn").select_option("assign")
    hung.press(re.compile("^Tiếp tục"))
    hung.press(re.compile(r"^Giao .* hồ sơ$"))  # to nobody yet
    hung.sees("Hãy chọn người nhận việc.")
    hung.page.get_by_label("Giao cho").select_option(label="Chu Thị Ngân")
    hung.press(re.compile(r"^Giao .* hồ sơ$"))
    hung.reload_until("hồ sơ đã làm")
    hung.press("Thu lại những hồ sơ chưa được mở")
    hung.reload_until("hồ sơ đã làm")


def test_a_desk_is_handed_over_before_a_leave(visit):
    ngan = visit()
    sign_in(ngan, NGAN)
    ngan.goto(IN_PROCESSING)
    open_first(ngan)
    ngan.press("Nhận việc")
    ngan.goto("/mot-cua/ban-giao/")
    ngan.page.get_by_label("Giao cho").select_option(label="Lý Văn Hùng")
    ngan.press(re.compile(r"^Bàn giao \d+ hồ sơ$"))
    ngan.reload_until("hồ sơ đã làm")
    ngan.goto("/mot-cua/ban-giao/")
    ngan.sees("Không có gì để bàn giao")


def test_a_draft_waits_for_the_leader_who_sends_it_back(visit):
    ngan = visit()
    sign_in(ngan, NGAN)
    ngan.goto(IN_PROCESSING)
    open_first(ngan)
    dossier = ngan.page.url.partition("?")[0]
    move(ngan, "Dự thảo: dừng xử lý")
    ngan.fill("Lý do", "Người nộp báo đã làm thủ tục này ở nơi cư trú cũ.")
    ngan.press("Gửi lãnh đạo")
    ngan.sees("chờ")
    hung = visit()
    sign_in(hung, things.HUNG)
    hung.goto("/mot-cua/cho-thong-qua/")
    hung.page.goto(f"{dossier}du-thao/")
    hung.look()
    hung.fill("Ý kiến của lãnh đạo", "Hãy hỏi lại người nộp bằng văn bản trước.")
    hung.press("Trả lại dự thảo")
    ngan.page.goto(dossier)
    ngan.look()
    expect(ngan.page.locator("main")).to_contain_text("Hãy hỏi lại người nộp bằng văn bản trước.")
