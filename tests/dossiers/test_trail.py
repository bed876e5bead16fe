"""From dossier to dossier along the list it was opened from; what is new since the last visit."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
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
