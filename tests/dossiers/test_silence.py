"""No silent dossier: the portal tells once a silence, the citizen's reminder reaches a leader."""

from datetime import datetime, timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from dossiers import actions, timeline
from dossiers.actions import holding, silence
from dossiers.models import Dossier
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Filed on Tuesday 10/03 at 08:00: five working days end on Tuesday 17/03 at 08:00.
QUIET = MORNING + 7 * DAY


def told() -> int:
    return Notice.objects.filter(kind="silence").count()


def test_after_five_working_days_the_portal_says_where_it_lies(filed, binh) -> None:
    assert actions.tell_silent(at=QUIET) == 1
    notice = Notice.objects.get(kind="silence")
    assert notice.user == binh
    assert "Bộ phận một cửa, Trung tâm Phục vụ hành chính công xã Đồng Đăng" in notice.body


def test_five_calendar_days_over_a_weekend_are_no_silence(filed) -> None:
    assert actions.tell_silent(at=QUIET - HOUR) == 0


def test_once_a_silence(filed) -> None:
    actions.tell_silent(at=QUIET)
    actions.tell_silent(at=QUIET + 30 * DAY)
    assert told() == 1


def test_a_new_silence_is_told_anew(filed, lan) -> None:
    actions.tell_silent(at=QUIET)
    filed.refresh_from_db()
    actions.make_move(filed, "accept", by=lan, at=QUIET + HOUR)
    assert actions.tell_silent(at=QUIET + 10 * DAY) == 1


def seen_by_two(at) -> list[Dossier]:
    """What a second worker found before the first one told."""
    return list(silence._silent(at))


def test_two_workers_at_once_tell_once(filed) -> None:
    found = seen_by_two(QUIET)
    actions.tell_silent(at=QUIET)
    assert [silence._tell_one(dossier, QUIET) for dossier in found] == [False]
    assert told() == 1


def test_twin_without_the_second_look_it_is_told_twice(filed) -> None:
    found = seen_by_two(QUIET)
    actions.tell_silent(at=QUIET)
    with patch("dossiers.actions.silence.still_silent", return_value=True):
        assert [silence._tell_one(dossier, QUIET) for dossier in found] == [True]
    assert told() == 2


def test_a_draft_and_what_waits_for_the_citizen_are_not_silent(draft, filed, lan) -> None:
    need = filed.case.requirements.first()
    gap = actions.Gap(label=need.name, reason="Ảnh mờ.", requirement=need)
    actions.ask_additions(filed, gaps=[gap], reason="Không rõ.", by=lan, at=MORNING + HOUR)
    assert actions.tell_silent(at=QUIET + 30 * DAY) == 0


@pytest.fixture
def holiday(filed: Dossier, monkeypatch) -> datetime:
    """Seven of an agency that rests on Saturday, last heard of in the morning, and one of an
    agency that works then, in the afternoon: only hers is due when that Saturday ends. A turn
    tells two and reads two at once."""
    monday = MORNING - DAY
    Dossier.objects.filter(pk=filed.pk).update(heard_at=monday)
    filed.refresh_from_db()
    pages.many(filed, 7)
    # Twins come without its history.
    Dossier.objects.exclude(pk=filed.pk).update(chain_length=0, chain_head="")
    other = factories.an_agency("000.02.15.H37", saturday="full", saturday_counts=True)
    their = {"receiving_agency": other, "desk_agency": other, "heard_at": monday + 6 * HOUR}
    Dossier.objects.filter(pk=filed.pk).update(**their)
    for name in ("AT_ONCE", "PAGE"):
        monkeypatch.setattr(silence, name, 2)
    return monday + 5 * DAY + 8 * HOUR


def test_those_whose_calendar_lets_them_wait_hide_nobody(filed, holiday) -> None:
    assert [one.pk for one in silence._silent(holiday)] == [filed.pk]
    assert actions.tell_silent(at=holiday) == told() == 1


def test_twin_looking_at_the_oldest_only_the_one_due_is_not_told(holiday, monkeypatch) -> None:
    monkeypatch.setattr(silence, "LOOKED_AT", 2)
    assert actions.tell_silent(at=holiday) == 0


def test_of_many_each_is_told_once_over_the_turns(filed, holiday) -> None:
    at = holiday + 3 * DAY
    assert [actions.tell_silent(at=at) for _ in range(5)] == [2, 2, 2, 2, 0]
    assert told() == Dossier.objects.exclude(silence_told_at=None).count() == 8


