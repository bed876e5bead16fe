"""Questions: asked at a place, answered by the office, read by everybody once moderated."""

import copy
import unicodedata
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notices.models import Notice
from portal.lib import publicpages
from procedures.actions import publish
from procedures.actions import questions as actions
from procedures.models import Helped, ProcedureCase, Question, Requirement
from procedures.questions import personal_parts, published_for
from procedures.records import record_of
from tests import factories
from tests.factories import MORNING, VN

LATER = MORNING + timedelta(hours=3)
AT_PAPER = {"case_key": "thong-thuong", "requirement_key": "giay-1"}
PAPER = ("giay-1", "Giấy chứng sinh 1")
pytestmark = pytest.mark.django_db


@pytest.fixture
def cuc(db):
    """Edits the catalogue."""
    centre = factories.an_agency("000.00.20.H37", name="Trung tâm tỉnh")
    return factories.an_officer("Đào Thị Cúc", "cuc@example.vn", "catalogue", centre)


@pytest.fixture
def question(binh, service):
    return actions.ask(
        service.procedure, text="Nộp bản sao có được không?", by=binh, at=MORNING, **AT_PAPER
    )


@pytest.fixture
def answered(question, lan):
    return actions.answer(question, text="Được, bản sao có chứng thực.", by=lan, at=LATER)


@pytest.fixture
def published(answered, cuc):
    return actions.publish_question(
        answered, text="Nộp bản sao được không?", answer="Được.", by=cuc, at=LATER
    )


def the_record(procedure):
    """What is in force, made whole enough to be published again."""
    steps = [{"title": "Nộp", "text": "Nộp hồ sơ."}]
    words = {"name": procedure.name, "sector": "Hộ tịch", "steps": steps}
    return record_of(procedure.current) | words


def the_cases(procedure):
    return list(procedure.current.cases.prefetch_related("requirements"))


def shown(procedure):
    return published_for(procedure, the_cases(procedure))


# --- asking -----------------------------------------------------------------------------------


def test_a_question_keeps_the_name_of_the_paper_it_was_asked_at(question):
    assert (question.state, question.place) == ("asked", "Giấy chứng sinh 1")


def test_what_a_mac_types_is_kept_composed_without_invisible_signs(binh, service):
    typed = unicodedata.normalize("NFD", "Lệ phí\u202e bao nhiêu?\r\n\r\n\r\n\r\nTôi ở xã.")
    asked = actions.ask(service.procedure, text=typed, by=binh, at=MORNING)
    assert asked.text == "Lệ phí bao nhiêu?\n\nTôi ở xã."


def test_the_office_has_five_working_days(question):
    # Tuesday 10 March 2026, 8:00, and five working days on: Tuesday 17 March.
    assert question.answer_due_at == datetime(2026, 3, 17, 8, 0, tzinfo=VN)


def test_a_holiday_gives_the_office_another_day(binh, service):
    from dossiers.models import NonWorkingDay

    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Nghỉ")
    asked = actions.ask(service.procedure, text="Có cần đến không?", by=binh, at=MORNING)
    assert timezone.localtime(asked.answer_due_at).date().isoformat() == "2026-03-18"


def test_without_an_office_there_is_still_a_day(binh):
    procedure = factories.a_procedure()
    asked = actions.ask(procedure, text="Nộp ở đâu?", by=binh, at=MORNING)
    assert timezone.localtime(asked.answer_due_at).date().isoformat() == "2026-03-17"


def test_a_paper_that_is_not_there_cannot_be_asked_about(binh, service):
    with pytest.raises(actions.QuestionRefused, match="không có trong thủ tục"):
        actions.ask(
            service.procedure, text="Gì?", by=binh, at=MORNING,
            case_key="thong-thuong", requirement_key="giay-99",
        )  # fmt: skip


def test_the_same_question_again_is_refused_however_it_is_typed(question, binh, service):
    with pytest.raises(actions.QuestionRefused, match="đã hỏi câu này"):
        actions.ask(
            service.procedure, text="NỘP  bản sao co duoc khong?", by=binh, at=LATER, **AT_PAPER
        )
    assert Question.objects.count() == 1


def test_the_same_words_at_another_paper_are_another_question(question, binh, service):
    actions.ask(service.procedure, text=question.text, by=binh, at=LATER)
    assert Question.objects.count() == 2


# --- answering --------------------------------------------------------------------------------


def test_the_asker_hears_of_the_answer_in_the_inbox_and_by_mail(answered, binh):
    notice = Notice.objects.get(user=binh)
    assert notice.to_address == "binh@example.vn"
    assert "đã trả lời câu hỏi" in notice.body
    assert notice.path == f"/hoi-dap/{answered.public_id}/"


