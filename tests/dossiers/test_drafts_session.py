"""A session that ends, a token that is old, a database that is away: what was typed is not lost."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import OperationalError
from django.test import Client

from dossiers import actions, kept
from dossiers.actions import Gap
from dossiers.forms import summary
from dossiers.models import Dossier
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.test_drafts_autosave import base_of
from tests.dossiers.wizard_pages import text_of, url

TYPED = {"ho_ten_con": "Nguyễn Thị Ánh", "ngay_sinh": "20/2", "ghi_chu": "dòng một\r\ndòng hai"}
FULL = factories.SMALL_ANSWERS
HERE = {"HTTP_ORIGIN": "http://testserver"}


@pytest.fixture
def draft(binh, service):
    return factories.a_draft(binh, service)


def signed_in(browser, email):
    data = {"login": email, "password": factories.PASSWORD}
    return browser.post("/tai-khoan/dang-nhap/", data)


def test_words_sent_after_the_session_ended_are_there_after_signing_in(draft):
    browser = Client()
    there = url("filing-eform", draft)
    answer = browser.post(there, TYPED)
    assert answer.status_code == 302 and answer.url.endswith(f"?next={there}")
    assert "những gì bạn vừa gõ được giữ lại" in text_of(browser.get(answer.url))
    assert signed_in(browser, "binh@example.vn").status_code == 302
    page = browser.get(there)
    assert 'value="20/2"' in page.content.decode() and "dòng một\r\ndòng hai" in unescape(
        page.content.decode()
    )
    assert "gõ dở vẫn còn" in text_of(page)


def test_they_are_of_the_draft_from_then_on(draft):
    browser = Client()
    browser.post(url("filing-eform", draft), TYPED)
    signed_in(browser, "binh@example.vn")
    assert (
        'value="20/2"'
        in pages.as_user(draft.submitter).get(url("filing-eform", draft)).content.decode()
    )
    assert "typed" not in browser.session


def test_who_signs_in_next_on_the_machine_gets_none_of_it(draft, stranger):
    browser = Client()
    browser.post(url("filing-eform", draft), TYPED)
    signed_in(browser, stranger.email)
    assert "typed" not in browser.session
    assert browser.get(url("filing-eform", draft)).status_code == 404
    draft.refresh_from_db()
    assert draft.typed == {}


def test_without_the_guard_a_stranger_writes_into_the_draft(draft, stranger, monkeypatch):
    """The twin: the guard asks for the person who makes the draft."""
    monkeypatch.setattr(kept, "_drafts_of", lambda user: Dossier.objects.drafts())
    monkeypatch.setattr("dossiers.actions.autosaving.lock_draft", lambda draft, by: draft)
    browser = Client()
    browser.post(url("filing-eform", draft), TYPED)
    signed_in(browser, stranger.email)
    draft.refresh_from_db()
    assert draft.typed["to-khai"]


def test_a_declaration_with_words_not_taken_is_not_filed(binh, service, draft):
    draft = factories.a_full_draft(binh, service)
    browser = Client()
    browser.post(url("filing-eform", draft), FULL | {"ho_ten_con": "Nguyễn Thị Ánh Mai"})
    signed_in(browser, "binh@example.vn")
    draft.refresh_from_db()
    [gap] = actions.gaps(draft)
    assert "gõ dở" in gap.sentence
    assert summary.address_of(draft, gap) == url("filing-eform", draft)
    browser.post(url("filing-eform", draft), FULL | {"ho_ten_con": "Nguyễn Thị Ánh Mai"})
    draft.refresh_from_db()
    assert actions.gaps(draft) == []


def test_words_of_a_page_that_is_not_asked_stop_nobody(binh, service):
    draft = factories.a_full_draft(binh, service)
    draft.typed = {"to-khai/khong-co": [["a", "b"]]}
    assert actions.gaps(draft) == []


def late(draft, name, opened, typed):
    """Sent from a page whose session had ended, then signed in."""
    browser = Client()
    browser.post(url(name, draft), typed | {"goc": opened})
    signed_in(browser, "binh@example.vn")
    return browser


def test_late_words_do_not_overwrite_newer_answers(binh, draft):
    opened = base_of(pages.as_user(binh).get(url("filing-eform", draft)))
    pages.fill_eform(pages.as_user(binh), draft, ho_ten_con="Nguyễn Mới")
    browser = late(draft, "filing-eform", opened, FULL | {"ho_ten_con": "Nguyễn Cũ"})
    page = browser.get(url("filing-eform", draft))
    assert "Bạn vừa gõ: Nguyễn Cũ" in text_of(page)
    assert "Đã lưu ở nơi khác: Nguyễn Mới" in text_of(page)
    choice = {"ho_ten_con": "Nguyễn Cũ", "goc": base_of(page), "giu-ho_ten_con": "luu"}
    browser.post(url("filing-eform", draft), FULL | choice | {"viec": "luu"})
    draft.refresh_from_db()
    assert draft.answers["ho_ten_con"] == "Nguyễn Mới" and draft.typed == {}


def test_late_words_that_nobody_overtook_are_only_shown(binh, draft):
    opened = base_of(pages.as_user(binh).get(url("filing-eform", draft)))
    page = late(draft, "filing-eform", opened, TYPED).get(url("filing-eform", draft))
    assert "gõ dở vẫn còn" in text_of(page) and "Đã lưu ở nơi khác" not in text_of(page)


@pytest.mark.parametrize("taken", [True, False])
def test_late_words_of_a_step_meet_newer_ones(binh, draft, taken):
    there, elsewhere = url("filing-owner", draft), pages.as_user(binh)
    opened = base_of(elsewhere.get(there))
    newer = there if taken else url("filing-autosave", draft, "nguoi-nop")
    elsewhere.post(newer, pages.OWNER | {"dien_thoai": "0987 654 321", "het": "1"})
    mine = pages.OWNER | {"dien_thoai": "0911 111 111"}
    browser = late(draft, "filing-owner", opened, mine)
    page = browser.get(there)
    assert re.search("Bạn vừa gõ: 0911.?111.?111", text_of(page))
    assert re.search("Đã lưu ở nơi khác: 0987.?654.?321", text_of(page))
    browser.post(there, mine | {"goc": base_of(page), "giu-dien_thoai": "luu", "viec": "luu"})
    draft.refresh_from_db()
    assert draft.owner_phone == "0987654321" and draft.typed == {}


# Files and presses: nothing can keep them, so it is said that nothing became of them.


def test_files_sent_after_the_session_ended_are_said_to_be_lost(draft):
    browser, there = Client(), url("filing-papers", draft)
    need = draft.case.requirements.get()
    answer = browser.post(there, {f"tep-{need.pk}": factories.an_upload(), "viec": "tai"})
    assert answer.status_code == 302 and answer.url.endswith(f"?next={there}")
    assert "tệp vừa chọn chưa được tải lên" in text_of(browser.get(answer.url))
    answer = browser.post(
        answer.url, {"login": "binh@example.vn", "password": factories.PASSWORD, "next": there}
    )
    assert answer.url == there
    assert kept.FILES_LOST in text_of(browser.get(there)) and not draft.papers.exists()
    assert kept.FILES_LOST not in text_of(browser.get(there))


def test_what_was_said_of_the_originals_is_on_the_papers_page(draft):
    browser, there = Client(), url("filing-papers", draft)
    need = draft.case.requirements.get()
    browser.post(there, {f"ban-giay-{need.pk}": "desk", "viec": "tai"})
    signed_in(browser, "binh@example.vn")
    page = browser.get(there)
    assert 'value="desk" selected' in page.content.decode() and "gõ dở vẫn còn" in text_of(page)
    draft.refresh_from_db()
    assert draft.originals == {}
    browser.post(there, {f"ban-giay-{need.pk}": "desk", "viec": "tiep"})
    draft.refresh_from_db()
    assert draft.originals == {str(need.pk): "desk"} and "typed" not in browser.session


@pytest.mark.parametrize("name", ["filing-eform", "filing-owner"])
def test_words_are_kept_where_files_are_lost(draft, name):
    browser = Client()
    answer = browser.post(url(name, draft), TYPED | {"tep-1": factories.an_upload()})
    said = text_of(browser.get(answer.url))
    assert "chưa được tải lên" in said and "vừa gõ được giữ lại" in said
    signed_in(browser, "binh@example.vn")
    assert kept.FILES_LOST in text_of(browser.get(url(name, draft)))


def test_a_sheet_sent_after_the_session_ended_is_said_to_be_lost(draft):
    browser = Client()
    browser.post(url("batch", draft), {"bang": factories.an_upload()})
    signed_in(browser, "binh@example.vn")
    assert kept.FILES_LOST in text_of(browser.get(url("batch", draft)))


def test_a_filing_whose_session_had_ended_is_said_not_to_be_filed(binh, service):
    draft, browser = factories.a_full_draft(binh, service), Client()
    answer = browser.post(url("filing-check", draft), {"cam_doan": "on", "dau": "x"})
    assert "hồ sơ chưa được nộp" in text_of(browser.get(answer.url))
    signed_in(browser, "binh@example.vn")
    assert kept.NOT_FILED in text_of(browser.get(url("filing-check", draft)))


def test_who_signs_in_next_is_told_nothing_of_the_files(draft, stranger):
    browser = Client()
    browser.post(url("batch", draft), {"bang": factories.an_upload()})
    signed_in(browser, stranger.email)
    assert kept.FILES_LOST not in text_of(browser.get("/ho-so/"))


def test_other_pages_are_not_kept(draft):
    browser = Client()
    browser.post(url("filing-discard", draft), {"a": "b"})
    assert "typed" not in browser.session


def test_too_many_from_one_network_are_not_kept(draft, monkeypatch):
    monkeypatch.setattr(kept, "KEPT_AN_HOUR", 1)
    Client().post(url("filing-eform", draft), TYPED)
    second = Client()
    assert second.post(url("filing-eform", draft), TYPED).status_code == 302
    assert "typed" not in second.session


@pytest.fixture
def asked(binh, lan, service):
    filed = factories.a_filed(binh, service)
    gap = Gap(label="Họ tên con", reason="Sai chính tả.", field_key="ho_ten_con")
    at = factories.MORNING + timedelta(hours=1)
    actions.ask_additions(filed, gaps=[gap], reason="Cần sửa.", by=lan, at=at)
    return filed


AFTER = [
    ("messages", {"body": "Xin hỏi về hồ sơ", "token": "8c7dd922-ad47-494f-bc02-5c388e12a4a7"}),
    ("withdraw", {"reason": "Tôi khai nhầm chỗ"}),
    ("answer-additions", {"ho_ten_con": "Nguyễn Thị Ánh Mai", "note": "Tôi đã sửa"}),
]


@pytest.mark.parametrize(("name", "typed"), AFTER)
def test_words_after_filing_are_on_their_page_after_signing_in(asked, name, typed):
    browser = Client()
    browser.post(url(name, asked), typed)
    signed_in(browser, "binh@example.vn")
    page = browser.get(url(name, asked))
    words = [value for key, value in typed.items() if key != "token"]
    assert all(one in unescape(page.content.decode()) for one in words)
    assert "gõ dở vẫn còn" in text_of(page)
    browser.post(url(name, asked), typed | {"_luu": "1"})
    assert "typed" not in browser.session


@pytest.mark.parametrize(("name", "typed"), AFTER)
def test_a_stranger_who_signs_in_gets_none_of_them(asked, stranger, name, typed):
    browser = Client()
    browser.post(url(name, asked), typed)
    signed_in(browser, stranger.email)
    assert "typed" not in browser.session


def test_without_the_guard_they_stay_in_the_strangers_session(asked, stranger, monkeypatch):
    """The twin: the guard asks whose dossier it is."""
    monkeypatch.setattr(kept, "_filed_by", lambda user, public_id: True)
    browser = Client()
    browser.post(url("messages", asked), AFTER[0][1])
    signed_in(browser, stranger.email)
    assert "Xin hỏi về hồ sơ" in str(browser.session["typed"])


def test_late_words_of_additions_meet_newer_ones(binh, asked):
    there, mark = url("answer-additions", asked), actions.additions_mark(asked.rounds.get())
    pages.as_user(binh).post(there, {"ho_ten_con": "Nguyễn Mới", "note": "", "_luu": "1"})
    page = late(asked, "answer-additions", mark, {"ho_ten_con": "Nguyễn Cũ", "note": ""}).get(there)
    assert "Bạn vừa gõ: Nguyễn Cũ" in text_of(page)
    assert "Đã lưu ở nơi khác: Nguyễn Mới" in text_of(page)


@pytest.mark.parametrize(("name", "typed"), AFTER)
def test_an_old_token_after_filing_gives_the_words_back(strict, asked, name, typed):
    page = strict.post(url(name, asked), typed, **HERE)
    assert page.status_code == 403 and hidden(page).items() >= typed.items()


def old_token(browser, draft, **more):
    return browser.post(url("filing-eform", draft), TYPED | {"viec": "luu"}, **more)


@pytest.fixture
def strict(binh):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(binh)
    return browser


def hidden(page):
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.content.decode())
    return {name: unescape(value) for name, value in found}


def test_a_page_with_an_old_token_is_sent_again_by_one_button(strict, draft):
    page = old_token(strict, draft, **HERE)
    assert page.status_code == 403 and "Câu trả lời của bạn vẫn được giữ" in text_of(page)
    again = hidden(page)
    assert strict.post(url("filing-eform", draft), again, **HERE).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["ngay_sinh"] == "20/2"


def test_a_page_of_somebody_else_is_never_offered_again(strict, draft):
    page = old_token(strict, draft, HTTP_ORIGIN="https://ke-xau.example")
    assert page.status_code == 403 and "Gửi lại" not in text_of(page)


def test_an_old_token_signed_out_leads_to_the_sign_in(draft):
    browser = Client(enforce_csrf_checks=True)
    answer = old_token(browser, draft, **HERE)
    assert answer.status_code == 302 and "dang-nhap" in answer.url
    assert browser.session["typed"]["draft"] == str(draft.public_id)


def test_a_database_that_is_away_gives_the_words_back(binh, draft, monkeypatch):
    browser = pages.as_user(binh)

    def away(*args, **kwargs):
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr("dossiers.actions.save_part", away)
        page = browser.post(url("filing-eform", draft), TYPED | {"viec": "luu"})
    assert page.status_code == 503 and "Câu trả lời của bạn vẫn được giữ" in text_of(page)
    again = hidden(page)
    assert again["ghi_chu"] == TYPED["ghi_chu"] and 'name="password"' not in str(page.content)
    assert browser.post(url("filing-eform", draft), again).status_code == 302
    draft.refresh_from_db()
    assert draft.answers["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_a_database_away_before_the_page_gives_them_back_too(binh, draft, monkeypatch):
    browser = pages.as_user(binh)
    browser.raise_request_exception = False

    def away(*args, **kwargs):
        raise OperationalError("away")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.load", away)
    page = browser.post(url("filing-eform", draft), TYPED)
    assert page.status_code == 503 and hidden(page)["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_a_filing_that_met_no_database_says_what_is_known_of_it(binh, service, monkeypatch):
    draft, browser = factories.a_full_draft(binh, service), pages.as_user(binh)

    def away(*args, **kwargs):
        raise OperationalError("away")

    with monkeypatch.context() as broken:
        broken.setattr("dossiers.actions.submit", away)
        page = pages.submit(browser, draft)
    assert page.status_code == 503 and "hồ sơ có thể chưa được ghi nhận" in text_of(page)
    assert "vẫn được giữ" in text_of(page) and "đang bảo trì" not in text_of(page)
    assert f'href="{url("filing-check", draft)}"' in page.text
    assert pages.submit(browser, draft).url == url("receipt", draft)


def test_a_page_without_words_of_the_wizard_says_only_what_happened(binh, draft, monkeypatch):
    browser = pages.as_user(binh)
    monkeypatch.setattr(
        "dossiers.actions.discard_draft", lambda *a, **k: (_ for _ in ()).throw(OperationalError())
    )
    page = browser.post(url("filing-discard", draft), {"x": "y"})
    assert page.status_code == 503 and "Gửi lại" not in text_of(page)
