"""The way of a dossier after filing, move by move, with its clock."""

from datetime import timedelta

import pytest

from accounts.models import User
from dossiers import actions, policies
from dossiers.actions import Gap
from dossiers.models import Dossier, NonWorkingDay
from dossiers.models.ledger import genesis, link_digest
from dossiers.workflow import Status
from tests import factories
from tests.factories import MORNING, VN

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def local(at) -> str:
    return f"{at.astimezone(VN):%Y-%m-%d %H:%M}"


@pytest.fixture
def accepted(filed: Dossier, lan: User) -> Dossier:
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    return filed


@pytest.fixture
def processing(accepted: Dossier, lan: User) -> Dossier:
    actions.forward(accepted, by=lan, at=MORNING + HOUR)
    return accepted


@pytest.fixture
def finished(processing: Dossier, hung: User) -> Dossier:
    decide(processing, hung)
    return processing


def decide(dossier: Dossier, by: User, **changes: object) -> None:
    particulars = {
        "upload": factories.an_upload("ket-qua.pdf"),
        "title": "Giấy khai sinh",
        "number": "15/2026",
        "signer": "Lý Văn Hùng",
        "issued_on": MORNING.date(),
    }
    actions.record_result(dossier, by=by, at=MORNING + 2 * HOUR, **particulars | changes)
    dossier.refresh_from_db()


def ask(dossier: Dossier, by: User, at=MORNING + HOUR) -> None:
    need = dossier.case.requirements.first()
    gap = Gap(label=need.name, reason="Ảnh mờ, không đọc được.", requirement=need)
    actions.ask_additions(dossier, gaps=[gap], reason="Giấy tờ không rõ.", by=by, at=at)
    dossier.refresh_from_db()


def answer(dossier: Dossier, by: User, at) -> None:
    need = dossier.case.requirements.first()
    actions.attach_paper(dossier, upload=factories.an_upload(), requirement=need, by=by, at=at)
    factories.mark_clean(dossier)
    actions.answer_additions(dossier, answers={}, note="", by=by, at=at)


def test_three_working_days_from_acceptance(accepted: Dossier) -> None:
    # Tuesday 10/03 09:00 → Friday 13/03 09:00.
    assert local(accepted.due_at) == "2026-03-13 09:00"


def test_a_holiday_in_the_table_moves_the_due_date(filed: Dossier, lan: User) -> None:
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Ngày nghỉ thử")
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    assert local(filed.due_at) == "2026-03-16 09:00"


def test_acceptance_issues_form_01_with_a_number(accepted: Dossier) -> None:
    slip = accepted.slips.get(kind="mau01")
    assert (slip.number, slip.data["number"]) == (1, "01/TTPVHCC")


def test_refusing_needs_a_sentence(filed: Dossier, lan: User) -> None:
    with pytest.raises(actions.MoveRefused):
        actions.refuse(filed, by=lan, at=MORNING, reason="không")


def test_a_refused_dossier_is_over_and_says_why(filed: Dossier, lan: User) -> None:
    why = "Nơi cư trú không thuộc địa bàn của xã."
    actions.refuse(filed, by=lan, at=MORNING, reason=why)
    assert filed.status == Status.REFUSED
    assert filed.slips.get(kind="mau03").data["reasons"] == why


def test_two_officers_at_once_one_is_told_who_was_first(filed: Dossier, lan: User) -> None:
    seen = filed.revision
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    with pytest.raises(actions.Stale, match="Hoàng Thị Lan"):
        actions.refuse(filed, by=lan, at=MORNING, reason="Không đủ điều kiện.", revision=seen)


def test_additions_before_acceptance_come_back_to_the_queue(
    filed: Dossier, lan: User, binh: User
) -> None:
    ask(filed, lan)
    answer(filed, binh, MORNING + DAY)
    actions.complete_additions(filed, by=lan, at=MORNING + DAY + HOUR)
    filed.refresh_from_db()
    assert (filed.status, local(filed.intake_due_at)) == (1, "2026-03-12 09:30")


def test_additions_reset_the_term_by_default(accepted: Dossier, lan: User, binh: User) -> None:
    ask(accepted, lan)
    assert not accepted.clock_running
    answer(accepted, binh, MORNING + DAY)
    actions.complete_additions(accepted, by=lan, at=MORNING + DAY)
    accepted.refresh_from_db()
    # Three whole working days again from Wednesday 11/03 08:00 → Monday 16/03 08:00.
    assert local(accepted.due_at) == "2026-03-16 08:00"
    assert local(accepted.original_due_at) == "2026-03-13 09:00"


def test_the_pause_policy_adds_only_the_wait(binh: User, lan: User) -> None:
    service = factories.a_service(factories.a_procedure(addition_policy="PAUSE"))
    dossier = factories.a_filed(binh, service)
    actions.make_move(dossier, "accept", by=lan, at=MORNING)
    ask(dossier, lan, at=MORNING + HOUR)
    answer(dossier, binh, MORNING + 3 * HOUR)
    actions.complete_additions(dossier, by=lan, at=MORNING + 3 * HOUR)
    dossier.refresh_from_db()
    # Due Friday 08:00 plus the two working hours from 09:00 to 11:00.
    assert local(dossier.due_at) == "2026-03-13 10:00"


