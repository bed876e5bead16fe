"""What nobody holds any more is still somebody's: who received it, who worked on it; and it is
their unit's, though it lies at another desk."""

import importlib
import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import Position, User
from dossiers import actions, queues
from dossiers.actions import Draft, Gap, bulk, bulk_work, desks, holding
from dossiers.models import Bulk, Dossier
from dossiers.views.officer_queue import asked
from tests import factories
from tests.dossiers import officer_pages as pages

pytestmark = pytest.mark.both
now = timezone.now
UNCLEAR = "Hồ sơ chưa rõ ràng."


@pytest.fixture
def huong(db):
    return factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )


@pytest.fixture
def ngan(db):
    committee = factories.a_committee()
    return factories.an_officer("Chu Thị Ngân", "ngan@example.vn", "specialist", committee)


@pytest.fixture
def tu(db):
    return factories.an_officer("Hà Văn Tú", "tu@example.vn", "specialist", factories.a_committee())


def where(person, dossier, scope="toi"):
    """The queues in which this person finds it, those that repeat others left out."""
    person = User.objects.get(pk=person.pk)  # with the desk of today
    found = []
    for queue in queues.QUEUES.values():
        wanted = asked(person, QueryDict(f"hang={queue.key}&pham-vi={scope}"))
        if not queue.across and any(part.filter(pk=dossier.pk) for part in wanted.ranges(person)):
            found.append(queue.key)
    return found


def counted(person, mine=True):
    person = User.objects.get(pk=person.pk)
    scope = queues.Scope(desk_of(person).dossier_agencies, person.pk if mine else None)
    numbers = queues.counts(scope, queues.moments(factories.an_agency(), now()))
    return {key: number for key, number in numbers.items() if number}


def asked_inside(dossier, lan, ngan, hung):
    """Ngân works on it, finds a gap, and Hùng asks."""
    pages.processing(dossier, lan)
    holding.claim(dossier, by=ngan, at=now())
    need = dossier.case.requirements.first()
    gaps = (Gap(label=need.name, reason="Ảnh mờ.", requirement=need),)
    draft = Draft("ask_additions_in_processing", UNCLEAR, gaps)
    actions.make_consented(dossier, draft, by=hung, at=now())
    dossier.refresh_from_db()
    return dossier


def finished(dossier, lan, ngan, hung):
    pages.processing(dossier, lan)
    holding.claim(dossier, by=ngan, at=now())
    actions.record_result(
        dossier, upload=factories.an_upload("ket-qua.pdf"), title="Giấy khai sinh", number="15",
        signer="Lý Văn Hùng", issued_on=timezone.localdate(), by=hung, at=now(),
    )  # fmt: skip
    dossier.refresh_from_db()
    return dossier


def test_what_lan_asked_for_stays_hers_until_it_is_answered_and_after(filed, lan, huong, binh):
    pages.ask(filed, lan)
    assert (where(lan, filed), where(huong, filed)) == (["cho-bo-sung"], [])
    pages.answer(filed, binh)
    assert (where(lan, filed), counted(lan)) == (["da-bo-sung"], {"da-bo-sung": 1})
    assert counted(huong) == {}


def test_the_committee_has_no_part_in_what_was_asked_before_it_came_there(filed, lan, hung):
    pages.ask(filed, lan)
    assert (where(hung, filed, ""), counted(hung, mine=False)) == ([], {})


def test_what_was_asked_in_processing_is_hers_who_processed_it_and_her_units(
    filed, lan, ngan, tu, hung, huong
):
    asked_inside(filed, lan, ngan, hung)
    assert (where(ngan, filed), counted(ngan)) == (["cho-bo-sung"], {"cho-bo-sung": 1})
    assert (where(tu, filed), where(tu, filed, "")) == ([], ["cho-bo-sung"])
    assert counted(hung, mine=False) == {"cho-bo-sung": 1}
    assert (where(lan, filed), where(huong, filed), where(huong, filed, "")) == (
        ["cho-bo-sung"], [], ["cho-bo-sung"],
    )  # fmt: skip


