"""The hourly tidy: what it takes away and what it leaves alone."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from dossiers import actions, sweeping
from dossiers.models import Paper
from portal.lib import files
from tests import factories

pytestmark = pytest.mark.both
LATER = timedelta(days=2)


def path_of(name):
    return Path(files.private_storage().location) / name


def days_old(name, days=2):
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    then = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(path, (then, then))
    return path


def test_files_nobody_names_go_after_a_day_and_the_others_stay(draft):
    kept = days_old(draft.papers.get().stored_name)
    gone, fresh = days_old("papers/2026/03/x.pdf"), days_old("slips/2026/03/y.pdf", days=0)
    assert sweeping.remove_orphans(timezone.now()) == 1
    assert (kept.exists(), gone.exists(), fresh.exists()) == (True, False, True)


def test_many_files_are_asked_about_together(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(sweeping, "NAMES_A_QUERY", 5)
    for number in range(12):
        days_old(f"papers/2026/03/{number}.pdf")
    with django_assert_num_queries(3):
        assert sweeping.remove_orphans(timezone.now()) == 12


def test_a_paper_taken_out_of_a_draft_is_gone_with_its_bytes(draft, binh):
    paper = draft.papers.get()
    path = days_old(paper.stored_name)
    actions.remove_paper(paper, by=binh, at=timezone.now())
    sweeping.tidy(timezone.now())
    assert path.exists()
    sweeping.tidy(timezone.now() + LATER)
    assert not path.exists() and not Paper.objects.exists()


def test_replaced_papers_go_and_the_last_one_stays(draft, binh):
    now = timezone.now()
    paper = draft.papers.get()
    for name in ("hai.pdf", "ba.pdf"):
        last = paper
        paper = actions.attach_paper(
            draft,
            upload=factories.an_upload(name),
            requirement=last.requirement,
            by=binh,
            at=now,
            replaces=last,
        )
    assert sweeping.drop_removed(now + LATER) == 2
    assert Paper.objects.get() == paper


def test_what_was_filed_keeps_what_it_was_filed_with(filed):
    long_ago = timezone.now() - LATER
    filed.papers.update(removed_at=long_ago)
    assert sweeping.drop_removed(timezone.now()) == 0 and filed.papers.count() == 1


def test_sessions_that_ended_are_cleared(db):
    now = timezone.now()
    for key, end in (("old", now - timedelta(days=1)), ("new", now + timedelta(days=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=end)
    sweeping.tidy(now)
    assert [session.session_key for session in Session.objects.all()] == ["new"]
