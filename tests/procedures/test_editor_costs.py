"""What editors' pages and the pages of versions cost and say: as many queries for twenty as for
one, no English words."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.lib import publicpages
from procedures import actions
from procedures.general_form import GENERAL
from procedures.models import Draft, Procedure, Service
from procedures.search import keeping
from tests import factories
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.drafts import TODAY, a_changed_draft, a_new_draft, approved, submitted
from tests.procedures.records import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ONE = "1.001193"
# (page, its arguments, queries at most): session, user and positions are three of them.
PAGES: list[tuple[str, Callable[[], list[Any]], int]] = [
    ("editor-home", lambda: [], 6),
    ("editor-start", lambda: [], 6),
    ("editor-new", lambda: [], 4),
    ("editor-procedure", lambda: [ONE], 10),
    ("editor-retire", lambda: [ONE], 6),
    ("editor-draft", lambda: [the_draft().pk], 20),
    ("editor-draft-changes", lambda: [the_draft().pk], 16),
    ("editor-draft-history", lambda: [the_draft().pk], 8),
    ("editor-draft-step", lambda: [the_draft().pk, "bo"], 6),
    ("editor-services", lambda: [], 7),
    ("editor-services-of", lambda: [ONE], 7),
    ("editor-service", lambda: [Service.objects.latest("pk").pk], 6),
    ("editor-service-close", lambda: [Service.objects.latest("pk").pk], 6),
    ("editor-services-open", lambda: [ONE], 6),
    ("versions", lambda: [ONE], 3),
    ("version-diff", lambda: [ONE, 1, 2], 10),
]
# Full of a record's own words ("TTHC", "đ"), so only counted.
WRITING: list[tuple[str, Callable[[], list[Any]], int]] = [
    ("editor-content", lambda: [the_draft().pk], 10),
    ("editor-preview", lambda: [the_draft().pk], 6),
    ("editor-preview-page", lambda: [the_draft().pk], 16),
    ("editor-eform", lambda: [the_draft().pk], 6),
    ("editor-eform-preview", lambda: [the_draft().pk], 6),
    ("editor-eform-start", lambda: [the_draft().pk], 6),
    ("editor-eform-trial", lambda: [the_draft().pk], 6),
    ("editor-synonyms", lambda: [], 6),
    ("editor-misses", lambda: [], 6),
    ("editor-questions", lambda: [], 8),
    ("imports", lambda: [], 8),
    ("exports", lambda: [], 6),
    ("exports-progress", lambda: [], 6),
]
COUNTED = [*PAGES, *WRITING]
PUBLIC = ("versions", "version-diff")


def the_draft() -> Draft:
    return Draft.objects.open().get(code=ONE)


@pytest.fixture
def grow(cuc, dung) -> Callable[[int], None]:
    """`grow(n)`: n more drafts, versions, services and lines in each."""

    def fill(count: int) -> None:
        for _ in range(count):
            mark = f"{Draft.objects.count():06}"
            a_new_draft(cuc, code=f"7.{mark}", name=f"Việc {mark}")
            publish_one(f"Câu {mark}.")
            agency = factories.an_agency(f"000.{mark}", name=f"Trung tâm {mark}")
            procedure = Procedure.objects.get(code=ONE)
            wanted = [(procedure, agency, factories.a_committee())]
            actions.open_services(wanted, by=cuc, at=MORNING)
        a_changed_draft(
            cuc, Procedure.objects.get(code=ONE),
            steps=[{"title": "", "text": f"Bước {number}."} for number in range(count + 1)],
        )  # fmt: skip
        Draft.objects.open().filter(code=ONE).update(eform=GENERAL)

    def publish_one(words: str) -> None:
        Draft.objects.open().filter(code=ONE).update(state="discarded")
        found = Procedure.objects.filter(code=ONE).first()
        if found is None:
            actions.publish(a_record(), by=dung, prepared_by=cuc, at=MORNING)
            found = Procedure.objects.get(code=ONE)
        draft = submitted(a_changed_draft(cuc, found, summary=words), cuc)
        approved(draft, dung, TODAY)

    return fill


def opened(name: str, arguments: list[Any], user: Any) -> tuple[int, str]:
    """(queries, the page)"""
    client = Client()
    if name not in PUBLIC:
        client.force_login(user)
    cache.clear()
    publicpages.forget()
    keeping.current()  # built once for each change of the catalogue, not for each page
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(reverse(name, args=arguments))
    assert answer.status_code == 200, name
    return len(seen), answer.content.decode()


def test_no_page_asks_more_for_twenty_than_for_one(grow, cuc) -> None:
    grow(1)
    one = {name: opened(name, args(), cuc)[0] for name, args, _ in COUNTED}
    grow(19)
    many = {name: opened(name, args(), cuc)[0] for name, args, _ in COUNTED}
    assert {name: (one[name], many[name]) for name in one if many[name] > one[name]} == {}
    assert {name: many[name] for name, _, most in COUNTED if many[name] > most} == {}


def test_no_english_is_left(grow, cuc) -> None:
    grow(1)
    words = {name: english_words(opened(name, args(), cuc)[1]) for name, args, _ in PAGES}
    # The general declaration asks for the "số CCCD".
    assert {name: found for name, found in words.items() if found - {"CCCD"}} == {}
    client = Client()
    client.force_login(cuc)
    for name, args in (("editor-new", []), ("editor-retire", [ONE])):
        page = client.post(reverse(name, args=args), {}).content.decode()
        assert english_words(page) == set()
    for step in ("trinh-duyet", "tra-lai", "thu-hoi", "duyet", "lay-ban-moi", "bo"):
        address = reverse("editor-draft-step", args=[the_draft().pk, step])
        for answer in (client.get(address), client.post(address, {"revision": 0})):
            assert english_words(answer.content.decode()) == set(), step
