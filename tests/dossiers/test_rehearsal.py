"""A draft tried on the dossiers filed last: what would fail, how fees and due dates move."""

import copy
from datetime import date, datetime, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Position
from dossiers import actions
from dossiers.actions.additions import Gap
from dossiers.models import Dossier, NonWorkingDay
from dossiers.rehearsal import MOST, rehearse
from procedures.actions import new_draft
from procedures.records import record_of
from tests import factories
from tests.dossiers import officer_pages as desk
from tests.factories import MORNING, SMALL_EFORM, VN

pytestmark = pytest.mark.django_db
FEE = {
    "name": "Lệ phí", "kind": "le_phi", "amount": 8000, "unit": "", "collected": 1,
    "note": "", "exemption": "",
}  # fmt: skip


@pytest.fixture
def cuc(db):
    """Edits the catalogue; opens no dossiers."""
    centre = factories.an_agency("000.00.20.H37", name="Trung tâm tỉnh")
    return factories.an_officer("Đào Thị Cúc", "cuc@example.vn", "catalogue", centre)


def a_draft(procedure, *, eform=SMALL_EFORM, **changes):
    """A draft of what is in force, with these parts of its record changed."""
    record = record_of(procedure.current) | {"name": procedure.name} | changes
    return new_draft(record, eform=eform, base=procedure.current, by=None, at=MORNING)


def papers(procedure, *more):
    """The record's cases with further papers."""
    (case,) = record_of(procedure.current)["cases"]
    blank = {
        "original": 1, "copies": 0, "mandatory": True, "online": "upload", "is_note": False,
        "form_title": "", "forms": [], "sample": "", "note": "", "reuse_type": "",
    }  # fmt: skip
    return [case | {"requirements": case["requirements"] + [blank | one for one in more]}]


def online(procedure, **changes):
    (channel,) = record_of(procedure.current)["channels"]
    return [channel | changes]


def with_field(**field):
    eform = copy.deepcopy(SMALL_EFORM)
    eform["sections"][0]["fields"].append(field)
    return eform


def sentences(result):
    return [(failure.reason.sentence, failure.count) for failure in result.failures]


def everything():
    """Every row of every table, as it is."""
    return {
        model._meta.label: list(map(repr, model._base_manager.order_by("pk").values_list()))
        for model in apps.get_models()
        if model._meta.managed and model._meta.label != "outbox_app.Row"
    }


# --- what would fail ----------------------------------------------------------------------------


def test_nothing_fails_under_a_draft_that_says_the_same(filed, service):
    result = rehearse(a_draft(service.procedure))
    assert (len(result.rows), result.failing, result.moving) == (1, 0, [])


def test_a_birth_dossier_fails_when_a_paper_becomes_mandatory(filed, service):
    draft = a_draft(
        service.procedure,
        cases=papers(service.procedure, {"key": "ket-hon", "name": "Giấy chứng nhận kết hôn"}),
    )
    assert sentences(rehearse(draft)) == [("Thiếu giấy tờ: Giấy chứng nhận kết hôn.", 1)]


@pytest.mark.parametrize("paper", [{"mandatory": False}, {"online": "none"}])
def test_a_paper_that_is_not_asked_for_online_fails_nothing(filed, service, paper):
    more = {"key": "ket-hon", "name": "Giấy chứng nhận kết hôn"} | paper
    draft = a_draft(service.procedure, cases=papers(service.procedure, more))
    assert rehearse(draft).failing == 0


def test_a_paper_that_keeps_its_key_may_change_its_name(filed, service):
    cases = papers(service.procedure)
    cases[0]["requirements"][0]["name"] = "Giấy chứng sinh (mẫu mới)"
    assert rehearse(a_draft(service.procedure, cases=cases)).failing == 0


def test_a_birth_dossier_fails_when_a_question_becomes_mandatory(filed, service):
    field = {"key": "que_quan", "type": "text", "label": "Quê quán", "required": True}
    draft = a_draft(service.procedure, eform=with_field(**field))
    assert sentences(rehearse(draft)) == [("Tờ khai: chưa trả lời “Quê quán”.", 1)]


def test_an_answer_that_grew_too_long_fails(filed, service):
    eform = copy.deepcopy(SMALL_EFORM)
    eform["sections"][0]["fields"][0]["max_length"] = 5
    result = rehearse(a_draft(service.procedure, eform=eform))
    assert sentences(result) == [
        ("Tờ khai: câu trả lời “Họ tên con” chưa đủ hoặc không hợp lệ.", 1)
    ]


def test_what_its_own_form_refuses_today_is_not_the_drafts_doing(filed, service):
    Dossier.objects.filter(pk=filed.pk).update(answers={"ngay_sinh": "2026-02-20"})
    assert rehearse(a_draft(service.procedure)).failing == 0