def test_an_answer_without_the_asked_paper_is_refused(
    filed: Dossier, lan: User, binh: User
) -> None:
    ask(filed, lan)
    with pytest.raises(actions.DossierError, match="Còn thiếu"):
        actions.answer_additions(filed, answers={}, note="", by=binh, at=MORNING + DAY)


def test_only_what_was_asked_may_change(filed: Dossier, lan: User, binh: User) -> None:
    gap = Gap(label="Họ tên con", reason="Sai dấu.", field_key="ho_ten_con")
    actions.ask_additions(filed, gaps=[gap], reason="Sửa tên.", by=lan, at=MORNING)
    sent = {"ho_ten_con": "Nguyễn Ánh", "ngay_sinh": "1999-01-01"}
    actions.answer_additions(filed, answers=sent, note="", by=binh, at=MORNING + DAY)
    filed.refresh_from_db()
    assert filed.answers["ho_ten_con"] == "Nguyễn Ánh"
    assert filed.answers["ngay_sinh"] == "2026-02-20"


def test_answering_twice_is_refused_with_a_sentence(filed: Dossier, lan: User, binh: User) -> None:
    ask(filed, lan)
    answer(filed, binh, MORNING + DAY)
    with pytest.raises(actions.MoveRefused, match="đã gửi bổ sung"):
        actions.answer_additions(filed, answers={}, note="", by=binh, at=MORNING + DAY)


def test_forwarding_puts_it_in_the_committees_hands(processing: Dossier) -> None:
    assert processing.desk_agency_id == processing.deciding_agency_id


def test_a_result_stops_the_clock_and_comes_back_to_the_desk(finished: Dossier) -> None:
    assert (finished.status, finished.clock_running) == (Status.FINISHED, False)
    assert finished.desk_agency_id == finished.receiving_agency_id


def test_lan_hands_over_to_a_named_person(finished: Dossier, lan: User) -> None:
    with pytest.raises(actions.DossierError, match="người nhận"):
        actions.return_result(finished, by=lan, at=MORNING + DAY)


def test_the_chain_covers_events_and_clock(finished: Dossier) -> None:
    rows = sorted([*finished.events.all(), *finished.clock_entries.all()], key=lambda row: row.seq)
    head = genesis(finished.public_id)
    for row in rows:
        assert row.digest == link_digest(head, row.content())
        head = row.digest
    assert (head, len(rows)) == (finished.chain_head, finished.chain_length)


def test_everybody_sees_only_theirs(
    finished: Dossier, binh: User, lan: User, hung: User, stranger: User
) -> None:
    seen = [Dossier.objects.visible_to(who).count() for who in (binh, lan, hung, stranger)]
    assert seen == [1, 1, 1, 0]


def test_officers_never_see_drafts(draft: Dossier, lan: User) -> None:
    assert not Dossier.objects.visible_to(lan).exists()


def test_an_infected_paper_is_cured_by_a_clean_one(filed: Dossier, lan: User, binh: User) -> None:
    filed.papers.update(state="infected")
    ask(filed, lan)
    need = filed.case.requirements.first()
    at = MORNING + DAY
    new = actions.attach_paper(
        filed, upload=factories.an_upload(), requirement=need, by=binh, at=at
    )
    filed.papers.filter(pk=new.pk).update(state="clean")
    actions.answer_additions(filed, answers={}, note="", by=binh, at=at)
    actions.complete_additions(filed, by=lan, at=at)
    assert filed.papers.current().get() == new


def test_an_infected_answer_is_no_answer(filed: Dossier, lan: User, binh: User) -> None:
    ask(filed, lan)
    need = filed.case.requirements.first()
    actions.attach_paper(
        filed, upload=factories.an_upload(), requirement=need, by=binh, at=MORNING + DAY
    )
    filed.papers.update(state="infected")
    with pytest.raises(actions.DossierError, match="Còn thiếu"):
        actions.answer_additions(filed, answers={}, note="", by=binh, at=MORNING + DAY)


def test_a_clerk_hands_no_paper_over(finished: Dossier) -> None:
    clerk = factories.an_officer("Vân", "van@example.vn", "clerk", factories.an_agency())
    with pytest.raises(actions.MoveRefused, match="bản điện tử"):
        actions.return_result(finished, by=clerk, at=MORNING + DAY, recipient="Bình")


def test_nobody_receives_their_own_dossier(lan: User, service) -> None:
    own = factories.a_filed(lan, service)
    with pytest.raises(actions.MoveRefused):
        actions.make_move(own, "accept", by=lan, at=MORNING)


def test_a_result_with_money_due_is_not_read_yet(binh: User, lan: User, hung: User) -> None:
    service = factories.a_service(factories.a_procedure(fee=8000, collected=4))
    dossier = factories.a_filed(binh, service)
    actions.make_move(dossier, "accept", by=lan, at=MORNING)
    actions.forward(dossier, by=lan, at=MORNING)
    decide(dossier, hung)
    assert not policies.result_open_to_citizen(dossier)
    at = MORNING + 3 * HOUR
    paid = actions.record_payment(dossier, amount=8000, reference="BL-9", by=lan, at=at)
    assert policies.result_open_to_citizen(paid)
