"""Late once is late: neither a day named anew nor a request made too late makes a result early;
the figures and the control slip of the dossier say the same."""

from datetime import date, datetime, timedelta
from unittest.mock import patch

import pytest

from dossiers import actions, control_slip
from dossiers.actions import Draft
from dossiers.models import ClockEntry, Dossier
from dossiers.models.ledger import ClockEntryQuerySet
from dossiers.register import Period
from reports.figures import FIGURES, Span, behind
from tests import factories
from tests.dossiers.test_way import answer, ask, decide
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MARCH = Span.of(Period(date(2026, 3, 1), date(2026, 3, 31)), datetime(2026, 4, 2, tzinfo=VN))
WHY = "Máy chủ hỏng hai ngày, hồ sơ không mở được."
SOONER = datetime(2026, 3, 12, 9, 0, tzinfo=VN)
LATER = datetime(2026, 3, 24, 9, 0, tzinfo=VN)
# Accepted Tuesday 10/03 at 09:00, three working days: Friday 13/03 at 09:00. Monday is late.
IN_TIME, LATE, DONE = MORNING + 2 * DAY, MORNING + 6 * DAY, MORNING + 7 * DAY


@pytest.fixture
def tri(db):
    return factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())


@pytest.fixture
def work(binh, lan) -> Dossier:
    procedure = factories.a_procedure("1.001198", addition_policy="RESET")
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    return dossier


def reset(dossier, tri, at, until=LATER):
    actions.reset_deadline(dossier, until=until, reason=WHY, by=tri, at=at)


def finish(dossier, lan, hung, at=DONE):
    dossier.refresh_from_db()
    actions.forward(dossier, by=lan, at=at)
    with patch("tests.dossiers.test_way.MORNING", at):
        decide(dossier, hung)


def classes(dossier) -> tuple[list[str], str]:
    """(figures that count it among the solved, what its control slip says)."""
    mine = Dossier.objects.filter(pk=dossier.pk)
    keys = [key for key in ("early", "on_time", "late", "no_term")
            if behind(mine, FIGURES[key], MARCH).exists()]  # fmt: skip
    *_, decided = control_slip.handovers(dossier)
    return keys, decided.kept


EARLY, TOO_LATE = (["early"], "Trước hạn"), (["late"], "Quá hạn")


@pytest.mark.parametrize(("at", "said"), [(IN_TIME, EARLY), (LATE, TOO_LATE)])
def test_a_day_named_anew_wipes_no_lateness(work, lan, hung, tri, at, said):
    reset(work, tri, at)
    finish(work, lan, hung)
    assert classes(work) == said


@pytest.mark.parametrize(("at", "said"), [(IN_TIME, EARLY), (LATE, TOO_LATE)])
def test_nor_do_additions_asked_for_too_late(work, binh, lan, hung, at, said):
    ask(work, lan, at=at)
    answer(work, binh, at + HOUR)
    actions.complete_additions(work, by=lan, at=at + HOUR)
    finish(work, lan, hung, at + DAY)
    assert classes(work) == said


def test_a_day_that_passed_while_the_citizen_had_it_is_not_the_offices(work, binh, lan, hung, tri):
    """Named twice in the wait, the second time after the first day named."""
    ask(work, lan, at=MORNING + 2 * HOUR)
    reset(work, tri, MORNING + DAY, SOONER)
    reset(work, tri, LATE)
    answer(work, binh, LATE + HOUR)
    actions.complete_additions(work, by=lan, at=LATE + HOUR)
    finish(work, lan, hung)
    assert classes(work) == EARLY


def test_an_apology_is_late_on_the_slip_as_in_the_figures(work, lan, hung):
    sorry = Draft("apologise", "Cơ quan phối hợp trả lời chậm.", until=LATER)
    actions.make_consented(work, sorry, by=hung, at=IN_TIME)
    finish(work, lan, hung)
    assert classes(work) == TOO_LATE


def test_twin_by_the_due_date_alone_lateness_is_wiped(work, lan, hung, tri):
    reset(work, tri, LATE)
    finish(work, lan, hung)
    with patch.object(ClockEntryQuerySet, "late", lambda self: ClockEntry.objects.none()):
        assert classes(work) == EARLY
