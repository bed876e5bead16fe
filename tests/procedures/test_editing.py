"""A draft's record written on pages, without scripts: forms from the table of kinds, rows moved
by plain buttons, hostile words refused at their field."""

import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import actions
from procedures.editing.sections import SECTIONS
from procedures.models import Draft
from procedures.records import RECORD
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.editor_pages import address, fields, now, send
from tests.procedures.records import FEE


def steps(*titles):
    return [{"title": title, "text": f"Làm {title}."} for title in titles]


# --- the pages ------------------------------------------------------------------------------------


def test_every_field_of_a_record_stands_in_one_section():
    named = [name for section in SECTIONS for name in section.fields]
    assert sorted(named) == sorted(RECORD.fields)


PAGES = [f"?phan={section.slug}" for section in SECTIONS]
PAGES += ["?phan=thanh-phan&muc=1", "?phan=cach-thuc&muc=1"]


@pytest.mark.parametrize("query", PAGES)
def test_a_page_sent_back_as_it_came_changes_nothing(browser, draft, query):
    answer = send(browser, draft, query, order="luu")
    assert answer.status_code == 200
    fresh = Draft.objects.get(pk=draft.pk)
    assert (fresh.record, fresh.revision) == (draft.record, draft.revision)


@pytest.mark.parametrize("query", PAGES)
def test_pages_speak_vietnamese(browser, draft, query):
    html = browser.get(address(draft, query)).content.decode()
    assert english_words(html) == set()


@pytest.mark.parametrize("query", PAGES)
def test_every_control_has_its_label(browser, draft, query):
    html = browser.get(address(draft, query)).content.decode().split('id="soan"')[1]
    controls = re.findall(r'<(?:input|select|textarea)[^>]*\bid="([^"]+)"', html)
    labels = re.findall(r'<label[^>]*\bfor="([^"]+)"', html)
    assert [one for one in controls if one not in labels] == []
    assert len(set(controls)) == len(controls)


@pytest.mark.parametrize("query", ["?phan=la", "?phan=thanh-phan&muc=2", "?phan=trinh-tu&muc=1"])
def test_there_are_no_other_pages(browser, draft, query):
    assert browser.get(address(draft, query)).status_code == 404


def test_a_stranger_and_an_officer_stay_outside(client, draft, stranger, lan):
    for person in (stranger, lan):
        client.force_login(person)
        assert client.get(address(draft)).status_code == 403
        assert client.post(address(draft), {"name": "x"}).status_code == 403


def test_a_draft_in_review_is_only_read(browser, draft, cuc):
    actions.submit_draft(draft, revision=1, by=cuc, at=MORNING)
    assert "không sửa được" in browser.get(address(draft)).content.decode()
    answer = browser.post(address(draft), {"revision": "2", "name": "Khác"})
    assert "Chờ duyệt" in answer.content.decode()
    assert now(draft)["name"] == "Đăng ký khai sinh"


# --- writing --------------------------------------------------------------------------------------


def test_words_are_saved(browser, draft):
    answer = send(browser, draft, name="Đăng ký khai sinh lại")
    assert "Đã lưu." in answer.content.decode()
    assert now(draft)["name"] == "Đăng ký khai sinh lại"


def test_a_save_is_named_after_its_place_whatever_is_written_there(browser, three):
    send(browser, three, "?phan=trinh-tu", steps__1__title="Bê")
    assert three.changes.last().summary == "sửa Trình tự thực hiện › Bước 2 › Bước"


def test_numbers_days_and_choices_are_read_as_people_write_them(browser, draft):
    send(browser, draft, "?phan=cach-thuc&muc=1", channels__0__fees__0__amount="1.250.000")
    send(browser, draft, "?phan=muc-do", level="3", online_only="1")
    send(browser, draft, decision_date="2026-01-31")
    record = now(draft)
    assert record["channels"][0]["fees"][0]["amount"] == 1_250_000
    assert (record["level"], record["online_only"]) == (3, True)
    assert record["decision_date"] == "2026-01-31"


def test_an_empty_amount_is_not_free(browser, draft):
    send(browser, draft, "?phan=cach-thuc&muc=1", channels__0__fees__0__amount="")
    assert now(draft)["channels"][0]["fees"][0]["amount"] is None


