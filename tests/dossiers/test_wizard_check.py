"""The last look and the filing."""

import pytest
from django.test import Client
from django.urls import reverse

from dossiers import actions
from dossiers.actions import filing
from dossiers.models import CheckState, Dossier
from dossiers.workflow import Status
from portal.lib import slots
from tests import factories
from tests.dossiers import places
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING


def test_everything_is_shown_with_a_way_to_change_it(browser, draft):
    page = browser.get(url("filing-check", draft))
    text = text_of(page)
    for said in ("Nguyễn Thị Ánh", "20/02/2026", "giay-chung-sinh.pdf", "0912345678",
                 "Đến lấy tại bộ phận một cửa", "Chưa có gì được gửi", "03 ngày làm việc",
                 "chưa cung cấp", "8 giờ làm việc", "Không thu phí"):  # fmt: skip
        assert said in text
    for step in ("filing-owner", "filing-eform", "filing-papers", "filing-return"):
        assert f'href="{url(step, draft)}?ve=kiem-tra' in page.content.decode()


def test_files_of_questions_and_of_the_right_open_like_those_of_the_case(browser, binh, with_files):
    draft = places.for_lua(factories.a_draft(binh, with_files), binh)
    for key in ("ban_ve", actions.AUTHORITY):
        upload = factories.an_upload(f"{key}.pdf")
        actions.attach_paper(draft, upload=upload, field_key=key, by=binh, at=MORNING)
    draft.papers.update(pages=3)
    assert text_of(browser.get(url("filing-check", draft))).count("3 trang · ") == 2
    assert "đang kiểm tra" in text_of(browser.get(url("filing-check", draft)))
    factories.mark_clean(draft)
    page = browser.get(url("filing-check", draft))
    assert "đang kiểm tra" not in text_of(page)
    for paper in draft.papers.all():
        link = reverse("paper", args=[paper.public_id])
        # Line breaks of the template would be shown (white-space: pre-line).
        assert f'<dd><a href="{link}">{paper.filename}</a>' in page.content.decode()


def test_fees_are_listed_with_when_and_exemption(browser, binh):
    procedure = factories.a_procedure(fee=8000)
    procedure.current.channels.get().fees.update(exemption="Miễn cho hộ nghèo.")
    draft = factories.a_full_draft(binh, factories.a_service(procedure))
    text = text_of(browser.get(url("filing-check", draft)))
    for said in ("8.000", "Khi tiếp nhận", "Miễn cho hộ nghèo.", "Bạn chưa phải trả khi nộp"):
        assert said in text


def test_a_fee_without_a_sum_says_by_what_it_is_known(browser, binh):
    procedure = factories.a_procedure(fee=8000)
    fees = procedure.current.channels.get().fees
    fees.update(amount=None, note="Bằng 2% giá trị tài sản.")
    draft = factories.a_full_draft(binh, factories.a_service(procedure))
    text = text_of(browser.get(url("filing-check", draft)))
    for said in ("Bằng 2% giá trị tài sản.", "theo quy định", "Số phải nộp theo quy định"):
        assert said in text
    assert "Chỉ một trong" not in text


def test_of_several_fees_one_applies_and_each_has_its_unit(browser, binh):
    procedure = factories.a_procedure(fee=8000)
    fee = procedure.current.channels.get().fees.get()
    fee.unit = "đồng/bản"
    fee.save()
    fee.pk = None
    fee.save()
    draft = factories.a_full_draft(binh, factories.a_service(procedure))
    text = text_of(browser.get(url("filing-check", draft)))
    assert "đ/bản" in text and "Chỉ một trong các khoản trên áp dụng." in text


def test_gaps_are_named_with_links_to_their_places(browser, binh, service):
    draft = factories.a_draft(binh, service)
    page = browser.get(url("filing-check", draft))
    assert "Hồ sơ còn thiếu" in text_of(page)
    need = draft.case.requirements.get()
    for place in (
        url("filing-owner", draft) + "?ve=kiem-tra",
        url("filing-eform", draft) + "?ve=kiem-tra",
        url("filing-papers", draft) + f"?ve=kiem-tra#giay-{need.pk}",
        url("filing-return", draft) + "?ve=kiem-tra",
    ):
        assert f'<a href="{place}"' in page.content.decode()


