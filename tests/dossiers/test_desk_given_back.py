"""A desk handed over and taken back: what was put down is as it was, and nothing goes along that
its giver may not give."""

import uuid

import pytest
from django.utils import timezone

from accounts.models import Position, User
from dossiers import actions
from dossiers.actions import Draft, bulk, bulk_work, holding
from dossiers.actions.bulk import Seen
from dossiers.audit import walk
from dossiers.models import Bulk, BulkState, Dossier
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_put_down import asked_inside, finished, where

now = timezone.now
STOP = Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
WHY = "Thiếu bản chính giấy chứng sinh."


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def chief(db):
    return factories.an_officer("Lộc Văn Sếp", "sep@example.vn", "leader", factories.an_agency())


@pytest.fixture
def ngan(db):
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


@pytest.fixture
def tu(db):
    return factories.an_officer("Hà Văn Tú", "tu@example.vn", "specialist", factories.a_committee())


def settled(made):
    bulk_work.work(made)
    Bulk.objects.filter(pk=made.pk).update(done_at=now())
    made.refresh_from_db()
    return made


def hand_over(person, to, by):
    return settled(bulk.hand_over_desk(person, to=to, note="", token=uuid.uuid4(), by=by, at=now()))


def undo(given, by):
    """What became of its one dossier, and why."""
    by = User.objects.get(pk=by.pk)
    row = settled(bulk.undo(given, token=uuid.uuid4(), by=by, at=now())).rows.get()
    return row.state, row.reason


def both_sides(dossier):
    dossier.refresh_from_db()
    return dossier.received_by, dossier.worked_by


def stopped(dossier, lan, ngan, hung):
    """Ngân works on it, and has claimed it where it stopped."""
    pages.processing(dossier, lan)
    holding.claim(dossier, by=ngan, at=now())
    actions.make_consented(dossier, STOP, by=hung, at=now())
    holding.claim(dossier, by=ngan, at=now())
    return dossier


def lan_did_both(dossier, lan, hung):
    Position.objects.create(user=lan, role="specialist", agency=factories.a_committee())
    lan = User.objects.get(pk=lan.pk)
    finished(dossier, lan, lan, hung)
    assert both_sides(dossier) == (lan, lan)
    return lan


