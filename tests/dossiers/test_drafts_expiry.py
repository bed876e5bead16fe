"""Drafts nobody goes on with: told two weeks before, then deleted; and "Giữ thêm"."""

from datetime import timedelta

import pytest
from django.db.models import F

from dossiers import actions, tasks
from dossiers.actions import expiring
from dossiers.models import Dossier
from notices.models import Notice
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING

DAY = timedelta(days=1)


@pytest.fixture
def draft(binh, service):
    return left_at(factories.a_draft(binh, service))


def left_at(draft, moment=MORNING):
    """As if nobody had touched it since."""
    Dossier.objects.filter(pk=draft.pk).update(updated_at=moment)
    draft.papers.update(uploaded_at=moment)
    draft.refresh_from_db()
    return draft


def beat(monkeypatch, moment):
    monkeypatch.setattr("dossiers.tasks.timezone.now", lambda: moment)
    tasks.expire_drafts()


def told():
    return Notice.objects.filter(kind="draft_expiring")


@pytest.mark.parametrize(("days", "notices"), [(75, 0), (76, 1), (89, 1)])
def test_its_writer_is_told_two_weeks_before(draft, monkeypatch, days, notices):
    beat(monkeypatch, MORNING + days * DAY)
    assert told().count() == notices and Dossier.objects.filter(pk=draft.pk).exists()


def test_told_once_and_with_the_day(draft, monkeypatch):
    for hours in range(3):
        beat(monkeypatch, MORNING + 76 * DAY + timedelta(hours=hours))
    notice = told().get()
    assert "08/06/2026" in notice.subject and "08/06/2026" in notice.body
    assert notice.user == draft.submitter and notice.to_address == "binh@example.vn"


def test_its_time_over_it_goes_with_its_papers(binh, service, monkeypatch):
    draft = left_at(factories.a_full_draft(binh, service))
    beat(monkeypatch, MORNING + 76 * DAY)
    beat(monkeypatch, MORNING + 90 * DAY - timedelta(minutes=1))
    assert Dossier.objects.filter(pk=draft.pk).exists()
    beat(monkeypatch, MORNING + 90 * DAY)
    assert not Dossier.objects.filter(pk=draft.pk).exists()


def test_after_a_long_stop_nothing_goes_without_two_weeks_notice(draft, monkeypatch):
    late = MORNING + 200 * DAY
    beat(monkeypatch, late)
    beat(monkeypatch, late + 13 * DAY)
    assert Dossier.objects.filter(pk=draft.pk).exists() and told().count() == 1
    beat(monkeypatch, late + 14 * DAY)
    assert not Dossier.objects.filter(pk=draft.pk).exists()


def test_without_the_notice_it_would_go_untold(draft, monkeypatch):
    """The twin: the guard is the time of the notice."""
    monkeypatch.setattr(expiring, "TOLD_BEFORE", timedelta(0))
    beat(monkeypatch, MORNING + 200 * DAY)
    assert not Dossier.objects.filter(pk=draft.pk).exists()


def test_a_save_or_a_paper_begins_the_time_anew(draft, binh, monkeypatch):
    beat(monkeypatch, MORNING + 76 * DAY)
    need = draft.case.requirements.first()
    at = MORNING + 80 * DAY
    actions.attach_paper(draft, upload=factories.an_upload(), requirement=need, by=binh, at=at)
    left_at_paper = draft.papers.get().uploaded_at
    assert left_at_paper == at
    beat(monkeypatch, MORNING + 91 * DAY)
    assert Dossier.objects.filter(pk=draft.pk).exists()
    beat(monkeypatch, at + 76 * DAY)
    assert told().count() == 2


def test_a_draft_saved_between_the_list_and_the_lock_stays(draft, monkeypatch):
    beat(monkeypatch, MORNING + 76 * DAY)
    found = actions.drafts_to_expire(MORNING + 95 * DAY)
    assert found == [draft.pk]
    Dossier.objects.filter(pk=draft.pk).update(updated_at=F("updated_at") + 94 * DAY)
    assert not actions.expire_draft(draft.pk, at=MORNING + 95 * DAY)


def test_a_recalled_dossier_keeps_its_code_and_stays(binh, service, monkeypatch):
    filed = factories.a_filed(binh, service)
    actions.recall(filed, by=binh, at=MORNING)
    filed = left_at(filed)
    beat(monkeypatch, MORNING + 300 * DAY)
    assert told().count() == 0 and actions.kept_until(filed) is None


def test_the_page_says_until_when_and_keeps_it_longer(binh, service):
    draft = left_at(factories.a_draft(binh, service))
    browser = pages.as_user(binh)
    assert "đến hết ngày 08/06/2026" in text_of(browser.get(url("filing-elsewhere", draft)))
    browser.post(url("filing-keep", draft))
    draft.refresh_from_db()
    assert draft.updated_at > MORNING


def test_the_slip_is_of_one_draft_and_opens_nothing_for_others(binh, service, stranger):
    draft = factories.a_draft(binh, service)
    page = pages.as_user(binh).get(url("filing-elsewhere", draft))
    assert f"/ho-so/{draft.public_id}/tiep-tuc/" in text_of(page)
    assert "không phải giấy tiếp nhận" in text_of(page) and "<svg" in page.content.decode()
    for name in ("filing-elsewhere", "filing", "filing-key"):
        assert pages.as_user(stranger).get(url(name, draft)).status_code == 404


def test_a_link_to_a_draft_of_another_account_says_so(binh, service, stranger):
    page = pages.as_user(stranger).get(url("filing", factories.a_draft(binh, service)))
    assert page.status_code == 404
    assert "tài khoản khác" in text_of(page) and "Lê" not in text_of(page)
