"""The dossier as an officer sees it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dossiers import actions
from dossiers.models import NonWorkingDay
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.factories import MORNING


def show(user, dossier, **query):
    return pages.at_desk(user).get(pages.address(dossier), query)


def test_who_what_and_until_when_stand_at_the_top(filed, lan):
    html = show(lan, filed).text
    bar = html[html.index('class="identity"') : html.index("Hàng đợi")]
    for words in (filed.code, "Nguyễn Văn Bình", "Đăng ký khai sinh", "Mới đăng ký", "Hạn tiếp"):
        assert words in bar


def test_answers_are_read_beside_the_papers(filed, lan):
    html = show(lan, filed).text
    assert "Nguyễn Thị Ánh" in html and "20/02/2026" in html
    paper = filed.papers.get()
    assert f'<iframe class="viewer" src="{reverse("paper", args=[paper.public_id])}"' in html


def test_a_photo_is_shown_as_one(filed, lan):
    filed.papers.update(kind="jpeg", mime="image/jpeg")
    html = show(lan, filed).text
    assert "<iframe" not in html and 'alt="Ảnh giay-chung-sinh.pdf"' in html


def test_one_walks_from_paper_to_paper(binh, lan):
    service = factories.a_service(factories.a_procedure(papers=3))
    dossier = factories.a_filed(binh, service)
    second = dossier.papers.order_by("pk")[1]
    html = show(lan, dossier, giay=str(second.public_id)).text
    assert "Tệp 2/3" in html and "Tệp trước" in html and "Tệp sau" in html


def test_an_unchecked_paper_is_named_with_its_state_only(filed, lan):
    filed.papers.update(state="infected")
    paper, html = filed.papers.get(), show(lan, filed).text
    assert reverse("paper", args=[paper.public_id]) not in html
    assert "có mã độc" in html


def test_a_paper_that_was_not_given_is_named_as_lacking(filed, lan):
    filed.papers.update(removed_at=MORNING)
    html = show(lan, filed).text
    assert "Giấy chứng sinh 1" in html and "Không có tệp" in html


def test_history_names_people_and_roles(filed, lan):
    pages.accept(filed, lan)
    html = show(lan, filed).text
    assert "Hoàng Thị Lan · Cán bộ một cửa" in html


def test_moves_are_links_and_refused_ones_say_why(filed, lan):
    filed.papers.update(state="pending")
    html = show(lan, filed).text
    assert pages.address(filed, "refuse") in html
    assert pages.address(filed, "accept") not in html
    assert "Giấy tờ đang được kiểm tra" in html


def test_there_is_nothing_to_press_for_who_may_do_nothing(filed, mai):
    assert "không có việc nào dành cho bạn" in show(mai, filed).text


def test_the_due_date_is_counted_before_ones_eyes(filed, lan):
    NonWorkingDay.objects.create(date="2026-03-12", kind="off", name="Ngày nghỉ thử")
    actions.make_move(filed, "accept", by=lan, at=MORNING)
    html = show(lan, filed).text
    # Three working days from Tuesday 10/03, Thursday off: Wed 11, Fri 13, Mon 16.
    assert "Thứ 5, 12/03/2026" in html and "Nghỉ: Ngày nghỉ thử" in html
    assert "Hạn trả kết quả: <strong>08 giờ 00 phút, ngày 16/03/2026" in html


def test_a_request_for_additions_shows_what_was_asked(filed, lan):
    html = show(lan, pages.ask(filed, lan)).text
    assert "Đang chờ công dân bổ sung" in html and "Ảnh mờ." in html


def test_new_files_are_marked(filed, lan, binh):
    pages.answer(pages.ask(filed, lan), binh)
    html = show(lan, filed).text
    assert "Công dân đã gửi bổ sung" in html and html.count("mới bổ sung") == 1


def test_a_fee_due_can_be_recorded_by_the_desk_not_by_the_leader(binh, lan, hung):
    dossier = factories.a_filed(binh, factories.a_service(factories.a_procedure(fee=8000)))
    assert "Ghi nhận đã thu" in show(lan, dossier).text
    assert "Ghi nhận đã thu" not in show(hung, dossier).text


def test_by_post_the_page_says_the_post_does_it(binh, service, lan, hung):
    dossier = factories.a_filed(binh, service, post=True)
    html = show(lan, pages.finished(dossier, lan, hung)).text
    assert "hãy hủy bưu gửi trước khi trả cách khác" in html


def test_slips_and_result_are_linked(filed, lan, hung):
    pages.finished(filed, lan, hung)
    html = show(lan, filed).text
    assert reverse("slip", args=[filed.slips.get(kind="mau01").public_id]) in html
    assert reverse("result", args=[filed.results.get().public_id]) in html


def test_what_a_citizen_typed_is_text_never_markup(draft, binh, lan):
    evil = "<script>alert(1)</script>"
    actions.save_answers(draft, answers={"ghi_chu": evil}, by=binh, at=MORNING)
    dossier = actions.submit(draft, by=binh, at=MORNING)
    html = show(lan, dossier).text
    assert evil not in html and "&lt;script&gt;" in html


def big(binh, size):
    fields = [{"key": f"o{n}", "type": "text", "label": f"Ô {n}"} for n in range(size)]
    eform = {"title": "Tờ khai", "form_no": "", "source": ""}
    eform["sections"] = [{"key": "chung", "title": "Nội dung", "fields": fields}]
    procedure = factories.a_procedure(f"9.{size:06d}", eform=eform, papers=size)
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    for n in range(size):
        dossier.rounds.create(
            number=n + 1, asked_by=binh, asked_at=MORNING, reason="r", answer_due_at=MORNING,
            answered_at=MORNING, completed_at=MORNING,
        )  # fmt: skip
    return dossier


def test_twenty_papers_and_fields_cost_as_many_queries_as_one(binh, lan):
    costs = []
    for size in (1, 20):
        dossier, client = big(binh, size), pages.at_desk(lan)
        with CaptureQueriesContext(connection) as queries:
            client.get(pages.address(dossier))
        costs.append(len(queries))
    assert costs[0] == costs[1] <= 24


@pytest.mark.parametrize("stage", ["asked", "answered", "accepted", "processing", "finished"])
def test_every_stage_stays_within_its_queries(stage, filed, lan, hung, binh):
    {
        "asked": lambda: pages.ask(filed, lan),
        "answered": lambda: pages.answer(pages.ask(filed, lan), binh),
        "accepted": lambda: pages.accept(filed, lan),
        "processing": lambda: pages.processing(filed, lan),
        "finished": lambda: pages.finished(filed, lan, hung),
    }[stage]()
    client = pages.at_desk(lan)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(pages.address(filed)).status_code == 200
    assert len(queries) <= 24


def test_the_hours_since_filing_do_not_matter_to_a_term_in_hours(binh, lan):
    procedure = factories.a_procedure(time=4, unit="hour")
    dossier = factories.a_filed(binh, factories.a_service(procedure))
    actions.make_move(dossier, "accept", by=lan, at=timezone.now())
    assert "04 giờ" in show(lan, dossier).text


def test_a_paper_may_stand_in_a_frame_of_ours_only(filed, lan):
    paper = filed.papers.get()
    answer = pages.at_desk(lan).get(reverse("paper", args=[paper.public_id]))
    answer.close()
    assert answer.status_code == 200 and answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
