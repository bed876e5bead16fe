"""The worker's look at uploaded papers when the scanner or a child process is in trouble."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers import checking
from dossiers.models import Paper
from portal.lib import clamd
from portal.lib.jobs import JobError
from portal.lib.outbox import drain

pytestmark = pytest.mark.both


@pytest.fixture
def paper(draft):
    return draft.papers.get()


def look(paper, times=1):
    """As the worker, each time when the row is due again."""
    for _ in range(times):
        Paper.objects.update(available_at=timezone.now() - timedelta(seconds=1))
        drain(Paper.objects.all(), checking.check, limit=1, lease=timedelta(minutes=3))
    paper.refresh_from_db()


@pytest.fixture
def scanner(monkeypatch):
    def says(state):
        monkeypatch.setattr(clamd, "scan", lambda path: clamd.ScanVerdict(state, ""))

    says("failed")
    return says


def test_a_paper_outlives_any_outage_of_the_scanner(paper, scanner):
    look(paper, times=60)
    assert (paper.state, paper.attempts, paper.dead_at) == ("pending", 0, None)


def test_after_the_outage_it_is_looked_at_within_a_minute_or_so(paper, scanner):
    look(paper, times=12)
    left = (paper.available_at - timezone.now()).total_seconds()
    assert 50 < left <= 66


def test_an_outage_uses_up_none_of_the_tries_at_the_file(paper, scanner, monkeypatch):
    def crash(*args):
        raise JobError("Tiến trình con dừng.")

    monkeypatch.setattr(checking.files, "clean_copy", crash)
    look(paper, times=5)
    scanner("clean")
    look(paper, times=2)
    assert paper.state == "pending"
    look(paper)
    assert (paper.state, paper.state_note) == ("refused", checking.UNREADABLE)