def test_a_result_that_waited_with_lan_is_hers_again(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    given = hand_over(lan, huong, lan)
    assert undo(given, lan) == (BulkState.DONE, "")
    assert (where(lan, filed), where(huong, filed)) == (["cho-tra"], [])


def test_a_stopped_dossier_comes_back_to_ngân_again(filed, lan, ngan, tu, hung):
    pages.processing(filed, lan)
    holding.claim(filed, by=ngan, at=now())
    actions.make_consented(filed, STOP, by=hung, at=now())
    given = hand_over(ngan, tu, hung)
    assert undo(given, hung)[0] == BulkState.DONE
    actions.go_on(filed, by=hung, at=now())
    assert Dossier.objects.get(pk=filed.pk).assignee == ngan


def test_what_ngân_had_claimed_too_goes_on_with_her(filed, lan, ngan, tu, hung):
    stopped(filed, lan, ngan, hung)
    given = hand_over(ngan, tu, hung)
    assert Dossier.objects.get(pk=filed.pk).assignee == tu
    assert undo(given, hung)[0] == BulkState.DONE
    assert where(ngan, filed) == ["dung-xu-ly"]
    actions.go_on(filed, by=hung, at=now())
    assert Dossier.objects.get(pk=filed.pk).assignee == ngan


def test_from_the_dossiers_own_page_it_comes_back_whole_too(filed, lan, ngan, tu, hung):
    stopped(filed, lan, ngan, hung)
    hand_over(ngan, tu, hung)
    pages.at_desk(hung).post(pages.address(filed, "take-back"))
    assert both_sides(filed) == (lan, ngan)
    assert filed.assignee == ngan and filed.step_runs.last().successor is None


def test_what_tú_has_opened_is_not_taken_back(filed, lan, ngan, tu, hung):
    asked_inside(filed, lan, ngan, hung)
    given = hand_over(ngan, tu, hung)
    holding.look(filed, by=tu, at=now())
    state, why = undo(given, hung)
    assert state == BulkState.REFUSED and why.startswith("Hà Văn Tú đã mở hồ sơ lúc")
    assert both_sides(filed) == (lan, tu)


def test_what_hương_has_worked_on_since_is_not_taken_back(filed, lan, ngan, hung, huong, chief):
    mai = factories.an_officer("Mai", "mai@example.vn", "reception", factories.an_agency())
    finished(filed, lan, ngan, hung)
    given = hand_over(lan, huong, chief)
    actions.compare_paper(filed.papers.first(), compared=True, by=mai, at=now())
    assert undo(given, chief)[1].startswith("Mai đã bắt đầu làm")


def test_what_has_gone_on_is_not_taken_back(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    given = hand_over(lan, huong, lan)
    pages.press(pages.at_desk(lan), filed, "return", recipient="Bình", shown="can_cuoc")
    assert "đã đi tiếp từ khi bàn giao" in undo(given, lan)[1]


def test_what_was_given_on_since_stays_where_it_is(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    given = hand_over(lan, huong, lan)
    holding.claim(filed, by=huong, at=now())
    holding.release(filed, by=huong, at=now())
    assert "đã được nhận hoặc giao lại" in undo(given, lan)[1]


def test_who_works_there_no_more_takes_nothing_back(filed, binh, service, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    given = hand_over(lan, huong, lan)
    elsewhere = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    made = bulk.undo(given, token=uuid.uuid4(), by=lan, at=now())
    Position.objects.filter(user=lan).update(agency=elsewhere)
    assert settled(made).rows.get().reason == "Hồ sơ không ở cơ quan của bạn."


def test_the_ledger_holds_after_all_of_it(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    undo(hand_over(lan, huong, lan), lan)
    assert list(walk.verify(walk.Report())) == []


def test_the_desks_leader_gives_what_lan_received_not_what_she_worked_on(
    filed, lan, hung, huong, chief
):
    lan = lan_did_both(filed, lan, hung)
    hand_over(lan, huong, chief)
    assert both_sides(filed) == (huong, lan)


def test_lan_herself_gives_both(filed, lan, hung, huong):
    lan = lan_did_both(filed, lan, hung)
    hand_over(lan, huong, lan)
    assert both_sides(filed) == (huong, huong)


def test_both_go_along_where_lan_holds_it_too_and_come_back(filed, lan, hung, huong):
    lan = lan_did_both(filed, lan, hung)
    holding.claim(filed, by=lan, at=now())
    given = hand_over(lan, huong, lan)
    assert both_sides(filed) == (huong, huong) and filed.assignee == huong
    assert undo(given, lan)[0] == BulkState.DONE
    assert both_sides(filed) == (lan, lan) and filed.assignee == lan


def forward_many(dossier, lan):
    dossier.refresh_from_db()
    rows = [Seen(dossier.pk, dossier.revision)]
    return settled(
        bulk.begin("forward", rows=rows, token=uuid.uuid4(), by=lan, at=now(), data={"note": ""})
    )


def test_an_old_forward_of_many_takes_back_no_newer_one(filed, lan, ngan):
    sent = forward_many(pages.accept(filed, lan), lan)
    actions.return_to_desk(filed, by=ngan, at=now(), reason=WHY)
    actions.forward(filed, by=lan, at=now())
    state, why = undo(sent, lan)
    assert (state, why[:23]) == (BulkState.REFUSED, "Hồ sơ đã được chuyển lạ")
    filed.refresh_from_db()
    assert filed.status == Status.PROCESSING


def test_an_old_gift_of_many_takes_back_no_newer_one(filed, lan, huong):
    rows, data = [Seen(filed.pk, filed.revision)], {"to": huong.pk}
    given = settled(
        bulk.begin("assign", rows=rows, token=uuid.uuid4(), by=lan, at=now(), data=data)
    )
    holding.assign(filed, to=lan, by=huong, at=now())
    holding.assign(filed, to=huong, by=lan, at=now())
    assert undo(given, lan)[0] == BulkState.REFUSED
    assert Dossier.objects.get(pk=filed.pk).assignee == huong
