"""The page behind "Nộp hồ sơ"."""

import re
import uuid

import pytest
from django.urls import reverse

from dossiers.models import Dossier
from procedures.models import Channel, Fee, Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of


def address(service: Service, query: str = "") -> str:
    return reverse("start-filing", args=[service.procedure.code]) + query


def more_agencies(service: Service, names: list[str]) -> None:
    for number, name in enumerate(names):
        Service.objects.create(
            procedure=service.procedure,
            receiving_agency=factories.an_agency(f"000.{number:02d}.99.H37", name=name, ward=None),
            deciding_agency=factories.a_committee(),
            level=4,
        )


MANY = [
    f"Trung tâm Phục vụ hành chính công xã {n}" for n in "Bình Gia|Văn Lãng|Hữu Lũng".split("|")
]
MANY += [f"Trung tâm Phục vụ hành chính công xã số {n}" for n in range(20)]


def test_time_cost_and_papers_are_told_before_anything_is_typed(browser, service):
    channel = Channel.objects.get()
    Fee.objects.create(
        channel=channel,
        name="Lệ phí khai sinh",
        kind="le_phi",
        amount=8000,
        exemption="Miễn cho trẻ khuyết tật.",
    )
    text = text_of(browser.get(address(service)))
    assert "3 ngày làm việc" in text and "8.000\xa0đ" in text.replace(" đ", "\xa0đ")
    assert "Giấy chứng sinh 1" in text and "Miễn cho trẻ khuyết tật." in text


def test_what_the_level_allows_is_told(browser, service):
    assert "Nộp hồ sơ trực tuyến; nhận kết quả" in text_of(browser.get(address(service)))


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("level", [1, 2])
def test_low_levels_are_refused_with_the_way_in_person(browser, level, method):
    service = factories.a_service(factories.a_procedure(level=level))
    data = {"co_quan": service.pk, "token": str(uuid.uuid4())}
    page = getattr(browser, method)(address(service), data)
    assert page.status_code == 403 and Dossier.objects.count() == 0
    assert "chưa nhận hồ sơ trực tuyến" in text_of(page)
    assert "Khu Nam Quan, xã Đồng Đăng" in text_of(page)


def test_an_agency_with_a_lowered_level_is_refused_even_for_a_made_up_post(browser, service):
    low = Service.objects.create(
        procedure=service.procedure,
        receiving_agency=factories.an_agency("000.77.99.H37", name="Xã chưa nối mạng"),
        deciding_agency=factories.a_committee(),
        level=2,
    )
    assert pages.start(browser, low).status_code == 403
    assert Dossier.objects.count() == 0


def test_a_procedure_no_agency_accepts_says_so(browser):
    procedure = factories.a_procedure()
    page = browser.get(reverse("start-filing", args=[procedure.code]))
    assert page.status_code == 403 and "chưa có cơ quan nào nhận" in text_of(page)


def test_an_unknown_procedure_is_not_found(browser, db):
    assert browser.get(reverse("start-filing", args=["9.999999"])).status_code == 404


@pytest.mark.parametrize("words", ["van lang", "Văn Lãng", "VĂN LÃNG", "xã văn"])
def test_agencies_are_found_by_a_few_letters(browser, service, words):
    more_agencies(service, MANY)
    text = text_of(browser.get(address(service), {"q": words}))
    assert "xã Văn Lãng" in text and "xã Hữu Lũng" not in text


def test_looking_for_an_agency_loses_nothing_of_what_was_typed(stranger, service):
    more_agencies(service, MANY)
    typed = {"toi-so_dinh_danh": "12345", "nop_cho": "other", "q": "van lang", "tim": "1"}
    page = pages.start(pages.as_user(stranger), service, **typed)
    assert "xã Văn Lãng" in text_of(page) and "xã Hữu Lũng" not in text_of(page)
    assert 'value="12345"' in page.text and 'value="other" id="id_nop_cho_1" checked' in page.text
    assert 'role="alert"' not in page.text and not Dossier.objects.exists()


def test_the_persons_own_commune_comes_first(browser, binh, service):
    more_agencies(service, MANY)
    binh.ward = factories.a_ward()
    binh.save()
    text = text_of(browser.get(address(service)))
    assert text.index("xã Đồng Đăng") < text.index("xã Bình Gia")


def test_no_agency_of_that_name_is_said(browser, service):
    more_agencies(service, MANY)
    assert "Không có cơ quan nào" in text_of(browser.get(address(service), {"q": "Cà Mau"}))


def test_the_case_is_asked_by_a_plain_question(browser, service):
    version = service.procedure.current
    version.cases.create(key="tai-nha", name="Sinh tại nhà", hint="Con sinh ở nhà?")
    page = pages.start(browser, service)
    assert "Hãy chọn trường hợp của bạn." in text_of(page) and "Con sinh ở nhà?" in text_of(page)
    pages.start(browser, service, truong_hop="tai-nha")
    assert Dossier.objects.get().case.key == "tai-nha"


