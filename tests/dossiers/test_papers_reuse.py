""" "Lấy từ kho": one's own earlier papers of the type asked for, and nobody else's."""

import pytest

from accounts.models import User
from dossiers import actions
from dossiers.actions import reusing
from dossiers.models import CheckState, Dossier, Origin, Paper
from procedures.models import Requirement
from tests import factories
from tests.dossiers import wizard_pages as pages

pytestmark = pytest.mark.both
NOW = factories.MORNING
KIND = "GIAY_CHUNG_SINH"


@pytest.fixture
def kept(filed):
    """A clean paper of Bình's earlier dossier."""
    Requirement.objects.update(reuse_type=KIND)
    return filed.papers.get()


@pytest.fixture
def draft(kept, binh, service):
    """His next draft, without papers, about himself."""
    made = factories.a_draft(binh, service)
    made.refresh_from_db()
    return made


def need_of(draft):
    return draft.case.requirements.get()


def take(browser, draft, paper):
    wanted = {f"lay-{need_of(draft).pk}": str(paper.public_id)}
    return browser.post(pages.url("filing-papers", draft), wanted, follow=True)


def test_an_earlier_paper_is_offered_with_its_day_and_dossier(browser, draft, kept):
    text = pages.text_of(browser.get(pages.url("filing-papers", draft)))
    assert "Lấy từ kho giấy tờ của tôi (1)" in text
    assert kept.dossier.code in text and "gửi ngày 10/03/2026" in text


def test_it_is_given_again_by_reference_and_marked(browser, draft, kept, lan):
    take(browser, draft, kept)
    again = draft.papers.get()
    assert (again.origin, again.reused_from, again.state) == (Origin.REUSED, kept, "clean")
    assert (again.stored_name, again.sha256) == (kept.stored_name, kept.sha256)
    assert "lấy từ kho" in pages.text_of(browser.get(pages.url("filing-papers", draft)))


def test_a_second_press_takes_it_once(browser, draft, kept):
    take(browser, draft, kept)
    take(browser, draft, kept)
    assert draft.papers.count() == 1


def test_what_is_no_number_of_a_paper_is_refused(browser, draft):
    wanted = {f"lay-{need_of(draft).pk}": "không-phải-uuid"}
    page = browser.post(pages.url("filing-papers", draft), wanted, follow=True)
    assert "không có trong kho của bạn" in pages.text_of(page)


def test_the_shared_bytes_outlive_the_draft_and_the_turning(browser, draft, kept, binh):
    """Two rows, one file: what becomes of one row takes nothing from the other."""
    from dossiers import sweeping
    from portal.lib import files

    take(browser, draft, kept)
    actions.discard_draft(draft, by=binh, at=NOW)
    sweeping.tidy(NOW.replace(year=2030))
    with files.open_private(kept.stored_name) as stored:
        assert stored.read(5) == b"%PDF-"


def turned(paper, binh):
    from django.utils import timezone

    from dossiers import checking
    from portal.lib.outbox import drain

    actions.turn_paper(paper, by=binh, at=NOW)
    Paper.objects.filter(pk=paper.pk).update(available_at=timezone.now())
    drain(Paper.objects.filter(pk=paper.pk), checking.check)


def test_turning_the_copy_leaves_the_first_as_it_was(browser, draft, kept, binh):
    from portal.lib import files

    take(browser, draft, kept)
    turned(draft.papers.get(), binh)
    assert draft.papers.get().stored_name != kept.stored_name
    assert files.private_storage().exists(kept.stored_name)


@pytest.mark.parametrize("change", ["pending", "removed", "another type"])
def test_what_is_not_clean_current_and_of_the_type_is_not_offered(browser, draft, kept, change):
    if change == "pending":
        Paper.objects.update(state=CheckState.PENDING, done_at=None)
    elif change == "removed":
        Paper.objects.update(removed_at=NOW)
    else:
        Requirement.objects.update(reuse_type="")
    assert "Lấy từ kho" not in pages.text_of(browser.get(pages.url("filing-papers", draft)))
    take(browser, draft, kept)
    assert not draft.papers.exists()


# Whose it is


@pytest.fixture
def theirs(stranger, kept, service):
    dossier = factories.a_filed(stranger, service)
    return dossier.papers.get()


def test_nobody_elses_paper_is_offered_or_taken(browser, draft, theirs, kept):
    text = pages.text_of(browser.get(pages.url("filing-papers", draft)))
    assert theirs.dossier.code not in text
    page = take(browser, draft, theirs)
    assert "không có trong kho của bạn" in pages.text_of(page) and not draft.papers.exists()


def test_twin_without_the_guard_a_strangers_paper_is_taken(browser, draft, theirs, monkeypatch):
    def all_of_them(dossier: Dossier, by: User, types: object):
        return Paper.objects.current().filter(requirement__reuse_type=KIND)

    monkeypatch.setattr(reusing, "reusable", all_of_them)
    take(browser, draft, theirs)
    assert draft.papers.count() == 1


@pytest.fixture
def about_binh(stranger, binh, theirs):
    """Filed by somebody else under Bình's number and name, and accepted at a desk."""
    Dossier.objects.filter(pk=theirs.dossier_id).update(
        owner_citizen_id=binh.citizen_id,
        owner_name=binh.full_name,
        owner_fold="nguyen van binh",
        accepted_at=NOW,
    )
    return theirs


def offered(draft, by):
    draft.refresh_from_db()
    return {paper.pk for paper in reusing.reusable(draft, by, [KIND])}


def test_what_others_filed_about_him_is_his_by_his_checked_number(draft, about_binh, binh, kept):
    assert offered(draft, binh) == {about_binh.pk, kept.pk}


CHANGES = {
    "an account nobody checked": lambda binh, draft, paper: setattr(binh, "auth_level", 0),
    "a draft about somebody else": lambda binh, draft, paper: Dossier.objects.filter(
        pk=draft.pk
    ).update(owner_citizen_id="020090009999"),
    "another name under the number": lambda binh, draft, paper: Dossier.objects.filter(
        pk=paper.dossier_id
    ).update(owner_fold="tran van khac"),
    "no desk has accepted it": lambda binh, draft, paper: Dossier.objects.filter(
        pk=paper.dossier_id
    ).update(accepted_at=None),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_number_alone_opens_nothing(draft, about_binh, binh, kept, change):
    CHANGES[change](binh, draft, about_binh)
    assert offered(draft, binh) == {kept.pk}


def test_the_page_asks_as_often_for_one_kept_paper_as_for_twenty(
    browser, draft, kept, binh, service, django_assert_max_num_queries
):
    for _ in range(5):
        factories.a_filed(binh, service)
    with django_assert_max_num_queries(15):
        browser.get(pages.url("filing-papers", draft))
