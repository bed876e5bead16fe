"""Two officers press at the same moment, each on the page as they read it."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connections

from dossiers.actions import moves
from dossiers.actions.locking import lock
from dossiers.models import Dossier, Event
from tests import factories
from tests.dossiers import officer_pages as pages

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]
WHY = "Hồ sơ trùng với hồ sơ khác đã nộp."
DECISIONS = ["accept", "refuse"]


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


def at_once(*presses: Callable[[], Any]) -> list[Any]:
    answers: list[Any] = [None] * len(presses)

    def run(n: int) -> None:
        try:
            answers[n] = presses[n]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[n]) for n in range(len(presses))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


def both_decide(filed, lan, huong):
    """Lan accepts, Hương refuses, both from the revision the queue showed them."""
    one, two, seen = pages.at_desk(lan), pages.at_desk(huong), filed.revision
    return at_once(
        lambda: pages.press(one, filed, "accept", revision=seen),
        lambda: pages.press(two, filed, "refuse", revision=seen, common="", detail=WHY),
    )


def decisions() -> int:
    return Event.objects.filter(move__in=DECISIONS).count()


def test_one_decides_and_the_other_learns_who(filed, lan, huong, monkeypatch):
    """The barrier holds both until each has read the dossier as it was."""
    meet = threading.Barrier(2, timeout=20)

    def met(dossier: Dossier, *, revision: int | None = None) -> Dossier:
        meet.wait()
        return lock(dossier, revision=revision)

    monkeypatch.setattr(moves, "lock", met)
    answers = both_decide(filed, lan, huong)
    assert sorted(answer.status_code for answer in answers) == [302, 409]
    told = next(answer.text for answer in answers if answer.status_code == 409)
    first = Event.objects.select_related("by").get(move__in=DECISIONS).by
    assert first and f"{first.full_name} đã thao tác trên hồ sơ lúc" in told


def test_twin_believing_the_page_gives_two_decisions(filed, lan, huong, monkeypatch):
    """Without looking again under the lock (status, revision) both are written."""
    meet = threading.Barrier(2, timeout=20)

    def believing(dossier: Dossier, *, revision: int | None = None) -> Dossier:
        meet.wait()
        locked = lock(dossier)
        locked.status = dossier.status
        return locked

    monkeypatch.setattr(moves, "lock", believing)
    both_decide(filed, lan, huong)
    assert decisions() == 2


def test_ten_presses_of_one_officer_are_one_event(filed, lan):
    seen = filed.revision
    clients = [pages.at_desk(lan) for _ in range(10)]
    answers = at_once(
        *(lambda c=client: pages.press(c, filed, "accept", revision=seen) for client in clients)
    )
    assert {answer.status_code for answer in answers} == {302} and decisions() == 1