def test_the_mail_carries_no_word_of_the_question(answered, binh):
    body = Notice.objects.get(user=binh).body
    assert "bản sao" not in body


def test_a_question_is_answered_once(answered, question, lan):
    """Two officers had the page open: the second is told, the first answer stays."""
    with pytest.raises(actions.QuestionRefused, match="Đã trả lời"):
        actions.answer(question, text="Không được.", by=lan, at=LATER)
    question.refresh_from_db()
    assert question.answer == "Được, bản sao có chứng thực."


def test_twin_without_reading_the_row_again_the_second_answer_wins(
    answered, question, lan, monkeypatch
):
    monkeypatch.setattr(actions, "_locked", lambda stale: stale)
    actions.answer(question, text="Không được.", by=lan, at=LATER)
    question.refresh_from_db()
    assert question.answer == "Không được."


@pytest.mark.parametrize("role", ["leader", "postal", "manager", "cashier"])
def test_other_roles_do_not_answer(question, role):
    who = factories.an_officer("Ai Đó", "ai@example.vn", role, factories.an_agency())
    with pytest.raises(actions.QuestionRefused, match="không có quyền"):
        actions.answer(question, text="Được.", by=who, at=LATER)


def test_an_office_that_does_not_receive_the_procedure_does_not_answer(question):
    other = factories.an_agency("000.09.15.H37", name="Trung tâm xã khác")
    who = factories.an_officer("Ai Đó", "ai@example.vn", "reception", other)
    with pytest.raises(actions.QuestionRefused, match="không có quyền"):
        actions.answer(question, text="Được.", by=who, at=LATER)


def test_the_specialist_of_the_deciding_agency_answers(question):
    who = factories.an_officer("Ai Đó", "ai@example.vn", "specialist", factories.a_committee())
    assert actions.answer(question, text="Được.", by=who, at=LATER).answered_by == who


def test_nobody_answers_their_own_question(lan, service):
    own = actions.ask(service.procedure, text="Tôi hỏi thử?", by=lan, at=MORNING)
    with pytest.raises(actions.QuestionRefused, match="của mình"):
        actions.answer(own, text="Được.", by=lan, at=LATER)


def test_a_rejected_question_tells_the_asker_why(question, lan, binh):
    actions.reject(question, reason="Câu hỏi không thuộc thủ tục này.", by=lan, at=LATER)
    question.refresh_from_db()
    assert question.reject_reason == "Câu hỏi không thuộc thủ tục này."
    assert "không trả lời được" in Notice.objects.get(user=binh).body


def test_a_reason_of_one_word_is_none(question, lan):
    with pytest.raises(actions.QuestionRefused, match="lý do"):
        actions.reject(question, reason="Sai", by=lan, at=LATER)


# --- moderating -------------------------------------------------------------------------------


def test_an_answer_is_everybodys_only_after_moderation(answered, service):
    assert not shown(service.procedure)


def test_everybody_reads_the_moderated_words(published, service):
    (one,) = shown(service.procedure).at[PAPER]
    assert (one.public_text, one.public_answer) == ("Nộp bản sao được không?", "Được.")


def test_the_asker_keeps_the_whole_answer(published):
    assert published.answer == "Được, bản sao có chứng thực."


def test_the_office_does_not_publish(answered, lan):
    with pytest.raises(actions.QuestionRefused, match="Chỉ người biên tập"):
        actions.publish_question(answered, text="a", answer="b", by=lan, at=LATER)


def test_a_question_without_an_answer_is_not_published(question, cuc):
    with pytest.raises(actions.QuestionRefused, match="Chờ trả lời"):
        actions.publish_question(question, text="a", answer="b", by=cuc, at=LATER)


def test_a_published_question_can_be_taken_back(published, cuc, service):
    actions.keep_question(published, by=cuc, at=LATER)
    assert not shown(service.procedure)
    assert not Question.objects.to_moderate().exists()


def test_publishing_drops_the_kept_pages(answered, cuc, django_capture_on_commit_callbacks):
    before = publicpages._generation
    with django_capture_on_commit_callbacks(execute=True):
        actions.publish_question(answered, text="a", answer="b", by=cuc, at=LATER)
    assert publicpages._generation > before


def test_a_question_survives_a_new_version_at_its_place(published, service):
    record = the_record(service.procedure) | {"conditions": "Trong 60 ngày."}
    new = publish(record, eform=factories.SMALL_EFORM, by=None, at=LATER).procedure
    assert new.current.number == 2
    assert shown(new).at[PAPER]


