"""R12: whatever hands do to "Bắt đầu" and "Nộp hồ sơ" — press twice, Enter and click, F5, Back and
press again, two tabs, two devices — one token is one dossier, one code and one receipt."""

import time
import uuid
from random import random

import pytest

from accounts.models import User
from dossiers.models import Counter, Dossier, Event
from dossiers.views import filing_start
from notices.models import Notice
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.test_officer_crowd import at_once
from tests.dossiers.wizard_pages import url
from tests.faults.drafts import fill

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]
FEW, MANY = 2, 84  # of each gesture: six times 84 is a little over 500
A_MOMENT = 0.03  # seconds: between two presses of one hand


def one_after_the_other(first, again):
    return [first(), again()]


def while_it_is_under_way(first, again):
    def later():
        time.sleep(A_MOMENT * random())
        return again()

    return at_once(first, later)


# How the two presses follow one another, and whether the second comes from a tab or a device of
# its own (each reads the page it presses on).
GESTURES = {
    "double click": (while_it_is_under_way, "same page"),
    "Enter and click": (at_once, "same page"),
    "F5 on the answer": (one_after_the_other, "same page"),
    "Back and again": (one_after_the_other, "page read before"),
    "two tabs": (at_once, "another tab"),
    "two devices": (at_once, "another device"),
}
everyone = pytest.mark.parametrize("gesture", GESTURES)


class Hands:
    """One citizen at one or two machines. What each round left behind is looked at at once."""

    def __init__(self, service, gesture, number):
        self.order, second = GESTURES[gesture]
        self.service = service
        self.who = User.objects.create(
            email=f"tay{number}@example.vn",
            full_name=f"Nông Thị Tay {number}",
            phone=f"0913{number:06d}",
            citizen_id=f"020091{number:06d}",
            auth_level=1,
        )
        self.first = pages.as_user(self.who)
        self.other = pages.as_user(self.who) if second == "another device" else pages.Client()
        if second != "another device":
            self.other.cookies = self.first.cookies
        self.reads_again = second.startswith("another")

    def begin(self, token):
        """Both presses on "Bắt đầu khai hồ sơ" of one page: where each was sent."""
        pair = [lambda by=by: pages.start(by, self.service, token=token) for by in self.machines]
        return [answer.url for answer in self.order(*pair)]

    def file(self, draft):
        """Both presses on "Nộp hồ sơ"."""
        marks = [self.look(self.first, draft)]
        marks.append(self.look(self.other, draft) if self.reads_again else marks[0])
        pair = [
            lambda by=by, mark=mark: by.post(url("filing-check", draft), mark)
            for by, mark in zip(self.machines, marks, strict=True)
        ]
        return [answer.url for answer in self.order(*pair)]

    @property
    def machines(self):
        return self.first, self.other

    def look(self, browser, draft):
        shown = browser.get(url("filing-check", draft))
        return {"cam_doan": "on", "dau": pages.mark_of(shown)}

    def receipts(self, draft):
        """The codes that each machine reads on it."""
        code = str(Dossier.objects.get(pk=draft.pk).code)
        return [code if code in by.get(url("receipt", draft)).text else "" for by in self.machines]


@pytest.fixture
def model(binh, service):
    """What the others' drafts are filled from."""
    return factories.a_full_draft(binh, service)


def rounds(number, gesture, service, model):
    for n in range(number):
        hands, token = Hands(service, gesture, n), str(uuid.uuid4())
        sent_to = hands.begin(token)
        draft = Dossier.objects.get(start_token=token)
        assert sent_to == [sent_to[0]] * 2 and str(draft.public_id) in sent_to[0]
        assert Dossier.objects.filter(submitter=hands.who).count() == 1
        fill(draft, model)
        assert hands.file(draft) == [url("receipt", draft)] * 2
        first, second = hands.receipts(draft)
        assert first == second != ""


def codes_taken():
    return sum(Counter.objects.filter(scope__startswith="code/").values_list("value", flat=True))


@everyone
@pytest.mark.parametrize(
    "number", [FEW, pytest.param(MANY, marks=[pytest.mark.soak])], ids=["few", "many"]
)
def test_one_token_is_one_dossier_and_both_answers_are_its_receipt(number, gesture, service, model):
    rounds(number, gesture, service, model)
    filed = Dossier.objects.exclude(pk=model.pk)
    ends = sorted(str(code)[-4:] for code in filed.values_list("code", flat=True))
    assert ends == [f"{n:04d}" for n in range(1, number + 1)] and codes_taken() == number
    assert Event.objects.filter(move="submit").count() == number
    assert Notice.objects.filter(kind="submitted").count() == number


@pytest.mark.parametrize("gesture", ["double click", "F5 on the answer", "two devices"])
def test_twin_without_the_token_two_presses_are_two_dossiers(gesture, service, model, monkeypatch):
    """The guard is the token of the page: here each press is taken for a page of its own."""
    honest = filing_start.actions.start_draft
    monkeypatch.setattr(
        filing_start.actions,
        "start_draft",
        lambda token, **given: honest(token=uuid.uuid4(), **given),
    )
    hands = Hands(service, gesture, 0)
    assert len(set(hands.begin(str(uuid.uuid4())))) == 2
    drafts = Dossier.objects.filter(submitter=hands.who)
    for draft in drafts:
        fill(draft, model)
        mark = hands.look(hands.first, draft) | {"van_nop": "on", "da_xem": known_codes()}
        assert hands.first.post(url("filing-check", draft), mark).url == url("receipt", draft)
    assert codes_taken() == drafts.exclude(code=None).count() == 2


def known_codes():
    return " ".join(Dossier.objects.exclude(code=None).values_list("code", flat=True))