def test_ticks_and_words_beside_them_make_one_list(browser, draft):
    send(browser, draft, "?phan=lien-quan", life_events=["Học tập"],
         life_events__k="Chuyển trường", keywords="khai sinh\nkhai sinh con\n")  # fmt: skip
    record = now(draft)
    assert record["life_events"] == ["Học tập", "Chuyển trường"]
    assert record["keywords"] == ["khai sinh", "khai sinh con"]


def test_a_tick_taken_away_is_taken_away(browser, draft):
    paper = "cases.0.requirements.0.mandatory"
    data = fields(browser.get(address(draft, "?phan=thanh-phan&muc=1")))
    assert data.pop(paper) == ["1"]
    browser.post(address(draft, "?phan=thanh-phan&muc=1"), data)
    assert now(draft)["cases"][0]["requirements"][0]["mandatory"] is False


# --- rows -----------------------------------------------------------------------------------------


@pytest.fixture
def three(draft, cuc):
    """Steps A, B, C."""
    return actions.save_draft(
        draft, revision=1, by=cuc, at=MORNING, record={"steps": steps("A", "B", "C")}
    )


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        ("len:steps.1", "BAC"),
        ("xuong:steps.1", "ACB"),
        ("len:steps.0", "ABC"),
        ("xoa:steps.1", "AC"),
        ("chep:steps.0", "AABC"),
        ("den:steps.0", "BCA"),
        ("them:steps", "ABC "),
    ],
)
def test_a_row_goes_where_its_button_says(browser, three, order, wanted):
    data = {"steps__0__den": "3"} if order.startswith("den") else {}
    send(browser, three, "?phan=trinh-tu", order=order, **data)
    assert [row["title"] or " " for row in now(three)["steps"]] == list(wanted)


def test_a_button_saves_what_was_typed_too(browser, three):
    send(browser, three, "?phan=trinh-tu", order="xoa:steps.1", steps__0__title="Nộp")
    assert [row["title"] for row in now(three)["steps"]] == ["Nộp", "C"]


def test_the_way_back_leads_to_the_row_that_moved(browser, three):
    answer = send(browser, three, "?phan=trinh-tu", order="xuong:steps.0", follow=False)
    assert answer["Location"].endswith("?phan=trinh-tu#o-steps-1")


@pytest.mark.parametrize(
    "order",
    ["xoa:steps.9", "xoa:nothing.1", "xoa:name.0", "them:name", "xoa:steps", "bay:steps.1",
     "xoa:steps.-1", "len:", "them:cases.0", "den:steps.0"],
)  # fmt: skip
def test_orders_that_mean_nothing_change_nothing(browser, three, order):
    answer = send(browser, three, "?phan=trinh-tu", order=order, steps__0__den="99")
    assert answer.status_code == 200 and now(three) == three.record


def test_a_doubled_paper_has_a_key_of_its_own(browser, draft):
    send(browser, draft, "?phan=thanh-phan&muc=1", order="chep:cases.0.requirements.0")
    keys = [need["key"] for need in now(draft)["cases"][0]["requirements"]]
    assert keys == ["giay-chung-sinh", "giay-chung-sinh-ban-sao"]


def test_a_list_takes_no_more_than_it_holds(browser, draft, cuc):
    draft = actions.save_draft(
        draft, revision=1, by=cuc, at=MORNING, record={"process": [
            {"role": "reception", "name": f"Bước {i}", "hours": 1} for i in range(40)]},
    )  # fmt: skip
    answer = send(browser, draft, "?phan=quy-trinh", order="them:process")
    assert "nhiều nhất 40" in answer.content.decode()


# --- undo -----------------------------------------------------------------------------------------


def press_undo(browser, draft, order):
    fresh = Draft.objects.get(pk=draft.pk)
    back = address(draft, "?phan=trinh-tu")
    data = {"revision": fresh.revision, "viec": order, "ve": back}
    return browser.post(reverse("editor-undo", args=[draft.pk]), data, follow=True)


def test_a_deleted_row_comes_back_and_goes_again(browser, three):
    page = send(browser, three, "?phan=trinh-tu", order="xoa:steps.1")
    assert "Vừa làm: xóa bước 2 “B”" in page.content.decode()
    page = press_undo(browser, three, "hoan-tac")
    assert "Đã hoàn tác: xóa bước 2 “B”." in page.content.decode()
    assert now(three)["steps"] == three.record["steps"]
    press_undo(browser, three, "lam-lai")
    assert [row["title"] for row in now(three)["steps"]] == ["A", "C"]


