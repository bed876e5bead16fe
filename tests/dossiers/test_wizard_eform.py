"""The declaration in the wizard: kept as typed, filled from the account, in parts."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from dossiers.models import Dossier
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url


def _field(key: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    return {"key": key, "type": kind, "label": key.replace("_", " ").capitalize()} | more


LONG: dict[str, Any] = {
    "title": "Tờ khai dài",
    "sections": [
        {
            "key": "me",
            "title": "Người mẹ",
            "fields": [
                _field("nguoi_khai", "person", prefill="user", required=True),
                _field("co_cha", "yes_no", required=True),
            ],
        },
        {
            "key": "cha",
            "title": "Người cha",
            "show_if": {"field": "co_cha", "equals": True},
            "fields": [_field("ten_cha", required=True), *[_field(f"o_{n}") for n in range(9)]],
        },
        {
            "key": "them",
            "title": "Thông tin thêm",
            "fields": [
                _field("ban_ve", "file", max_files=2),
                _field(
                    "con", "table", columns=[_field("ten"), _field("tuoi", "number")], max_rows=5
                ),
                *[_field(f"o_them_{n}") for n in range(9)],  # too long to share a page
            ],
        },
    ],
}


@pytest.fixture
def long_draft(binh: User) -> Dossier:
    procedure = factories.a_procedure("1.009999", "Tờ khai dài", eform=LONG)
    return factories.a_draft(binh, factories.a_service(procedure))


def test_a_short_form_is_one_page(browser, draft):
    assert browser.get(url("filing-eform", draft)).status_code == 200


def test_a_long_form_has_a_page_for_each_part(browser, long_draft):
    assert browser.get(url("filing-eform", long_draft)).url == url("filing-eform", long_draft, "me")
    text = text_of(browser.get(url("filing-eform", long_draft, "me")))
    assert "Bước 2/6" in text and "Phần 1/2" in text


def test_the_step_before_leads_to_its_first_part_at_once(browser, long_draft):
    assert pages.fill_owner(browser, long_draft).url == url("filing-eform", long_draft, "me")


def test_the_step_after_leads_back_to_its_last_part_at_once(browser, long_draft):
    back = browser.post(url("filing-papers", long_draft), {"viec": "lui"})
    assert back.url == url("filing-eform", long_draft, "them")


def test_an_answer_opens_and_closes_a_part(browser, long_draft):
    me = url("filing-eform", long_draft, "me")
    answer = {"nguoi_khai-full_name": "Nguyễn Văn Bình", "co_cha": "true"}
    assert browser.post(me, answer).url == url("filing-eform", long_draft, "cha")
    assert browser.post(me, answer | {"co_cha": "false"}).url == url(
        "filing-eform", long_draft, "them"
    )


def test_a_part_ruled_out_leads_to_the_first(browser, long_draft):
    shown = browser.get(url("filing-eform", long_draft, "cha"))
    assert shown.url == url("filing-eform", long_draft, "me")


@pytest.mark.parametrize("part", ["khong-co", "ME", "__proto__", "x" * 200])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_part_is_not_found(browser, long_draft, part, method):
    assert getattr(browser, method)(url("filing-eform", long_draft, part)).status_code == 404


def test_errors_come_back_with_what_was_typed_and_the_page_says_so(browser, draft):
    page = pages.fill_eform(browser, draft, ho_ten_con="Lê Thị Á", ngay_sinh="30/02/2026")
    assert "<title>Lỗi: " in page.content.decode()
    assert 'value="Lê Thị Á"' in page.content.decode() and "30/02/2026" in page.content.decode()


def test_saving_a_draft_asks_for_nothing(browser, draft):
    sent = pages.fill_eform(browser, draft, ho_ten_con="", ngay_sinh="mai", viec="luu")
    assert sent.url == url("filing-eform", draft)
    draft.refresh_from_db()
    assert draft.answers == {"ngay_sinh": "mai"}


def test_an_answer_taken_out_is_gone(browser, draft):
    pages.fill_eform(browser, draft, ghi_chu="Sinh đôi")
    pages.fill_eform(browser, draft, ghi_chu="")
    draft.refresh_from_db()
    assert "ghi_chu" not in draft.answers


def test_two_tabs_on_two_parts_keep_both(browser, long_draft):
    browser.get(url("filing-eform", long_draft, "me"))
    browser.post(url("filing-eform", long_draft, "them"), {"con-rows": "0", "con-0-ten": "Ánh"})
    browser.post(url("filing-eform", long_draft, "me"), {"co_cha": "false", "viec": "luu"})
    long_draft.refresh_from_db()
    assert long_draft.answers == {"con": [{"ten": "Ánh"}], "co_cha": False}


def test_a_row_is_added_without_scripts_and_all_is_kept(browser, long_draft):
    them = url("filing-eform", long_draft, "them")
    page = browser.post(them, {"con-rows": "0", "con-0-ten": "Ánh", "_add__con": "1"})
    assert page.content.decode().count("data-row=") == 3  # two rows and the pattern of a new one
    assert 'value="Ánh"' in page.content.decode()
    long_draft.refresh_from_db()
    assert long_draft.answers["con"] == [{"ten": "Ánh"}]


def test_a_checked_account_fills_the_form(browser, long_draft):
    page = browser.get(url("filing-eform", long_draft, "me")).content.decode()
    assert 'value="Nguyễn Văn Bình"' in page and 'value="020090000123"' in page
    assert "Đã điền sẵn" in page


def test_an_unchecked_account_gives_no_number(stranger):
    stranger.citizen_id = "020090000123"
    stranger.save()
    draft = factories.a_draft(stranger, factories.a_service(factories.a_procedure(eform=LONG)))
    page = pages.as_user(stranger).get(url("filing-eform", draft, "me")).content.decode()
    assert 'value="Người Lạ"' in page and "020090000123" not in page


def test_filling_in_later_leaves_what_was_typed(browser, long_draft):
    me = url("filing-eform", long_draft, "me")
    browser.post(me, {"nguoi_khai-full_name": "Lê Thị Hoa", "viec": "luu"})
    assert "Điền từ hồ sơ cá nhân" in text_of(browser.get(me))
    browser.post(me, {"nguoi_khai-full_name": "Lê Thị Hoa", "viec": "dien"})
    long_draft.refresh_from_db()
    assert long_draft.answers["nguoi_khai"] == {
        "full_name": "Lê Thị Hoa",
        "citizen_id": "020090000123",
    }


def test_files_of_questions_are_papers_of_that_question(browser, long_draft):
    them = url("filing-eform", long_draft, "them")
    browser.post(them, {"tep-o-ban_ve": [factories.an_upload("bản vẽ.pdf")], "con-rows": ""})
    paper = long_draft.papers.get()
    long_draft.refresh_from_db()
    assert (paper.field_key, paper.requirement) == ("ban_ve", None)
    assert long_draft.answers["ban_ve"] == [str(paper.public_id)]


def test_one_bad_file_keeps_the_other(browser, long_draft):
    them = url("filing-eform", long_draft, "them")
    empty = SimpleUploadedFile("rong.pdf", b"", content_type="application/pdf")
    page = browser.post(them, {"tep-o-ban_ve": [factories.an_upload("tot.pdf"), empty]})
    assert "rong.pdf" in text_of(page) and long_draft.papers.get().filename == "tot.pdf"


def test_too_many_files_are_refused_and_the_first_kept(browser, long_draft):
    them = url("filing-eform", long_draft, "them")
    files = [factories.an_upload(f"{n}.pdf") for n in range(3)]
    page = browser.post(them, {"tep-o-ban_ve": files})
    assert "nhiều nhất 2 tệp" in text_of(page)
    assert [paper.filename for paper in long_draft.papers.order_by("pk")] == ["0.pdf", "1.pdf"]


def test_a_file_is_taken_away_and_comes_back(browser, long_draft):
    them = url("filing-eform", long_draft, "them")
    browser.post(them, {"tep-o-ban_ve": factories.an_upload("a.pdf"), "viec": "luu"})
    paper = long_draft.papers.get()
    browser.post(them, {"tep-go": str(paper.public_id), "con-rows": "0", "con-0-ten": "Ánh"})
    long_draft.refresh_from_db()
    assert not long_draft.papers.current().exists()
    assert long_draft.answers == {"con": [{"ten": "Ánh"}]}
    browser.post(them, {"hoan-tac": str(paper.public_id)})
    long_draft.refresh_from_db()
    assert long_draft.answers["ban_ve"] == [str(paper.public_id)]


def test_a_file_typed_in_by_its_id_is_no_answer(browser, long_draft, draft):
    foreign = draft.papers.first()
    browser.post(
        url("filing-eform", long_draft, "them"), {"ban_ve": str(foreign.public_id), "viec": "luu"}
    )
    long_draft.refresh_from_db()
    assert "ban_ve" not in long_draft.answers


@pytest.mark.parametrize("value", ["\x00", "a\x00b", "\ud7ff" * 10, "💥" * 600, "a" * 30_000])
def test_odd_text_is_never_a_server_error(browser, draft, value):
    page = pages.fill_eform(browser, draft, ho_ten_con=value, ngay_sinh=value, ghi_chu=value)
    assert page.status_code == 200
    draft.refresh_from_db()
    assert "\x00" not in str(draft.answers)


def test_names_are_kept_composed(browser, draft):
    pages.fill_eform(browser, draft, ho_ten_con="Nguyê\u0303n Thi\u0323 A\u0301nh")
    draft.refresh_from_db()
    assert draft.answers["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_the_first_step_needs_a_way_to_reach_the_person(browser, draft):
    page = browser.post(url("filing-owner", draft), {"dia_chi": "Số 5"})
    assert "Hãy nhập số điện thoại hoặc thư điện tử" in text_of(page)


def test_a_checked_account_keeps_its_identity(browser, draft):
    browser.post(url("filing-owner", draft), pages.OWNER | {"ho_ten": "Người Khác"})
    draft.refresh_from_db()
    assert (draft.owner_name, draft.owner_citizen_id) == ("Nguyễn Văn Bình", "020090000123")


def test_an_unchecked_account_may_say_who_it_is(stranger, service):
    draft = factories.a_draft(stranger, service)
    data = pages.OWNER | {"so_dinh_danh": "020090000123"}
    pages.as_user(stranger).post(url("filing-owner", draft), data)
    draft.refresh_from_db()
    assert (draft.owner_name, draft.owner_citizen_id) == ("Nguyễn Văn Bình", "020090000123")
    assert draft.owner_phone == "0912345678"
