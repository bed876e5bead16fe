"""The pages of questions: who sees what, and how often one may ask."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from portal.lib import publicpages
from procedures.actions import questions as actions
from procedures.models import Question
from procedures.questions import forms as question_forms
from procedures.views import questions as views
from tests import factories
from tests.factories import MORNING

pytestmark = pytest.mark.django_db
AT_PAPER = {"case_key": "thong-thuong", "requirement_key": "giay-1"}
WORDS = "Nộp bản sao có được không?"


@pytest.fixture(autouse=True)
def fresh_pages():
    publicpages.forget()


@pytest.fixture
def cuc(db):
    centre = factories.an_agency("000.00.20.H37", name="Trung tâm tỉnh")
    return factories.an_officer("Đào Thị Cúc", "cuc@example.vn", "catalogue", centre)


@pytest.fixture
def question(binh, service):
    return actions.ask(service.procedure, text=WORDS, by=binh, at=MORNING, **AT_PAPER)


@pytest.fixture
def published(question, lan, cuc):
    answered = actions.answer(question, text="Được <b>nhé</b>.", by=lan, at=MORNING)
    return actions.publish_question(
        answered, text="Bản sao <i>được</i> không?", answer=answered.answer, by=cuc, at=MORNING
    )


def as_person(user):
    client = Client()
    client.force_login(user)
    return client


def page(client, name, *args, query=""):
    return client.get(reverse(name, args=args) + query)


def ask(client, text=WORDS, **more):
    return client.post(reverse("ask-question", args=["1.001193"]), {"text": text, **more})


# --- asking -----------------------------------------------------------------------------------


def test_the_procedure_page_leads_to_the_question_about_a_paper(service, binh):
    body = page(Client(), "procedure", "1.001193").content.decode()
    link = re.search(r'href="(/thu-tuc/1\.001193/hoi/\?[^"]+)"', body)[1].replace("&amp;", "&")
    answer = as_person(binh).post(link, {"text": WORDS})
    assert answer.url == "/hoi-dap/cua-toi/"
    one = Question.objects.get()
    assert (one.requirement_key, one.text) == ("giay-1", WORDS)


def test_asking_wants_a_sign_in(service):
    assert page(Client(), "ask-question", "1.001193").url.startswith("/tai-khoan/dang-nhap/")


def test_a_machine_that_fills_every_field_is_refused(service, binh):
    answer = ask(as_person(binh), website="https://spam.example")
    assert "Hãy để trống" in answer.content.decode()
    assert not Question.objects.exists()


def test_twin_without_the_field_for_machines_the_question_is_kept(service, binh, monkeypatch):
    monkeypatch.setattr(question_forms.AskForm, "clean_website", lambda form: "")
    ask(as_person(binh), website="https://spam.example")
    assert Question.objects.exists()


def test_personal_data_is_named_and_asked_away(service, binh):
    answer = ask(as_person(binh), "Gọi tôi số 0912345678 được không?")
    body = answer.content.decode()
    assert "“0912345678”" in body and "Những chỗ vừa nêu không phải" in body
    assert not Question.objects.exists()


def test_what_only_looks_personal_can_be_sent(service, binh):
    ask(as_person(binh), "Công văn số 123456789 nói gì ạ?", not_personal="on")
    assert Question.objects.exists()


def test_a_question_has_a_shortest_and_a_longest_form(service, binh):
    client = as_person(binh)
    ask(client, "Gì?")
    ask(client, "a" * 1001)
    assert not Question.objects.exists()


def test_the_same_question_again_is_told(question, binh):
    url = reverse("ask-question", args=["1.001193"])
    place = "?truong-hop=thong-thuong&giay-to=giay-1"
    answer = as_person(binh).post(url + place, {"text": WORDS})
    assert "Bạn đã hỏi câu này" in answer.content.decode()


def test_a_paper_that_is_gone_is_asked_about_as_a_whole(service, binh):
    answer = page(as_person(binh), "ask-question", "1.001193", query="?truong-hop=x&giay-to=giay-9")
    assert answer.status_code == 200 and answer.context["need"] is None


def test_what_was_answered_here_is_shown_before_asking(published, stranger):
    query = "?truong-hop=thong-thuong&giay-to=giay-1"
    body = page(as_person(stranger), "ask-question", "1.001193", query=query).content.decode()
    assert "Có thể đã có câu trả lời" in body


def ask_times(client, times):
    return [ask(client, f"Câu hỏi thứ {n} của tôi?").status_code for n in range(times)]


def test_a_person_asks_five_questions_a_day(service, binh):
    assert ask_times(as_person(binh), 6) == [302] * 5 + [429]
    assert Question.objects.count() == 5


def test_the_sixth_question_stays_in_its_box(service, binh):
    client = as_person(binh)
    ask_times(client, 5)
    answer = ask(client, "Câu hỏi viết rất lâu này còn không?")
    body = answer.content.decode()
    assert "Câu hỏi viết rất lâu này còn không?" in body and "Hãy gửi tiếp sau 24 giờ" in body
    assert int(answer.headers["Retry-After"]) > 86000


def test_questions_that_are_not_taken_are_not_counted(service, binh):
    client = as_person(binh)
    for _ in range(6):
        ask(client, "Gì?")
    assert ask(client).status_code == 302


def test_one_address_asks_twenty_questions_an_hour(service):
    people = [factories.a_person(f"Người {n}", f"n{n}@example.vn") for n in range(5)]
    answers = [code for person in people for code in ask_times(as_person(person), 5)]
    assert answers.count(302) == 20 and answers.count(429) == 5


def test_twin_without_the_limit_a_person_asks_without_end(service, binh, monkeypatch):
    monkeypatch.setattr(views, "_asked_too_often", lambda request: 0)
    assert ask_times(as_person(binh), 8) == [302] * 8


# --- whose is what ----------------------------------------------------------------------------


def test_the_asker_reads_the_answer(published, binh):
    client = as_person(binh)
    assert "Nộp bản sao" in page(client, "my-questions").content.decode()
    body = page(client, "question", published.public_id).content.decode()
    assert "Được &lt;b&gt;nhé&lt;/b&gt;." in body


@pytest.mark.parametrize("state", ["asked", "published"])
def test_a_stranger_sees_nobodys_own_question(question, stranger, request, state):
    if state == "published":
        request.getfixturevalue("published")
    client = as_person(stranger)
    assert page(client, "question", question.public_id).status_code == 404
    assert WORDS not in page(client, "my-questions").content.decode()


@pytest.mark.parametrize("name", ["office-question", "office-question-reject"])
def test_a_stranger_gets_404_at_the_office_too(question, stranger, name):
    client = as_person(stranger)
    assert page(client, name, question.public_id).status_code == 404
    answer = client.post(reverse(name, args=[question.public_id]), {"text": "x", "reason": "x"})
    assert answer.status_code == 404


def test_an_officer_of_another_commune_gets_404(question):
    other = factories.an_agency("000.09.15.H37", name="Trung tâm xã khác")
    who = factories.an_officer("Ai Đó", "ai@example.vn", "reception", other)
    client = as_person(who)
    assert page(client, "office-question", question.public_id).status_code == 404
    assert WORDS not in page(client, "office-questions").content.decode()


def test_twin_without_the_rows_guard_the_other_commune_reads_it(question, monkeypatch):
    other = factories.an_agency("000.09.15.H37", name="Trung tâm xã khác")
    who = factories.an_officer("Ai Đó", "ai@example.vn", "reception", other)
    monkeypatch.setattr(Question.objects._queryset_class, "at_desk_of", lambda rows, user: rows)
    body = page(as_person(who), "office-question", question.public_id).content.decode()
    assert WORDS in body


@pytest.mark.parametrize(
    "name", ["editor-question", "editor-question-reject", "editor-question-keep"]
)
def test_the_editors_side_is_closed_to_the_office(question, lan, name):
    assert as_person(lan).post(reverse(name, args=[question.public_id])).status_code == 403


def test_an_unpublished_question_is_on_no_public_page(question):
    for name in ("procedure", "procedure-questions"):
        assert WORDS not in page(Client(), name, "1.001193").content.decode()
    assert page(Client(), "question-helped", question.public_id).status_code == 404


def test_the_office_does_not_learn_who_asked(question, lan, binh):
    body = page(as_person(lan), "office-question", question.public_id).content.decode()
    assert WORDS in body
    assert binh.full_name not in body and binh.email not in body


# --- the office and the editors ---------------------------------------------------------------


def test_the_office_answers(question, lan):
    client = as_person(lan)
    assert WORDS in page(client, "office-questions").content.decode()
    url = reverse("office-question", args=[question.public_id])
    assert client.post(url, {"text": "Được, có chứng thực."}).url == "/mot-cua/hoi-dap/"
    question.refresh_from_db()
    assert (question.state, question.answered_by) == ("answered", lan)


def test_what_is_late_is_marked(question, lan):
    Question.objects.update(answer_due_at=MORNING - timedelta(days=30))
    assert "Quá hạn" in page(as_person(lan), "office-questions").content.decode()


def test_the_office_gives_a_reason(question, lan):
    url = reverse("office-question-reject", args=[question.public_id])
    as_person(lan).post(url, {"reason": "Câu hỏi về hồ sơ riêng của bạn."})
    question.refresh_from_db()
    assert question.state == "rejected"


def test_a_page_that_is_old_says_so(published, lan):
    body = page(as_person(lan), "office-question", published.public_id).content.decode()
    assert "Câu hỏi đang ở tình trạng “Đã đăng”." in body and "Gửi câu trả lời" not in body


def test_the_editor_takes_personal_data_out_before_publishing(question, lan, cuc):
    actions.answer(question, text="Gọi chị Hoa 0912345678.", by=lan, at=MORNING)
    client = as_person(cuc)
    url = reverse("editor-question", args=[question.public_id])
    body = client.post(url, {"text": WORDS, "answer": "Gọi 0912345678."}).content.decode()
    assert "“0912345678”" in body
    assert client.post(url, {"text": WORDS, "answer": "Gọi bộ phận một cửa."}).status_code == 302
    question.refresh_from_db()
    assert (question.state, question.public_answer) == ("published", "Gọi bộ phận một cửa.")


def test_the_editor_keeps_a_question_off_the_page(published, cuc):
    as_person(cuc).post(reverse("editor-question-keep", args=[published.public_id]))
    assert "Bản sao" not in page(Client(), "procedure-questions", "1.001193").content.decode()


def test_each_list_of_the_editors_shows_its_own(published, cuc):
    client = as_person(cuc)
    texts = [
        page(client, "editor-questions", query=f"?loai={key}").content.decode()
        for key in ("cho-tra-loi", "cho-dang", "da-dang")
    ]
    assert ["Bản sao" in text for text in texts] == [False, False, True]


# --- what everybody reads ---------------------------------------------------------------------


def test_the_answer_stands_beside_its_paper(published):
    body = page(Client(), "procedure", "1.001193").content.decode()
    row = body.split("Giấy chứng sinh 1", 2)[-1].split("</tr>")[0]
    assert "Bản sao &lt;i&gt;được&lt;/i&gt; không?" in body
    assert "Hỏi đáp về giấy tờ này (1)" in row or "Hỏi đáp về giấy tờ này (1)" in body


def test_an_address_in_a_text_is_no_link(question, lan, cuc):
    answered = actions.answer(question, text="Xem https://vi.du.vn nhé", by=lan, at=MORNING)
    actions.publish_question(
        answered, text="Xem www.vi.du.vn?", answer=answered.answer, by=cuc, at=MORNING
    )
    body = page(Client(), "procedure-questions", "1.001193").content.decode()
    assert "https://vi.du.vn" in body and 'href="https://vi.du.vn' not in body


def test_the_public_page_is_kept_and_carries_no_cookie(published, django_assert_num_queries):
    address = reverse("procedure-questions", args=["1.001193"])
    client = Client()
    first = client.get(address)
    assert "public" in first["Cache-Control"] and not first.cookies
    with django_assert_num_queries(0):
        client.get(address)


# --- what pages cost ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "who", "most"),
    [
        ("office-questions", "lan", 4),
        ("editor-questions", "cuc", 4),
        ("my-questions", "binh", 4),
    ],
)
def test_a_list_costs_the_same_for_twenty_rows(
    name, who, most, question, request, django_assert_max_num_queries
):
    client = as_person(request.getfixturevalue(who))
    for number in range(19):
        actions.ask(question.procedure, text=f"Câu hỏi {number}?", by=question.asker, at=MORNING)
    with django_assert_max_num_queries(most):
        answer = page(client, name)
    assert len(answer.context["page"].rows) == 20
