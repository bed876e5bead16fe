"""T26: an apology names a new day, once, at an hour at which the office works."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from dossiers import actions
from dossiers.actions import Draft
from dossiers.models import ClockEntry, Dossier
from dossiers.workflow import Status
from notices.models import Notice
from tests import factories
from tests.dossiers.test_proposals import consent, in_processing, proposed, told
from tests.dossiers.test_way import local
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NEW_DUE = datetime(2026, 3, 18, 16, 0, tzinfo=VN)


@pytest.fixture
def ngan(db: None) -> User:
    return factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", factories.a_committee()
    )


@pytest.fixture
def work(binh: User, lan: User, hung: User) -> Dossier:
    return in_processing(binh, lan)


def apology(until: datetime = NEW_DUE) -> Draft:
    return Draft("apologise", "Cơ quan phối hợp trả lời chậm.", until=until)


def test_an_apology_names_the_new_day_and_keeps_the_first(work, ngan, hung) -> None:
    after = consent(proposed(work, apology(), ngan), hung)
    assert (after.due_at, local(after.original_due_at)) == (NEW_DUE, "2026-03-13 09:00")
    assert (after.status, after.clock_running) == (Status.PROCESSING, True)
    assert after.slips.filter(kind="mau04").exists() and "apology" in told(after)


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (MORNING + 2 * HOUR, "không kịp có kết quả"),  # due on Friday 13 March at 09:00
        (MORNING + 3 * DAY + 2 * HOUR, "chưa có kết quả"),
    ],
)
def test_the_letter_knows_whether_the_day_has_passed(at, said, work, hung) -> None:
    actions.make_consented(work, apology(), by=hung, at=at)
    assert said in Notice.objects.get(kind="apology").body


def test_it_is_said_once_by_rule_and_by_the_database(work, hung) -> None:
    actions.make_consented(work, apology(), by=hung, at=MORNING + 2 * HOUR)
    with pytest.raises(actions.MoveRefused, match="hẹn lại một lần"):
        later = apology(NEW_DUE + DAY)
        actions.make_consented(work, later, by=hung, at=MORNING + 3 * HOUR)
    entry = ClockEntry.objects.get(kind="extend")
    entry.pk, entry.seq = None, 99
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()


@pytest.mark.parametrize(
    ("until", "said"),
    [
        (datetime(2026, 3, 10, 9, 0, tzinfo=VN), "sau lúc này"),
        (datetime(2026, 3, 12, 9, 0, tzinfo=VN), "sau hạn đang có"),
        (datetime(2026, 3, 15, 9, 0, tzinfo=VN), "ngày làm việc"),  # a Sunday
        (datetime(2026, 3, 18, 3, 0, tzinfo=VN), "giờ làm việc"),
        (datetime(2206, 3, 18, 9, 0, tzinfo=VN), "quá xa"),
        (datetime(9999, 12, 31, 23, 59, tzinfo=VN), "quá xa"),
    ],
)
def test_the_new_day_is_later_and_a_working_day(until, said, work, ngan) -> None:
    with pytest.raises(actions.MoveRefused, match=said):
        proposed(work, apology(until), ngan)


def test_a_day_that_passed_while_the_draft_lay_is_refused(work, ngan, hung) -> None:
    proposal = proposed(work, apology(), ngan)
    with pytest.raises(actions.MoveRefused, match="sau lúc này"):
        consent(proposal, hung, NEW_DUE + HOUR)
    proposal.refresh_from_db()
    assert proposal.decided_at is None


def test_without_a_due_date_there_is_nothing_to_put_off(binh, lan, hung) -> None:
    work = in_processing(binh, lan, time=None, unit="none")
    with pytest.raises(actions.MoveRefused, match="không có hạn trả"):
        actions.make_consented(work, apology(), by=hung, at=MORNING + 2 * HOUR)
