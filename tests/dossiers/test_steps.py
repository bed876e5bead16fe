"""Steps with nothing to ask do not exist; what they would ask is shown at the last look."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from dossiers import actions
from dossiers.models import Dossier
from procedures.general_form import GENERAL
from procedures.models import ResultType, Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url


@pytest.fixture
def known(binh: User) -> User:
    """Bình's account with all that a dossier asks about its owner."""
    binh.ward, binh.street = factories.a_ward(), "Số 5, khu Nam Quan"
    binh.save()
    return binh


@pytest.fixture
def browser(known: User) -> Client:
    return pages.as_user(known)


def begun(browser: Client, service: Service, **choices: Any) -> tuple[str, Dossier]:
    """Where the first page leads, and the draft."""
    answer = pages.start(browser, service, **choices)
    return answer.url, Dossier.objects.get()


def test_who_is_known_begins_with_the_declaration(browser, service):
    address, draft = begun(browser, service)
    assert address == url("filing-eform", draft)
    assert draft.owner_address == "Số 5, khu Nam Quan, Xã Đồng Đăng, Tỉnh Lạng Sơn"


@pytest.mark.parametrize(
    "unknown", [{"citizen_id": "", "auth_level": 0}, {"street": "", "ward": None}]
)
def test_who_is_half_known_is_asked(browser, known, service, unknown):
    for name, value in unknown.items():
        setattr(known, name, value)
    known.save()
    address, draft = begun(browser, service)
    assert address == url("filing-owner", draft)


def test_a_simple_filing_has_three_steps(browser, binh):
    service = factories.a_service(factories.a_procedure(eform=GENERAL))
    _, draft = begun(browser, service, nhan="desk")
    shown = text_of(browser.get(url("filing-eform", draft)))
    assert "Bước 1/3" in shown and "Tiếp theo: Giấy tờ" in shown
    assert "Bước 3/3" in text_of(browser.get(url("filing-check", draft)))


def test_the_last_look_shows_what_was_not_asked_and_opens_it(browser, service):
    _, draft = begun(browser, service, nhan="desk")
    check = browser.get(url("filing-check", draft))
    assert "Số 5, khu Nam Quan" in text_of(check) and "Đến lấy tại bộ phận" in text_of(check)
    for step in ("filing-owner", "filing-return"):
        address = url(step, draft) + "?ve=kiem-tra"
        assert address in check.content.decode()
        assert "Bước" not in text_of(browser.get(address))
    sent = browser.post(url("filing-owner", draft) + "?ve=kiem-tra", pages.OWNER)
    assert sent.url == url("filing-check", draft)
    draft.refresh_from_db()
    assert draft.owner_address == pages.OWNER["dia_chi"]


def test_a_step_that_was_emptied_later_is_told_as_a_gap(browser, service):
    _, draft = begun(browser, service)
    Dossier.objects.update(owner_address="")
    assert browser.get(url("filing", draft)).url == url("filing-owner", draft)
    assert "Chưa có địa chỉ" in text_of(browser.get(url("filing-check", draft)))


def test_back_from_the_last_look_leads_to_the_step_before(browser, service):
    _, draft = begun(browser, service, nhan="desk")
    assert url("filing-papers", draft) in browser.get(url("filing-check", draft)).content.decode()
    back = browser.post(url("filing-papers", draft), {"viec": "lui"})
    assert back.url == url("filing-eform", draft)


def test_the_first_step_has_no_way_back(browser, service):
    _, draft = begun(browser, service)
    assert 'value="lui"' not in browser.get(url("filing-eform", draft)).content.decode()
    sent = browser.post(url("filing-eform", draft), {"viec": "lui"})
    assert sent.url == url("filing-eform", draft)


def test_for_another_person_the_owner_is_asked(browser, service):
    address, draft = begun(browser, service, nop_cho="other")
    assert (address, draft.filed_for) == (url("filing-owner", draft), "other")
    assert draft.owner_name == "" and draft.owner is None


def test_an_organisation_that_is_known_is_not_asked(browser, known, service):
    firm = factories.a_firm(known)
    address, draft = begun(browser, service, nop_cho=f"org-{firm.pk}")
    assert (address, draft.organisation) == (url("filing-eform", draft), firm)


@pytest.mark.parametrize("whom", ["org-999999", "ai", "org-", "other-1"])
def test_whom_nobody_offered_is_refused(browser, service, whom):
    page = pages.start(browser, service, nop_cho=whom)
    assert "Hãy chọn lại bạn nộp hồ sơ cho ai." in text_of(page)
    assert not Dossier.objects.exists()


def test_another_ones_organisation_is_refused(browser, lan, service):
    firm = factories.a_firm(lan)
    assert "Hãy chọn lại" in text_of(pages.start(browser, service, nop_cho=f"org-{firm.pk}"))


def test_the_post_brings_it_home_when_home_is_known(browser, service):
    _, draft = begun(browser, service, nhan="post")
    assert draft.return_address == "Số 5, khu Nam Quan, Xã Đồng Đăng, Tỉnh Lạng Sơn"
    assert draft.unasked == ["owner", "return"]


