"""The main way: Bình files, Lan accepts, Hùng decides, Mai posts, the carrier delivers, Bình
reads. On PostgreSQL with Redis and on the embedded SQLite alike."""

import pytest

from tests.journeys import things
from tests.journeys.browser import PHONE
from tests.journeys.pages import move
from tests.journeys.ways import (
    accept,
    decide,
    delivered,
    file_birth,
    mail_came,
    open_mine,
    post,
    wait_for_slip,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.both
def test_from_the_catalogue_to_the_doorstep(visit, portal):
    portal.only_callbacks()
    binh = visit()
    code, secret = file_birth(binh)
    binh.sees("Quét để tra cứu")
    receipt_words = wait_for_slip(binh, "Tải biên nhận")
    assert code in receipt_words and "Nguyễn Văn Bình" in receipt_words
    mail_came(binh, code)

    lan = visit()
    accept(lan, code)
    move(lan, "Chuyển xử lý")
    lan.press("Chuyển hồ sơ")
    lan.sees("Đang xử lý")

    decide(visit(), code)
    order = post(visit(), code)
    open_mine(binh, code)
    binh.sees("Hồ sơ đã có kết quả")
    delivered(binh, portal, order)

    assert binh.download("số 15").startswith(b"%PDF-")
    slip = things.words_of(binh.download("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"))
    assert "Nguyễn Văn Bình" in slip and code in slip


def test_the_citizens_part_without_scripts_on_a_phone(visit, portal):
    """The carrier tells nothing by itself this time: the portal asks."""
    portal.only_polling()
    binh = visit(size=PHONE, scripts=False)
    code, _ = file_birth(binh)
    wait_for_slip(binh, "Tải biên nhận")

    lan = visit()
    accept(lan, code)
    move(lan, "Chuyển xử lý")
    lan.press("Chuyển hồ sơ")
    decide(visit(), code)
    order = post(visit(), code)

    open_mine(binh, code)
    delivered(binh, portal, order)
    assert binh.download("số 15").startswith(b"%PDF-")
