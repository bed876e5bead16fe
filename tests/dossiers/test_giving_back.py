"""A forwarded dossier comes back to the desk: Lan takes it back before anybody begins (T8b), Ngân
returns it with a reason (T8c)."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Position
from dossiers import actions, control_slip, policies, timeline
from dossiers.actions import MoveRefused, bulk, bulk_work, holding
from dossiers.actions.bulk import Seen
from dossiers.audit import walk
from dossiers.models import Bulk, Dossier, Looking
from dossiers.workflow import MOVES, Status
from notices.models import Notice
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_work_steps import PROCESS, in_processing, local

MORNING, HOUR = factories.MORNING, timedelta(hours=1)
WHY = "Thiếu bản chính giấy chứng sinh."


@pytest.fixture
def ngan(db):
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def work(binh, lan, hung):
    return in_processing(binh, lan)  # sent on at 09:00


def now_is(dossier):
    dossier.refresh_from_db()
    return dossier.status, dossier.assignee, dossier.desk_agency


def why_not(user, dossier, name="undo_forward"):
    return policies.refusal(user, Dossier.objects.get(pk=dossier.pk), MOVES[name], at=MORNING)


def test_lan_takes_back_what_she_sent_by_mistake(work, lan):
    due = work.due_at
    actions.undo_forward(work, by=lan, at=MORNING + 2 * HOUR)
    assert now_is(work) == (Status.ACCEPTED, lan, factories.an_agency())
    assert (work.due_at, work.clock_running, work.step_due_at) == (due, True, None)
    assert [run.outcome for run in work.step_runs.all()] == ["undone"] and not work.worked_by


def test_on_the_page_with_a_button_and_a_confirmation(work, lan):
    client = pages.at_desk(lan)
    assert pages.address(work, "undo-forward") in client.get(pages.address(work)).text
    assert "Lấy lại hồ sơ vừa chuyển" in client.get(pages.address(work, "undo-forward")).text
    done = pages.press(client, work, "undo-forward")
    assert done.status_code == 302 and now_is(work)[0] == Status.ACCEPTED
    assert "Đã lấy lại hồ sơ" in client.get(done.url).text


def test_hương_did_not_send_it(work, huong, ngan):
    assert why_not(huong, work) == "Chỉ người vừa chuyển xử lý mới lấy lại được."
    assert "mới lấy lại được" in pages.at_desk(huong).get(pages.address(work)).text
    assert why_not(ngan, work) == "Bạn không có quyền thực hiện thao tác này."


def test_what_ngân_has_claimed_is_taken_up(work, lan, ngan):
    holding.claim(work, by=ngan, at=MORNING + 2 * HOUR)
    with pytest.raises(MoveRefused) as refused:
        actions.undo_forward(work, by=lan, at=MORNING + 3 * HOUR)
    said = "Chu Thị Ngân đã bắt đầu làm lúc 10:00 ngày 10/03/2026 nên không thu lại được."
    assert str(refused.value) == said and now_is(work)[0] == Status.PROCESSING


def test_twin_without_the_guard_the_desk_takes_what_ngân_works_on(work, lan, ngan, monkeypatch):
    monkeypatch.setitem(policies.GUARDS_NOW, "forward_not_taken_up", lambda *_: None)
    holding.claim(work, by=ngan, at=MORNING + 2 * HOUR)
    actions.undo_forward(work, by=lan, at=MORNING + 3 * HOUR)
    assert now_is(work)[:2] == (Status.ACCEPTED, lan)


def test_what_ngân_was_named_for_and_has_opened_is_taken_up(filed, lan, ngan):
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR, to=ngan)
    assert why_not(lan, filed) is None
    holding.look(filed, by=ngan, at=MORNING + 2 * HOUR)
    assert "đã mở hồ sơ lúc 10:00" in why_not(lan, filed)
    Looking.objects.all().delete()
    assert why_not(lan, filed) is None


def test_what_the_leader_has_given_out_is_taken_up(work, lan, ngan, hung):
    holding.assign(work, to=ngan, by=hung, at=MORNING + 2 * HOUR)
    assert why_not(lan, work).startswith("Lý Văn Hùng đã bắt đầu làm lúc 10:00")


def test_what_has_gone_a_step_further_is_the_committees(work, lan, ngan):
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR)
    assert why_not(lan, work).startswith("Hồ sơ đã đi tiếp từ khi chuyển")


def test_bình_asking_and_money_at_the_desk_are_nobodys_beginning(work, lan, binh, settings):
    Dossier.objects.filter(pk=work.pk).update(fee_at_reception=8000)
    actions.record_payment(work, amount=8000, reference="BL1", by=lan, at=MORNING + 2 * HOUR)
    assert why_not(lan, work) is None


def test_a_draft_that_waits_for_the_leader_holds_it(work, lan, ngan):
    draft = actions.Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
    actions.propose(work, draft, by=ngan, at=MORNING + 2 * HOUR)
    assert why_not(lan, work) == policies.DRAFT_WAITS


def test_a_second_press_and_a_stale_tab_take_back_once(work, lan):
    client, seen = pages.at_desk(lan), Dossier.objects.get(pk=work.pk).revision
    pages.press(client, work, "undo-forward", revision=seen)
    again = pages.press(client, work, "undo-forward", revision=seen)
    assert again.status_code == 302 and "không ghi lại" in client.get(again.url).text
    assert pages.moves_of(work).count("undo_forward") == 1


def test_forwarded_again_it_begins_anew_with_whom_the_desk_names(work, lan, ngan):
    actions.undo_forward(work, by=lan, at=MORNING + 2 * HOUR)
    actions.forward(work, by=lan, at=MORNING + 3 * HOUR, to=ngan)
    work.refresh_from_db()
    run = work.step_runs.get(ended_at=None)
    # 11:00 and four hours: half an hour till 11:30, 3.5 from 13:30.
    assert (run.number, run.name, run.assignee, local(run.due_at)) == (
        2, "Thẩm định", ngan, "2026-03-10 17:00",
    )  # fmt: skip
    assert why_not(lan, work) is None


def test_ngân_returns_it_to_lan_with_a_reason(work, lan, ngan):
    due = work.due_at
    event = actions.return_to_desk(work, by=ngan, at=MORNING + 2 * HOUR, reason=WHY)
    assert now_is(work) == (Status.ACCEPTED, lan, factories.an_agency())
    assert (event.note, event.data["holder"]) == (WHY, lan.full_name)
    assert (work.due_at, work.worked_by) == (due, ngan)
    told = Notice.objects.get(user=lan, kind="assign")
    assert told.subject == f"Hồ sơ {work.code} được trả lại bộ phận một cửa"
    mine = pages.at_desk(lan).get("/mot-cua/ho-so/?hang=da-tiep-nhan&pham-vi=toi")
    assert work.code in mine.text


def test_the_page_asks_ngân_why_and_names_who_sent_it(work, lan, ngan):
    client = pages.at_desk(ngan)
    shown = client.get(pages.address(work, "return-to-desk")).text
    assert lan.full_name in shown and "Trả lại bộ phận một cửa" in shown
    short = pages.press(client, work, "return-to-desk", reason="Thiếu")
    assert short.status_code == 409 and "Hãy ghi lý do trả lại để bộ phận" in short.text
    done = pages.press(client, work, "return-to-desk", reason=WHY)
    assert done.status_code == 302
    html = pages.at_desk(lan).get(pages.address(work)).text
    assert WHY in html and "Trả lại bộ phận một cửa" in html


def test_bình_reads_where_it_is_and_not_why(work, ngan):
    heard = Dossier.objects.get(pk=work.pk).heard_at
    actions.return_to_desk(work, by=ngan, at=MORNING + 2 * HOUR, reason=WHY)
    work.refresh_from_db()
    items = timeline.of(work)
    assert "Hồ sơ được chuyển lại bộ phận một cửa" in [item["title"] for item in items]
    assert WHY not in str(items) and work.heard_at == heard


def test_from_a_later_step_it_goes_back_step_by_step(work, ngan, hung):
    actions.forward_step(work, by=ngan, at=MORNING + 2 * HOUR)
    assert why_not(hung, work, "return_to_desk") == (
        "Hồ sơ đã đến bước “Ký duyệt”; hãy trả lại bước trước."
    )


def test_a_step_that_a_colleague_does_is_not_returned_by_another(work, ngan):
    tu = factories.an_officer("Tú", "tu@example.vn", "specialist", factories.a_committee())
    holding.claim(work, by=ngan, at=MORNING + 2 * HOUR)
    assert why_not(tu, work, "return_to_desk") == "Bước “Thẩm định” đang do Chu Thị Ngân làm."


def test_who_sent_it_and_receives_no_more_is_not_given_it(work, lan, ngan):
    Position.objects.filter(user=lan).delete()
    actions.return_to_desk(work, by=ngan, at=MORNING + 2 * HOUR, reason=WHY)
    assert now_is(work)[1] is None and not Notice.objects.filter(user=lan, kind="assign").exists()


def test_after_additions_it_is_returned_but_not_taken_back(work, lan, ngan, hung, binh):
    draft = actions.Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
    actions.make_consented(work, draft, by=hung, at=MORNING + 2 * HOUR)
    actions.go_on(work, by=hung, at=MORNING + 3 * HOUR)
    assert why_not(lan, work).startswith("Hồ sơ đã đi tiếp")
    actions.return_to_desk(work, by=ngan, at=MORNING + 4 * HOUR, reason=WHY)
    assert now_is(work)[:2] == (Status.ACCEPTED, lan)


def test_one_who_receives_and_works_takes_back_no_step_after_forwarding_again(work, lan):
    Position.objects.create(user=lan, role="specialist", agency=factories.a_committee())
    lan = type(lan).objects.get(pk=lan.pk)
    actions.return_to_desk(work, by=lan, at=MORNING + 2 * HOUR, reason=WHY)
    actions.forward(work, by=lan, at=MORNING + 3 * HOUR)
    said = actions.take_back_step_refusal(lan, Dossier.objects.get(pk=work.pk))
    assert said == "Không có lần chuyển bước nào để lấy lại."


def test_the_control_slip_has_a_line_each_way(work, lan, ngan):
    actions.return_to_desk(work, by=ngan, at=MORNING + 2 * HOUR, reason=WHY)
    actions.forward(work, by=lan, at=MORNING + 3 * HOUR, to=ngan)
    work.refresh_from_db()
    desk, committee = factories.an_agency().name, factories.a_committee().name
    lines = [(hand.give, hand.take) for hand in control_slip.handovers(work)][1:]
    assert lines == [
        ((desk, lan.full_name), (committee, ngan.full_name)),
        ((committee, ngan.full_name), (desk, lan.full_name)),
        ((desk, lan.full_name), (committee, ngan.full_name)),
    ]


def test_on_the_control_slip_lan_takes_back_what_lay_with_nobody(work, lan):
    actions.undo_forward(work, by=lan, at=MORNING + 2 * HOUR)
    work.refresh_from_db()
    back = list(control_slip.handovers(work))[-1]
    desk, committee = factories.an_agency().name, factories.a_committee().name
    assert (back.give, back.take) == ((committee, ""), (desk, lan.full_name))
    assert back.note == "Lấy lại hồ sơ vừa chuyển"


def test_on_the_control_slip_lan_takes_back_what_lay_with_ngân(filed, lan, ngan):
    actions.make_move(filed, "accept", by=lan, at=MORNING + HOUR)
    actions.forward(filed, by=lan, at=MORNING + HOUR, to=ngan)
    actions.undo_forward(filed, by=lan, at=MORNING + 2 * HOUR)
    filed.refresh_from_db()
    *_, sent, back = control_slip.handovers(filed)
    assert (sent.take, back.give) == ((factories.a_committee().name, ngan.full_name),) * 2


def test_the_ledger_verifies_after_both(work, lan, ngan):
    actions.undo_forward(work, by=lan, at=MORNING + 2 * HOUR)
    actions.forward(work, by=lan, at=MORNING + 3 * HOUR)
    actions.return_to_desk(work, by=ngan, at=MORNING + 4 * HOUR, reason=WHY)
    work.refresh_from_db()
    assert list(walk.verify(walk.Report())) == []


def test_many_forwarded_by_mistake_are_taken_back_but_what_ngân_began(binh, service, lan, ngan):
    both = [pages.accept(factories.a_filed(binh, service), lan) for _ in range(2)]
    rows = [Seen(one.pk, one.revision) for one in both]
    sent = bulk.begin(
        "forward", rows=rows, token=uuid.uuid4(), by=lan, at=timezone.now(), data={"note": ""}
    )
    bulk_work.work(sent)
    sent.refresh_from_db()
    holding.claim(both[0], by=ngan, at=timezone.now())
    Bulk.objects.filter(pk=sent.pk).update(done_at=timezone.now())
    sent.refresh_from_db()
    back = bulk.undo(sent, token=uuid.uuid4(), by=lan, at=timezone.now())
    bulk_work.work(back)
    assert list(back.rows.values_list("state", flat=True)) == ["refused", "done"]
    assert [now_is(one)[0] for one in both] == [Status.PROCESSING, Status.ACCEPTED]


def test_the_process_of_these_tests_begins_at_the_desk():
    assert PROCESS[0]["role"] == "reception"
