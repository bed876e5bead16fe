"""What figures and queues are read from is what the ledger says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Agency
from dossiers import actions
from dossiers.actions import Draft
from dossiers.audit import walk
from dossiers.models import AdditionRound, AnchoredHead, Deficiency, Dossier, StepRun
from dossiers.models.ledger import body_digest
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_audit import found, rechain
from tests.factories import MORNING
from tests.ledgers import unguarded

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
    actions.make_consented(made["withdrawn"], Draft("agree_withdrawal", ""), by=hung, at=now + HOUR)
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


# --- steps that ended ------------------------------------------------------------------------


@pytest.fixture
def stepped(waiting, binh, lan) -> Dossier:
    """Left processing twice: its run of `work` ended with a wish to withdraw, one more after."""
    dossier = waiting["work"]
    now = timezone.now()
    for hours in (0, 2):
        at = now + hours * HOUR
        actions.ask_withdrawal(dossier, by=binh, at=at, reason="Khai nhầm tên con.")
        actions.decline_withdrawal(dossier, by=lan, at=at + HOUR, reason="Đã giải quyết xong.")
    assert dossier.step_runs.exclude(ended_at=None).count() == 2
    return dossier


@pytest.mark.both
def test_honest_steps_have_nothing_to_tell(stepped):
    assert found() == []


CHANGES = {
    "started_at": MORNING - DAY,
    "ended_at": MORNING + 900 * DAY,
    "due_at": MORNING + 900 * DAY,
    "taken_up_at": MORNING,
    "outcome": "forward",
    "name": "Bước khác",
    "role": "clerk",
    "hours": 99,
    "position": 7,
    "note": "Ai đó viết thêm.",
}


@pytest.mark.both
@pytest.mark.parametrize("column", CHANGES)
def test_an_ended_step_is_what_the_event_sealed(stepped, column):
    run = stepped.step_runs.get(number=1)
    StepRun.objects.filter(pk=run.pk).update(**{column: CHANGES[column]})
    (one,) = found()
    assert (one.whose, one.table, one.seq) == (stepped.code, "dossiers_steprun", 1)


@pytest.mark.parametrize("column", ["assignee", "started_by", "agency"])
def test_who_did_a_step_and_where_is_sealed(stepped, hung, column):
    run = stepped.step_runs.get(number=2)
    other = Agency.objects.exclude(pk=run.agency_id).first() if column == "agency" else hung
    StepRun.objects.filter(pk=run.pk).update(**{column: other})
    (one,) = found()
    assert (one.table, one.seq) == ("dossiers_steprun", 2)


def test_a_step_taken_out_is_missed(stepped):
    stepped.step_runs.filter(number=1).delete()
    (one,) = found()
    assert (one.seq, one.what) == (1, "mất bước đã xong này")


def test_a_step_invented_is_found(stepped):
    run = stepped.step_runs.get(number=1)
    run.pk, run.number = None, 9
    run.save(force_insert=True)
    (one,) = found()
    assert (one.seq, one.what) == (9, "không sự kiện nào nói bước này đã xong")


def test_events_from_before_the_seals_forgive_no_more_steps_than_they_ended(stepped):
    events = stepped.events.filter(data__has_key="run")
    assert events.count() == 2
    with unguarded():
        for event in events:
            del event.data["run"]
            event.body_digest = body_digest(event.note, event.data)
            event.save()
        rechain(stepped)
        AnchoredHead.objects.all().delete()
        assert list(walk.verify(walk.Report())) == []
        run = stepped.step_runs.get(number=1)
        run.pk, run.number = None, 9
        run.save(force_insert=True)
    (one,) = walk.verify(walk.Report())
    assert (one.table, one.seq) == ("dossiers_steprun", 9)


def test_who_is_to_have_it_on_its_way_back_is_no_part_of_the_seal(stepped, hung):
    stepped.step_runs.filter(number=2).update(successor=hung)
    assert found() == []


@pytest.mark.parametrize(
    ("whose", "column"), [("work", "receiving_agency"), ("answered", "deciding_agency")]
)
def test_the_agencies_are_those_it_was_filed_to(waiting, whose, column):
    dossier = waiting[whose]
    other = Agency.objects.exclude(pk=getattr(dossier, f"{column}_id")).first()
    Dossier.objects.filter(pk=dossier.pk).update(**{column: other})
    (one,) = found()
    assert one.whose == dossier.code and one.what.startswith("receiving_agency, deciding_agency")


# --- What is new ------------------------------------------------------------------------------


def walked_since_today():
    """How many dossiers `verify_audit --since` today reads."""
    report = walk.Report()
    assert list(walk.verify(report, since=timezone.localdate())) == []
    return report.dossiers


def test_a_dossier_ticked_today_is_read_by_who_checks_what_is_new(filed, lan):
    Dossier.objects.update(updated_at=timezone.now() - 9 * DAY)
    assert walked_since_today() == 0
    actions.compare_paper(filed.papers.get(), compared=True, by=lan, at=timezone.now())
    assert walked_since_today() == 1


def test_a_dossier_asked_about_today_is_read_by_who_checks_what_is_new(filed, lan):
    pages.accept(filed, lan)
    Dossier.objects.update(updated_at=timezone.now() - 9 * DAY)
    police = factories.an_agency("000.00.20.H37", name="Công an phường Tân Sơn")
    actions.ask_opinion(
        filed, agency=police, question="Nơi cư trú đúng chưa?", papers=[],
        due_on=timezone.localdate() + 3 * DAY, by=lan, at=timezone.now(),
    )  # fmt: skip
    assert walked_since_today() == 1
