"""The keys of the officers' pages: each presses one thing of its page."""

import re
from collections import Counter

import pytest
from django.utils import timezone

from accounts.models import Position, User
from dossiers import actions
from dossiers.actions import Draft
from dossiers.models import Dossier
from dossiers.queues import QUEUES
from tests import factories
from tests.dossiers import officer_pages as pages

pytestmark = pytest.mark.django_db


def accepted(dossier, lan, hung):
    pages.accept(dossier, lan)


def processing(dossier, lan, hung):
    pages.processing(dossier, lan)


def answered(dossier, lan, hung):
    pages.answer(pages.ask(dossier, lan), dossier.submitter)


def withdrawing(dossier, lan, hung):
    why = "Tôi không cần nữa, xin rút."
    actions.ask_withdrawal(dossier, reason=why, by=dossier.submitter, at=timezone.now())


def stopped(dossier, lan, hung):
    pages.processing(dossier, lan)
    draft = Draft("stop", "Chờ văn bản hướng dẫn.")
    actions.make_consented(dossier, draft, by=hung, at=timezone.now())


def drafted(dossier, lan, hung):
    pages.processing(dossier, lan)
    email, committee = "ngan@example.vn", dossier.deciding_agency
    ngan = User.objects.filter(email=email).first()
    ngan = ngan or factories.an_officer("Chu Thị Ngân", email, "specialist", committee)
    dossier.refresh_from_db()
    draft = Draft("stop", "Chờ văn bản hướng dẫn.")
    actions.propose(dossier, draft, by=ngan, at=timezone.now())


@pytest.mark.parametrize(
    "begin",
    [None, accepted, processing, answered, withdrawing, stopped, drafted, pages.finished],
)
def test_no_key_presses_two_things(binh, service, lan, hung, begin):
    """Who has every role sees every button; the middle of a list has both neighbours."""
    three = [factories.a_filed(binh, service) for _ in range(3)]
    for one in three:
        if begin:
            begin(one, lan, hung)
    for agency in (one.receiving_agency, one.deciding_agency):
        for role in ("reception", "specialist", "leader", "clerk"):
            Position.objects.get_or_create(user=hung, agency=agency, role=role)
    one = Dossier.objects.get(pk=three[1].pk)
    for key in QUEUES:
        html = pages.at_desk(hung).get(f"{pages.address(one)}?hang={key}").text
        found = Counter(re.findall(r'data-key="([^"]+)"', html))
        assert [key for key, times in found.items() if times > 1] == []
        if "Hồ sơ trước" in html:
            break
    else:
        pytest.fail("No queue shows it between two others.")