@pytest.mark.parametrize("token", [None, "", "abc", "1' OR 1=1", "\x00"])
def test_a_page_without_its_token_is_asked_again(browser, service, token):
    data = {"co_quan": service.pk} | ({} if token is None else {"token": token})
    page = browser.post(address(service), data)
    assert "Trang đã cũ" in text_of(page) and Dossier.objects.count() == 0


@pytest.mark.parametrize("agency", ["", "0", "abc", "99999999999999999999", "\x00"])
def test_a_made_up_agency_is_told(browser, service, agency):
    page = pages.start(browser, service, co_quan=agency)
    assert "ơ quan" in text_of(page) and Dossier.objects.count() == 0


def test_an_open_draft_is_offered(browser, draft, service):
    text = text_of(browser.get(address(service)))
    assert "Tiếp tục bản nháp" in text and "Bắt đầu hồ sơ mới" in text


def test_anothers_draft_is_not_offered(draft, service, stranger):
    text = text_of(pages.as_user(stranger).get(address(service)))
    assert "Tiếp tục bản nháp" not in text


def test_the_fourth_dossier_of_an_unchecked_account_is_refused_here(service, stranger):
    for _ in range(3):
        factories.a_filed(stranger, service)
    page = pages.start(pages.as_user(stranger), service)
    assert page.status_code == 200 and "chưa xác thực" in text_of(page)


def test_a_machine_gun_of_drafts_is_stopped(browser, service):
    answers = [pages.start(browser, service).status_code for _ in range(61)]
    assert answers == [302] * 20 + [200] * 40 + [429]


# What it costs


def a_fee(amount, **fields):
    channel = Channel.objects.get()
    return Fee.objects.create(channel=channel, name="Phí", kind="phi", amount=amount, **fields)


def test_a_fee_that_only_its_note_knows_is_not_shown_as_free(browser, service):
    a_fee(None, note="Bằng 2% giá trị tài sản.")
    text = text_of(browser.get(address(service)))
    assert "Theo quy định ghi dưới đây" in text
    assert "Phí: theo quy định. Bằng 2% giá trị tài sản." in text
    assert "không thu" not in text.lower()


def test_a_free_one_is_and_one_of_several_says_so(browser, service):
    a_fee(0)
    assert "Phí: không thu." in text_of(browser.get(address(service)))
    a_fee(8000, unit="đồng/bản")
    text = text_of(browser.get(address(service)))
    assert "8.000\xa0đ/bản." in text.replace(" đ", "\xa0đ")
    assert "Tùy trường hợp, một trong các khoản dưới đây" in text


def test_what_the_post_will_want_is_told_before(browser, service):
    assert "Cước bưu chính Tính riêng Chỉ khi nhận" in text_of(browser.get(address(service)))


def test_where_the_result_is_not_sent_no_postage_is_spoken_of(browser, service):
    service.procedure.current.result_types.update(returns=["desk"])
    assert "Cước bưu chính" not in text_of(browser.get(address(service)))


# Enter presses the first button of the form


@pytest.fixture
def many(service):
    """More agencies than are simply listed."""
    more_agencies(service, MANY)
    return service


def pressed_by_enter(page):
    """Name and value of the form's first submit button."""
    form = page.content.decode().split('<form method="post" novalidate>')[1]
    button = re.search(r'<button[^>]*type="submit"[^>]*>', form)[0]
    return dict(re.findall(r'(?:name="(\w+)" value="(\w+)")', button))


def test_enter_in_another_field_begins(browser, many):
    shown = browser.get(address(many))
    data = {"co_quan": many.pk, "token": str(uuid.uuid4()), "q": "", "q_truoc": ""}
    answer = browser.post(address(many), data | pressed_by_enter(shown))
    assert answer.status_code == 302 and Dossier.objects.count() == 1


def test_enter_in_the_search_field_searches(browser, many):
    shown = browser.get(address(many))
    data = {"co_quan": many.pk, "token": str(uuid.uuid4()), "q": "van lang", "q_truoc": ""}
    page = browser.post(address(many), data | pressed_by_enter(shown))
    assert "Văn Lãng" in text_of(page) and "Bình Gia" not in text_of(page)
    assert 'name="q_truoc" value="van lang"' in page.content.decode()
    assert not Dossier.objects.exists()


def test_who_presses_begin_begins_whatever_is_typed_there(browser, many):
    data = {"co_quan": many.pk, "token": str(uuid.uuid4()), "q": "van lang", "q_truoc": ""}
    assert browser.post(address(many), data).status_code == 302
