"""Where no term runs the office is heard of too: a stopped dossier, a result it is to bring."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.urls import reverse

from accounts.models import User
from dossiers import actions, standing
from dossiers.actions import silence
from dossiers.actions.proposals import Draft
from dossiers.models import Dossier, ReturnMethod
from dossiers.workflow import OPEN, Status
from notices.models import Notice
from tests import factories
from tests.dossiers.test_way import ask
from tests.factories import MORNING

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
# Stopped, or finished, at 10:00 on Tuesday 10/03: five working days end on Tuesday 17/03.
THEN = MORNING + 2 * HOUR
QUIET = THEN + 7 * DAY


@pytest.fixture
def processing(binh: User, lan: User) -> Dossier:
    filed = factories.a_filed(binh, post=True)
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR)
    return filed


@pytest.fixture
def stopped(processing: Dossier, hung: User) -> Dossier:
    draft = Draft("stop", "Cơ quan chờ ý kiến của tòa án.")
    actions.make_consented(processing, draft, by=hung, at=THEN)
    processing.refresh_from_db()
    return processing


@pytest.fixture
def finished(processing: Dossier, hung: User) -> Dossier:
    actions.record_result(
        processing,
        upload=factories.an_upload("ket-qua.pdf"),
        title="Giấy khai sinh",
        number="15/2026",
        signer="Lý Văn Hùng",
        issued_on=THEN.date(),
        by=hung,
        at=THEN,
    )
    processing.refresh_from_db()
    return processing


def comes(dossier: Dossier, method: str) -> None:
    Dossier.objects.filter(pk=dossier.pk).update(return_method=method)
    dossier.refresh_from_db()


def where() -> list[str]:
    found = Notice.objects.filter(kind="silence")
    return [line for one in found for line in one.body.splitlines() if "Hồ sơ đang ở" in line]


def test_a_stopped_dossier_is_told_where_it_lies(stopped) -> None:
    assert actions.tell_silent(at=QUIET - HOUR) == 0
    assert actions.tell_silent(at=QUIET) == 1
    assert where() == ["Hồ sơ đang ở Bộ phận chuyên môn, Ủy ban nhân dân xã Đồng Đăng."]


def test_its_people_remind_the_leader_of_it(stopped, binh, hung) -> None:
    actions.tell_silent(at=QUIET)
    stopped.refresh_from_db()
    actions.nudge(stopped, by=binh, at=QUIET + HOUR)
    assert Notice.objects.get(kind="nudge").user == hung


@pytest.mark.parametrize("method", [ReturnMethod.ONLINE, ReturnMethod.POST])
def test_a_result_that_does_not_come_is_the_offices_silence(finished, binh, method) -> None:
    comes(finished, method)
    assert actions.tell_silent(at=QUIET) == 1
    assert where() == [
        "Hồ sơ đang ở Bộ phận trả kết quả, Trung tâm Phục vụ hành chính công xã Đồng Đăng."
    ]
    finished.refresh_from_db()
    assert actions.nudge(finished, by=binh, at=QUIET + HOUR)


@pytest.mark.parametrize("method", [ReturnMethod.DESK, ""])
def test_a_result_at_the_desk_waits_for_who_fetches_it(client, finished, binh, method) -> None:
    comes(finished, method)
    assert actions.tell_silent(at=QUIET + 30 * DAY) == 0
    with pytest.raises(actions.MoveRefused, match="đang chờ bạn đến nhận kết quả tại Trung tâm"):
        actions.nudge(finished, by=binh, at=QUIET + 30 * DAY)
    client.force_login(binh)
    shown = client.get(reverse("dossier", args=[finished.public_id])).content.decode()
    assert "Đang chờ bạn" in shown


def test_who_is_asked_for_additions_is_told_that_it_is_their_turn(filed, binh, lan) -> None:
    ask(filed, lan)
    with pytest.raises(actions.MoveRefused, match="đang chờ bạn gửi phần bổ sung"):
        actions.nudge(filed, by=binh, at=QUIET)


def test_twin_looked_for_only_where_a_term_runs_nobody_hears_of_it(stopped) -> None:
    first = silence._candidates
    with patch.object(silence, "_candidates", lambda before: first(before)[:1]):
        assert actions.tell_silent(at=QUIET + 300 * DAY) == 0


# By hand: whether it is the office's turn.
TURNS = [
    (Status.SUBMITTED, "", False, True),
    (Status.ACCEPTED, "desk", False, True),
    (Status.PROCESSING, "post", False, True),
    (Status.ADDITIONS, "", False, False),
    (Status.ADDITIONS, "", True, True),
    (Status.WITHDRAWING, "online", False, True),
    (Status.STOPPED, "desk", False, True),
    (Status.FINISHED, "", False, False),
    (Status.FINISHED, "desk", False, False),
    (Status.FINISHED, "online", False, True),
    (Status.FINISHED, "post", False, True),
]


@pytest.mark.parametrize(("status", "method", "answered", "theirs"), TURNS)
def test_whose_turn_it_is(
    binh: User, status: Status, method: str, answered: bool, theirs: bool
) -> None:
    """The queries, the rule of the reminder and what people read on the page say the same."""
    filed = factories.a_filed(binh, post=True)
    Dossier.objects.filter(pk=filed.pk).update(
        status=status, return_method=method, additions_answered=answered, finished_at=MORNING
    )
    filed.refresh_from_db()
    held = standing.of(filed)
    found = any(filed in one for one in silence._candidates(MORNING + DAY))
    assert held and (found, standing.waits_for_office(filed), not held.mine) == (theirs,) * 3


def test_every_status_somebody_waits_in_is_in_the_table() -> None:
    """But for the fee, whose moves are not built."""
    assert {status for status, *_ in TURNS} == set(OPEN) - {Status.FINANCIAL}
