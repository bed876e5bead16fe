"""One dossier between two tabs of its writer, an officer's requests and somebody who looks it up:
what each press may do, and what is true after every one of them."""

import uuid
from itertools import count

from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from accounts.models import User
from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Dossier
from dossiers.workflow import Status
from portal.lib.codes import lookup_secret
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url
from tests.faults.drafts import fill

NAMES = st.sampled_from(["", "Nguyễn Thị Ánh", "Trần Văn Bê"])
NOTES = st.sampled_from(["", "Ghi chú một", "Ghi chú “hai”"])
TABS = st.sampled_from("ab")
_numbers = count(1)


class Tab:
    """A page somebody has open: what it shows, and what it knows of what is kept."""

    def __init__(self, kept):
        self.form, self.saw, self.mark, self.turn = dict(kept), dict(kept), "", 0
        self.name = f"tab{next(_numbers)}"  # no two openings of a page have the same


def kept_of(form):
    return {key: value for key, value in form.items() if value}


class OneDossier(RuleBasedStateMachine):
    def __init__(self, service, model, lan):
        super().__init__()
        number = next(_numbers)
        self.lan, self.browser = lan, Client()
        self.who = User.objects.create(
            email=f"may{number}@example.vn", full_name="Nông Thị Máy", phone=f"0914{number:06d}",
            citizen_id=f"020092{number:06d}", auth_level=1,
        )  # fmt: skip
        self.browser.force_login(self.who)
        at = timezone.now()
        self.draft = actions.start_draft(service=service, by=self.who, at=at, token=uuid.uuid4())
        fill(self.draft, model)
        self.kept = dict(factories.SMALL_ANSWERS)  # what everybody was told is saved
        self.read, self.code, self.asked = {}, None, None
        self.answer, self.looked, self.answer_turn = {}, 0, 0
        self.tabs = {}
        for name in "ab":
            self.open_tab(name)

    # What is there

    @property
    def row(self):
        return Dossier.objects.get(pk=self.draft.pk)

    @property
    def filed(self):
        return self.code is not None

    def post(self, *args, **kw):
        answer = self.browser.post(*args, **kw)
        assert answer.status_code < 500
        return answer

    @invariant()
    def nothing_told_saved_is_lost_and_nothing_else_came(self):
        found = self.row
        assert found.answers == self.kept
        assert found.code == self.code
        assert Dossier.objects.filter(submitter=self.who).count() == 1
        assert found.events.filter(move="submit").count() == self.filed
        if waiting := found.rounds.waiting():
            assert waiting.answers_draft == self.answer

    # Two tabs

    @rule(name=TABS)
    def read_anew(self, name):
        self.open_tab(name)

    def open_tab(self, name):
        shown = self.browser.get(url("filing-eform", self.draft))
        assert shown.status_code == (302 if self.filed else 200)
        tab = self.tabs[name] = Tab(self.kept)
        tab.mark = shown.context["saving"]["base"] if not self.filed else ""

    @rule(name=TABS, child=NAMES, note=NOTES)
    def type_in_tab(self, name, child, note):
        tab = self.tabs[name]
        tab.form |= {"ho_ten_con": child, "ghi_chu": note}
        tab.turn += 1
        self.send(tab)

    @rule(name=TABS)
    def send_again_as_if_the_answer_was_lost(self, name):
        self.send(self.tabs[name])

    def send(self, tab):
        own = {"tab": tab.name, "luot": str(tab.turn), "goc": tab.mark, "het": "1"}
        sent = tab.form | {"ngay_sinh": "20/02/2026"} | own
        told = self.post(url("filing-autosave", self.draft, "to-khai"), sent)
        overtaken = self.kept not in (tab.saw, kept_of(tab.form))
        right = 410 if self.filed else 409 if overtaken else 200
        assert told.status_code == right, f"{told.status_code}, not {right}"
        if told.status_code == 200:
            tab.mark = told.json()["mark"]
            self.kept = kept_of(tab.form)
            tab.saw = dict(self.kept)

    # Filing

    @rule()
    def read_the_check_page(self):
        shown = self.browser.get(url("filing-check", self.draft))
        if not self.filed:
            self.read[pages.mark_of(shown)] = dict(self.kept)

    @precondition(lambda self: self.read)
    @rule(which=st.integers(0, 9))
    def submit(self, which):
        mark = list(self.read)[which % len(self.read)]
        told = self.post(url("filing-check", self.draft), {"cam_doan": "on", "dau": mark})
        if self.filed:
            assert told.url == url("receipt", self.draft)
            return
        as_read = self.read[mark] == self.kept
        right = 302 if as_read and "ho_ten_con" in self.kept else 200
        assert told.status_code == right, f"{told.status_code}, not {right}"
        if told.status_code == 302:
            self.code = self.row.code
            assert self.code

    # The office

    @precondition(lambda self: self.filed and self.row.status == Status.SUBMITTED)
    @rule()
    def officer_accepts(self):
        actions.make_move(self.row, "accept", by=self.lan, at=timezone.now())

    # A second request is a leader's to consent to (policies.first_round).
    @precondition(lambda self: self.filed and not self.row.rounds.exists())
    @rule(key=st.sampled_from(["ho_ten_con", "ghi_chu"]))
    def officer_asks(self, key):
        gaps = [Gap(label="Ô này", reason="Chưa rõ.", field_key=key)]
        at = timezone.now()
        actions.ask_additions(self.row, gaps=gaps, reason="Sửa giúp.", by=self.lan, at=at)
        self.asked, self.answer, self.answer_turn = key, {}, 0

    @precondition(lambda self: self.asked)
    @rule(child=NAMES, note=NOTES)
    def citizen_types_an_answer(self, child, note):
        """Sent with everything, as a hand-made request would: only what was asked is kept."""
        self.answer_turn += 1
        told = self.post(reverse("additions-autosave", args=[self.draft.public_id]), {
            "ho_ten_con": child, "ghi_chu": note, "ngay_sinh": "01/01/2020", "note": "",
            "tab": "a", "luot": str(self.answer_turn), "het": "1",
        })  # fmt: skip
        assert told.status_code == 200
        self.answer = {self.asked: {"ho_ten_con": child, "ghi_chu": note}[self.asked] or None}

    @precondition(lambda self: self.asked)
    @rule(child=NAMES, note=NOTES)
    def citizen_sends_it(self, child, note):
        typed = {"ho_ten_con": child, "ghi_chu": note, "ngay_sinh": "01/01/2020"}
        address = reverse("answer-additions", args=[self.draft.public_id])
        told = self.post(address, typed | {"note": "", "_gui": "1"})
        self.answer = {self.asked: typed[self.asked] or None}
        assert told.status_code == (302 if child or self.asked == "ghi_chu" else 200)
        if told.status_code == 302:
            self.kept = kept_of(self.kept | self.answer)
            self.asked, self.answer = None, {}

    @precondition(lambda self: self.filed and self.row.additions_answered)
    @rule()
    def officer_is_content(self):
        actions.complete_additions(self.row, by=self.lan, at=timezone.now())

    # Somebody with the code

    @precondition(lambda self: self.filed and self.looked < 8)  # ten in a quarter of an hour
    @rule(right=st.booleans())
    def look_up(self, right):
        self.looked += 1
        typed = {"code": self.code, "secret": lookup_secret(self.code) if right else "ABCD2345"}
        house = f"10.0.{self.draft.pk % 250}.{self.looked}"
        shown = Client().post(reverse("track"), typed, REMOTE_ADDR=house)
        assert "Diễn biến" in shown.text or self.draft.owner_name not in shown.text
        assert ("Không tìm thấy hồ sơ" in shown.text) == (not right)