def test_a_question_that_now_shows_is_asked_for(filed, service):
    """Its own words stay; the question its condition asks about got another answer list."""
    shown = {"show_if": {"field": "ghi_chu", "filled": False}}
    field = {"key": "que_quan", "type": "text", "label": "Quê quán", "required": True}
    hidden = {"show_if": {"field": "ghi_chu", "filled": True}}
    type(service.procedure.current).objects.update(eform=with_field(**field, **hidden))
    service.procedure.current.refresh_from_db()
    draft = a_draft(service.procedure, eform=with_field(**field, **shown))
    assert sentences(rehearse(draft)) == [("Tờ khai: chưa trả lời “Quê quán”.", 1)]


def test_a_case_that_is_gone_fails(filed, service):
    cases = [papers(service.procedure)[0] | {"key": "khac"}]
    result = rehearse(a_draft(service.procedure, cases=cases))
    assert sentences(result) == [("Trường hợp “Thông thường” không còn.", 1)]


def test_a_lower_level_takes_no_filing(filed, service):
    draft = a_draft(service.procedure, level=2, service_type="INFO")
    assert ("Mức độ mới không nhận hồ sơ trực tuyến.", 1) in sentences(rehearse(draft))


def test_an_agency_with_a_level_of_its_own_keeps_it(filed, service):
    type(service).objects.update(level=4, level_reason="Thí điểm")
    draft = a_draft(service.procedure, level=2, service_type="INFO")
    assert rehearse(draft).failing == 0


def test_a_way_of_returning_that_is_gone_fails(binh, service):
    factories.a_filed(binh, service, post=True)
    results = [{"code": "", "name": "Giấy khai sinh", "returns": ["desk"]}]
    result = rehearse(a_draft(service.procedure, result_types=results))
    assert sentences(result) == [("Không còn cách nhận kết quả: nhận qua bưu chính công ích.", 1)]


def test_a_form_that_is_broken_is_said_and_the_rest_is_tried(filed, service):
    draft = a_draft(
        service.procedure,
        eform={"title": "Không có mục nào"},
        cases=papers(service.procedure, {"key": "ket-hon", "name": "Giấy kết hôn"}),
    )
    result = rehearse(draft)
    assert result.problems and sentences(result) == [("Thiếu giấy tờ: Giấy kết hôn.", 1)]


def test_a_new_procedure_has_nothing_to_try(db):
    draft = new_draft({"code": "9.000001"}, by=None, at=MORNING)
    assert rehearse(draft).rows == []


def test_only_what_was_filed_counts_and_the_newest_first(binh, draft, service):
    old = factories.a_filed(binh, service)
    Dossier.objects.filter(pk=old.pk).update(submitted_at=MORNING - timedelta(days=9))
    new = factories.a_filed(binh, service)
    lan = factories.an_officer("Lan", "l@example.vn", "reception", factories.an_agency())
    result = rehearse(a_draft(service.procedure), viewer=lan)
    assert [row.code for row in result.rows] == [new.code, old.code]


def test_no_more_than_asked_for(binh, service):
    for _ in range(3):
        factories.a_filed(binh, service)
    draft = a_draft(service.procedure)
    assert len(rehearse(draft, last=2).rows) == 2
    assert rehearse(draft, last=10**9).asked_for == MOST == 500


# --- fees ---------------------------------------------------------------------------------------


def test_a_fee_that_rises(binh):
    service = factories.a_service(factories.a_procedure(fee=8000))
    for _ in range(2):
        factories.a_filed(binh, service)
    fees = [FEE | {"amount": 10000}]
    draft = a_draft(service.procedure, channels=online(service.procedure, fees=fees))
    result = rehearse(draft)
    assert result.fees == {"up": 2} and result.fee_sums == (16000, 20000)
    assert result.rows[0].fee_change == 2000


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        (0, [FEE], "new"),
        (8000, [FEE | {"amount": 5000}], "down"),
        (8000, [], "gone"),
        (8000, [FEE], "same"),
        (8000, [FEE, FEE | {"amount": 20000}], "unclear"),
        (8000, [FEE | {"amount": None, "note": "Theo biểu phí."}], "unclear"),
    ],
)
def test_each_way_a_fee_moves(binh, before, after, move):
    service = factories.a_service(factories.a_procedure(fee=before))
    factories.a_filed(binh, service)
    channels = online(service.procedure, fees=after)
    assert rehearse(a_draft(service.procedure, channels=channels)).fees == {move: 1}


# --- due dates ----------------------------------------------------------------------------------


def test_a_dossier_that_was_not_accepted_has_no_due_date(filed, service):
    draft = a_draft(service.procedure, channels=online(service.procedure, time=10))
    result = rehearse(draft)
    assert (result.timed, result.due_lines) == (0, [])


def test_a_longer_term_is_counted_from_the_same_acceptance(filed, lan, service):
    # 3 working days from Tuesday 10 March end on Friday 13; 5 on Tuesday 17: four days later.
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    draft = a_draft(service.procedure, channels=online(service.procedure, time=5))
    assert rehearse(draft).due_lines == [("muộn hơn 4 ngày", 1)]


def test_the_holidays_of_today_move_neither_date(filed, lan, service):
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    NonWorkingDay.objects.create(date=date(2026, 3, 12), kind="off", name="Nghỉ")
    assert rehearse(a_draft(service.procedure)).due_lines == []


