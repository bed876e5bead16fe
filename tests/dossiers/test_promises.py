"""The day the office promised holds though the calendar changes after it (ADR 11): every later
tick starts from the promise, and the audit agrees."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction

from dossiers import actions, deadlines, explaining
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.audit import walk
from dossiers.models import ClockEntry, Dossier, NonWorkingDay
from dossiers.workflow import MOVES
from tests import factories
from tests.dossiers.test_way import local
from tests.factories import MORNING, VN

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
# Accepted Tuesday 10/03 at 09:00, three working days.
PROMISED = datetime(2026, 3, 13, 9, 0, tzinfo=VN)


@pytest.fixture
def promised(filed: Dossier, lan) -> Dossier:
    """Due Friday 13/03 at 09:00; then Wednesday is made a day off."""
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR)
    assert filed.due_at == PROMISED
    NonWorkingDay.objects.create(date="2026-03-11", kind="off", name="Nghỉ đột xuất")
    return filed


def move(dossier: Dossier, name: str, at: datetime, by) -> None:
    """Without the move's conditions: only its clock is looked at."""
    bare = replace(MOVES[name], slip="", notice="")
    with transaction.atomic():
        apply_move(lock(dossier), bare, by=by, at=at, note="", data={})
    dossier.refresh_from_db()


def agreed(dossier: Dossier) -> bool:
    """The audit and the page that explains say the same as the dossier."""
    told = explaining.explain(dossier)
    return list(walk.verify(walk.Report())) == [] and told.kept and told.promised == dossier.due_at


def test_a_pause_keeps_the_promise(promised, hung):
    move(promised, "stop", MORNING + 2 * DAY, hung)
    assert (promised.due_at, promised.original_due_at) == (PROMISED, PROMISED)
    assert agreed(promised)


def test_a_wait_is_added_to_the_promise(promised, hung):
    # Thursday 08:00 to 10:00: two hours, all of them worked. Friday 09:00 and two: 11:00.
    move(promised, "stop", MORNING + 2 * DAY, hung)
    move(promised, "go_on", MORNING + 2 * DAY + 2 * HOUR, hung)
    assert (local(promised.due_at), promised.original_due_at) == ("2026-03-13 11:00", PROMISED)
    assert promised.clock_running and agreed(promised)


def test_the_new_day_off_is_no_wait(promised, hung):
    # Tuesday 10:00 to Thursday 08:00: five hours on Tuesday, a half on Thursday; Wednesday is off.
    move(promised, "stop", MORNING + 2 * HOUR, hung)
    move(promised, "go_on", MORNING + 2 * DAY, hung)
    assert local(promised.due_at) == "2026-03-13 16:30" and agreed(promised)


def test_finished_late_it_stays_late(promised, hung):
    move(promised, "finish", MORNING + 4 * DAY, hung)  # Saturday 14/03
    assert (promised.due_at, promised.original_due_at) == (PROMISED, PROMISED)
    assert deadlines.kept(promised.finished_at, promised.due_at) == deadlines.Kept.LATE
    assert agreed(promised)


def test_a_term_counted_anew_follows_the_calendar_of_that_day(binh, lan):
    procedure = factories.a_procedure("1.001195", addition_policy="RESET")
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Nghỉ đột xuất")
    move(dossier, "ask_additions", MORNING + 2 * HOUR, lan)
    assert dossier.due_at == PROMISED
    Dossier.objects.filter(pk=dossier.pk).update(status_before=2)
    move(dossier, "complete_additions", MORNING + 3 * HOUR, lan)  # Wednesday, Friday, Monday
    assert (local(dossier.due_at), dossier.original_due_at) == ("2026-03-16 11:00", PROMISED)


def test_the_page_shows_the_promise_under_its_count(promised):
    start = explaining.explain(promised).stages[-1]
    assert (start.due, local(start.due)) == (PROMISED, "2026-03-13 09:00")


def ticks(*kinds: str) -> list[ClockEntry]:
    """An hour apart; `set` names Friday."""
    return [
        ClockEntry(kind=kind, at=MORNING + n * HOUR, until=PROMISED if kind == "set" else None)
        for n, kind in enumerate(kinds)
    ]


@pytest.mark.parametrize(
    ("kinds", "running"),
    [
        (["start", "set"], True),
        (["start", "pause", "set"], False),
        (["start", "pause", "set", "resume"], True),
        (["start", "pause", "resume", "set"], True),
        (["start", "pause", "resume", "set", "stop"], False),
    ],
)
def test_a_day_named_for_a_dossier_without_a_term_runs_when_nothing_waits(filed, kinds, running):
    calendar = deadlines.calendar_of(filed.receiving_agency)
    reading = deadlines.read(ticks(*kinds), calendar)
    assert reading.due_at is not None and reading.running is running