def test_who_drafted_is_remembered_where_nobody_had_claimed_it(filed, lan, ngan, hung):
    pages.processing(filed, lan)
    draft = Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
    proposal = actions.propose(filed, draft, by=ngan, at=now())
    page = pages.at_desk(ngan).get(
        reverse("officer-queue"), {"hang": "cho-thong-qua", "pham-vi": "toi"}
    )
    assert filed.code in page.text
    actions.decide(proposal, approved=True, by=hung, at=now())
    assert (where(ngan, filed), where(hung, filed)) == (["dung-xu-ly"], [])


def test_a_wish_to_withdraw_lies_with_who_was_at_work(filed, lan, ngan, binh):
    pages.processing(filed, lan)
    holding.claim(filed, by=ngan, at=now())
    actions.ask_withdrawal(filed, by=binh, at=now(), reason="Tôi nộp nhầm.")
    assert (where(ngan, filed), where(lan, filed)) == (["xin-rut"], ["xin-rut"])


def test_who_had_claimed_it_at_the_desk_is_remembered_through_a_wish_to_withdraw(filed, lan, binh):
    holding.claim(filed, by=lan, at=now())
    actions.ask_withdrawal(filed, by=binh, at=now(), reason="Tôi nộp nhầm.")
    assert where(lan, filed) == ["xin-rut"]


def test_a_result_waits_with_lan_who_received_and_ngan_who_worked(filed, lan, ngan, tu, hung):
    finished(filed, lan, ngan, hung)
    assert (where(lan, filed), where(ngan, filed)) == (["cho-tra"], ["cho-tra"])
    assert (where(tu, filed), where(hung, filed)) == ([], [])  # the leader only signed
    assert where(hung, filed, "") == ["cho-tra"]


