"""The wizard from start to receipt, and its ways on and back."""

import uuid

import pytest
from django.urls import reverse

from dossiers import actions
from dossiers.models import Counter, Dossier
from dossiers.workflow import Status
from procedures.models import Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING

STEPS = ["filing-owner", "filing-eform", "filing-papers", "filing-return", "filing-check"]


def test_bình_files_from_the_first_page_to_the_receipt(browser, service):
    started = pages.start(browser, service)
    draft = Dossier.objects.get()
    assert started.url == url("filing-owner", draft)
    assert pages.fill_owner(browser, draft).url == url("filing-eform", draft)
    assert pages.fill_eform(browser, draft).url == url("filing-papers", draft)
    need = draft.case.requirements.get()
    sent = browser.post(url("filing-papers", draft), {f"tep-{need.pk}": factories.an_upload()})
    assert sent.url == url("filing-return", draft)
    back = browser.post(url("filing-return", draft), {"cach_nhan": "desk"})
    assert back.url == url("filing-check", draft)
    assert pages.submit(browser, draft).url == url("receipt", draft)
    draft.refresh_from_db()
    assert (draft.status, bool(draft.code)) == (Status.SUBMITTED, True)


def test_the_postal_address_is_kept_whole(browser, draft):
    factories.a_ward()
    answer = {
        "cach_nhan": "post",
        "nguoi_nhan": "Nguyễn Văn Bình",
        "dien_thoai_nhan": "0912.345.678",
        "noi_nhan-province": "20",
        "noi_nhan-ward": "06184",
        "noi_nhan-detail": "Thôn 3",
    }
    browser.post(url("filing-return", draft), answer)
    draft.refresh_from_db()
    assert draft.return_address == "Thôn 3, Xã Đồng Đăng, Tỉnh Lạng Sơn"
    assert draft.return_phone == "0912345678"


def test_a_wrong_phone_for_the_post_is_told_at_its_place(browser, draft):
    answer = {"cach_nhan": "post", "nguoi_nhan": "Bình", "dien_thoai_nhan": "123"}
    page = browser.post(url("filing-return", draft), answer)
    assert "chưa phải là số điện thoại gọi được" in text_of(page)
    assert 'value="123"' in page.content.decode()


def test_going_back_keeps_a_half_written_address(browser, draft):
    answer = {"cach_nhan": "post", "nguoi_nhan": "Lò Thị Mai", "viec": "lui"}
    assert browser.post(url("filing-return", draft), answer).url == url("filing-papers", draft)
    assert 'value="Lò Thị Mai"' in browser.get(url("filing-return", draft)).content.decode()
    draft.refresh_from_db()
    assert any("gõ dở" in gap.sentence for gap in actions.gaps(draft))


def test_going_back_from_the_declaration_keeps_what_was_typed(browser, draft):
    sent = pages.fill_eform(browser, draft, ho_ten_con="Lê A", ngay_sinh="32/13/2026", viec="lui")
    assert sent.url == url("filing-owner", draft)
    draft.refresh_from_db()
    assert draft.answers == {"ho_ten_con": "Lê A", "ngay_sinh": "32/13/2026"}


@pytest.mark.parametrize(
    ("step", "answer"),
    [
        ("filing-owner", pages.OWNER),
        ("filing-eform", factories.SMALL_ANSWERS),
        ("filing-papers", {}),
        ("filing-return", {"cach_nhan": "desk"}),
    ],
)
def test_a_step_opened_from_the_check_page_leads_back_to_it(browser, draft, step, answer):
    sent = browser.post(url(step, draft) + "?ve=kiem-tra", answer)
    assert sent.url == url("filing-check", draft)


@pytest.mark.parametrize("step", [*STEPS, "filing", "filing-case", "filing-discard"])
def test_after_filing_every_step_leads_to_the_dossier(browser, filed, step):
    shown = browser.get(url(step, filed))
    assert shown.url == url("dossier", filed)


@pytest.mark.parametrize("step", STEPS[:-1])
def test_after_filing_no_step_changes_anything(browser, filed, step):
    before = Dossier.objects.values().get()
    assert browser.post(url(step, filed), {"viec": "luu", "dia_chi": "x"}).status_code == 302
    assert Dossier.objects.values().get() == before


@pytest.mark.parametrize("step", [*STEPS, "filing-case", "filing-discard"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_finds_nothing(draft, stranger, step, method):
    assert getattr(pages.as_user(stranger), method)(url(step, draft)).status_code == 404


def test_an_officer_finds_no_draft(draft, lan):
    assert pages.as_user(lan).get(url("filing-check", draft)).status_code == 404


def test_nobody_signed_out_gets_in(client, draft):
    assert client.get(url("filing-eform", draft)).url.startswith("/tai-khoan/")


def test_resuming_leads_to_the_first_gap(browser, binh, service):
    draft = factories.a_draft(binh, service)
    assert browser.get(url("filing", draft)).url == url("filing-owner", draft)


def test_resuming_a_full_draft_leads_to_the_last_look(browser, draft):
    assert browser.get(url("filing", draft)).url == url("filing-check", draft)


def test_a_draft_is_deleted_only_after_the_question(browser, draft):
    assert "Không lấy lại được" in text_of(browser.get(url("filing-discard", draft)))
    assert Dossier.objects.count() == 1
    assert browser.post(url("filing-discard", draft)).url == reverse("my-dossiers")
    assert Dossier.objects.count() == 0


def test_the_step_of_a_draft_deleted_in_another_tab_is_not_found(browser, draft, monkeypatch):
    def gone(*args, **kwargs):
        raise Dossier.DoesNotExist

    monkeypatch.setattr(actions, "save_part", gone)
    assert pages.fill_eform(browser, draft).status_code == 404


def test_a_case_without_uploads_has_four_steps(browser, binh):
    service = factories.a_service(factories.a_procedure(papers=0))
    draft = factories.a_draft(binh, service)
    assert "Bước 1/4" in text_of(browser.get(url("filing-owner", draft)))
    assert pages.fill_eform(browser, draft).url == url("filing-return", draft)


def test_the_case_is_changed_on_its_own_page(browser, draft):
    other = draft.version.cases.create(key="bo-roi", name="Trẻ bị bỏ rơi")
    assert "Trẻ bị bỏ rơi" in text_of(browser.get(url("filing-case", draft)))
    browser.post(url("filing-case", draft), {"truong-hop": "bo-roi"})
    draft.refresh_from_db()
    assert draft.case == other


def test_no_case_chosen_is_told(browser, draft):
    page = browser.post(url("filing-case", draft), {"truong-hop": "khong-co"})
    assert "Hãy chọn trường hợp của bạn." in text_of(page)


def test_pressing_twice_gives_one_code_and_the_receipt_twice(browser, draft):
    mark = pages.mark_of(browser.get(url("filing-check", draft)))
    data = {"cam_doan": "on", "dau": mark}
    answers = [browser.post(url("filing-check", draft), data) for _ in range(2)]
    assert [answer.url for answer in answers] == [url("receipt", draft)] * 2
    assert Counter.objects.get(scope__startswith="code/").value == 1


def test_a_token_used_twice_leads_to_one_draft(browser, service: Service):
    token = str(uuid.uuid4())
    urls = {pages.start(browser, service, token=token).url for _ in range(2)}
    assert len(urls) == 1 and Dossier.objects.count() == 1


def test_anothers_token_opens_nothing(browser, service, stranger):
    token = uuid.uuid4()
    actions.start_draft(service=service, by=stranger, at=MORNING, token=token)
    page = pages.start(browser, service, token=str(token))
    assert "Trang này đã cũ" in text_of(page)
