"""The officers' pages of steps and drafts: what is offered, what one press does, what a second."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Draft
from dossiers.models import Dossier, Proposal
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_work_steps import PROCESS

WHY = "Thiếu xác nhận của công an xã."


@pytest.fixture
def ngan(db):
    return factories.an_officer(
        "Chu Thị Ngân", "ngan@example.vn", "specialist", factories.a_committee()
    )


@pytest.fixture
def tu(db):
    return factories.an_officer("Hà Văn Tú", "tu@example.vn", "specialist", factories.a_committee())


@pytest.fixture
def work(binh, lan, hung, ngan) -> Dossier:
    procedure = factories.a_procedure("1.001196", process=PROCESS)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    return pages.processing(dossier, lan)


def state(dossier: Dossier) -> Dossier:
    dossier.refresh_from_db()
    return dossier


# --- steps -------------------------------------------------------------------------------------


def test_the_page_names_the_step_and_offers_its_ways(work, ngan) -> None:
    html = pages.at_desk(ngan).get(pages.address(work)).text
    assert "Bước “Thẩm định”" in html and "chưa ai nhận" in html
    for way in ("step-forward", "step-hand", "step-skip"):
        assert pages.address(work, way) in html
    assert pages.address(work, "step-back") not in html  # nothing is before the first


def test_who_has_another_step_reads_whose_it_is(work, hung, lan) -> None:
    vi = factories.an_officer("Bế Thị Vi", "vi@example.vn", "clerk", factories.an_agency())
    html = pages.at_desk(vi).get(pages.address(work)).text
    assert "Hồ sơ đang ở bước “Thẩm định” của Chuyên viên thụ lý" in html
    assert pages.address(work, "step-forward") not in html
    assert pages.at_desk(lan).get(pages.address(work, "step-forward")).status_code == 403


def test_passing_on_names_only_those_of_the_next_step(work, ngan, hung, tu) -> None:
    client = pages.at_desk(ngan)
    html = client.get(pages.address(work, "step-forward")).text
    assert "Ký duyệt (2 giờ làm việc)" in html and "Lý Văn Hùng" in html
    assert "Hà Văn Tú" not in html
    answer = pages.press(client, work, "step-forward", to=str(hung.pk), note="Đã đủ.")
    assert answer.status_code == 302
    run = work.step_runs.get(ended_at=None)
    assert (run.name, run.assignee) == ("Ký duyệt", hung)


@pytest.mark.parametrize("named", [False, True])
def test_a_second_press_passes_nothing_on_and_is_no_reproach(work, ngan, hung, named) -> None:
    client, seen = pages.at_desk(ngan), state(work).revision
    sent = {"to": str(hung.pk) if named else "", "note": "Đã đủ.", "revision": seen}
    pages.press(client, work, "step-forward", **sent)
    again = pages.press(client, work, "step-forward", **sent)
    assert again.status_code == 302 and work.step_runs.count() == 2
    assert "Bạn đã thực hiện “Chuyển bước”" in client.get(again.url).text


def test_other_words_on_a_stale_page_are_kept(work, ngan) -> None:
    client, seen = pages.at_desk(ngan), state(work).revision
    pages.press(client, work, "step-forward", revision=seen, note="Đã đủ.")
    again = pages.press(client, work, "step-forward", revision=seen, note="Xem lại trang ba.")
    assert again.status_code == 409 and "Xem lại trang ba." in again.text
    assert "Chu Thị Ngân đã thao tác" in again.text


def test_the_ways_on_keep_the_list_it_was_opened_from(work, ngan) -> None:
    html = pages.at_desk(ngan).get(f"{pages.address(work)}?hang=dang-xu-ly").text
    assert f"{pages.address(work, 'step-forward')}?hang=dang-xu-ly" in html


def test_a_refused_return_is_not_called_done_and_keeps_its_words(work, ngan, hung) -> None:
    client, chief = pages.at_desk(ngan), pages.at_desk(hung)
    pages.press(client, work, "step-forward", to=str(hung.pk))
    pages.press(chief, work, "step-take")
    answer = pages.press(chief, work, "step-back", reason="Thiếu.")
    assert answer.status_code == 409 and "Thiếu." in answer.text
    assert "Hãy ghi lý do trả lại" in answer.text and "Bạn đã thực hiện" not in answer.text


def test_a_step_taken_up_elsewhere_does_not_swallow_a_return(work, ngan, hung) -> None:
    pages.press(pages.at_desk(ngan), work, "step-forward", to=str(hung.pk))
    chief, seen = pages.at_desk(hung), state(work).revision
    pages.press(chief, work, "step-take", revision=seen)
    why = "Thiếu chữ ký ở trang hai."
    answer = pages.press(chief, work, "step-back", reason=why, revision=seen)
    assert answer.status_code == 409 and why in answer.text


def test_somebody_not_of_the_step_is_not_taken(work, ngan, lan) -> None:
    answer = pages.press(pages.at_desk(ngan), work, "step-forward", to=str(lan.pk))
    assert "không còn giữ vai đó" in answer.text and work.step_runs.count() == 1


def test_returning_handing_skipping_taking_and_taking_back(work, ngan, tu, hung) -> None:
    client, chief = pages.at_desk(ngan), pages.at_desk(hung)
    pages.press(client, work, "step-take")
    pages.press(client, work, "step-hand", to=str(tu.pk))
    assert state(work).assignee == tu
    pages.press(client, work, "step-undo")
    assert state(work).assignee == ngan
    pages.press(client, work, "step-forward", to="")
    pages.press(chief, work, "step-back", reason="Thiếu chữ ký ở trang hai.")
    assert state(work).assignee == ngan
    pages.press(client, work, "step-skip", position="3", reason="Lãnh đạo đã ký bản giấy.")
    ways = list(work.step_runs.values_list("outcome", flat=True))
    assert ways == ["handed", "undone", "forward", "back", "skipped", ""]
    history = client.get(pages.address(work)).text
    assert "Chuyển nội bộ: bước “Thẩm định” cho Hà Văn Tú." in history
    assert "Chuyển bước nhanh: “Thẩm định” → “Phát hành”." in history


def test_a_reason_is_asked_for_on_the_page(work, ngan) -> None:
    answer = pages.press(pages.at_desk(ngan), work, "step-skip", position="3", reason="")
    assert "Hãy ghi lý do chuyển bước nhanh." in answer.text and work.step_runs.count() == 1


def test_nothing_to_take_back_is_said(work, ngan) -> None:
    client = pages.at_desk(ngan)
    answer = client.get(pages.address(work, "step-undo"), follow=True)
    assert "Chỉ người vừa chuyển bước mới lấy lại được." in answer.text


# --- drafts ------------------------------------------------------------------------------------


def ticked(dossier: Dossier) -> dict[str, str]:
    need = dossier.case.requirements.first()
    return {f"giay_{need.pk}": "on", f"vi_giay_{need.pk}": "Ảnh mờ.", "reason": WHY}


def test_a_specialists_stop_is_a_draft_and_a_leaders_is_done(work, ngan, hung) -> None:
    client = pages.at_desk(ngan)
    assert "Dự thảo: dừng xử lý" in client.get(pages.address(work)).text
    assert "Gửi lãnh đạo thông qua" in client.get(pages.address(work, "stop")).text
    pages.press(client, work, "stop", reason=WHY)
    assert state(work).status == Status.PROCESSING and work.proposal_waits
    html = client.get(pages.address(work)).text
    assert "Chờ lãnh đạo thông qua: dừng xử lý" in html and "Rút dự thảo" in html
    client.post(pages.address(work, "draft-withdraw"))
    pages.press(pages.at_desk(hung), work, "stop", reason=WHY)
    assert state(work).status == Status.STOPPED


def test_the_leader_sees_what_will_go_out_and_consents(work, ngan, hung) -> None:
    pages.press(pages.at_desk(ngan), work, "ask-inside", **ticked(work))
    chief = pages.at_desk(hung)
    assert work.code in chief.get(reverse("officer-drafts")).text
    html = chief.get(pages.address(work, "draft")).text
    assert "Phiếu yêu cầu bổ sung (Mẫu 02)" in html and WHY in html and "Ảnh mờ." in html
    answer = pages.press(chief, work, "draft", verdict="dong-y")
    assert answer.status_code == 302 and state(work).status == Status.ADDITIONS
    again = chief.get(pages.address(work, "draft"), follow=True)
    assert "Lý Văn Hùng đã thông qua dự thảo lúc" in again.text


def test_sent_back_it_asks_for_a_sentence_and_keeps_what_was_typed(work, ngan, hung) -> None:
    pages.press(pages.at_desk(ngan), work, "stop", reason=WHY)
    chief = pages.at_desk(hung)
    short = pages.press(chief, work, "draft", verdict="tra-lai", answer="Chưa.")
    assert short.status_code == 409 and "một câu" in short.text and "Chưa." in short.text
    pages.press(chief, work, "draft", verdict="tra-lai", answer="Hãy hỏi công an xã trước.")
    assert not Proposal.objects.get().approved and state(work).status == Status.PROCESSING
    assert "Hãy hỏi công an xã trước." in pages.at_desk(ngan).get(pages.address(work)).text


def test_a_press_without_a_verdict_decides_nothing(work, ngan, hung) -> None:
    pages.press(pages.at_desk(ngan), work, "stop", reason=WHY)
    for typed in ({}, {"verdict": "có"}, {"verdict": "dong-y", "revision": "x"}):
        answer = pages.press(pages.at_desk(hung), work, "draft", **typed)
        assert answer.status_code == 200 and "Hãy " in answer.text
    assert state(work).proposal_waits


def test_a_draft_that_changed_meanwhile_is_not_decided_unseen(work, ngan, hung) -> None:
    pages.press(pages.at_desk(ngan), work, "stop", reason=WHY)
    seen = state(work).revision
    pages.at_desk(ngan).post(pages.address(work, "draft-withdraw"))
    pages.press(pages.at_desk(ngan), work, "stop", reason="Chờ kết luận của thanh tra.")
    late = pages.press(pages.at_desk(hung), work, "draft", verdict="dong-y", revision=seen)
    assert late.status_code == 409 and state(work).status == Status.PROCESSING


def test_the_list_asks_no_more_for_many(work, ngan, hung, django_assert_max_num_queries) -> None:
    pages.many(work, 6)
    for twin in Dossier.objects.filter(status=Status.PROCESSING).exclude(pk=work.pk):
        Proposal.objects.create(
            dossier=twin, kind="stop", reason=WHY, data={"move": "stop"},
            proposed_by=ngan, proposed_at=timezone.now(),
        )  # fmt: skip
    chief = pages.at_desk(hung)
    with django_assert_max_num_queries(6):
        assert chief.get(reverse("officer-drafts")).text.count(WHY) == 6


def test_a_draft_sent_twice_is_one_and_says_so(work, ngan) -> None:
    client, seen = pages.at_desk(ngan), state(work).revision
    for _ in range(2):
        answer = pages.press(client, work, "stop", reason=WHY, revision=seen)
    assert "Bạn đã gửi dự thảo" in client.get(answer.url).text
    assert Proposal.objects.count() == 1


def test_deciding_and_withdrawing_keep_the_list(work, ngan, hung) -> None:
    client, chief, back = pages.at_desk(ngan), pages.at_desk(hung), "?hang=dang-xu-ly"
    pages.press(client, work, "stop", reason=WHY)
    gone = client.post(pages.address(work, "draft-withdraw") + back)
    assert gone.url == pages.address(work) + back
    pages.press(client, work, "stop", reason=WHY)
    page = pages.address(work, "draft") + back
    html = chief.get(page).text
    assert html.count(f'{pages.address(work)}{back}"') == 2 and 'data-key="Ctrl+Enter"' in html
    sent = {"verdict": "dong-y", "revision": state(work).revision}
    assert chief.post(page, sent).url == pages.address(work) + back


def test_a_draft_by_reception_is_on_the_leaders_card_and_among_their_queues(
    filed, lan, hung
) -> None:
    """It lies at reception's desk; the committee's leader decides."""
    pages.accept(filed, lan)
    until = state(filed).due_at + timedelta(days=7)
    draft = actions.Draft("apologise", WHY, until=until)
    actions.propose(filed, draft, by=lan, at=timezone.now())
    drafts = re.escape(reverse("officer-drafts"))
    chief = pages.at_desk(hung)
    home, queue = (chief.get(reverse(f"officer-{name}")).text for name in ("home", "queue"))
    assert re.search(rf'href="{drafts}"[^>]*><span class="queue-cards__number">1</span>', home)
    assert re.search(rf'href="{drafts}"[^>]*>.{{0,80}}Chờ thông qua.{{0,80}}1', queue, re.DOTALL)


def test_nobody_else_opens_a_draft(work, ngan, lan) -> None:
    pages.press(pages.at_desk(ngan), work, "stop", reason=WHY)
    assert pages.at_desk(lan).get(pages.address(work, "draft")).status_code == 403


def test_an_apology_by_its_page(work, hung) -> None:
    day = state(work).due_at.date() + timedelta(days=7)
    chief = pages.at_desk(hung)
    pages.press(chief, work, "apologise", day=str(day), hour="16:00", reason=WHY)
    assert timezone.localdate(state(work).due_at) == day
    html = chief.get(pages.address(work)).text
    assert "không hẹn lại lần nữa" in html


def test_stopped_goes_on_or_ends(work, hung, ngan) -> None:
    pages.press(pages.at_desk(hung), work, "stop", reason=WHY)
    pages.press(pages.at_desk(ngan), work, "go-on", note="")
    assert state(work).status == Status.PROCESSING
    pages.press(pages.at_desk(hung), work, "stop", reason=WHY)
    pages.press(pages.at_desk(hung), work, "end", reason="Không đủ điều kiện theo luật.")
    assert state(work).status == Status.RETURNED


def test_a_second_round_and_an_answer_that_will_not_do(filed, lan, binh, hung) -> None:
    desk = pages.at_desk(lan)
    pages.answer(pages.ask(filed, lan), binh)
    assert "Dự thảo: trả lại bổ sung" in desk.get(pages.address(filed)).text
    pages.press(desk, filed, "return-answer", **ticked(filed))
    html = pages.at_desk(hung).get(pages.address(filed, "draft")).text
    assert "Lần trước yêu cầu và công dân đã gửi" in html and "ban-ro-net.pdf" in html
    pages.press(pages.at_desk(hung), filed, "draft", verdict="dong-y")
    assert state(filed).rounds.count() == 2
    pages.answer(filed, binh)
    actions.complete_additions(filed, by=lan, at=timezone.now())
    pages.press(desk, filed, "ask-again", **ticked(filed))
    assert state(filed).proposal_waits


def test_late_additions_by_their_page(filed, lan) -> None:
    pages.ask(filed, lan)
    desk = pages.at_desk(lan)
    assert "còn được gửi bổ sung đến" in desk.get(pages.address(filed)).text
    filed.rounds.update(answer_due_at=timezone.now() - timedelta(minutes=1))
    assert "Phiếu từ chối (Mẫu 03)" in desk.get(pages.address(filed, "lapse")).text
    pages.press(desk, filed, "lapse")
    assert state(filed).status == Status.REFUSED


# --- what the citizen sees ---------------------------------------------------------------------


def test_the_citizen_sees_the_step_and_no_officers_name(client, work, ngan, hung, binh) -> None:
    actions.take_up(work, by=ngan, at=timezone.now())
    actions.forward_step(work, by=ngan, at=timezone.now(), to=hung, note="Xem kỹ trang hai.")
    actions.propose(work, Draft("stop", WHY), by=ngan, at=timezone.now())
    client.force_login(binh)
    html = client.get(reverse("dossier", args=[work.public_id])).text
    assert "Hồ sơ đến bước “Ký duyệt”" in html and "Đang ở bước “Ký duyệt”" in html
    for inside in ("Chu Thị Ngân", "Lý Văn Hùng", "Xem kỹ trang hai", WHY, "propose"):
        assert inside not in html


def test_the_citizen_reads_why_it_was_stopped(client, work, hung, binh) -> None:
    actions.make_consented(work, Draft("stop", WHY), by=hung, at=timezone.now())
    client.force_login(binh)
    html = client.get(reverse("dossier", args=[work.public_id])).text
    assert "Cơ quan tạm dừng giải quyết" in html and WHY in html