def test_undo_leads_back_to_pages_of_the_draft_only(browser, three):
    data = {"revision": three.revision, "viec": "hoan-tac", "ve": "https://example.com/"}
    answer = browser.post(reverse("editor-undo", args=[three.pk]), data)
    assert answer["Location"] == address(three)


def test_undo_on_an_old_page_says_who_was_faster(browser, three, dung):
    actions.save_draft(three, revision=2, by=dung, at=MORNING, record={"name": "Khác"})
    data = {"revision": 2, "viec": "hoan-tac"}
    answer = browser.post(reverse("editor-undo", args=[three.pk]), data, follow=True)
    assert "Vương Tiến Dũng" in answer.content.decode() and now(three)["name"] == "Khác"


# --- hostile and wrong ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "name", "typed", "words"),
    [
        ("", "source_url", "javascript:alert(1)", "phải là địa chỉ bắt đầu bằng https://"),
        ("", "summary", "ă" * 2001, "dài 2001 ký tự, nhiều nhất 2000"),
        ("", "summary", "ă" * 400_000, "dài quá 2000 ký tự"),
        ("?phan=muc-do", "intake_hours", "ba ngày", "phải là số nguyên"),
        ("?phan=muc-do", "intake_hours", "999999999999999999999", "phải là số nguyên"),
        ("?phan=muc-do", "addition_policy", "<script>", "phải là một trong"),
        ("?phan=quy-trinh", "process.0.role", "root", "phải là một trong"),
        ("", "decision_date", "hôm qua", "phải là ngày"),
        ("?phan=thanh-phan", "cases.0.key", "../../etc", "chữ thường không dấu"),
        ("?phan=thanh-phan&muc=1", "cases.0.requirements.0.sample", "x", "tệp đã tải lên"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_kept(browser, draft, query, name, typed, words):
    answer = send(browser, draft, query, **{name.replace(".", "__"): typed})
    html = answer.content.decode()
    place = f"o-{name}".replace(".", "-").replace("_", "-")
    assert words in html.split(f'id="{place}-error"')[1].split("</p>")[0]
    assert f'href="#{place}"' in html.split('class="errors"')[1]
    assert now(draft) == draft.record
    if len(typed) < 3000 and name not in ("addition_policy", "process.0.role"):
        assert fields(answer)[name] == typed


def test_two_papers_with_one_key_are_refused_at_their_list(browser, draft):
    send(browser, draft, "?phan=thanh-phan&muc=1", order="chep:cases.0.requirements.0")
    answer = send(browser, draft, "?phan=thanh-phan&muc=1",
                  cases__0__requirements__1__key="giay-chung-sinh")  # fmt: skip
    assert "khóa “giay-chung-sinh” lặp lại" in answer.content.decode()


def test_a_script_is_text(browser, draft):
    send(browser, draft, name="<script>alert(1)</script>", summary="a\x00b\u202ec")
    record = now(draft)
    assert record["name"] == "<script>alert(1)</script>" and "\x00" not in record["summary"]
    for name in ("editor-content", "editor-preview", "editor-preview-page"):
        html = browser.get(reverse(name, args=[draft.pk])).content.decode()
        assert "<script>alert" not in html


def test_more_than_five_megabytes_are_refused_whole(browser, draft):
    answer = browser.post(address(draft), {"revision": "1", "summary": "x" * 6_000_000})
    assert answer.status_code == 400 and now(draft) == draft.record


def test_a_wrong_row_may_still_be_deleted(browser, draft, cuc):
    media = [{"kind": "video", "title": "Xem", "url": "https://example.vn/v"}]
    draft = actions.save_draft(draft, revision=1, by=cuc, at=MORNING, record={"media": media})
    send(browser, draft, "?phan=huong-dan", order="xoa:media.0", media__0__url="javascript:1")
    assert now(draft)["media"] == []


# --- many -----------------------------------------------------------------------------------------


def many_papers(cases, papers):
    return [
        {"key": f"th-{i}", "name": f"Trường hợp {i}", "requirements": [
            {"key": f"giay-{i}-{j}", "name": f"Giấy {j}"} for j in range(papers)]}
        for i in range(cases)
    ]  # fmt: skip


@pytest.fixture
def huge(draft, cuc):
    return actions.save_draft(
        draft, revision=1, by=cuc, at=MORNING, record={"cases": many_papers(20, 100)}
    )


@pytest.mark.parametrize("query", ["?phan=thanh-phan", "?phan=thanh-phan&muc=20&tu=76"])
def test_twenty_cases_of_a_hundred_papers_are_many_small_pages(browser, huge, query):
    page = browser.get(address(huge, query))
    assert page.content.decode().count("<fieldset") <= 30
    assert len(page.content) < 250_000
    assert len(fields(page)) < 1000


def test_a_window_writes_its_own_rows(browser, huge):
    query = "?phan=thanh-phan&muc=20&tu=76"
    answer = send(browser, huge, query, order="len:cases.19.requirements.75", follow=False,
                  cases__19__requirements__99__name="Cuối")  # fmt: skip
    needs = now(huge)["cases"][19]["requirements"]
    assert len(needs) == 100 and needs[99]["name"] == "Cuối"
    assert (needs[74]["key"], needs[75]["key"]) == ("giay-19-75", "giay-19-74")
    assert answer["Location"].endswith("?phan=thanh-phan&muc=20&tu=51#o-cases-19-requirements-74")


def test_a_page_asks_as_much_for_many_rows_as_for_one(browser, draft, cuc):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(address(draft, "?phan=thanh-phan&muc=1")).status_code == 200
        return len(seen)

    queries()  # what is asked once a process
    one = queries()
    record = {"cases": many_papers(20, 100)}
    actions.save_draft(draft, revision=1, by=cuc, at=MORNING, record=record)
    assert queries() == one <= 6


# --- what is missing, and the process -------------------------------------------------------------


def test_a_page_says_what_is_missing_and_where(browser, draft):
    page = send(browser, draft, "?phan=trinh-tu", order="them:steps").content.decode()
    assert 'href="#o-steps-1-text"' in page and "thiếu 1" in page


def test_hours_over_the_legal_time_are_advice(browser, draft):
    page = send(browser, draft, "?phan=quy-trinh", process__0__hours="12").content.decode()
    assert "12 giờ" in page and "vượt 4 giờ" in page and "không chặn việc công bố" in page
    assert now(draft)["process"][0]["hours"] == 12


# --- with scripts ---------------------------------------------------------------------------------


def by_script(browser, draft, query="", **changes):
    data = fields(browser.get(address(draft, query)))
    data |= {name.replace("__", "."): value for name, value in changes.items()}
    answer = browser.post(address(draft, query), data, headers={"X-Requested-With": "fetch"})
    return answer.status_code, json.loads(answer.content)


def test_a_script_saves_and_is_told_the_new_revision(browser, draft):
    status, said = by_script(browser, draft, name="Khác")
    assert (status, said["revision"], said["problems"]) == (200, 2, [])
    assert re.fullmatch(r"\d\d:\d\d", said["saved_at"])
    assert set(said["fragments"]) == {"soan-ben", "soan-hoan-tac"}


def test_a_script_gets_the_rows_anew_after_a_move(browser, three):
    status, said = by_script(browser, three, "?phan=trinh-tu", viec="len:steps.1")
    assert (status, said["focus"]) == (200, "o-steps-0")
    assert said["said"] == "Đã chuyển bước 2 “B” đến vị trí 1."
    assert said["fragments"]["soan-than"].index("Làm B") < said["fragments"]["soan-than"].index(
        "Làm A"
    )


def test_a_script_is_told_what_is_wrong_where(browser, draft):
    status, said = by_script(browser, draft, source_url="javascript:1")
    assert status == 422 and said["problems"][0]["field"] == "source_url"


def test_a_script_is_told_of_a_conflict(browser, draft, dung):
    data = fields(browser.get(address(draft)))
    actions.save_draft(draft, revision=1, by=dung, at=MORNING, record={"name": "Của Dũng"})
    answer = browser.post(
        address(draft), data | {"name": "Của Cúc"}, headers={"X-Requested-With": "fetch"}
    )
    assert answer.status_code == 409 and "Vương Tiến Dũng" in answer.json()["sentence"]
    assert now(draft)["name"] == "Của Dũng"


def test_fees_are_written_on_the_page_of_their_way(browser, draft):
    send(browser, draft, "?phan=cach-thuc&muc=2", order="them:channels.1.fees")
    record = now(draft)
    assert [len(way["fees"]) for way in record["channels"]] == [1, 2]
    assert record["channels"][0]["fees"][0] | FEE == record["channels"][0]["fees"][0]
