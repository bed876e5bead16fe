"""The clock believes its ledger: no column, no earlier moment, no wish to withdraw moves it."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from dossiers import actions, explaining
from dossiers.actions import holding, moves
from dossiers.models import Dossier, NonWorkingDay
from tests import factories
from tests.dossiers.test_audit import found
from tests.dossiers.test_way import answer, ask, local
from tests.factories import MORNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def again(binh, lan) -> Dossier:
    """Accepted Tuesday 09:00 with three working days, by the policy that counts anew; waiting for
    the office after additions."""
    procedure = factories.a_procedure("1.001196", addition_policy="RESET")
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    ask(dossier, lan, at=MORNING + 2 * HOUR)
    answer(dossier, binh, MORNING + DAY)
    return dossier


def test_a_term_counted_anew_is_the_one_that_began(again, lan):
    Dossier.objects.filter(pk=again.pk).update(term_time=90, term_unit="month")
    actions.complete_additions(again, by=lan, at=MORNING + DAY)
    again.refresh_from_db()
    # From Wednesday 08:00: Thursday, Friday, Monday.
    assert local(again.due_at) == "2026-03-16 08:00"


@pytest.mark.parametrize(("column", "value"), [("term_time", 90), ("term_unit", "month")])
def test_a_term_changed_in_the_dossier_is_found(again, column, value):
    assert found() == []
    Dossier.objects.filter(pk=again.pk).update(**{column: value})
    (one,) = found()
    assert one.whose == again.code and one.what.startswith(f"{column} là {value}, sổ nói")


# --- back-dated ------------------------------------------------------------------------------


def test_a_term_does_not_begin_before_the_dossier_came(filed, lan):
    with pytest.raises(actions.MoveRefused, match="Giờ máy chủ"):
        actions.make_move(filed, "accept", by=lan, at=MORNING - 5 * DAY)
    filed.refresh_from_db()
    assert filed.accepted_at is None and not filed.slips.filter(kind="mau01").exists()


def test_twin_without_that_the_term_begins_before_and_the_audit_says_so(filed, lan):
    with patch.object(moves, "SKEW", 30 * DAY):
        actions.make_move(filed, "accept", by=lan, at=MORNING - 5 * DAY)
    assert local(filed.due_at) == "2026-03-10 08:00"  # the moment it was filed
    (one,) = found()
    assert one.whose == filed.code and "ghi lùi giờ" in one.what


def test_who_waited_for_the_row_is_not_back_dated(filed, lan):
    actions.make_move(filed, "accept", by=lan, at=MORNING - timedelta(minutes=9))
    assert found() == []


def test_what_moves_no_clock_is_not_written_backwards_either(filed, lan):
    """The office claims it on the 12th; no word of an earlier day stands after that."""
    holding.claim(filed, by=lan, at=MORNING + 3 * DAY)
    with pytest.raises(actions.MoveRefused, match="Giờ máy chủ"):
        holding.release(filed, by=lan, at=MORNING + 2 * DAY)


def test_a_move_does_not_stand_before_the_last_line_whatever_its_kind(filed, lan):
    holding.claim(filed, by=lan, at=MORNING + 3 * DAY)
    with pytest.raises(actions.MoveRefused, match="Giờ máy chủ"):
        actions.make_move(filed, "accept", by=lan, at=MORNING + DAY)
    assert found() == []


def test_twin_without_that_a_line_stands_before_the_one_it_follows(filed, lan):
    holding.claim(filed, by=lan, at=MORNING + 3 * DAY)
    with patch.object(moves, "SKEW", 30 * DAY):
        holding.release(filed, by=lan, at=MORNING + 2 * DAY)
    (one,) = found()
    assert "ghi lùi giờ" in one.what


# --- the office's answer ---------------------------------------------------------------------


@pytest.fixture
def declined(filed, binh, lan) -> Dossier:
    """To be answered by Wednesday 11/03 at 08:30. A wish to withdraw on Friday 13/03 at 08:00,
    declined two working hours later."""
    wish, no = MORNING + 3 * DAY, MORNING + 3 * DAY + 2 * HOUR
    actions.ask_withdrawal(filed, by=binh, at=wish, reason="Khai nhầm tên con.")
    actions.make_move(filed, "decline_withdrawal", by=lan, at=no, note="Giấy khai sinh đã in.")
    filed.refresh_from_db()
    return filed


def test_a_wish_to_withdraw_does_not_make_a_late_answer_early(declined):
    assert local(declined.intake_due_at) == "2026-03-11 10:30"
    assert declined.queue_at == declined.intake_due_at and found() == []


def test_the_page_counts_the_wait_on(declined):
    start, _, wait, moved = explaining.explain(declined).stages
    assert (local(start.due), wait.title) == ("2026-03-11 08:30", "Hết tạm dừng, tính tiếp")
    assert (local(moved.due), moved.due_title) == ("2026-03-11 10:30", "Hạn trả lời mới")


def test_after_additions_the_office_has_its_hours_again(filed, binh, lan):
    ask(filed, lan, at=MORNING + HOUR)
    answer(filed, binh, MORNING + DAY)
    actions.complete_additions(filed, by=lan, at=MORNING + DAY)
    filed.refresh_from_db()
    assert local(filed.intake_due_at) == "2026-03-12 08:30" and found() == []


def test_the_answer_promised_holds_when_the_calendar_changes(filed):
    NonWorkingDay.objects.create(date="2026-03-10", kind="off", name="Nghỉ đột xuất")
    told = explaining.explain(filed)
    assert told.kept and local(told.stages[0].due) == "2026-03-11 08:30"
