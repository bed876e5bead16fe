"""T9: the steps of the internal process, one after another, by the people who have them."""

from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from dossiers import actions, policies
from dossiers.actions import holding
from dossiers.models import Dossier, StepOutcome, StepRun
from dossiers.workflow import Status
from notices.models import Notice
from tests import factories
from tests.dossiers.test_way import local
from tests.factories import MORNING

HOUR = timedelta(hours=1)
PROCESS = [
    {"role": "reception", "name": "Tiếp nhận", "hours": 1},
    {"role": "specialist", "name": "Thẩm định", "hours": 4},
    {"role": "leader", "name": "Ký duyệt", "hours": 2},
    {"role": "clerk", "name": "Phát hành", "hours": 1},
]
REASON = "Thiếu chữ ký ở trang hai."


@pytest.fixture
def ngan(db: None) -> User:
    """Thẩm định at the committee."""
    return factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", factories.a_committee()
    )


@pytest.fixture
def tu(db: None) -> User:
    """Her colleague."""
    return factories.an_officer("Hà Văn Tú", "tu@example.vn", "specialist", factories.a_committee())


@pytest.fixture
def vi(db: None) -> User:
    """The clerk at the desk; the committee has none."""
    return factories.an_officer("Bế Thị Vi", "vi@example.vn", "clerk", factories.an_agency())


def in_processing(binh: User, lan: User, **version: Any) -> Dossier:
    """Accepted and sent on at 09:00 on a Tuesday."""
    procedure = factories.a_procedure("1.001195", **({"process": PROCESS} | version))
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(dossier, by=lan, at=MORNING + HOUR)
    return dossier


@pytest.fixture
def work(binh: User, lan: User, hung: User) -> Dossier:
    return in_processing(binh, lan)


def open_run(dossier: Dossier) -> StepRun:
    dossier.refresh_from_db()
    run = dossier.step_runs.get(ended_at=None)
    kept = (dossier.assignee_id, dossier.step_due_at, dossier.desk_agency_id)
    assert kept == (run.assignee_id, run.due_at, run.agency_id)
    return run


def shape(dossier: Dossier) -> list[tuple[str, str]]:
    return list(dossier.step_runs.values_list("name", "outcome"))


def test_the_first_step_begins_when_the_desk_sends_it_on(work: Dossier) -> None:
    run = open_run(work)
    # 09:00 and four hours: 2.5 till 11:30, 1.5 from 13:30.
    assert (run.name, run.position, local(run.due_at)) == ("Thẩm định", 1, "2026-03-10 15:00")
    assert run.assignee is None and run.agency == work.deciding_agency


def test_the_desk_may_name_who_begins(filed, lan, ngan, hung) -> None:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    with pytest.raises(actions.MoveRefused, match="Lý Văn Hùng không giữ vai Chuyên viên"):
        actions.forward(filed, by=lan, at=MORNING + HOUR, to=hung)
    actions.forward(filed, by=lan, at=MORNING + HOUR, to=ngan)
    assert open_run(filed).assignee == ngan


def test_who_is_named_for_a_step_is_told(filed, lan, ngan, tu) -> None:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR, to=ngan)
    actions.hand_over(filed, by=ngan, at=MORNING + 2 * HOUR, to=tu)
    told = Notice.objects.filter(kind="assign")
    assert [(one.user, one.subject) for one in told.order_by("pk")] == [
        (ngan, f"Bạn được giao hồ sơ {filed.code}"),
        (tu, f"Bạn được giao hồ sơ {filed.code}"),
    ]


def test_a_hand_over_is_not_undone_once_the_other_has_opened_it(work, ngan, tu) -> None:
    actions.hand_over(work, by=ngan, at=MORNING + 2 * HOUR, to=tu)
    assert actions.take_back_step_refusal(ngan, open_run(work).dossier) is None
    holding.look(work, by=tu, at=MORNING + 3 * HOUR)
    with pytest.raises(actions.MoveRefused, match="Hà Văn Tú đã mở hồ sơ"):
        actions.take_back_step(work, by=ngan, at=MORNING + 4 * HOUR)


def test_without_a_process_there_is_one_step(binh, lan) -> None:
    run = open_run(in_processing(binh, lan, process=[]))
    assert (run.name, run.role, run.due_at) == ("Giải quyết", "specialist", None)


