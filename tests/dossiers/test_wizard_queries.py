"""Each page asks the database as often for one thing as for twenty."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from dossiers.models import Dossier
from procedures.models import Channel, Fee, Service
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import url

MOST = 15
STEPS = ["filing-owner", "filing-eform", "filing-papers", "filing-return", "filing-check"]


def a_draft_with(binh: User, count: int) -> Dossier:
    """As many fields, papers, fees and files as said."""
    fields = [{"key": f"o_{n}", "type": "text", "label": f"Ô {n}"} for n in range(count)]
    eform: dict[str, Any] = {
        "title": "Tờ khai",
        "sections": [{"key": "chung", "title": "Chung", "fields": fields}],
    }
    procedure = factories.a_procedure(f"1.0000{count:02d}", eform=eform, papers=count)
    channel = Channel.objects.get(version=procedure.current)
    for n in range(count):
        Fee.objects.create(channel=channel, name=f"Phí {n}", kind="phi", amount=1000)
    service = Service.objects.create(
        procedure=procedure,
        receiving_agency=factories.an_agency(),
        deciding_agency=factories.a_committee(),
        level=4,
    )
    return factories.a_full_draft(binh, service)


def queries(browser: Any, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    return len(asked)


def queries_sent(browser: Any, address: str, sent: dict[str, Any]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert browser.post(address, sent).status_code == 302
    return len(asked)


@pytest.mark.parametrize("step", STEPS)
def test_a_step_costs_the_same_with_one_and_twenty(binh, step):
    browser = pages.as_user(binh)
    counts = [queries(browser, url(step, a_draft_with(binh, n))) for n in (1, 20)]
    assert counts[0] == counts[1] and counts[0] <= MOST


def test_filing_costs_the_same_with_one_and_twenty(binh):
    browser, counts = pages.as_user(binh), []
    for count in (1, 20):
        draft = a_draft_with(binh, count)
        mark = pages.mark_of(browser.get(url("filing-check", draft)))
        sent = {"cam_doan": "on", "dau": mark}
        counts.append(queries_sent(browser, url("filing-check", draft), sent))
    assert counts[0] == counts[1] and counts[0] <= 20


def test_a_file_costs_the_same_where_one_and_twenty_papers_are_asked(binh):
    browser, counts = pages.as_user(binh), []
    for count in (1, 20):
        draft = a_draft_with(binh, count)
        draft.papers.all().delete()
        assert draft.case
        need = draft.case.requirements.first()
        sent = {f"tep-{need.pk}": factories.an_upload()}
        counts.append(queries_sent(browser, url("filing-papers", draft), sent))
    assert counts[0] == counts[1] and counts[0] <= 10


def test_the_first_page_costs_the_same_with_one_and_twenty_agencies(binh):
    browser, counts = pages.as_user(binh), []
    for n in (1, 20):
        draft = a_draft_with(binh, n)
        for number in range(n - 1):
            Service.objects.create(
                procedure=draft.procedure,
                receiving_agency=factories.an_agency(f"000.{number:02d}.88.H37"),
                deciding_agency=factories.a_committee(),
                level=4,
            )
        counts.append(queries(browser, reverse("start-filing", args=[draft.procedure.code])))
    assert counts[0] == counts[1] and counts[0] <= MOST
