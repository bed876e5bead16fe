"""R11 for drafts and steps: two leaders decide at once, two pass the same step on at once."""

import threading
from typing import Any

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Draft, proposals, steps
from dossiers.actions.locking import lock
from dossiers.models import Dossier, Event, Proposal, StepRun
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_officer_crowd import at_once
from tests.dossiers.test_work_steps import PROCESS

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]
WHY = "Thiếu xác nhận của công an xã."
DECIDED = ["stop", "reject_draft"]


@pytest.fixture
def lien(db):
    """A second leader."""
    return factories.an_officer(
        "Nguyễn Thị Liên", "lien@example.vn", "leader", factories.a_committee()
    )


@pytest.fixture
def ngan(db):
    return factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", factories.a_committee()
    )


@pytest.fixture
def work(binh, lan, hung, lien, ngan) -> Dossier:
    procedure = factories.a_procedure("1.001196", process=PROCESS)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    pages.processing(dossier, lan)
    actions.propose(dossier, Draft("stop", WHY), by=ngan, at=timezone.now())
    dossier.refresh_from_db()
    return dossier


def both_decide(work: Dossier, hung: Any, lien: Any) -> list[Any]:
    """Hùng consents, Liên sends it back, both from the page as they read it."""
    one, two, seen = pages.at_desk(hung), pages.at_desk(lien), work.revision
    no = {"verdict": "tra-lai", "answer": "Hãy hỏi công an xã trước."}
    return at_once(
        lambda: pages.press(one, work, "draft", revision=seen, verdict="dong-y"),
        lambda: pages.press(two, work, "draft", revision=seen, **no),
    )


def meeting(guarded: bool) -> Any:
    """Both have read the page when either takes the lock; unguarded: without the revision and the
    second look at the draft."""
    meet = threading.Barrier(2, timeout=20)

    def met(dossier: Dossier, *, revision: int | None = None) -> Dossier:
        meet.wait()
        return lock(dossier, revision=revision if guarded else None)

    return met


def test_two_leaders_make_one_decision_and_the_other_learns_who(work, hung, lien, monkeypatch):
    monkeypatch.setattr(proposals, "lock", meeting(guarded=True))
    answers = both_decide(work, hung, lien)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert Event.objects.filter(move__in=DECIDED).count() == 1
    told = next(answer.text for answer in answers if answer.status_code == 409)
    first = Proposal.objects.select_related("decided_by").get().decided_by
    assert first and f"{first.full_name} đã thao tác trên hồ sơ lúc" in told


def test_twin_without_the_second_look_both_are_written(work, hung, lien, monkeypatch):
    """What the page showed is believed: no revision, no look at the draft under the lock."""
    monkeypatch.setattr(proposals, "lock", meeting(guarded=False))
    monkeypatch.setattr(proposals, "_waiting", lambda locked, proposal: proposal)
    both_decide(work, hung, lien)
    assert Event.objects.filter(move__in=DECIDED).count() == 2


def test_ten_consents_of_one_leader_are_one_move(work, hung):
    seen = work.revision
    clients = [pages.at_desk(hung) for _ in range(10)]
    at_once(
        *(
            lambda c=client: pages.press(c, work, "draft", revision=seen, verdict="dong-y")
            for client in clients
        )
    )
    assert Event.objects.filter(move="stop").count() == 1


def test_a_step_passed_on_by_two_goes_one_step(work, ngan, hung, monkeypatch):
    """Ngân passes it on, Hùng passes it on: it does not arrive two steps further."""
    monkeypatch.setattr(steps, "lock", meeting(guarded=True))
    one, two, seen = pages.at_desk(ngan), pages.at_desk(hung), work.revision
    answers = at_once(
        lambda: pages.press(one, work, "step-forward", revision=seen),
        lambda: pages.press(two, work, "step-forward", revision=seen),
    )
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    assert StepRun.objects.get(ended_at=None).name == "Ký duyệt"


def test_twin_without_the_revision_it_goes_two(work, ngan, hung, monkeypatch):
    monkeypatch.setattr(steps, "lock", meeting(guarded=False))
    one, two, seen = pages.at_desk(hung), pages.at_desk(hung), work.revision
    at_once(
        lambda: pages.press(one, work, "step-forward", revision=seen),
        lambda: pages.press(two, work, "step-forward", revision=seen),
    )
    assert StepRun.objects.get(ended_at=None).name == "Phát hành"
