"""Drafts that wait for a leader: consent makes the move, a sentence sends the draft back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from dossiers import actions, control_slip
from dossiers.actions import Draft, Gap
from dossiers.models import Dossier, Proposal
from dossiers.workflow import Actor, Status
from notices.models import Notice
from tests import factories
from tests.dossiers.test_way import answer, ask, local
from tests.dossiers.test_work_steps import PROCESS
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WHY = "Thiếu xác nhận của công an xã."


@pytest.fixture
def ngan(db: None) -> User:
    return factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", factories.a_committee()
    )


def in_processing(binh: User, lan: User, **version: Any) -> Dossier:
    """Accepted and sent on at 09:00 on a Tuesday, three working days: due on Friday at 09:00."""
    procedure = factories.a_procedure("1.001196", process=PROCESS, **version)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(dossier, by=lan, at=MORNING + HOUR)
    return dossier


@pytest.fixture
def work(binh: User, lan: User, hung: User) -> Dossier:
    return in_processing(binh, lan)


def gap_of(dossier: Dossier) -> Gap:
    need = dossier.case.requirements.first()
    return Gap(label=need.name, reason="Ảnh mờ.", requirement=need)


def additions(dossier: Dossier, move: str = "ask_additions_in_processing") -> Draft:
    return Draft(move, WHY, (gap_of(dossier),))


def proposed(dossier: Dossier, draft: Draft, by: User, at: datetime = MORNING + 2 * HOUR) -> Any:
    proposal = actions.propose(dossier, draft, by=by, at=at)
    dossier.refresh_from_db()
    return proposal


def consent(proposal: Proposal, by: User, at: datetime = MORNING + 3 * HOUR) -> Dossier:
    actions.decide(proposal, approved=True, by=by, at=at)
    return Dossier.objects.get(pk=proposal.dossier_id)


def moves(dossier: Dossier) -> list[str]:
    return list(dossier.events.values_list("move", flat=True))


def told(dossier: Dossier) -> list[str]:
    return list(Notice.objects.filter(user=dossier.submitter).values_list("kind", flat=True))


# --- the way of a draft ------------------------------------------------------------------------


def test_a_draft_changes_nothing_but_that_it_waits(work, ngan) -> None:
    proposal = proposed(work, additions(work), ngan)
    assert (work.status, work.proposal_waits) == (Status.PROCESSING, True)
    assert (proposal.kind, proposal.data["move"]) == ("additions", "ask_additions_in_processing")
    assert "additions" not in told(work) and not work.rounds.exists()


def test_consent_makes_the_move_and_names_both(work, ngan, hung) -> None:
    after = consent(proposed(work, additions(work), ngan), hung)
    event = after.events.get(move="ask_additions_in_processing")
    assert (event.by, event.actor, event.note) == (hung, Actor.LEADER, WHY)
    assert event.data["drafted_by"] == "Chu Thị Ngân"
    assert (after.status, after.proposal_waits) == (Status.ADDITIONS, False)
    asked = after.rounds.get()
    assert (asked.asked_by, asked.deficiencies.get().reason) == (ngan, "Ảnh mờ.")
    assert after.slips.filter(kind="mau02").exists() and "additions" in told(after)


def test_sent_back_it_needs_a_sentence_and_nothing_is_made(work, ngan, hung) -> None:
    proposal = proposed(work, additions(work), ngan)
    with pytest.raises(actions.MoveRefused, match="một câu"):
        actions.decide(proposal, approved=False, by=hung, at=MORNING + 3 * HOUR, answer="Không.")
    said = "Giấy này đã có trong kho."
    actions.decide(proposal, approved=False, by=hung, at=MORNING + 3 * HOUR, answer=said)
    work.refresh_from_db()
    assert (work.status, work.proposal_waits, moves(work)[-1]) == (
        Status.PROCESSING,
        False,
        "reject_draft",
    )


def test_leaders_learn_that_a_draft_waits_and_its_writer_what_became_of_it(
    work, ngan, hung
) -> None:
    elsewhere = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    factories.an_officer("Vũ Thị Hoa", "hoa@example.vn", "leader", elsewhere)
    proposal = proposed(work, Draft("stop", WHY), ngan)
    waits = Notice.objects.get(kind="proposal")
    assert waits.user == hung and waits.link == reverse("officer-draft", args=[work.public_id])
    consent(proposal, hung)
    decided = Notice.objects.filter(kind="proposal").latest("pk")
    assert (decided.user, decided.subject) == (
        ngan,
        f"Dự thảo về hồ sơ {work.code} đã được thông qua",
    )
    assert WHY not in waits.body + decided.body


def test_a_writer_learns_that_a_draft_came_back(work, ngan, hung) -> None:
    proposal = proposed(work, Draft("stop", WHY), ngan)
    said = "Giấy này đã có trong kho."
    actions.decide(proposal, approved=False, by=hung, at=MORNING + 3 * HOUR, answer=said)
    notice = Notice.objects.get(kind="proposal", user=ngan)
    assert "được trả lại" in notice.subject and said not in notice.body


def test_only_a_leader_of_the_deciding_agency_decides(work, ngan, lan) -> None:
    proposal = proposed(work, additions(work), ngan)
    with pytest.raises(actions.MoveRefused, match="Chỉ lãnh đạo"):
        actions.decide(proposal, approved=True, by=lan, at=MORNING + 3 * HOUR)


def test_twice_pressed_it_is_decided_once(work, ngan, hung) -> None:
    proposal = proposed(work, additions(work), ngan)
    consent(proposal, hung)
    with pytest.raises(actions.MoveRefused, match="Lý Văn Hùng đã thông qua dự thảo này lúc 11:00"):
        consent(proposal, hung, MORNING + 4 * HOUR)
    assert work.rounds.count() == 1


def test_its_writer_takes_it_back_nobody_else(work, ngan, hung) -> None:
    proposal = proposed(work, additions(work), ngan)
    with pytest.raises(actions.MoveRefused, match="Chỉ người dự thảo"):
        actions.withdraw_draft(proposal, by=hung, at=MORNING + 3 * HOUR)
    actions.withdraw_draft(proposal, by=ngan, at=MORNING + 3 * HOUR)
    work.refresh_from_db()
    assert not work.proposal_waits


def test_while_it_waits_what_contradicts_it_is_refused(work, ngan, hung) -> None:
    proposed(work, Draft("stop", WHY), ngan)
    with pytest.raises(actions.MoveRefused, match="dự thảo đang chờ"):
        actions.propose(work, additions(work), by=ngan, at=MORNING + 3 * HOUR)
    with pytest.raises(actions.MoveRefused, match="dự thảo đang chờ"):
        actions.make_consented(work, Draft("stop", WHY), by=hung, at=MORNING + 3 * HOUR)
    actions.forward_step(work, by=ngan, at=MORNING + 3 * HOUR)  # inside, it goes on


def test_the_citizen_comes_first_and_the_draft_falls_with_the_dossier(
    work, ngan, hung, binh
) -> None:
    proposal = proposed(work, Draft("stop", WHY), ngan)
    actions.ask_withdrawal(work, by=binh, at=MORNING + 3 * HOUR, reason="Tôi khai nhầm.")
    with pytest.raises(actions.MoveRefused, match="Công dân yêu cầu rút"):
        consent(proposal, hung, MORNING + 4 * HOUR)
    work.refresh_from_db()
    actions.make_consented(work, Draft("agree_withdrawal", ""), by=hung, at=MORNING + 5 * HOUR)
    proposal.refresh_from_db()
    work.refresh_from_db()
    assert (work.proposal_waits, proposal.approved) == (False, False)


def test_a_leader_makes_it_in_one_act(work, hung) -> None:
    event = actions.make_consented(work, Draft("stop", WHY), by=hung, at=MORNING + 2 * HOUR)
    assert (event.move, event.actor, Proposal.objects.count()) == ("stop", Actor.LEADER, 0)


def test_a_specialist_alone_makes_none(work, ngan) -> None:
    with pytest.raises(actions.MoveRefused, match="hãy gửi dự thảo"):
        actions.make_consented(work, Draft("stop", WHY), by=ngan, at=MORNING + 2 * HOUR)


@pytest.mark.parametrize("field", ["reason", "gaps"])
def test_a_draft_is_whole(field, work, ngan) -> None:
    draft = Draft("ask_additions_in_processing", WHY if field == "gaps" else "Sai.", ())
    with pytest.raises(actions.MoveRefused, match="lý do"):
        actions.propose(work, draft, by=ngan, at=MORNING + 2 * HOUR)


def test_the_database_holds_one_waiting_draft(work, ngan) -> None:
    proposal = proposed(work, Draft("stop", WHY), ngan)
    proposal.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        proposal.save()


# --- a further round ---------------------------------------------------------------------------


def answered(dossier: Dossier, lan: User, binh: User) -> Dossier:
    ask(dossier, lan, at=MORNING + HOUR)
    answer(dossier, binh, MORNING + 2 * HOUR)
    return dossier


def test_a_second_round_at_intake_goes_by_consent(filed, lan, binh, hung) -> None:
    answered(filed, lan, binh)
    actions.complete_additions(filed, by=lan, at=MORNING + 3 * HOUR)
    filed.refresh_from_db()
    with pytest.raises(actions.MoveRefused, match="lần thứ hai"):
        ask(filed, lan, at=MORNING + 4 * HOUR)
    proposal = proposed(filed, additions(filed, "ask_additions_again"), lan, MORNING + 4 * HOUR)
    after = consent(proposal, hung, MORNING + 5 * HOUR)
    assert (after.status, after.rounds.count(), proposal.kind) == (Status.ADDITIONS, 2, "second")
    assert "additions_again" in told(after)


def test_the_first_round_needs_nobodys_consent(filed, lan) -> None:
    with pytest.raises(actions.MoveRefused, match="chưa yêu cầu bổ sung lần nào"):
        proposed(filed, additions(filed, "ask_additions_again"), lan)


def test_an_answer_that_will_not_do_is_a_new_round_with_new_time(filed, lan, binh, hung) -> None:
    answered(filed, lan, binh)
    proposal = proposed(filed, additions(filed, "return_additions"), lan, MORNING + 3 * HOUR)
    after = consent(proposal, hung, MORNING + 4 * HOUR)
    first, second = after.rounds.order_by("number")
    assert (first.completed_at, second.completed_at) == (MORNING + 4 * HOUR, None)
    # Thirty days from Tuesday 10 March: Thursday 9 April, until the office closes.
    assert local(second.answer_due_at) == "2026-04-09 17:00"
    assert (after.status, after.additions_answered) == (Status.ADDITIONS, False)
    assert after.slips.filter(kind="mau02").count() == 2


# --- stop, go on, end --------------------------------------------------------------------------


def test_stopped_the_clock_stands_and_goes_on_with_the_wait(work, ngan, hung) -> None:
    after = consent(proposed(work, Draft("stop", WHY), ngan), hung, MORNING + 2 * HOUR)
    assert (after.status, after.clock_running, after.step_due_at) == (Status.STOPPED, False, None)
    assert after.slips.filter(kind="mau05").exists() and "stopped" in told(after)
    actions.go_on(after, by=ngan, at=MORNING + 4 * HOUR)
    # From 10:00 to 12:00 an hour and a half of work passed.
    assert (after.status, local(after.due_at)) == (Status.PROCESSING, "2026-03-13 10:30")
    assert local(after.step_due_at) == "2026-03-10 16:30"  # 15:00 and the same wait
    assert "goes_on" in told(after)


def test_ended_it_is_over_and_nothing_is_posted(binh, lan, hung, ngan) -> None:
    procedure = factories.a_procedure("1.001197", process=PROCESS)
    posted = factories.a_filed(binh, factories.a_service(procedure), post=True)
    actions.make_move(posted, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(posted, by=lan, at=MORNING + HOUR)
    actions.make_consented(posted, Draft("stop", WHY), by=hung, at=MORNING + 2 * HOUR)
    posted.refresh_from_db()
    after = consent(proposed(posted, Draft("end_stopped", WHY), ngan), hung)
    assert (after.status, after.return_method) == (Status.RETURNED, "desk")
    assert moves(after)[-2:] == ["end_stopped", "return_result"]
    assert not after.parcels.exists()


def last_hand(dossier: Dossier) -> tuple[str, str]:
    *_, decided, _returned = control_slip.handovers(dossier)
    return decided.note, decided.kept


def test_stopped_in_time_and_ended_late_is_neither_a_result_nor_late(work, hung) -> None:
    # Due on Friday 13 March at 09:00.
    actions.make_consented(work, Draft("stop", WHY), by=hung, at=MORNING + 2 * HOUR)
    work.refresh_from_db()
    actions.make_consented(work, Draft("end_stopped", WHY), by=hung, at=MORNING + 20 * DAY)
    work.refresh_from_db()
    assert work.ended_at == work.finished_at == MORNING + 20 * DAY
    assert last_hand(work) == ("Dừng giải quyết, kết thúc không có kết quả", "Trước hạn")


@pytest.mark.parametrize(
    ("asked", "said"), [(2 * HOUR, "Trước hạn"), (3 * DAY + 2 * HOUR, "Quá hạn")]
)
def test_a_wish_to_withdraw_is_in_time_or_not_when_it_is_made(
    asked, said, work, hung, binh
) -> None:
    actions.ask_withdrawal(work, by=binh, at=MORNING + asked, reason="Tôi khai nhầm.")
    actions.make_consented(work, Draft("agree_withdrawal", ""), by=hung, at=MORNING + 20 * DAY)
    work.refresh_from_db()
    assert last_hand(work) == ("Trả hồ sơ theo yêu cầu rút", said)


# --- additions from processing, with steps -----------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "step", "due", "step_due"),
    [
        # Complete on Wednesday 08:00: three working days anew, and the first step's four hours.
        ("RESET", "Thẩm định", "2026-03-16 08:00", "2026-03-11 14:00"),
        # Asked at 11:00: half an hour, 3.5 in the afternoon and half an hour next morning waited.
        # Friday 09:00 and 4.5 hours; the leader's step was due at 14:00.
        ("PAUSE", "Ký duyệt", "2026-03-13 15:30", "2026-03-11 09:00"),
    ],
)
def test_back_from_additions(policy, step, due, step_due, binh, lan, hung, ngan) -> None:
    work = in_processing(binh, lan, addition_policy=policy)
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR, to=hung)
    actions.make_consented(work, additions(work), by=hung, at=MORNING + 3 * HOUR)
    work.refresh_from_db()
    assert work.assignee is None and work.step_runs.last().outcome == "left"
    answer(work, binh, MORNING + DAY)
    actions.complete_additions(work, by=lan, at=MORNING + DAY)
    work.refresh_from_db()
    run = work.step_runs.get(ended_at=None)
    assert (work.status, run.name) == (Status.PROCESSING, step)
    assert (local(work.due_at), local(run.due_at)) == (due, step_due)
    assert run.assignee == (ngan if policy == "RESET" else hung)


def test_a_withdrawal_amid_additions_goes_back_to_them_and_then_to_its_step(
    work, hung, ngan, lan, binh
) -> None:
    actions.make_consented(work, additions(work), by=hung, at=MORNING + 2 * HOUR)
    work.refresh_from_db()
    answer(work, binh, MORNING + 3 * HOUR)
    actions.ask_withdrawal(work, by=binh, at=MORNING + 3 * HOUR, reason="Tôi khai nhầm.")
    actions.decline_withdrawal(
        work, by=ngan, at=MORNING + 4 * HOUR, reason="Kết quả đã ký xong rồi."
    )
    work.refresh_from_db()
    assert (work.status, work.additions_answered) == (Status.ADDITIONS, True)
    actions.complete_additions(work, by=lan, at=MORNING + DAY)
    work.refresh_from_db()
    assert (work.status, work.clock_running) == (Status.PROCESSING, True)


# --- late additions ----------------------------------------------------------------------------

# Asked on Tuesday 10 March: thirty days are over on Thursday 9 April when the office closes.
LATE = datetime(2026, 4, 9, 17, 1, tzinfo=VN)


def test_late_before_acceptance_it_is_refused(filed, lan) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    assert actions.lapse_late(at=LATE - timedelta(minutes=2)) == 0
    assert actions.lapse_late(at=LATE) == 1
    filed.refresh_from_db()
    assert (filed.status, filed.rounds.get().lapsed) == (Status.REFUSED, True)
    assert filed.slips.filter(kind="mau03").exists() and "refused" in told(filed)
    assert actions.lapse_late(at=LATE + DAY) == 0


def test_late_after_acceptance_it_is_stopped_and_goes_on_at_its_step(work, hung, ngan) -> None:
    at = MORNING + HOUR
    actions.make_consented(work, additions(work), by=hung, at=at)
    assert actions.lapse_late(at=LATE) == 1
    work.refresh_from_db()
    assert (work.status, work.clock_running) == (Status.STOPPED, False)
    actions.go_on(work, by=ngan, at=LATE + DAY)
    # Asked in the minute it began: all of the three days are left, from Friday 10 April 17:01.
    assert (work.status, work.step_runs.last().name) == (Status.PROCESSING, "Thẩm định")


def test_the_desk_waits_for_the_last_day_too(filed, lan) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    with pytest.raises(actions.MoveRefused, match="đến 17:00 ngày 09/04/2026"):
        actions.lapse_additions(filed, by=lan, at=MORNING + 2 * DAY)
    actions.lapse_additions(filed, by=lan, at=LATE)
    assert filed.events.last().actor == Actor.RECEPTION


def test_late_each_status_has_its_own_way(filed, lan, work, hung) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    with pytest.raises(actions.MoveRefused, match="chưa được tiếp nhận: quá hạn thì từ chối"):
        actions.make_move(filed, "stop_late_additions", by=None, at=LATE)
    actions.make_consented(work, additions(work), by=hung, at=MORNING + HOUR)
    work.refresh_from_db()
    with pytest.raises(actions.MoveRefused, match="đã được tiếp nhận: quá hạn thì dừng"):
        actions.make_move(work, "refuse_late_additions", by=None, at=LATE)


def test_whoever_asked_to_withdraw_is_not_refused_for_being_late(filed, lan, binh) -> None:
    ask(filed, lan, at=MORNING + HOUR)
    actions.ask_withdrawal(filed, by=binh, at=MORNING + 2 * HOUR, reason="Tôi khai nhầm.")
    assert actions.lapse_late(at=LATE) == 0


def test_an_answer_in_time_stays(filed, lan, binh) -> None:
    answered(filed, lan, binh)
    assert actions.lapse_late(at=LATE) == 0
