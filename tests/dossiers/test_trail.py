"""From dossier to dossier along the list it was opened from; what is new since the last visit."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.actions import Gap
from dossiers.models import Looking
from tests import factories
from tests.dossiers import officer_pages as pages

QUEUE = "hang=tiep-nhan"


@pytest.fixture
def three(binh, service):
    return [factories.a_filed(binh, service) for _ in range(3)]


def show(user, dossier, query=QUEUE):
    return pages.at_desk(user).get(f"{pages.address(dossier)}?{query}").text


def link(html, text):
    """Where the link with this text leads."""
    links = re.findall(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return next((href for href, words in links if text in words), None)


def test_the_queue_leads_to_a_dossier_that_knows_its_queue(three, lan):
    client = pages.at_desk(lan)
    html = client.get(reverse("officer-queue"), {"hang": "tiep-nhan"}).text
    assert f"{pages.address(three[0])}?{QUEUE}" in html


def test_the_middle_one_has_a_neighbour_on_both_sides(three, lan):
    html = show(lan, three[1])
    assert link(html, "Hồ sơ trước") == f"{pages.address(three[0])}?{QUEUE}"
    assert link(html, "Hồ sơ kế tiếp") == f"{pages.address(three[2])}?{QUEUE}"


def test_the_ends_have_one(three, lan):
    assert link(show(lan, three[0]), "Hồ sơ trước") is None
    assert link(show(lan, three[2]), "Hồ sơ kế tiếp") is None


def test_opened_by_its_code_it_has_none(three, lan):
    html = pages.at_desk(lan).get(pages.address(three[1])).text
    assert "Hồ sơ kế tiếp" not in html and "Hàng đợi" in html


def test_after_a_decision_the_next_one_is_still_there(three, lan):
    html = show(lan, three[0])
    client = pages.at_desk(lan)
    step = re.search(rf'{pages.address(three[0], "accept")}[^"]*', html)[0].replace("&amp;", "&")
    three[0].refresh_from_db()
    gone = client.post(step, {"revision": three[0].revision})
    assert gone.status_code == 302
    html = client.get(gone["Location"]).text
    assert link(html, "Hồ sơ kế tiếp") == f"{pages.address(three[1])}?{QUEUE}"


def test_another_offices_dossier_is_no_neighbour(three, lan, binh):
    far = factories.a_service(
        factories.a_procedure(code="1.000999"),
        receiving_agency=factories.an_agency("000.00.77.H37", name="Xã Xa"),
    )
    factories.a_filed(binh, far)
    assert link(show(lan, three[2]), "Hồ sơ kế tiếp") is None


def test_an_officers_own_dossier_is_no_neighbour_of_theirs(three, lan, service):
    factories.a_filed(lan, service)
    assert link(show(lan, three[2]), "Hồ sơ kế tiếp") is None


def test_a_remembered_id_of_elsewhere_shows_nothing(three, lan, binh):
    actions.refuse(three[0], by=lan, at=timezone.now(), reason="Không thuộc thẩm quyền nơi đây.")
    for wrong in ("khong-phai", "6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11"):
        assert link(show(lan, three[0], f"{QUEUE}&ke={wrong}"), "Hồ sơ kế tiếp") is None


# --- Từ lần xem trước --------------------------------------------------------------------------


@pytest.fixture
def visited(filed, lan):
    """Lan had it open an hour ago."""
    ago = timezone.now() - timedelta(hours=1)
    Looking.objects.create(dossier=filed, user=lan, since=ago, seen_at=ago)
    return filed


def test_the_first_visit_marks_nothing_as_new(filed, lan):
    assert "Từ lần bạn xem trước" not in show(lan, filed, "")


def test_what_a_colleague_did_since_is_told(visited, lan, hung):
    actions.write_note(visited, text="Cần xem lại.", by=hung, at=timezone.now())
    html = show(lan, visited, "")
    assert "Từ lần bạn xem trước" in html and "1 ghi chú mới" in html


def test_what_one_did_oneself_is_no_news(visited, lan):
    actions.write_note(visited, text="Của tôi.", by=lan, at=timezone.now())
    assert "Từ lần bạn xem trước" not in show(lan, visited, "")


def test_it_stays_told_while_the_page_is_open(visited, lan, hung):
    actions.write_note(visited, text="Cần xem lại.", by=hung, at=timezone.now())
    client = pages.at_desk(lan)
    for _ in range(2):
        client.post(reverse("officer-looking", args=[visited.public_id]))
    assert "1 ghi chú mới" in show(lan, visited, "")


@pytest.fixture
def seen_between(filed, lan, binh):
    """Bình uploads what was asked three hours ago, Lan looks two hours ago, Bình sends it all one
    hour ago."""
    now = timezone.now()
    asked, added, seen, sent = (now - timedelta(hours=ago) for ago in (4, 3, 2, 1))
    need = filed.case.requirements.first()
    gaps = [Gap(need.name, "Ảnh mờ.", need), Gap("Họ tên con", "Sai dấu.", field_key="ho_ten_con")]
    actions.ask_additions(filed, gaps=gaps, reason="Hồ sơ chưa rõ.", by=lan, at=asked)
    filed.refresh_from_db()
    upload = factories.an_upload("ban-ro.pdf")
    actions.attach_paper(filed, upload=upload, requirement=need, by=binh, at=added)
    factories.mark_clean(filed)
    Looking.objects.create(dossier=filed, user=lan, since=seen, seen_at=seen)
    answers = {"ho_ten_con": "Nguyễn Thị Ánh Dương"}
    actions.answer_additions(filed, answers=answers, note="", by=binh, at=sent)
    filed.refresh_from_db()
    return filed


def test_what_was_uploaded_before_the_visit_and_sent_after_it_is_new(seen_between, lan):
    html = show(lan, seen_between, "")
    assert "1 thao tác, 1 giấy tờ mới, 1 ô khai lại" in html


def test_it_is_marked_so_when_a_colleague_has_closed_the_request(seen_between, lan, hung):
    actions.complete_additions(seen_between, by=lan, at=timezone.now())
    html = show(lan, seen_between, "")
    assert "1 giấy tờ mới, 1 ô khai lại" in html and html.count("mới bổ sung</strong>") == 1


def test_seen_once_it_is_no_news_any_more(seen_between, lan):
    Looking.objects.filter(user=lan).update(seen_at=timezone.now() - timedelta(minutes=30))
    html = show(lan, seen_between, "")
    assert "giấy tờ mới" not in html and "ô khai lại" not in html


def test_a_question_answered_as_before_is_no_news(seen_between, lan):
    asked = seen_between.rounds.get()
    asked.answers_before = seen_between.answers
    asked.save()
    assert "ô khai lại" not in show(lan, seen_between, "")