def test_the_post_asks_where_to_when_home_is_not_known(browser, known, service):
    known.ward, known.street = None, ""
    known.save()
    _, draft = begun(browser, service, nhan="post")
    assert (draft.return_method, draft.unasked) == ("post", [])
    assert "return" in [gap.place for gap in actions.gaps(draft)]


@pytest.mark.parametrize("way", ["", "chim-bo-cau", "x" * 300])
def test_a_way_that_is_not_open_is_asked_later(browser, service, way):
    _, draft = begun(browser, service, nhan=way)
    assert (draft.return_method, draft.unasked) == ("", ["owner"])


def test_the_only_way_is_not_asked(browser, service):
    ResultType.objects.update(returns=["desk"])
    start = text_of(browser.get(f"/ho-so/nop/{service.procedure.code}/"))
    assert "Nhận kết quả bằng cách nào?" not in start and "Bạn nộp cho ai?" in start
    _, draft = begun(browser, service)
    assert draft.return_method == "desk" and "return" in draft.unasked


def test_the_same_start_twice_is_one_draft(browser, service):
    token = str(uuid.uuid4())
    for _ in range(2):
        begun(browser, service, token=token, nop_cho="other", nhan="post")


# --- who registered by themselves -----------------------------------------------------------------

TOLD = {"toi-so_dinh_danh": "020 090 000 123", "toi-dia_chi": "Số 5, khu Nam Quan"}


@pytest.fixture
def alone(stranger: User) -> Client:
    """An account nobody has checked, without a number and a home."""
    return pages.as_user(stranger)


def test_who_registered_alone_files_a_simple_dossier_in_three_steps_too(alone):
    service = factories.a_service(factories.a_procedure(eform=GENERAL))
    address, draft = begun(alone, service, nhan="desk", **TOLD)
    assert address == url("filing-eform", draft)
    assert "Bước 1/3" in text_of(alone.get(address))
    assert "Bước 3/3" in text_of(alone.get(url("filing-check", draft)))


def test_what_was_told_there_stands_in_the_dossier_and_can_be_mended(alone, service, stranger):
    _, draft = begun(alone, service, **TOLD)
    assert (draft.owner, draft.submitter) == (stranger, stranger)
    assert (draft.owner_name, draft.owner_citizen_id) == ("Người Lạ", "020090000123")
    assert draft.owner_address == "Số 5, khu Nam Quan"
    check = alone.get(url("filing-check", draft)).content.decode()
    assert "020090000123" in check and url("filing-owner", draft) + "?ve=kiem-tra" in check
    stranger.refresh_from_db()
    assert (stranger.citizen_id, stranger.auth_level) == ("", 0)  # told, checked by nobody


@pytest.mark.parametrize("left_out", TOLD)
def test_what_was_left_out_is_asked_by_the_step(alone, service, left_out):
    address, draft = begun(alone, service, **{k: v for k, v in TOLD.items() if k != left_out})
    assert address == url("filing-owner", draft)
    assert draft.owner_address == ("" if left_out == "toi-dia_chi" else TOLD["toi-dia_chi"])


def test_a_number_that_is_none_is_said_at_once_and_kept(alone, service):
    page = pages.start(alone, service, **TOLD | {"toi-so_dinh_danh": "12345"})
    assert "<title>Lỗi: " in page.content.decode()
    assert 'href="#id_toi-so_dinh_danh"' in page.content.decode()
    assert 'value="12345"' in page.content.decode()
    assert TOLD["toi-dia_chi"] in page.content.decode()
    assert not Dossier.objects.exists()


def test_for_another_person_it_counts_for_nothing(alone, service):
    address, draft = begun(alone, service, nop_cho="other", **TOLD)
    assert address == url("filing-owner", draft)
    assert (draft.owner_citizen_id, draft.owner_address) == ("", "")


def test_for_another_person_nothing_is_wrong_with_ones_own(alone, service):
    wrong = TOLD | {"toi-so_dinh_danh": "12345"}
    page = pages.start(alone, service, nop_cho="other", co_quan="", **wrong).content.decode()
    assert page.count('role="alert"') == 1 and "#id_co_quan_0" in page
    assert "#id_toi-so_dinh_danh" not in page and 'value="12345"' in page


def test_what_is_wrong_on_the_page_is_told_in_one_summary(alone, service):
    wrong = TOLD | {"toi-so_dinh_danh": "12345"}
    page = pages.start(alone, service, co_quan="", **wrong).content.decode()
    assert page.count('role="alert"') == 1
    assert "#id_co_quan_0" in page and "#id_toi-so_dinh_danh" in page


def test_a_checked_person_tells_no_number_here(known, browser, service):
    assert "Thông tin của bạn" not in text_of(browser.get(f"/ho-so/nop/{service.procedure.code}/"))
    _, draft = begun(browser, service, **TOLD | {"toi-so_dinh_danh": "020195000456"})
    assert draft.owner_citizen_id == "020090000123"


def test_a_checked_person_without_a_home_is_asked_for_it_only(known, browser, service):
    known.ward, known.street = None, ""
    known.save()
    page = browser.get(f"/ho-so/nop/{service.procedure.code}/").content.decode()
    assert "toi-dia_chi" in page and "toi-so_dinh_danh" not in page
    address, draft = begun(browser, service, **TOLD)
    assert address == url("filing-eform", draft)
