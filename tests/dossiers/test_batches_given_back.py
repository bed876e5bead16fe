"""A batch that met with something bad: what is given back, and how it goes on."""

import pytest
from django.db import DataError, IntegrityError, OperationalError

from dossiers import actions
from dossiers.actions import batch_work
from dossiers.models import Batch, CheckState, Paper, RowState
from dossiers.tasks import work_batches
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.batch_pages import ANH, BAO, made, press, states, upload

pytestmark = pytest.mark.both
NOW = factories.MORNING


@pytest.mark.parametrize("work", ["filing", "drafts"])
def test_a_bad_shared_paper_gives_all_rows_back_and_is_mended(browser, binh, pattern, batch, work):
    upload(browser, pattern, ANH, BAO)
    paper = pattern.papers.get()
    Paper.objects.filter(pk=paper.pk).update(state=CheckState.PENDING, done_at=None)
    press(browser, pattern, work)
    Paper.objects.filter(pk=paper.pk).update(state=CheckState.REFUSED, done_at=NOW)
    work_batches()
    assert states(batch) == {3: RowState.READY, 4: RowState.READY}
    assert "Phần dùng chung còn thiếu" in batch.rows.first().reason
    assert not made(pattern).exists()
    mend(pattern, paper, binh)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.FILED}


def mend(pattern, paper, binh):
    actions.attach_paper(
        pattern, upload=factories.an_upload(), requirement=paper.requirement, replaces=paper,
        by=binh, at=NOW,
    )  # fmt: skip
    factories.mark_clean(pattern)


def test_a_draft_made_without_a_shared_paper_takes_it_later(browser, binh, pattern, batch):
    upload(browser, pattern, ANH)
    press(browser, pattern, "drafts")
    work_batches()
    (draft,) = made(pattern)
    draft.papers.all().delete()
    mend(pattern, pattern.papers.get(), binh)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.FILED}
    assert draft.papers.get().reused_from == pattern.papers.current().get()


def test_a_paper_taken_out_of_its_draft_stays_out(browser, pattern, batch):
    upload(browser, pattern, ANH)
    press(browser, pattern, "drafts")
    work_batches()
    (draft,) = made(pattern)
    draft.papers.update(removed_at=NOW)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.REFUSED} and draft.papers.count() == 1


@pytest.mark.parametrize("work", ["filing", "drafts"])
def test_rows_of_a_batch_given_up_are_taken_again(browser, pattern, batch, work):
    upload(browser, pattern, ANH, BAO)
    press(browser, pattern)
    Batch.objects.update(dead_at=NOW)
    assert "Nộp 2 hồ sơ" in pages.text_of(browser.get(pages.url("batch", pattern)))
    press(browser, pattern, work)
    work_batches()
    after = RowState.FILED if work == "filing" else RowState.DRAFTED
    assert states(batch) == {3: after, 4: after}


@pytest.mark.parametrize("error", [DataError, IntegrityError])
def test_a_row_the_database_refuses_keeps_no_other(browser, pattern, batch, monkeypatch, error):
    upload(browser, pattern, ANH, BAO)
    whole = batch_work.submit

    def submit(draft, **more):
        if draft.answers["ho_ten_con"] == "Nguyễn Thị Ánh":
            raise error("giá trị quá dài")
        return whole(draft, **more)

    monkeypatch.setattr(batch_work, "submit", submit)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.REFUSED, 4: RowState.FILED}


def test_a_database_that_is_away_leaves_the_rows_waiting(browser, pattern, batch, monkeypatch):
    def submit(draft, **more):
        raise OperationalError("server closed the connection")

    upload(browser, pattern, ANH, BAO)
    monkeypatch.setattr(batch_work, "submit", submit)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.WAITING, 4: RowState.WAITING}