def test_a_term_that_ends(filed, lan, service):
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    channels = online(service.procedure, time=None, unit="none", time_text="Không quy định")
    assert rehearse(a_draft(service.procedure, channels=channels)).due_lines == [
        ("hết thời hạn", 1)
    ]


def waited(dossier, binh, lan):
    """Accepted Tuesday 10 March 8:00, asked for a field on Wednesday, complete on Monday 16."""
    at = [datetime(2026, 3, day, 8, 0, tzinfo=VN) for day in (10, 11, 13, 16)]
    actions.make_move(dossier, "accept", by=lan, at=at[0])
    gap = Gap("Ghi chú", "Ghi rõ nơi sinh.", field_key="ghi_chu")
    actions.ask_additions(dossier, gaps=[gap], reason="Chưa rõ.", by=lan, at=at[1])
    actions.answer_additions(dossier, answers={"ghi_chu": "Trạm xá"}, note="", by=binh, at=at[2])
    actions.complete_additions(dossier, by=lan, at=at[3])


def test_a_term_that_started_again_is_replayed(filed, binh, lan, service):
    """RESET: 3 working days again from Monday 16 end on Thursday 19; with 5 on Monday 23."""
    waited(filed, binh, lan)
    draft = a_draft(service.procedure, channels=online(service.procedure, time=5))
    assert rehearse(draft).due_lines == [("muộn hơn 4 ngày", 1)]


def test_a_term_that_would_have_paused_is_replayed_so(filed, binh, lan, service):
    """RESET gives Thursday 19. PAUSE adds the wait (Wednesday 8:00 to Monday 8:00: three
    working days) to Friday 13: Wednesday 18, one day earlier."""
    waited(filed, binh, lan)
    draft = a_draft(service.procedure, addition_policy="PAUSE")
    assert rehearse(draft).due_lines == [("sớm hơn 1 ngày", 1)]


# --- whose it is --------------------------------------------------------------------------------


def failing_draft(service):
    more = {"key": "ket-hon", "name": "Giấy chứng nhận kết hôn"}
    return a_draft(service.procedure, cases=papers(service.procedure, more))


def rehearsal_page(user, draft):
    client = Client()
    client.force_login(user)
    return client.get(reverse("editor-rehearsal", args=[draft.pk]))


def test_an_editor_sees_numbers_of_dossiers_that_are_not_his(filed, service, cuc):
    body = rehearsal_page(cuc, failing_draft(service)).content.decode()
    assert "hồ sơ số 1" in body and "Thiếu giấy tờ: Giấy chứng nhận kết hôn." in body


def test_an_editor_sees_nothing_personal(filed, service, cuc):
    eform = copy.deepcopy(SMALL_EFORM)
    eform["sections"][0]["fields"][0]["max_length"] = 5
    draft = a_draft(service.procedure, eform=eform)
    body = rehearsal_page(cuc, draft).content.decode()
    for word in (filed.code, str(filed.public_id), "Nguyễn Văn Bình", "Nguyễn Thị Ánh",
                 "020090000123", "0912345678", "binh@example.vn"):  # fmt: skip
        assert word not in body


def test_an_editor_who_receives_dossiers_sees_their_codes(filed, service, cuc):
    Position.objects.create(user=cuc, agency=factories.an_agency(), role="reception")
    body = rehearsal_page(cuc, failing_draft(service)).content.decode()
    assert filed.code in body


def test_twin_without_the_desks_guard_every_code_is_shown(filed, service, cuc, monkeypatch):
    rows = type(Dossier.objects.all())
    monkeypatch.setattr(rows, "at_desk_of", lambda dossiers, user: dossiers)
    assert filed.code in rehearsal_page(cuc, failing_draft(service)).content.decode()


def test_only_editors_rehearse(filed, service, lan, stranger):
    draft = failing_draft(service)
    assert [rehearsal_page(who, draft).status_code for who in (lan, stranger)] == [403, 403]


def test_the_drafts_page_gets_a_card(filed, service, cuc):
    from portal.lib import slots

    (card,) = slots.fill("draft.review", failing_draft(service))
    assert "1 hồ sơ nộp gần nhất" in card and "/dien-tap/" in card


# --- nothing is written, and it costs the same -------------------------------------------------


def test_nothing_is_written(filed, lan, service):
    draft = failing_draft(service)
    before = everything()
    assert rehearse(draft, viewer=lan).failing == 1
    assert everything() == before


def queries(draft, viewer):
    with CaptureQueriesContext(connection) as seen:
        rows = len(rehearse(draft, viewer=viewer).rows)
    return rows, len(seen)


def test_queries_do_not_grow_with_the_dossiers(binh, lan, service):
    draft = failing_draft(service)
    factories.a_filed(binh, service)
    desk.accept(factories.a_filed(binh, service), lan)
    two = queries(draft, lan)
    for _ in range(8):
        desk.accept(factories.a_filed(binh, service), lan)
    ten = queries(draft, lan)
    assert (two[0], ten[0]) == (2, 10)
    assert ten[1] <= two[1] <= 12
