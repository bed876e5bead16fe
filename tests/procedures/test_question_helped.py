"""Có ích: counted once a reader, without a session, and by nobody for others."""

import re
import uuid

import pytest
from django.contrib.messages import get_messages
from django.middleware.csrf import CsrfViewMiddleware
from django.test import Client
from django.urls import reverse

from portal.lib import limits, publicpages
from procedures.models import Helped
from tests import factories
from tests.procedures import question_stories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_pages():
    publicpages.forget()


@pytest.fixture
def published(binh, lan, service):
    cuc = factories.an_officer("Đào Thị Cúc", "cuc@example.vn", "catalogue", factories.an_agency())
    words = "Bản sao được không?"
    return question_stories.published(service.procedure, binh, lan, cuc, words)


def as_person(user):
    client = Client()
    client.force_login(user)
    return client


def press(client, question, **headers):
    address = reverse("question-helped", args=[question.public_id])
    body = client.get(address, **headers).content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', body)[1]
    return client.post(address, {"csrfmiddlewaretoken": token}, **headers)


def test_a_signed_out_reader_counts_without_a_session(published, settings):
    client = Client(enforce_csrf_checks=True)
    answer = press(client, published)
    assert answer.url == f"/thu-tuc/1.001193/hoi-dap/#hoi-dap-{published.public_id}"
    published.refresh_from_db()
    assert published.helped == 1
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_the_reader_is_thanked_on_the_page_they_came_from(published):
    client = Client(enforce_csrf_checks=True)
    answer = press(client, published)
    assert [str(m) for m in get_messages(answer.wsgi_request)] == [
        "Cảm ơn bạn. Câu trả lời này đã giúp 1 người."
    ]
    body = client.get(answer.url.split("#")[0]).content.decode()
    assert "đã giúp 1 người" in body


def test_one_address_counts_once_however_many_browsers(published):
    press(Client(enforce_csrf_checks=True), published)
    press(Client(enforce_csrf_checks=True), published)
    press(Client(enforce_csrf_checks=True), published, REMOTE_ADDR="203.0.113.9")
    published.refresh_from_db()
    assert published.helped == 2


def test_twin_without_the_readers_mark_one_address_counts_every_time(published, monkeypatch):
    marks = iter(range(3))
    monkeypatch.setattr("procedures.views.questions.reader_mark", lambda *_: f"{next(marks):064}")
    for _ in range(3):
        press(Client(enforce_csrf_checks=True), published)
    published.refresh_from_db()
    assert published.helped == 3


def test_people_of_one_address_count_each(published, binh, stranger):
    for person in (binh, stranger, binh):
        as_person(person).post(reverse("question-helped", args=[published.public_id]))
    published.refresh_from_db()
    assert published.helped == 2


def test_rows_do_not_say_who_read(published, binh):
    as_person(binh).post(reverse("question-helped", args=[published.public_id]))
    (who,) = Helped.objects.values_list("who", flat=True)
    assert re.fullmatch(r"[0-9a-f]{64}", who)


def from_elsewhere(question):
    """A form on another site, sent by the browser of somebody who once pressed here."""
    client = Client(enforce_csrf_checks=True)
    client.get(reverse("question-helped", args=[question.public_id]))
    return client.post(
        reverse("question-helped", args=[question.public_id]),
        headers={"origin": "https://la.example", "sec-fetch-site": "cross-site"},
    )


def test_another_site_cannot_count_for_its_visitors(published):
    assert from_elsewhere(published).status_code == 403
    assert not Helped.objects.exists()


def test_twin_without_the_token_another_site_counts(published, monkeypatch):
    monkeypatch.setattr(CsrfViewMiddleware, "process_view", lambda *args: None)
    assert from_elsewhere(published).status_code == 302
    assert Helped.objects.exists()


def test_one_address_presses_thirty_times_an_hour(published):
    address = reverse("question-helped", args=[published.public_id])
    codes = [Client().post(address).status_code for _ in range(31)]
    assert codes[29:] == [302, 429]


def test_twin_without_the_limit_presses_are_endless(published, monkeypatch):
    monkeypatch.setattr(limits, "hit", lambda *args, **kw: limits.Verdict(True))
    address = reverse("question-helped", args=[published.public_id])
    assert {Client().post(address).status_code for _ in range(31)} == {302}


def test_an_answer_that_is_not_there_is_404():
    address = reverse("question-helped", args=[uuid.uuid4()])
    assert Client().get(address).status_code == 404
