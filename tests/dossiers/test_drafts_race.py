"""R13: somebody types in one tab while another files, an officer asks for additions, the writer
answers and somebody looks the dossier up: no word that was told saved is lost, none gets where it
was not asked for, nothing hangs. In any order, without threads: tests/faults/test_draft_machine.py.
"""

import threading
import time

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Gap, autosaving
from dossiers.models import Dossier
from dossiers.views.track import find
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.factories import MORNING, SMALL_ANSWERS

SAVES = 15
FEW, MANY = 2, 200  # rounds


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


class Desk:
    """What an officer, the writer and a passer-by do with one dossier, all at the same time."""

    def __init__(self, draft, binh, lan):
        self.draft, self.binh, self.lan = draft, binh, lan
        self.browser, self.answers, self.looks = pages.as_user(binh), [], []
        self.asked, self.answered = threading.Event(), threading.Event()

    def row(self):
        return Dossier.objects.get(pk=self.draft.pk)

    def type_on(self):
        """Until the draft is none any more."""
        turn = 1
        while save(self.browser, self.draft, turn) == 200:
            turn += 1

    def file(self):
        time.sleep(0.05)
        actions.submit(self.row(), by=self.binh, at=timezone.now())

    def ask(self):
        while self.row().status == Status.DRAFT:
            time.sleep(0.01)
        gaps = [Gap(label="Họ tên con", reason="Sai dấu.", field_key="ho_ten_con")]
        now = timezone.now()
        actions.ask_additions(self.row(), gaps=gaps, reason="Sửa.", by=self.lan, at=now)
        self.asked.set()

    def answer(self):
        self.asked.wait(30)
        address = reverse("additions-autosave", args=[self.draft.public_id])
        for turn in range(1, 6):
            typed = {"ho_ten_con": f"Tên {turn}", "ngay_sinh": "01/01/2020", "note": ""}
            own = {"tab": "b", "luot": str(turn), "het": "1"}
            self.answers.append(self.browser.post(address, typed | own).status_code)
        self.answered.set()

    def look_up(self):
        while not self.answered.wait(0.01):
            if code := self.row().code:
                self.looks.append(find(code, self.binh.citizen_id) is not None)


@pytest.mark.pg
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "rounds", [FEW, pytest.param(MANY, marks=[pytest.mark.soak])], ids=["few", "many"]
)
def test_filed_asked_for_more_answered_and_looked_up_at_once(rounds, binh, lan, service):
    for _ in range(rounds):
        desk = Desk(factories.a_full_draft(binh, service), binh, lan)
        works = (desk.type_on, desk.file, desk.ask, desk.answer, desk.look_up)
        assert together(*works) == []
        found = desk.row()
        asked = found.rounds.get()
        assert found.answers["ngay_sinh"] == "2026-02-20" and asked.answers_before == found.answers
        assert desk.answers == [200] * 5 and asked.answers_draft == {"ho_ten_con": "Tên 5"}
        assert desk.looks and all(desk.looks)


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