def test_an_incomplete_draft_is_not_filed(browser, binh, service):
    draft = factories.a_draft(binh, service)
    page = pages.submit(browser, draft)
    assert "Chưa chọn cách nhận kết quả." in text_of(page)
    draft.refresh_from_db()
    assert (draft.status, draft.code) == (Status.DRAFT, None)


def test_an_infected_file_points_to_its_paper(browser, draft):
    draft.papers.update(state=CheckState.INFECTED)
    page = pages.submit(browser, draft)
    assert "không dùng được (có mã độc)" in text_of(page)


def test_the_declaration_must_be_ticked(browser, draft):
    page = pages.submit(browser, draft, cam_doan="")
    assert "Hãy đánh dấu vào ô cam đoan" in text_of(page)
    assert "<title>Lỗi:" in page.content.decode()
    assert not Dossier.objects.exclude(status=Status.DRAFT).exists()


def test_what_another_tab_changed_is_shown_before_it_is_filed(browser, draft, binh):
    mark = pages.mark_of(browser.get(url("filing-check", draft)))
    actions.save_answers(draft, answers={"ho_ten_con": "Lê B"}, by=binh, at=MORNING)
    page = browser.post(url("filing-check", draft), {"cam_doan": "on", "dau": mark})
    assert "đã thay đổi từ lúc bạn mở trang" in text_of(page) and "Lê B" in text_of(page)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


@pytest.fixture
def pressed_too_late(browser, draft, binh, monkeypatch):
    """Another tab saves after the press, before the draft is locked. What was seen is sent."""
    mark = pages.mark_of(browser.get(url("filing-check", draft)))
    changed = draft.answers | {"ho_ten_con": "Lê B"}
    real = actions.submit

    def submit_late(dossier, **what):
        actions.save_answers(draft, answers=changed, by=binh, at=MORNING)
        return real(dossier, **what)

    monkeypatch.setattr(actions, "submit", submit_late)
    return {"cam_doan": "on", "dau": mark}


def test_what_another_tab_changed_at_that_very_moment_is_not_filed(
    browser, draft, pressed_too_late
):
    page = browser.post(url("filing-check", draft), pressed_too_late)
    assert "đã thay đổi từ lúc bạn mở trang" in text_of(page) and "Lê B" in text_of(page)
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_twin_without_the_look_under_the_lock_it_is_filed_unseen(
    browser, draft, pressed_too_late, monkeypatch
):
    monkeypatch.setattr(filing, "look_of", lambda draft, papers: pressed_too_late["dau"])
    browser.post(url("filing-check", draft), pressed_too_late)
    draft.refresh_from_db()
    assert draft.status == Status.SUBMITTED and draft.answers["ho_ten_con"] == "Lê B"


def test_a_change_is_told_also_where_the_tick_is_missing(browser, draft, binh):
    mark = pages.mark_of(browser.get(url("filing-check", draft)))
    actions.save_answers(draft, answers={"ho_ten_con": "Lê B"}, by=binh, at=MORNING)
    page = browser.post(url("filing-check", draft), {"dau": mark})
    assert "đã thay đổi từ lúc bạn mở trang" in text_of(page)


@pytest.mark.parametrize("mark", ["", "\x00", "x" * 5000])
def test_a_made_up_mark_files_nothing(browser, draft, mark):
    page = browser.post(url("filing-check", draft), {"cam_doan": "on", "dau": mark})
    assert page.status_code == 200
    assert not Dossier.objects.exclude(status=Status.DRAFT).exists()


def test_costs_of_packages_above_are_shown(browser, draft, monkeypatch):
    monkeypatch.setattr(slots, "_fillers", slots.defaultdict(list))
    line = {"name": "Cước bưu chính", "amount": 26000, "note": "Trả cho bưu tá."}
    slots.register("filing.costs", lambda dossier: line)
    text = text_of(browser.get(url("filing-check", draft)))
    assert "Cước bưu chính" in text and "26.000" in text


def test_the_filing_is_without_csrf_token_refused(draft, binh):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(binh)
    assert strict.post(url("filing-check", draft), {"cam_doan": "on"}).status_code == 403
