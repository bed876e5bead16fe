"""Lan takes a forwarded dossier back at the moment in which Ngân claims it."""

import threading

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.actions import giving_back, holding
from dossiers.actions.locking import lock
from dossiers.models import Dossier
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_officer_crowd import at_once

pytestmark = [pytest.mark.pg, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def ngan(db):
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


def said(act, *args, **kwargs):
    try:
        act(*args, **kwargs)
    except actions.DossierError as refused:
        return str(refused)
    return "ok"


def test_one_of_both_has_it_and_the_other_is_told(filed, lan, ngan, monkeypatch):
    pages.processing(filed, lan)
    meet = threading.Barrier(2, timeout=20)

    def met(dossier: Dossier, *, revision: int | None = None) -> Dossier:
        meet.wait()
        return lock(dossier, revision=revision)

    for module in (giving_back, holding):
        monkeypatch.setattr(module, "lock", met)
    one, two = Dossier.objects.get(pk=filed.pk), Dossier.objects.get(pk=filed.pk)
    answers = at_once(
        lambda: said(actions.undo_forward, one, by=lan, at=timezone.now(), revision=one.revision),
        lambda: said(holding.claim, two, by=ngan, at=timezone.now()),
    )
    found = Dossier.objects.get(pk=filed.pk)
    if answers[0] == "ok":
        assert answers[1] == "Hồ sơ không ở cơ quan của bạn."
        assert (found.status, found.assignee) == (Status.ACCEPTED, lan)
    else:
        assert answers[0].startswith("Chu Thị Ngân đã bắt đầu làm") and answers[1] == "ok"
        assert (found.status, found.assignee) == (Status.PROCESSING, ngan)


def test_two_tabs_take_it_back_once(filed, lan, monkeypatch):
    pages.processing(filed, lan)
    seen = Dossier.objects.get(pk=filed.pk).revision
    tabs = [pages.at_desk(lan) for _ in range(2)]
    answers = at_once(
        *(lambda tab=tab: pages.press(tab, filed, "undo-forward", revision=seen) for tab in tabs)
    )
    assert [answer.status_code for answer in answers] == [302, 302]
    assert pages.moves_of(filed).count("undo_forward") == 1
