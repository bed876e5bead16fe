"""Specialists, who draft apologies (T26), have the list of those that are due."""

from datetime import datetime
from unittest.mock import patch

import pytest
import time_machine
from django.db.models import Q
from django.urls import reverse

from accounts.models import Position, User
from dossiers import actions, watching
from dossiers.models import Dossier
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING, VN

# Accepted on Tuesday 10/03 at 09:00 for three working days.
DUE, EVE = datetime(2026, 3, 13, 9, 0, tzinfo=VN), datetime(2026, 3, 12, 10, 0, tzinfo=VN)


@pytest.fixture
def ngan(db: None) -> User:
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


@pytest.fixture
def near(filed: Dossier, lan: User) -> Dossier:
    actions.make_move(filed, "accept", by=lan, at=MORNING.replace(hour=9))
    actions.forward(filed, by=lan, at=MORNING.replace(hour=10))
    filed.refresh_from_db()
    return filed


@pytest.fixture
def page(near: Dossier):
    """The list as somebody reads it a day before the dossier is due."""
    assert near.due_at == DUE
    with time_machine.travel(EVE, tick=False):
        yield lambda user: pages.at_desk(user).get(reverse("officer-stuck"))


def test_ngan_finds_what_is_due_tomorrow_and_opens_it(page, near, ngan):
    html = page(ngan).text
    assert "<h1>Cần xin lỗi trước hạn</h1>" in html
    assert f'<a class="code" href="{pages.address(near)}">{near.code}</a>' in html


def test_she_reads_nothing_else_of_what_is_stuck(page, near, ngan, hung):
    Dossier.objects.filter(pk=near.pk).update(step_due_at=MORNING)
    assert 'id="step"' in page(hung).text
    assert 'id="step"' not in page(ngan).text


def test_put_off_once_it_is_gone_from_her_list(page, near, ngan, hung):
    draft = actions.Draft("apologise", "Chờ cơ quan phối hợp.", until=DUE.replace(day=18, hour=16))
    actions.make_consented(near, draft, by=hung, at=EVE)
    html = page(ngan).text
    assert near.code not in html and "Không có hồ sơ nào sắp quá hạn" in html


@pytest.fixture
def xa(near: Dossier) -> User:
    """A specialist of another commune."""
    other = factories.an_agency("000.00.99.H37", name="Ủy ban nhân dân xã khác", receives=False)
    return factories.an_officer("Xa", "xa@example.vn", "specialist", other)


def test_another_communes_specialist_sees_none(page, near, xa):
    assert near.code not in page(xa).text


def test_twin_without_the_bounds_she_would(page, near, xa):
    with patch.object(watching, "drafted_at", lambda agencies: ~Q(pk=0)):
        assert near.code in page(xa).text


def test_a_specialist_of_the_receiving_desk_drafts_nothing_there(page, near):
    desk = factories.an_officer("Đào", "dao@example.vn", "specialist", near.receiving_agency)
    assert near.code not in page(desk).text


def test_her_own_dossier_is_not_hers_to_apologise_for(page, near, ngan):
    Dossier.objects.filter(pk=near.pk).update(owner=ngan)
    assert near.code not in page(ngan).text


def test_who_leads_elsewhere_has_both(page, near, xa, ngan):
    Position.objects.create(user=ngan, agency=xa.positions.get().agency, role="leader")
    html = page(ngan).text
    assert near.code in html and "<h1>Hồ sơ tồn đọng</h1>" in html


@pytest.mark.parametrize("who", ["lan", "mai", "binh"])
def test_others_have_no_such_page(page, who, request):
    assert page(request.getfixturevalue(who)).status_code == 403


def test_her_home_and_her_queue_lead_there(near, ngan, lan):
    link = f'href="{reverse("officer-stuck")}'
    queue = reverse("officer-queue")
    client = pages.at_desk(ngan)
    assert link in client.get(reverse("officer-home")).text
    assert link in client.get(queue, {"hang": "toi-han"}).text
    assert link not in client.get(queue, {"hang": "dang-xu-ly"}).text
    assert link not in pages.at_desk(lan).get(queue, {"hang": "toi-han"}).text