def test_forward_ends_one_step_and_begins_the_next(work, ngan, hung) -> None:
    event = actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    first, second = work.step_runs.all()
    assert (first.outcome, first.assignee, first.ended_at) == ("forward", ngan, event.at)
    assert (second.name, second.assignee, local(second.due_at)) == (
        "Ký duyệt",
        hung,
        "2026-03-10 14:00",
    )
    assert event.data == {
        "how": "forward",
        "from": "Thẩm định",
        "to": "Ký duyệt",
        "role": "leader",
        "person": "Lý Văn Hùng",
        "run": first.seal,
    }
    assert open_run(work) == second


def test_the_clerks_step_lies_at_the_desk_where_the_committee_has_no_clerk(
    work, ngan, hung, vi
) -> None:
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR)
    actions.forward_step(work, by=hung, at=MORNING + 3 * HOUR)
    assert (open_run(work).name, work.desk_agency) == ("Phát hành", work.receiving_agency)
    with pytest.raises(actions.MoveRefused, match="bước cuối"):
        actions.forward_step(work, by=vi, at=MORNING + 4 * HOUR)


def test_the_step_is_passed_on_by_its_own_role_only(work, vi) -> None:
    with pytest.raises(actions.MoveRefused, match="bước “Thẩm định” của Chuyên viên"):
        actions.forward_step(work, by=vi, at=MORNING + 2 * HOUR)


def test_a_named_persons_step_is_theirs(work, ngan, tu) -> None:
    actions.take_up(work, by=ngan, at=MORNING + 2 * HOUR)
    with pytest.raises(actions.MoveRefused, match="đang do Chu Thị Ngân làm"):
        actions.forward_step(work, by=tu, at=MORNING + 3 * HOUR)


def test_a_step_is_given_only_to_who_holds_its_role(work, ngan, lan) -> None:
    with pytest.raises(actions.MoveRefused, match="Hoàng Thị Lan không giữ vai Lãnh đạo"):
        actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=lan)
    assert shape(work) == [("Thẩm định", "")]


def test_returned_it_goes_to_who_had_it_and_has_its_time_anew(work, ngan, hung) -> None:
    actions.take_up(work, by=ngan, at=MORNING + HOUR)
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    actions.return_step(work, by=hung, at=MORNING + 3 * HOUR, reason=REASON)
    run = open_run(work)
    assert (run.name, run.assignee, local(run.due_at)) == ("Thẩm định", ngan, "2026-03-10 17:00")
    assert [one for _, one in shape(work)] == ["forward", "back", ""]
    assert work.step_runs.get(outcome="back").note == REASON


def test_the_first_step_has_none_before_and_a_return_needs_its_reason(work, ngan, hung) -> None:
    with pytest.raises(actions.MoveRefused, match="bước đầu"):
        actions.return_step(work, by=ngan, at=MORNING + 2 * HOUR, reason=REASON)
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR)
    with pytest.raises(actions.MoveRefused, match="lý do trả lại"):
        actions.return_step(work, by=hung, at=MORNING + 3 * HOUR, reason="Sai.")


def test_handed_over_the_due_time_stays(work, ngan, tu) -> None:
    due = open_run(work).due_at
    actions.hand_over(work, to=tu, by=ngan, at=MORNING + 2 * HOUR, note="Tôi nghỉ phép.")
    run = open_run(work)
    assert (run.assignee, run.due_at, run.number) == (tu, due, 2)
    with pytest.raises(actions.MoveRefused, match="đang làm bước này rồi"):
        actions.hand_over(work, to=tu, by=tu, at=MORNING + 3 * HOUR)


def test_skipping_goes_beyond_the_next_step_with_a_reason(work, ngan, vi) -> None:
    at = MORNING + 2 * HOUR
    with pytest.raises(actions.MoveRefused, match="sau bước kế tiếp"):
        actions.skip_steps(work, position=2, by=ngan, at=at, reason=REASON)
    with pytest.raises(actions.MoveRefused, match="lý do chuyển bước nhanh"):
        actions.skip_steps(work, position=3, by=ngan, at=at, reason="")
    actions.skip_steps(work, position=3, by=ngan, at=at, reason="Lãnh đạo đã ký bản giấy.")
    assert shape(work) == [("Thẩm định", "skipped"), ("Phát hành", "")]