def test_one_whose_history_is_ahead_of_our_clock_keeps_no_other(filed, binh, lan) -> None:
    """Looked at first, and refused: written by a server whose clock ran early."""
    other = factories.a_filed(factories.a_person("Hà Thị Na", "na@example.vn"), filed.service)
    holding.claim(filed, by=lan, at=QUIET + 2 * HOUR)
    assert actions.tell_silent(at=QUIET) == 1
    other.refresh_from_db()
    assert other.silence_told_at == QUIET


# --- Nhắc cơ quan ---------------------------------------------------------------------------------


@pytest.fixture
def quiet(filed: Dossier, hung) -> Dossier:
    """Hùng leads the deciding committee; nobody leads at the desk."""
    actions.tell_silent(at=QUIET)
    filed.refresh_from_db()
    return filed


def test_the_reminder_reaches_the_leader(quiet, binh, hung) -> None:
    actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    notice = Notice.objects.get(kind="nudge")
    assert (notice.user, notice.subject) == (hung, f"Người dân nhắc hồ sơ {quiet.code} (lần 1)")


def test_it_is_an_event_of_the_dossier(quiet, binh) -> None:
    event = actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    assert (event.move, event.actor) == ("nudge", "citizen")
    assert event.data == {"number": 1, "told": ["leader"]}


def test_once_in_three_working_days(quiet, binh) -> None:
    actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    quiet.refresh_from_db()
    with pytest.raises(actions.MoveRefused, match="09:00 ngày 20/03/2026"):
        actions.nudge(quiet, by=binh, at=QUIET + 2 * DAY)
    actions.nudge(quiet, by=binh, at=QUIET + HOUR + 3 * DAY)
    assert Notice.objects.filter(kind="nudge").count() == 2


def test_twin_without_the_guard_two_clicks_are_two_reminders(quiet, binh) -> None:
    with patch("dossiers.actions.silence.nudge_refusal", return_value=None):
        for _ in range(2):
            actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    assert Notice.objects.filter(kind="nudge").count() == 2


def test_not_before_there_is_a_reason(filed, binh) -> None:
    with pytest.raises(actions.MoveRefused, match="quá hạn"):
        actions.nudge(filed, by=binh, at=MORNING + HOUR)


def test_a_late_dossier_may_be_reminded_of_at_once(filed, binh) -> None:
    # The answer was due on Wednesday at 08:30.
    actions.nudge(filed, by=binh, at=MORNING + DAY + HOUR)
    filed.refresh_from_db()
    assert (filed.nudges, filed.nudge_waits) == (1, True)


def test_nobody_else_may_remind(quiet, stranger, lan) -> None:
    for person in (stranger, lan):
        with pytest.raises(actions.MoveRefused, match="quyền"):
            actions.nudge(quiet, by=person, at=QUIET + HOUR)


def test_the_flag_goes_when_the_office_acts(quiet, binh, lan) -> None:
    actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    quiet.refresh_from_db()
    actions.make_move(quiet, "accept", by=lan, at=QUIET + 2 * HOUR)
    assert (quiet.nudge_waits, quiet.nudges) == (False, 1)


def test_the_chain_holds_with_both_events(quiet, binh) -> None:
    actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    titles = [item["title"] for item in timeline.of(quiet) if item["state"] == "done"]
    assert titles[-2:] == ["Cổng đã báo hồ sơ đang ở đâu", "Người nộp đã nhắc cơ quan"]


def test_lan_sees_the_flag_in_her_queue_and_on_the_list(client, quiet, binh, lan) -> None:
    actions.nudge(quiet, by=binh, at=QUIET + HOUR)
    client.force_login(lan)
    assert "Nhắc lần 1" in client.get(reverse("officer-queue")).content.decode()
    assert quiet.code in client.get(reverse("officer-waiting")).content.decode()


def test_binh_presses_the_button(client, filed, binh, hung) -> None:
    """Filed in March, today is later: long overdue."""
    client.force_login(binh)
    shown = client.get(reverse("dossier", args=[filed.public_id])).content.decode()
    assert reverse("nudge", args=[filed.public_id]) in shown
    client.post(reverse("nudge", args=[filed.public_id]))
    client.post(reverse("nudge", args=[filed.public_id]))
    filed.refresh_from_db()
    assert filed.nudges == 1
