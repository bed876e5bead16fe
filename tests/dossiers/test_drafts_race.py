"""R13: somebody types in one tab while another files: no word that was told saved is lost, none
gets into a filed dossier, nothing hangs."""

import threading

import pytest
from django.db import connection

from dossiers import actions
from dossiers.actions import autosaving
from dossiers.models import Dossier
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.factories import MORNING, SMALL_ANSWERS

SAVES = 15


def save(browser, draft, turn, tab="a"):
    typed = SMALL_ANSWERS | {"ngay_sinh": "20/02/2026", "ghi_chu": f"chữ {turn}"}
    own = {"tab": tab, "luot": str(turn), "het": "1"}
    return browser.post(url("filing-autosave", draft, "to-khai"), typed | own).status_code


def together(*works):
    """All at once on threads of their own; what went wrong."""
    start, wrong = threading.Barrier(len(works)), []

    def run(work):
        try:
            start.wait(10)
            work()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_words_told_saved_are_filed_and_no_others(binh, service):
    for _ in range(4):
        draft, browser, told = factories.a_full_draft(binh, service), pages.as_user(binh), []

        def type_on(draft=draft, browser=browser, told=told):
            told.extend(save(browser, draft, turn) for turn in range(1, SAVES))

        def file(draft=draft):
            actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)

        assert together(type_on, file) == []
        filed = Dossier.objects.get(pk=draft.pk)
        assert filed.status == Status.SUBMITTED and set(told) <= {200, 410}
        kept = told.count(200)
        assert told == [200] * kept + [410] * (len(told) - kept)
        assert filed.answers.get("ghi_chu") == (f"chữ {kept}" if kept else None)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
def test_many_tabs_on_one_draft_never_hang_or_fail(binh, service):
    draft, browser, told = factories.a_draft(binh, service), pages.as_user(binh), []

    def tab(name):
        return lambda: told.extend(save(browser, draft, n, tab=name) for n in range(1, 8))

    def papers():
        need = draft.case.requirements.first()
        for _ in range(3):
            actions.attach_paper(
                draft, upload=factories.an_upload(), requirement=need, by=binh, at=MORNING
            )

    assert together(tab("a"), tab("b"), tab("c"), papers) == []
    assert set(told) == {200} and draft.papers.count() == 3


def test_without_the_lock_a_late_save_changes_a_filed_dossier(binh, service, monkeypatch):
    """The twin: the guard is the lock, under which the draft is read anew."""
    draft = factories.a_full_draft(binh, service)
    actions.submit(Dossier.objects.get(pk=draft.pk), by=binh, at=MORNING)
    late = {"part": "to-khai", "answers": {"ghi_chu": "muộn"}, "keys": ["ghi_chu"], "base": ""}
    saver = actions.Saver("a", 1)
    with pytest.raises(actions.MoveRefused):
        actions.save_part(draft, **late, saver=saver, by=binh, at=MORNING)
    monkeypatch.setattr(autosaving, "lock_draft", lambda dossier, by: dossier)
    actions.save_part(draft, **late, saver=saver, by=binh, at=MORNING)
    assert Dossier.objects.get(pk=draft.pk).answers["ghi_chu"] == "muộn"
