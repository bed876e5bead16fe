"""How a due date was counted: the same arithmetic as the due date, told day by day."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from dossiers import actions, explaining
from dossiers.actions.locking import lock
from dossiers.actions.moves import apply_move
from dossiers.models import Dossier, NonWorkingDay
from dossiers.workflow import MOVES
from tests import factories
from tests.dossiers.test_way import answer, ask, local
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=VN)


def told(dossier: Dossier) -> list[explaining.Stage]:
    return explaining.explain(dossier).stages


@pytest.fixture
def accepted(filed: Dossier, lan: User) -> Dossier:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    return filed


def test_the_eight_hours_of_intake_are_shown_hour_by_hour(filed: Dossier) -> None:
    # Tuesday 08:00: 3.5 hours till 11:30, 3.5 from 13:30, one more on Wednesday from 07:30.
    (intake,) = told(filed)
    lines = [(line.date.day, line.seconds, line.reason) for line in intake.lines]
    assert lines == [(10, 7 * 3600, "08:00–11:30, 13:30–17:00"), (11, 3600, "07:30–08:30")]
    assert intake.due == filed.intake_due_at


def test_three_working_days_over_a_named_holiday_and_a_weekend(filed, lan) -> None:
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Giỗ Tổ thử")
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    assert [(line.date.day, line.reason) for line in told(filed)[-1].lines] == [
        (10, "Ngày bắt đầu, không tính"),
        (11, "Ngày làm việc thứ 1"),
        (12, "Nghỉ: Giỗ Tổ thử"),
        (13, "Ngày làm việc thứ 2"),
        (14, "Thứ Bảy"),
        (15, "Chủ nhật"),
        (16, "Ngày làm việc thứ 3"),
    ]


def test_a_make_up_saturday_is_named(filed, lan) -> None:
    NonWorkingDay.objects.create(date="2026-03-14", kind="work", name="bù ngày 13/3")
    NonWorkingDay.objects.create(date="2026-03-13", kind="off", name="Nghỉ hoán đổi")
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    assert [line.reason for line in told(filed)[-1].lines[3:]] == [
        "Nghỉ: Nghỉ hoán đổi",
        "Ngày làm việc thứ 3 (làm bù: bù ngày 13/3)",
    ]


def test_a_half_saturday_of_duty_is_a_day(filed, lan) -> None:
    agency = filed.receiving_agency
    agency.saturday, agency.saturday_counts = "half", True
    agency.save()
    actions.make_move(filed, "accept", by=lan, at=at("2026-03-11 09:00"))
    last = told(Dossier.objects.get(pk=filed.pk))[-1].lines[-1]
    assert (last.date.day, last.reason) == (14, "Ngày làm việc thứ 3 (trực sáng thứ Bảy)")


@pytest.mark.parametrize(
    ("unit", "time", "due"),
    [
        ("hour", 8, "2026-03-11 09:30"),  # 2.5 + 3.5 on Tuesday, 2 from 07:30
        ("working_day", 3, "2026-03-13 09:00"),
        ("calendar_day", 5, "2026-03-16 09:00"),  # Sunday 15 moves to Monday
        ("month", 1, "2026-04-10 09:00"),
    ],
)
def test_the_last_line_is_the_due_day_in_every_unit(binh, lan, unit, time, due) -> None:
    procedure = factories.a_procedure(f"1.00119{time}", time=time, unit=unit)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    stage = told(dossier)[-1]
    assert local(dossier.due_at) == due
    assert (stage.due, stage.lines[-1].date) == (dossier.due_at, dossier.due_at.date())


def test_the_wait_for_additions_is_counted_and_added(binh, lan) -> None:
    procedure = factories.a_procedure("1.001194", addition_policy="PAUSE")
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    ask(dossier, lan, at=MORNING + 2 * HOUR)
    answer(dossier, binh, MORNING + DAY)
    actions.complete_additions(dossier, by=lan, at=MORNING + DAY)
    dossier.refresh_from_db()
    wait, moved = told(dossier)[-2:]
    # 10:00 to 08:00 next day: 1.5 + 3.5 hours on Tuesday, half an hour on Wednesday.
    assert [line.seconds for line in wait.lines] == [5 * 3600, 1800]
    # Friday 09:00 and 5.5 hours: 2.5 till 11:30, 3 from 13:30.
    assert (moved.due, local(moved.due)) == (dossier.due_at, "2026-03-13 16:30")


def test_a_day_promised_holds_when_the_calendar_changes_and_the_page_says_so(accepted) -> None:
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Nghỉ đột xuất")
    assert explaining.explain(accepted).kept


def test_a_day_written_past_the_ledger_is_told_as_that(client, binh, accepted) -> None:
    """Friday 13/03 at 09:00 stands in the ledger, whatever the dossier's column says."""
    Dossier.objects.filter(pk=accepted.pk).update(due_at=at("2026-03-20 09:00"))
    client.force_login(binh)
    shown = client.get(reverse("dossier-deadline", args=[accepted.public_id])).text
    assert "không khớp với sổ" in shown and "20/03/2026" not in shown


def test_binh_reads_the_days_and_may_print_them(client, binh, accepted) -> None:
    client.force_login(binh)
    shown = client.get(reverse("dossier-deadline", args=[accepted.public_id])).content.decode()
    assert "Ngày làm việc thứ 3" in shown and "thứ Sáu" in shown.replace("Thứ", "thứ")


def test_a_stranger_finds_no_such_page(client, stranger, accepted) -> None:
    client.force_login(stranger)
    page = reverse("dossier-deadline", args=[accepted.public_id])
    assert client.get(page).status_code == 404


def test_the_dossier_page_says_who_holds_it_and_never_a_name(client, binh, lan, accepted) -> None:
    client.force_login(binh)
    shown = client.get(reverse("dossier", args=[accepted.public_id])).content.decode()
    assert "Bộ phận một cửa, Trung tâm Phục vụ hành chính công xã Đồng Đăng" in shown
    assert lan.full_name not in shown


def test_a_due_date_somebody_named_is_told_as_that(accepted: Dossier, lan: User) -> None:
    # Accepted Tuesday 09:00, three working days: Friday 09:00. Named: the Wednesday after.
    later = replace(MOVES["apologise"], slip="", notice="", built=True)
    until, now = at("2026-03-18 16:00"), at("2026-03-12 10:00")
    with transaction.atomic():
        apply_move(lock(accepted), later, by=lan, at=now, note="", data={}, until=until)
    accepted.refresh_from_db()
    stage = told(accepted)[-1]
    assert (stage.title, stage.due) == ("Hẹn lại ngày trả kết quả", until)
    assert "Hạn trước đó: 09 giờ 00 phút, ngày 13/03/2026." in stage.text
    assert (accepted.due_at, local(accepted.original_due_at)) == (until, "2026-03-13 09:00")
    assert accepted.clock_running and not explaining.explain(accepted).kept
