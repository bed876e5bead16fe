"""Leaders hear of what is late once each."""

import uuid
from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.models import Agency, User
from dossiers import actions, watching
from dossiers.actions import escalating
from dossiers.leaders import Leaders
from dossiers.models import (
    ClockEntry,
    Dossier,
    NonWorkingDay,
)  # fmt: skip
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_stuck import a_twin, today
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Filed on Tuesday 10/03 at 08:00: eight hours end on Wednesday at 08:30.
LATE = MORNING + DAY + HOUR


@pytest.fixture
def tri(db: None) -> User:
    return factories.an_officer("Lê Trí", "tri@example.vn", "sysadmin", factories.an_agency())


def told(kind: str = "late") -> list[tuple[str, str]]:
    found = Notice.objects.filter(kind=kind).order_by("pk")
    return [(notice.user.full_name, notice.subject) for notice in found]


# --- late intake, late steps ----------------------------------------------------------------------


def test_a_late_intake_reaches_the_leader(filed, hung):
    """Nobody leads the desk: the deciding committee's leader hears."""
    assert actions.escalate(at=LATE) == 1
    assert told() == [("Lý Văn Hùng", f"Hồ sơ {filed.code} quá hạn tiếp nhận")]


def test_not_before_the_eight_hours_are_over(filed, hung):
    assert actions.escalate(at=MORNING + DAY + HOUR / 2) == 0


def test_the_desks_own_leader_hears_first(filed, hung):
    factories.an_officer("Vi Chủ", "chu@example.vn", "leader", factories.an_agency())
    actions.escalate(at=LATE)
    assert [name for name, _ in told()] == ["Vi Chủ"]


def test_a_sweep_twice_tells_once(filed, hung):
    assert [actions.escalate(at=LATE), actions.escalate(at=LATE + 3 * DAY)] == [1, 0]
    assert len(told()) == 1


def test_two_workers_who_found_the_same_tell_once(filed, hung):
    leaders = Leaders(LATE)
    found = [dossier for _, dossier in escalating._late(LATE, leaders)] * 2
    said = [escalating._tell_late(one, "intake", LATE, leaders) for one in found]
    assert (said, len(told())) == ([True, False], 1)


def test_twin_without_the_flag_and_the_key_they_tell_twice(filed, hung):
    leaders = Leaders(LATE)
    with (
        patch.object(escalating, "late_key", lambda *given: str(uuid.uuid4())),
        patch.object(escalating, "lock", lambda dossier: dossier),
    ):
        for _ in range(2):
            escalating._tell_late(filed, "intake", LATE, leaders)
    assert len(told()) == 2


def test_an_answered_dossier_is_no_late_intake(filed, lan, hung):
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    assert actions.escalate(at=LATE) == 0


@pytest.fixture
def working(filed: Dossier, lan: User) -> Dossier:
    """At a step due on Thursday at 16:00; the result on Friday at 09:00."""
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + 2 * HOUR)
    due = datetime(2026, 3, 12, 16, 0, tzinfo=VN)
    Dossier.objects.filter(pk=filed.pk).update(step_due_at=due)
    filed.step_runs.update(due_at=due)
    filed.refresh_from_db()
    return filed


def test_a_late_step_reaches_the_leader_once(working, hung):
    after = datetime(2026, 3, 12, 16, 1, tzinfo=VN)
    assert [actions.escalate(at=after - HOUR), actions.escalate(at=after)] == [0, 1]
    assert actions.escalate(at=after + DAY) == 0
    assert told() == [("Lý Văn Hùng", f"Hồ sơ {working.code} quá hạn bước xử lý")]


def test_the_next_step_that_is_late_is_told_anew(working, hung):
    actions.escalate(at=working.step_due_at + HOUR)
    Dossier.objects.filter(pk=working.pk).update(step_due_at=working.step_due_at + DAY)
    assert actions.escalate(at=working.step_due_at + DAY + HOUR) == 1


def test_the_sweep_asks_no_more_for_twenty_than_for_one_before_it_tells(
    filed, hung, django_assert_num_queries
):
    pages.many(filed, 20)
    with django_assert_num_queries(5):  # leaders, desks, days, two kinds
        assert len(list(escalating._late(LATE, Leaders(LATE)))) == 21


def test_where_nobody_leads_the_administrator_hears(filed, tri):
    assert actions.escalate(at=LATE) == 1
    assert [name for name, _ in told()] == ["Lê Trí"]


