"""Who opens what at /mot-cua/, page by page and person by person."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from dossiers.models import Dossier, Event
from tests import factories
from tests.dossiers import officer_pages as pages

DESK = ["officer-home", "officer-queue"]
STEPS = ["accept", "refuse", "ask", "forward", "complete", "result", "return", "payment"]
ONE = ["dossier", *STEPS]
# 200 or a redirect to the dossier page both mean: the dossier is theirs to open.
OPEN, NONE, NO = {200, 302}, {404}, {403}


@pytest.fixture
def people(binh, lan, hung, mai, stranger):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    away = factories.an_officer("Hà", "ha@example.vn", "reception", other)
    editor = factories.an_officer("Vi", "vi@example.vn", "catalogue", factories.an_agency())
    past = factories.an_officer("Cũ", "cu@example.vn", "reception", factories.an_agency())
    past.positions.update(valid_to=date(2025, 12, 31))
    return {
        "binh": binh, "lan": lan, "hung": hung, "mai": mai, "stranger": stranger,
        "away": away, "editor": editor, "past": past,
    }  # fmt: skip


@pytest.mark.parametrize("page", DESK)
@pytest.mark.parametrize("who", ["binh", "stranger", "past"])
def test_no_desk_for_who_holds_no_position(people, who, page):
    answer = pages.at_desk(people[who]).get(reverse(page))
    assert answer.status_code == 403 and "cán bộ Một cửa" in answer.text


@pytest.mark.parametrize("page", DESK)
@pytest.mark.parametrize("who", ["lan", "hung", "mai", "away"])
def test_a_desk_for_who_works_on_dossiers(people, who, page):
    assert pages.at_desk(people[who]).get(reverse(page)).status_code == 200


@pytest.mark.parametrize("who", ["binh", "stranger", "away", "editor", "past"])
def test_for_others_there_is_no_such_dossier(people, filed, who):
    client = pages.at_desk(people[who])
    got = {step: client.get(pages.address(filed, step)).status_code for step in ONE}
    posted = {step: pages.press(client, filed, step).status_code for step in STEPS}
    assert {*got.values(), *posted.values()} == NONE


def test_its_officers_open_the_dossier(people, filed):
    codes = {
        who: pages.at_desk(people[who]).get(pages.address(filed)).status_code
        for who in ("lan", "hung", "mai")
    }
    assert set(codes.values()) == {200}


WHO_STEPS = {
    "lan": {"accept", "refuse", "ask", "forward", "complete", "return", "payment"},
    "hung": {"result", "payment"},
    "mai": {"payment"},
}


@pytest.mark.parametrize("who", WHO_STEPS)
def test_a_step_of_another_role_is_403(people, filed, who):
    client = pages.at_desk(people[who])
    codes = {step: client.get(pages.address(filed, step)).status_code for step in STEPS}
    wanted = {step: step in WHO_STEPS[who] for step in STEPS}
    assert {step: code in OPEN for step, code in codes.items()} == wanted
    assert {code for step, code in codes.items() if not wanted[step]} <= NO


@pytest.mark.parametrize("page", DESK)
def test_signed_out_one_signs_in_and_comes_back(lan, page):
    client = Client()
    answer = client.get(reverse(page))
    assert answer.status_code == 302 and answer.url.startswith(reverse(settings.LOGIN_URL))
    typed = {"login": lan.email, "password": factories.PASSWORD}
    assert client.post(answer.url, typed).url == reverse(page)


def test_signed_out_one_reads_no_dossier(filed, db):
    answer = Client().get(pages.address(filed))
    assert answer.status_code == 302 and "next=" in answer.url


def test_looking_changes_nothing(people, filed):
    before = Dossier.objects.values().get(pk=filed.pk)
    for who in ("lan", "hung", "mai"):
        client = pages.at_desk(people[who])
        for step in ONE:
            client.get(pages.address(filed, step))
            client.head(pages.address(filed, step))
    assert Dossier.objects.values().get(pk=filed.pk) == before
    assert Event.objects.count() == 1


def test_an_officers_own_filing_elsewhere_is_not_theirs_to_work_on(service):
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    ha = factories.an_officer("Hà Thị Thu", "ha@example.vn", "reception", other, phone="0912000111")
    mine = factories.a_filed(ha, service)
    assert pages.at_desk(ha).get(pages.address(mine)).status_code == 404


def test_a_draft_is_no_officers_business(draft, lan):
    assert pages.at_desk(lan).get(pages.address(draft)).status_code == 404


def test_a_post_without_its_token_is_refused(filed, lan):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lan)
    assert pages.press(client, filed, "accept").status_code == 403
    assert pages.moves_of(filed) == ["submit"]
