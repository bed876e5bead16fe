"""What figures and queues are read from is what the ledger says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.models import AdditionRound, Deficiency, Dossier
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_audit import found
from tests.factories import MORNING

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def waiting(binh, lan, hung, service) -> dict[str, Dossier]:
    """One at each place from which a figure or a queue is read."""
    made = {}
    for name in ("asked", "answered", "mended", "work", "wished", "withdrawn", "recalled"):
        made[name] = factories.a_filed(binh, service)
    pages.ask(made["asked"], lan)
    pages.answer(pages.ask(made["answered"], lan), binh)
    pages.answer(pages.ask(made["mended"], lan), binh)
    actions.complete_additions(made["mended"], by=lan, at=timezone.now())
    for name in ("work", "wished", "withdrawn"):
        pages.processing(made[name], lan)
    now = timezone.now()
    for name in ("wished", "withdrawn"):
        actions.ask_withdrawal(made[name], by=binh, at=now, reason="Khai nhầm tên con.")
    actions.agree_withdrawal(made["withdrawn"], by=hung, at=now + HOUR)
    actions.recall(made["recalled"], by=binh, at=now)
    return made


@pytest.mark.both
def test_an_honest_queue_has_nothing_to_tell(waiting):
    assert found() == []


def test_filed_again_after_a_recall_it_was_submitted_then(waiting, binh):
    actions.submit(waiting["recalled"], by=binh, at=timezone.now() + HOUR)
    assert found() == []


@pytest.mark.parametrize(
    ("whose", "column"),
    [
        ("work", "withdrawn_at"),
        ("withdrawn", "withdrawn_at"),
        ("work", "ended_at"),
        ("asked", "queue_at"),
        ("answered", "queue_at"),
        ("work", "queue_at"),
        ("wished", "queue_at"),
        ("withdrawn", "queue_at"),
        ("recalled", "queue_at"),
        ("work", "step_due_at"),
        ("withdrawn", "step_due_at"),
    ],
)
def test_a_column_that_moves_a_figure_or_a_queue_is_compared(waiting, whose, column):
    dossier = waiting[whose]
    Dossier.objects.filter(pk=dossier.pk).update(**{column: MORNING - DAY})
    (one,) = found()
    assert one.whose == dossier.code and one.what.startswith(f"{column} là ")


def test_an_answer_taken_out_of_its_queue_is_missed(waiting):
    Dossier.objects.filter(pk=waiting["answered"].pk).update(additions_answered=False)
    assert [one.what for one in found()] == ["additions_answered là False, sổ nói True"]


@pytest.mark.parametrize("column", ["number", "asked_at", "answered_at", "completed_at"])
def test_a_round_is_what_the_ledger_says_of_it(waiting, column):
    asked = waiting["mended"].rounds.get()
    asked.number += column == "number"
    if column != "number":
        setattr(asked, column, MORNING - DAY)
    asked.save()
    (one,) = found()
    assert (one.whose, one.table) == (waiting["mended"].code, "dossiers_additionround")


@pytest.mark.parametrize("there", [True, False])
def test_a_round_taken_out_or_invented_is_found(waiting, lan, there):
    if there:
        Deficiency.objects.filter(round__dossier=waiting["mended"]).delete()
        waiting["mended"].rounds.all().delete()
    else:
        AdditionRound.objects.create(
            dossier=waiting["work"], number=1, asked_by=lan, asked_at=MORNING,
            answer_due_at=MORNING, completed_at=MORNING, lapsed=True, reason="Thiếu chữ ký.",
        )  # fmt: skip
    (one,) = found()
    assert one.table == "dossiers_additionround" and one.seq == 1