def test_what_nobody_could_hear_waits_for_the_first_who_leads(filed):
    assert actions.escalate(at=LATE) == 0
    factories.an_officer("Lý Văn Hùng", "hung@example.vn", "leader", factories.a_committee())
    assert actions.escalate(at=LATE + HOUR) == 1
    assert [name for name, _ in told()] == ["Lý Văn Hùng"]


def test_what_nobody_hears_keeps_no_place_from_others(filed, hung, monkeypatch):
    """The oldest lies at a desk nobody leads."""
    alone = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    here = {"receiving_agency": alone, "deciding_agency": alone, "desk_agency": alone}
    a_twin(filed, 1, queue_at=MORNING - DAY, **here)
    monkeypatch.setattr(escalating, "AT_ONCE", 1)
    assert actions.escalate(at=LATE) == 1


@pytest.fixture
def above(filed: Dossier) -> User:
    """Nobody leads the commune; Sơn leads the province's office above its committee."""
    province = factories.an_agency("000.00.00.H37", name="Ủy ban nhân dân tỉnh", level="province")
    Agency.objects.filter(pk=filed.deciding_agency_id).update(parent=province)
    Agency.objects.filter(pk=filed.receiving_agency_id).update(parent=filed.deciding_agency_id)
    return factories.an_officer("Hà Sơn", "son@example.vn", "leader", province)


def test_the_leader_above_gets_a_link_that_works(filed, above):
    actions.escalate(at=LATE)
    (letter,) = Notice.objects.filter(kind="late")
    answer = pages.at_desk(above).get(letter.link)
    assert (letter.user, letter.link) == (above, reverse("officer-stuck"))
    assert filed.code in answer.text


def test_the_leader_above_opens_no_dossier_from_the_list(filed, above, hung):
    page = {user: pages.at_desk(user).get(reverse("officer-stuck")).text for user in (above, hung)}
    link = reverse("officer-dossier", args=[filed.public_id])
    assert filed.code in page[above] and link not in page[above]
    assert link in page[hung]


def test_the_leader_above_gets_the_days_letter(filed, above, open_today):
    assert actions.tell_stuck(at=today(9)) == 1
    assert Notice.objects.get(kind="stuck").user == above


# --- apologies ------------------------------------------------------------------------------------


def near(at: datetime) -> list[str]:
    return [one.code for one in watching.apologies(watching.bounds(at))]


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-03-12 08:59", False),  # Friday 09:00 is more than one working day away
        ("2026-03-12 09:00", True),
        ("2026-03-13 08:59", True),
        ("2026-03-13 09:01", False),  # too late: it is past due
    ],
)
def test_an_apology_is_due_one_working_day_before(working, at, due):
    moment = datetime.fromisoformat(at).replace(tzinfo=VN)
    assert near(moment) == ([working.code] if due else [])


def test_over_a_holiday_the_apology_is_due_earlier(working):
    # Friday off: the working day before Friday 09:00 has begun on Thursday; one more lies between
    # Wednesday 09:00 and Thursday 09:00 only, so nothing is due on Wednesday.
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Nghỉ thử")
    assert near(datetime(2026, 3, 11, 9, 0, tzinfo=VN)) == [working.code]


def test_who_was_put_off_once_is_not_listed_again(working, hung):
    ClockEntry.objects.create(
        dossier=working, seq=90, at=MORNING, kind="extend", until=working.due_at, digest="x"
    )
    assert near(datetime(2026, 3, 12, 10, 0, tzinfo=VN)) == []


@pytest.mark.parametrize(
    ("hour", "minute", "days", "since"),
    [
        # Monday 16/03: of one working day the last whole one began on Friday, not on Sunday.
        (10, 0, 1, datetime(2026, 3, 13, 10, 0, tzinfo=VN)),
        (10, 0, 2, datetime(2026, 3, 12, 10, 0, tzinfo=VN)),
        (15, 30, 5, datetime(2026, 3, 9, 15, 30, tzinfo=VN)),
    ],
)
def test_working_days_are_over_a_weekend_later(settings, db, hour, minute, days, since):
    settings.PATIENCE = settings.PATIENCE | {"answer_days": days}
    monday = datetime(2026, 3, 16, hour, minute, tzinfo=VN)
    assert watching.bounds(monday).answered_before == since