def test_a_question_about_a_paper_that_is_gone_stands_with_those_about_the_whole(
    published, service
):
    record = the_record(service.procedure)
    record["cases"][0]["requirements"] = []
    new = publish(record, eform=factories.SMALL_EFORM, by=None, at=LATER).procedure
    assert [one.place for one in shown(new).whole] == ["Giấy chứng sinh 1"]


def test_cases_with_the_same_paper_share_what_was_asked_about_it(published, service):
    version = service.procedure.current
    for key, name in (("cung", "Giấy chứng sinh 1"), ("khac", "Giấy xác nhận")):
        case = ProcedureCase.objects.create(version=version, key=key, name=key)
        Requirement.objects.create(case=case, key="giay-1", name=name)
    cases = the_cases(service.procedure)
    asked = published_for(service.procedure, cases)
    counts = {case.key: len(asked.here(case.requirements.all()[0])) for case in cases}
    assert counts == {"thong-thuong": 1, "cung": 1, "khac": 0}


def test_long_answers_do_not_make_the_page_heavy(binh, lan, cuc, service):
    for number in range(9):
        text = f"{number} " + "hỏi " * 240
        one = actions.ask(service.procedure, text=text, by=binh, at=MORNING, **AT_PAPER)
        one = actions.answer(one, text="đáp " * 900, by=lan, at=LATER)
        actions.publish_question(one, text=text, answer=one.answer, by=cuc, at=LATER)
    cases = the_cases(service.procedure) * 8  # as if eight cases asked for this paper
    for place, case in enumerate(cases):
        case = cases[place] = copy.copy(case)
        case.key = f"{case.key}-{place}" if place else case.key
    assert sum(map(len, published_for(service.procedure, cases).at.values())) == 0
    assert len(shown(service.procedure).at[PAPER]) == 3


def test_a_place_shows_the_three_that_helped_most_in_one_query(
    binh, lan, cuc, service, django_assert_num_queries
):
    for number in range(5):
        one = actions.ask(service.procedure, text=f"Câu {number}?", by=binh, at=MORNING)
        one = actions.answer(one, text="Được.", by=lan, at=LATER)
        actions.publish_question(one, text=f"Câu {number}?", answer="Được.", by=cuc, at=LATER)
        Question.objects.filter(pk=one.pk).update(helped=number)
    cases = the_cases(service.procedure)
    with django_assert_num_queries(1):
        whole = published_for(service.procedure, cases).whole
        words = [one.public_text for one in whole]
    assert words == ["Câu 4?", "Câu 3?", "Câu 2?"]


# --- having helped ----------------------------------------------------------------------------


def test_a_reader_counts_once(published):
    assert actions.mark_helped(published, who="a", at=LATER)
    assert not actions.mark_helped(published, who="a", at=LATER)
    published.refresh_from_db()
    assert published.helped == 1 == Helped.objects.count()


def test_an_unpublished_answer_helps_nobody(answered):
    with pytest.raises(actions.QuestionRefused):
        actions.mark_helped(answered, who="a", at=LATER)


# --- what the database itself refuses ------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ({"state": "lost"}, "question_state_"),
        ({"case_key": ""}, "question_paper_has_case"),
        ({"answer": "Được."}, "question_answer_has_who_when"),
        ({"reject_reason": "Vì thế."}, "question_reject_has_who_when"),
        ({"moderated_at": MORNING}, "question_moderated_has_who"),
        ({"state": "answered"}, "question_state_has_its_time"),
    ],
)
def test_the_database_refuses(question, changed, name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(**changed)


def test_the_database_refuses_to_publish_without_moderation(answered):
    with pytest.raises(IntegrityError, match="published_was_moderated"), transaction.atomic():
        Question.objects.filter(pk=answered.pk).update(state="published")


# --- personal data ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Số của tôi 020090000123.", ["020090000123"]),
        ("CCCD 020 090 000 123 nhé", ["020 090 000 123"]),
        ("CMND cũ 080123456", ["080123456"]),
        ("gọi 0912.345.678 hoặc +84 912 345 678", ["0912.345.678", "+84 912 345 678"]),
        ("thư binh.nv@example.vn", ["binh.nv@example.vn"]),
        ("lệ phí 100.000.000 đồng", []),
        ("thủ tục 1.001193, hồ sơ 000.00.15.H37-260310-0001", []),
        ("năm 2026, ngày 10/3/2026", []),
    ],
)
def test_what_looks_personal(text, found):
    assert personal_parts(text) == found
