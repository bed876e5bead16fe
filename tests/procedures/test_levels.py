"""What a procedure page offers at each level, and what the server lets through
(domain.md §1.3)."""

import re

import pytest
from django.test import Client

from portal.lib import slots
from procedures import levels
from tests import factories

pytestmark = pytest.mark.django_db
FILE = "/ho-so/nop/1.001193/"


def page(level: int, **fields: object) -> str:
    factories.a_service(factories.a_procedure(level=level, **fields))
    return Client().get("/thu-tuc/1.001193/").content.decode()


def main_of(html: str) -> str:
    return html.split("<main", 1)[1].split("</main>", 1)[0]


# domain.md §1.3, row "Fill + submit online": – – ✔ ✔
@pytest.mark.parametrize(("level", "files"), [(1, False), (2, False), (3, True), (4, True)])
def test_the_button_to_file_is_there_from_level_3(level: int, files: bool) -> None:
    assert (FILE in page(level)) is files


@pytest.mark.parametrize("level", [1, 2])
def test_below_level_3_no_dead_button_but_the_way_to_the_desk(level: int) -> None:
    html = main_of(page(level))
    assert "btn-primary" not in html and "disabled" not in html
    assert "chưa nhận hồ sơ trên mạng" in html


def test_one_clear_primary_action() -> None:
    assert len(re.findall(r'class="btn btn-primary', main_of(page(4)))) == 1


def test_level_2_names_its_forms() -> None:
    procedure = factories.a_procedure(level=2)
    procedure.current.cases.get().requirements.update(form_title="Mẫu số 07")
    factories.a_service(procedure)
    html = Client().get("/thu-tuc/1.001193/").content.decode()
    assert "Biểu mẫu cần điền" in html and "Mẫu số 07" in html


def test_level_1_names_no_forms_to_download() -> None:
    assert "Biểu mẫu cần điền" not in page(1)


@pytest.mark.parametrize(
    ("level", "words"),
    [
        (1, "Cung cấp thông tin trực tuyến"),
        (3, "Dịch vụ công trực tuyến một phần"),
        (4, "Dịch vụ công trực tuyến toàn trình"),
    ],
)
def test_the_level_is_said_in_words(level: int, words: str) -> None:
    assert words in page(level)


def test_level_3_pays_at_the_desk() -> None:
    assert "8.000\xa0đ, thu khi tiếp nhận, nộp tại quầy" in page(3, fee=8000)


def test_level_4_says_the_cost_before_starting() -> None:
    html = page(4, fee=8000)
    assert "Tổng chi phí khi nộp trực tuyến" in html and "8.000\xa0đ, thu khi tiếp nhận" in html
    assert "Cộng cước bưu chính, chỉ khi bạn chọn nhận kết quả tại nhà" in html


def test_no_page_promises_to_take_money_that_the_portal_cannot_take() -> None:
    html = page(4, fee=8000)
    assert "Cổng chưa thu tiền trên mạng" in html and "nộp tại quầy" in html


def test_a_package_that_takes_money_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    filler = slots.Filler(lambda procedure: "Trả bằng thẻ hoặc mã QR.", 0)
    monkeypatch.setitem(slots._fillers, "procedure.payment", [filler])
    html = page(4, fee=8000)
    assert "Trả bằng thẻ hoặc mã QR." in html
    assert "nộp tại quầy" not in html and "chưa thu tiền" not in html


@pytest.mark.parametrize(("built", "word"), [(False, "phí trực tuyến"), (True, "chưa thu")])
def test_the_sentence_of_level_4_is_true_today(
    built: bool, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fillers = [slots.Filler(lambda procedure: None, 0)] if built else []
    monkeypatch.setitem(slots._fillers, "procedure.payment", fillers)
    assert word not in levels.offer(4).sentence
    assert ("Nộp hồ sơ và phí trực tuyến" in levels.offer(4).sentence) is built


# domain.md §1.3: result by post from level 3, electronic at level 4 only.
@pytest.mark.parametrize(("level", "post", "online"), [(2, 0, 0), (3, 1, 0), (4, 1, 1)])
def test_ways_to_receive_the_result(level: int, post: bool, online: bool) -> None:
    html = page(level)
    assert ("Nhận tại nhà qua bưu chính" in html) == post
    assert ("Nhận bản điện tử" in html) == online


def test_an_agency_with_a_lower_level_says_so_and_why() -> None:
    factories.a_service(factories.a_procedure(), level=3, level_reason="Chưa có chữ ký số")
    html = Client().get("/thu-tuc/1.001193/").content.decode()
    assert "Tại đây: Một phần" in html and "Chưa có chữ ký số" in html


def test_without_an_agency_that_takes_it_there_is_no_button() -> None:
    factories.a_procedure()
    assert FILE not in Client().get("/thu-tuc/1.001193/").content.decode()


@pytest.mark.parametrize("level", [1, 2])
def test_the_server_refuses_filing_below_level_3(level: int) -> None:
    with pytest.raises(levels.LevelRefused):
        levels.require_filing(level)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_the_server_refuses_paying_online_below_level_4(level: int) -> None:
    with pytest.raises(levels.LevelRefused):
        levels.require_online_payment(level)