def test_taken_back_by_who_gave_it_with_the_time_it_had(work, ngan, hung) -> None:
    due = open_run(work).due_at
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    actions.take_back_step(work, by=ngan, at=MORNING + 2 * HOUR + timedelta(minutes=1))
    run = open_run(work)
    assert (run.name, run.assignee, run.due_at) == ("Thẩm định", ngan, due)
    assert [one for _, one in shape(work)] == ["forward", "undone", ""]
    with pytest.raises(actions.MoveRefused, match="Không có lần chuyển bước"):
        actions.take_back_step(work, by=ngan, at=MORNING + 3 * HOUR)


def test_what_was_taken_up_is_not_taken_back(work, ngan, hung) -> None:
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    actions.take_up(work, by=hung, at=MORNING + 3 * HOUR)
    with pytest.raises(actions.MoveRefused, match="đã bắt đầu làm"):
        actions.take_back_step(work, by=ngan, at=MORNING + 4 * HOUR)


def test_nobody_else_takes_it_back(work, ngan, tu, hung) -> None:
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    with pytest.raises(actions.MoveRefused, match="Chỉ người vừa chuyển"):
        actions.take_back_step(work, by=tu, at=MORNING + 3 * HOUR)


def test_the_second_press_of_a_stale_page_is_told(work, ngan) -> None:
    seen = work.revision
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, revision=seen)
    with pytest.raises(actions.Stale, match="Chu Thị Ngân đã thao tác"):
        actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, revision=seen)


# --- away and back -----------------------------------------------------------------------------


def test_a_withdrawal_closes_the_step_and_declining_gives_its_time_back(work, ngan, binh) -> None:
    actions.take_up(work, by=ngan, at=MORNING + HOUR)
    actions.ask_withdrawal(work, by=binh, at=MORNING + 2 * HOUR, reason="Tôi khai nhầm.")
    work.refresh_from_db()
    assert (work.assignee, work.step_due_at) == (None, None)
    assert shape(work) == [("Thẩm định", "left")]
    actions.decline_withdrawal(
        work, by=ngan, at=MORNING + 4 * HOUR, reason="Kết quả đã ký xong rồi."
    )
    run = open_run(work)
    # Due at 15:00; from 10:00 to 12:00 an hour and a half of work passed.
    assert (run.assignee, local(run.due_at)) == (ngan, "2026-03-10 16:30")
    assert run.taken_up_at


def test_reception_never_sees_a_step_of_its_own(work) -> None:
    assert [name for name, _ in shape(work)] == ["Thẩm định"]


def test_leaving_for_good_ends_the_step(work, ngan, hung) -> None:
    factories_result(work, hung)
    work.refresh_from_db()
    assert shape(work)[-1][1] == StepOutcome.LEFT and work.step_due_at is None


def test_a_clerk_records_no_result_over_the_steps_before(work, vi, ngan, hung) -> None:
    with pytest.raises(actions.MoveRefused, match="còn ở bước “Thẩm định” của Chuyên viên"):
        factories_result(work, vi)
    actions.forward_step(work, by=ngan, at=MORNING + HOUR)
    with pytest.raises(actions.MoveRefused, match="còn ở bước “Ký duyệt” của Lãnh đạo"):
        factories_result(work, vi)
    actions.forward_step(work, by=hung, at=MORNING + 2 * HOUR)
    factories_result(work, vi)
    assert open_status(work) == Status.FINISHED


def test_twin_without_the_guard_a_clerk_decides_at_the_first_step(work, vi, monkeypatch) -> None:
    monkeypatch.setitem(policies.GUARDS_NOW, "at_last_step", lambda user, dossier, at: None)
    factories_result(work, vi)
    assert open_status(work) == Status.FINISHED


def test_a_clerk_records_what_the_leader_signed_at_the_last_step(binh, lan, ngan, vi) -> None:
    work = in_processing(binh, lan, process=PROCESS[:3])
    actions.forward_step(work, by=ngan, at=MORNING + HOUR)
    factories_result(work, vi)
    assert open_status(work) == Status.FINISHED


def open_status(dossier: Dossier) -> int:
    dossier.refresh_from_db()
    return dossier.status


def factories_result(dossier: Dossier, leader: User) -> None:
    at = MORNING + 5 * HOUR
    actions.record_result(
        dossier, upload=factories.an_upload("ket-qua.pdf"), title="Giấy khai sinh",
        number="15/2026", signer="Lý Văn Hùng", issued_on=at.date(), by=leader, at=at,
    )  # fmt: skip
