"""How often one person may send files."""

import pytest
from django.urls import reverse

from portal.lib import limits
from tests import factories

PAGES = ("filing-papers", "filing-eform", "answer-additions")


@pytest.fixture
def refuses(monkeypatch):
    """Every counter is full; which were asked."""
    asked = []

    def hit(scope, key, **limit):
        asked.append((scope, key, limit["limit"]))
        return limits.Verdict(False, 60)

    monkeypatch.setattr(limits, "hit", hit)
    return asked


@pytest.mark.parametrize("page", PAGES)
def test_files_are_counted_by_person(client, draft, binh, refuses, page):
    client.force_login(binh)
    address = reverse(page, args=[draft.public_id])
    answer = client.post(address, {"tep": factories.an_upload()})
    assert answer.status_code == 429 and answer["Retry-After"] == "60"
    assert refuses == [("uploads", str(binh.pk), 300)]


@pytest.mark.parametrize("page", PAGES[:2])
def test_answers_without_files_are_not(client, draft, binh, refuses, page):
    client.force_login(binh)
    assert client.post(reverse(page, args=[draft.public_id])).status_code in (200, 302)
    assert refuses == []
