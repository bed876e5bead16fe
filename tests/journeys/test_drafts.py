"""From one editor's hand through another's into force, on a phone without scripts and at a desk."""

import pytest

from tests.journeys.browser import PHONE
from tests.journeys.pages import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CUC, DUNG = "cuc@example.vn", "dung@example.vn"


def find_draft(visitor, name):
    visitor.goto("/quan-tri/")
    visitor.follow(name)


def test_a_procedure_is_retired_by_two_people_on_a_phone_without_scripts(visit):
    cuc = visit(size=PHONE, scripts=False)
    sign_in(cuc, CUC)
    cuc.goto("/quan-tri/soan/")
    cuc.fill("Mã hoặc tên thủ tục", "khai sinh luu dong")
    cuc.press("Tìm")
    cuc.follow("Đăng ký khai sinh lưu động")
    cuc.follow("Bãi bỏ")
    cuc.press("Lập bản bãi bỏ")
    cuc.sees("Hãy ghi số quyết định bãi bỏ.")
    cuc.fill("Số quyết định bãi bỏ", "77/QĐ-UBND")
    cuc.fill("Mã thủ tục thay thế", "1.001193")
    cuc.press("Lập bản bãi bỏ")
    cuc.sees("Không có hồ sơ nào đang giải quyết.")
    cuc.follow("Trình duyệt")
    cuc.press("Trình duyệt")
    cuc.sees("cần người thứ hai")

    dung = visit()
    sign_in(dung, DUNG)
    find_draft(dung, "Đăng ký khai sinh lưu động")
    dung.follow("Duyệt")
    dung.press("Duyệt")
    dung.sees("Thủ tục đã được bãi bỏ")

    citizen = visit(size=PHONE)
    citizen.goto("/thu-tuc/1.003583/phien-ban/")
    citizen.sees("Theo quyết định 77/QĐ-UBND. Được thay bằng Đăng ký khai sinh.")


def test_a_reviewer_reads_what_changed_and_sends_it_back(visit):
    dung = visit(size=PHONE)
    sign_in(dung, DUNG)
    find_draft(dung, "Cấp Giấy xác nhận tình trạng hôn nhân")
    dung.sees("Khác phiên bản 1 đang áp dụng")
    dung.follow("Trả lại để sửa")
    dung.press("Trả lại để sửa")
    dung.sees("Hãy ghi rõ cần sửa gì.")
    dung.fill("Cần sửa gì", "Thời hạn ghi theo quyết định.")
    dung.press("Trả lại để sửa")
    dung.sees("Thời hạn ghi theo quyết định.")
    dung.follow("Xem cả quá trình")
    dung.sees("Trả lại để sửa")


def test_an_office_stops_and_begins_to_accept(visit):
    cuc = visit()
    sign_in(cuc, CUC)
    cuc.goto("/quan-tri/dich-vu/?tim=ket+hon")
    cuc.follow("Đăng ký kết hôn")
    cuc.follow("Dừng")
    cuc.press("Dừng tiếp nhận")
    cuc.sees("Đã dừng")
    cuc.press("Mở lại")
    cuc.sees("tiếp nhận trở lại")
    cuc.follow("Sửa")
    cuc.sees("Mức độ tại cơ quan này")


def test_anybody_compares_two_versions(visit):
    reader = visit(size=PHONE, scripts=False)
    reader.goto("/thu-tuc/2.000815/phien-ban/")
    reader.follow("Khác gì phiên bản 1")
    reader.sees("Mang theo đủ số bản cần chứng thực")