def test_who_hands_it_over_has_returned_it(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    pages.press(pages.at_desk(huong), filed, "return", recipient="Bình", shown="can_cuoc")
    assert (where(huong, filed), where(ngan, filed), where(lan, filed)) == (
        ["da-tra"], ["da-tra"], [],
    )  # fmt: skip


def test_who_refused_finds_it_among_theirs(filed, lan, huong):
    actions.refuse(filed, by=lan, at=now(), reason="Hồ sơ trùng hồ sơ khác.")
    assert (where(lan, filed), where(huong, filed)) == (["tu-choi"], [])


def test_in_processing_theirs_is_only_what_they_have_now(filed, lan, ngan, tu, hung):
    pages.processing(filed, lan)
    holding.claim(filed, by=ngan, at=now())
    actions.hand_over(filed, to=tu, by=ngan, at=now())
    assert (where(ngan, filed), where(tu, filed), where(lan, filed)) == ([], ["dang-xu-ly"], [])


def test_a_step_taken_back_before_it_was_begun_was_nobodys_work(filed, lan, ngan, tu, hung):
    pages.processing(filed, lan)
    actions.hand_over(filed, to=tu, by=ngan, at=now())
    actions.take_back_step(filed, by=ngan, at=now())
    filed.refresh_from_db()
    assert filed.worked_by == ngan


def test_a_result_that_hương_takes_up_is_hers_until_she_lets_go(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    holding.claim(filed, by=huong, at=now())
    assert (where(huong, filed), where(lan, filed)) == (["cho-tra"], [])
    holding.release(filed, by=huong, at=now())
    assert where(huong, filed) == []


def test_what_lan_holds_stays_hers_when_hương_asks_for_additions(filed, lan, huong):
    holding.claim(filed, by=lan, at=now())
    pages.ask(filed, huong)
    assert (where(lan, filed), counted(lan)) == (["cho-bo-sung"], {"cho-bo-sung": 1})
    assert (where(huong, filed), counted(huong)) == ([], {})


def test_what_lan_holds_stays_hers_when_hương_drafts_a_second_round(filed, lan, huong, binh):
    holding.claim(pages.ask(filed, lan), by=lan, at=now())
    pages.answer(filed, binh)
    need = filed.case.requirements.first()
    gaps = (Gap(label=need.name, reason="Vẫn mờ.", requirement=need),)
    actions.propose(filed, Draft("return_additions", UNCLEAR, gaps), by=huong, at=now())
    assert (where(lan, filed), where(huong, filed)) == (["da-bo-sung"], [])


def test_what_ngân_holds_stays_hers_when_tú_drafts_its_end(filed, lan, ngan, tu, hung):
    pages.processing(filed, lan)
    stop = Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
    actions.make_consented(filed, stop, by=hung, at=now())
    holding.claim(filed, by=ngan, at=now())
    end = Draft("end_stopped", "Không có kết quả giám định để giải quyết.")
    actions.propose(filed, end, by=tu, at=now())
    assert (where(ngan, filed), where(tu, filed)) == (["dung-xu-ly"], [])


def test_what_is_taken_back_from_hương_is_lans_again(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    mai = factories.an_officer("Mai", "mai@example.vn", "reception", factories.an_agency())
    holding.assign(filed, to=huong, by=mai, at=now())
    holding.take_back(filed, by=mai, at=now())
    assert (where(lan, filed), where(huong, filed)) == (["cho-tra"], [])


def test_who_works_elsewhere_now_finds_nothing_of_it(filed, lan, ngan, hung):
    finished(filed, lan, ngan, hung)
    other = factories.an_agency("000.01.16.H37", name="Trung tâm xã khác")
    Position.objects.filter(user=lan).update(agency=other)
    assert (where(lan, filed), counted(lan)) == ([], {})


def shown(person, dossier):
    """What the list says in the column of who has it."""
    query = {"hang": where(person, dossier)[0], "pham-vi": "toi"}
    html = pages.at_desk(person).get(reverse("officer-queue"), query).text
    return re.search(r'data-label="Người xử lý">([^<]*)<', html)[1]


def test_the_list_names_those_whose_it_is(filed, lan, ngan, hung, huong):
    finished(filed, lan, ngan, hung)
    assert shown(lan, filed) == "Hoàng Thị Lan, Chu Thị Ngân"
    holding.claim(filed, by=huong, at=now())
    assert shown(ngan, filed) == "Vi Thu Hương"


def test_one_who_receives_and_works_is_counted_once(filed, lan, hung):
    Position.objects.create(user=lan, role="specialist", agency=factories.a_committee())
    finished(filed, lan, lan, hung)
    assert (where(lan, filed), counted(lan)) == (["cho-tra"], {"cho-tra": 1})
    assert (where(lan, filed, ""), counted(lan, mine=False)) == (["cho-tra"], {"cho-tra": 1})


def test_pages_of_both_ranges_lose_and_double_no_row(filed, lan, ngan, hung, monkeypatch):
    """Five hers by reception, five by work, five by both: in the order of their due times."""
    monkeypatch.setattr("dossiers.views.officer_queue.PAGE_SIZE", 4)
    finished(filed, lan, ngan, hung)
    pages.many(filed, 14)
    Position.objects.create(user=lan, role="specialist", agency=factories.a_committee())
    for n, dossier in enumerate(Dossier.objects.order_by("pk")):
        dossier.received_by, dossier.worked_by = [(lan, ngan), (ngan, lan), (lan, lan)][n % 3]
        dossier.queue_at = filed.queue_at + timedelta(minutes=(n * 7) % 15)
        dossier.save()
    client, query = pages.at_desk(lan), {"hang": "cho-tra", "pham-vi": "toi"}
    forth, back, page = [], [], None
    while page is None or page.next_cursor:
        cursor = {"sau": page.next_cursor} if page else {}
        page = client.get(reverse("officer-queue"), query | cursor).context["page"]
        forth += [row["pk"] for row in page.rows]
    while page.previous_cursor:
        cursor = {"sau": page.previous_cursor}
        page = client.get(reverse("officer-queue"), query | cursor).context["page"]
        back = [row["pk"] for row in page.rows] + back
    wanted = list(Dossier.objects.order_by("queue_at", "pk").values_list("pk", flat=True))
    assert forth == wanted and back == wanted[: len(back)] and len(back) == 12
    assert counted(lan) == {"cho-tra": 15}


def test_fifty_rows_of_two_ranges_cost_as_many_queries_as_one(filed, lan, ngan, hung):
    finished(filed, lan, ngan, hung)
    client, query = pages.at_desk(lan), {"hang": "cho-tra", "pham-vi": "toi"}
    cost = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("officer-queue"), query)
        cost.append(len(queries))
        pages.many(filed, 20)
    assert cost[0] == cost[1] <= 13


def test_previous_and_next_walk_over_both_ranges(filed, binh, service, lan, ngan, hung, huong):
    other = factories.a_filed(binh, service)
    for dossier in (filed, other):
        finished(dossier, lan, ngan, hung)
    Position.objects.create(user=huong, role="specialist", agency=factories.a_committee())
    Dossier.objects.filter(pk=filed.pk).update(received_by=huong)
    Dossier.objects.filter(pk=other.pk).update(worked_by=huong)
    trail = "?hang=cho-tra&pham-vi=toi"
    html = pages.at_desk(huong).get(pages.address(filed) + trail).text
    assert pages.address(other) in html


def hand_over(person, to, by):
    made = bulk.hand_over_desk(person, to=to, note="", token=uuid.uuid4(), by=by, at=now())
    claimed = Bulk.objects.get(pk=made.pk)
    bulk_work.work(claimed)
    return list(made.rows.values_list("state", flat=True))


def test_a_desk_handed_over_takes_what_waits_and_leaves_what_is_over(
    filed, binh, service, lan, ngan, hung, huong
):
    over = finished(factories.a_filed(binh, service), lan, ngan, hung)
    pages.press(pages.at_desk(lan), over, "return", recipient="Bình", shown="can_cuoc")
    finished(filed, lan, ngan, hung)
    assert hand_over(lan, huong, lan) == ["done"]
    assert (where(huong, filed), where(lan, filed)) == (["cho-tra"], [])
    assert (where(huong, over), where(lan, over)) == ([], ["da-tra"])
    assert where(ngan, filed) == ["cho-tra"]


def test_what_a_specialist_asked_for_goes_with_her_desk(filed, lan, ngan, tu, hung):
    asked_inside(filed, lan, ngan, hung)
    assert hand_over(ngan, tu, hung) == ["done"]
    assert (where(tu, filed), where(ngan, filed)) == (["cho-bo-sung"], [])


def test_who_left_with_nothing_but_results_waiting_is_found_for_the_hand_over(
    filed, lan, ngan, hung, huong
):
    finished(filed, lan, ngan, hung)
    lan.positions.all().delete()
    assert desks.absent_for(huong) == [lan]
    assert hand_over(lan, huong, huong) == ["done"]


def test_nobody_inherits_their_own_dossier(filed, lan, ngan, hung, binh):
    finished(filed, lan, ngan, hung)
    Position.objects.create(user=binh, agency=factories.an_agency(), role="reception")
    assert hand_over(lan, binh, lan) == ["refused"]


def test_the_migration_finds_what_the_moves_would_have_written(
    filed, binh, service, lan, ngan, hung, huong
):
    stopped, refused, claimed = (factories.a_filed(binh, service) for _ in range(3))
    finished(filed, lan, ngan, hung)
    pages.processing(stopped, huong)
    stop = Draft("stop", "Chờ kết quả giám định của cơ quan khác.")
    actions.decide(
        actions.propose(stopped, stop, by=ngan, at=now()), approved=True, by=hung, at=now()
    )
    actions.refuse(refused, by=huong, at=now(), reason="Hồ sơ trùng hồ sơ khác.")
    holding.claim(pages.ask(claimed, lan), by=huong, at=now())
    columns = ("pk", "received_by", "worked_by")
    written = list(Dossier.objects.order_by("pk").values_list(*columns))
    Dossier.objects.update(received_by=None, worked_by=None)
    importlib.import_module("dossiers.migrations.0026_who_worked_before").remember(apps, None)
    assert list(Dossier.objects.order_by("pk").values_list(*columns)) == written
    assert (lan.pk, ngan.pk) == written[0][1:] and (huong.pk, None) in [w[1:] for w in written]
