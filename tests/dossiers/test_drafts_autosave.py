"""Saving while somebody types: right or wrong, never less, never over somebody else's words."""

import re

import pytest
from django.test import Client

from dossiers import actions
from dossiers.actions import autosaving
from dossiers.views import wizard
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING

FULL = {"ho_ten_con": "Nguyễn Thị Ánh", "ngay_sinh": "20/02/2026", "ghi_chu": ""}


@pytest.fixture
def draft(binh, service):
    return factories.a_draft(binh, service)


def base_of(page):
    return re.search(r'name="goc" value="(\w+)"', page.content.decode())[1]


def save(browser, draft, part="to-khai", base="", tab="a", turn=1, whole=True, **typed):
    data = {"goc": base, "tab": tab, "luot": str(turn)} | typed
    return browser.post(url("filing-autosave", draft, part), data | ({"het": "1"} if whole else {}))


def opened(browser, draft, name="filing-eform"):
    return base_of(browser.get(url(name, draft)))


def kept(draft):
    draft.refresh_from_db()
    return draft.answers


def test_what_is_typed_is_kept(browser, draft):
    said = save(browser, draft, base=opened(browser, draft), **FULL)
    assert said.status_code == 200 and re.fullmatch(r"\d\d:\d\d", said.json()["saved_at"])
    assert kept(draft) == {"ho_ten_con": "Nguyễn Thị Ánh", "ngay_sinh": "2026-02-20"}


def test_a_wrong_answer_is_kept_as_typed(browser, draft):
    save(browser, draft, **FULL | {"ngay_sinh": "31/02/2026"})
    assert kept(draft)["ngay_sinh"] == "31/02/2026"
    assert 'value="31/02/2026"' in browser.get(url("filing-eform", draft)).content.decode()


def test_half_a_form_changes_nothing(browser, draft):
    save(browser, draft, **FULL)
    assert save(browser, draft, whole=False, ho_ten_con="Ng").status_code == 400
    assert kept(draft)["ngay_sinh"] == "2026-02-20"


def test_the_next_save_of_the_same_page_needs_no_reload(browser, draft):
    mark = save(browser, draft, base=opened(browser, draft), **FULL).json()["mark"]
    assert save(browser, draft, base=mark, turn=2, **FULL | {"ghi_chu": "b"}).status_code == 200
    assert kept(draft)["ghi_chu"] == "b"


def test_an_answer_lost_on_the_way_is_no_clash(browser, draft):
    base = opened(browser, draft)
    save(browser, draft, base=base, turn=1, **FULL)
    assert save(browser, draft, base=base, turn=2, **FULL | {"ghi_chu": "b"}).status_code == 200


def test_an_old_request_that_comes_late_puts_nothing_back(browser, draft):
    base = opened(browser, draft)
    save(browser, draft, base=base, turn=2, **FULL | {"ghi_chu": "mới"})
    save(browser, draft, base=base, turn=1, **FULL | {"ghi_chu": "cũ"})
    assert kept(draft)["ghi_chu"] == "mới"


def test_a_stale_tab_is_told_and_writes_nothing(browser, draft):
    base = opened(browser, draft)
    save(browser, draft, base=base, tab="a", **FULL | {"ghi_chu": "thẻ một"})
    said = save(browser, draft, base=base, tab="b", **FULL | {"ghi_chu": "thẻ hai"})
    assert said.status_code == 409 and "sửa ở thẻ hoặc máy khác" in said.json()["sentence"]
    assert kept(draft)["ghi_chu"] == "thẻ một"


def test_without_the_mark_a_stale_tab_wins_over_newer_words(browser, draft, monkeypatch):
    """The twin: the guard is the mark."""
    monkeypatch.setattr(autosaving, "answers_mark", lambda answers, keys: "x")
    save(browser, draft, base="x", tab="a", **FULL | {"ghi_chu": "thẻ một"})
    save(browser, draft, base="x", tab="b", **FULL | {"ghi_chu": "thẻ hai"})
    assert kept(draft)["ghi_chu"] == "thẻ hai"


def test_the_same_words_in_two_tabs_are_no_clash(browser, draft):
    base = opened(browser, draft)
    save(browser, draft, base=base, tab="a", **FULL)
    assert save(browser, draft, base=base, tab="b", **FULL).status_code == 200


def test_a_stale_page_sent_plainly_shows_both_versions(browser, draft):
    base = opened(browser, draft)
    save(browser, draft, base=base, tab="a", **FULL | {"ghi_chu": "thẻ một"})
    page = browser.post(url("filing-eform", draft), FULL | {"ghi_chu": "thẻ hai", "goc": base})
    text = text_of(page)
    assert "Bạn vừa gõ: thẻ hai" in text and "Đã lưu ở nơi khác: thẻ một" in text
    assert kept(draft)["ghi_chu"] == "thẻ một" and "data-paused" in page.content.decode()


@pytest.mark.parametrize(("choice", "kept_note"), [("luu", "thẻ một"), ("go", "thẻ hai")])
def test_the_person_chooses_question_by_question(browser, draft, choice, kept_note):
    base = opened(browser, draft)
    save(browser, draft, base=base, tab="a", **FULL | {"ghi_chu": "thẻ một"})
    mine = FULL | {"ghi_chu": "thẻ hai", "ho_ten_con": "Nguyễn Ánh", "viec": "luu"}
    page = browser.post(url("filing-eform", draft), mine | {"goc": base})
    chosen = {"goc": base_of(page), "giu-ghi_chu": choice, "giu-ho_ten_con": "go"}
    browser.post(url("filing-eform", draft), mine | chosen)
    assert kept(draft)["ghi_chu"] == kept_note
    assert kept(draft)["ho_ten_con"] == "Nguyễn Ánh"


def test_another_page_of_the_same_draft_is_no_clash(browser, draft, binh):
    base = opened(browser, draft)
    actions.save_return(draft, by=binh, at=MORNING, method="desk")
    assert save(browser, draft, base=base, **FULL).status_code == 200


def test_the_first_step_keeps_what_is_not_right_yet(browser, draft):
    half = {"dien_thoai": "09", "dia_chi": ""}
    assert save(browser, draft, part="nguoi-nop", **half).status_code == 200
    draft.refresh_from_db()
    assert draft.owner_phone == "0912345678"
    page = browser.get(url("filing-owner", draft))
    assert 'value="09"' in page.content.decode()
    assert "gõ dở vẫn còn" in text_of(page) and "Lỗi:" not in text_of(page)


def test_what_is_typed_and_not_taken_keeps_from_filing(browser, draft):
    save(browser, draft, part="nguoi-nop", dien_thoai="09", dia_chi="")
    draft.refresh_from_db()
    assert any("gõ dở" in gap.sentence for gap in actions.gaps(draft))


def test_a_step_that_leads_on_has_taken_it(browser, draft):
    save(browser, draft, part="nguoi-nop", dien_thoai="09", dia_chi="")
    browser.post(url("filing-owner", draft), pages.OWNER)
    draft.refresh_from_db()
    assert draft.typed == {} and draft.owner_address == pages.OWNER["dia_chi"]


HOA = {"ho_ten": "Trần Thị Hoa", "so_dinh_danh": "020195000456", "dien_thoai": "0987"}


def choose(browser, draft, whom):
    browser.post(url("filing-owner", draft), {"cho": whom})
    return browser.get(url("filing-owner", draft)).content.decode()


def test_pressing_again_for_whom_it_is_loses_nothing(browser, draft):
    choose(browser, draft, "other")
    save(browser, draft, part="nguoi-nop", **HOA)
    assert 'value="Trần Thị Hoa"' in choose(browser, draft, "other")


def test_for_oneself_by_mistake_and_back_brings_the_other_person_back(browser, draft):
    choose(browser, draft, "other")
    save(browser, draft, part="nguoi-nop", **HOA)
    assert "Trần Thị Hoa" not in choose(browser, draft, "self")
    assert 'value="Trần Thị Hoa"' in choose(browser, draft, "other")


def test_so_it_does_what_the_step_has_taken(browser, draft, binh):
    choose(browser, draft, "other")
    given = {"name": "Trần Thị Hoa", "citizen_id": "020195000456", "phone": "0987654321"}
    given |= {"email": "", "address": "Số 20", "relation": "proxy"}
    actions.save_owner(draft, by=binh, at=MORNING, authority_from=MORNING.date(), **given)
    assert "Trần Thị Hoa" not in choose(browser, draft, "self")
    page = choose(browser, draft, "other")
    assert 'value="Trần Thị Hoa"' in page and 'value="2026-03-10"' in page


def test_a_page_shown_again_for_its_paper_goes_on_saving(browser, draft):
    choose(browser, draft, "other")
    given = HOA | {"dien_thoai": "0987654321", "dia_chi": "Số 20", "tu_cach": "proxy"}
    given |= {"tu_ngay": "2026-03-10"}
    page = browser.post(url("filing-owner", draft), given)
    assert "Hãy chọn tệp giấy ủy quyền" in text_of(page)
    again = given | {"dia_chi": "Số 21"}
    assert save(browser, draft, part="nguoi-nop", base=base_of(page), **again).status_code == 200


def test_what_was_put_by_leaves_with_the_filing(browser, binh, service):
    draft = factories.a_full_draft(binh, service)
    draft.typed = {"nguoi-nop/other-": [["ho_ten", "Trần Thị Hoa"]]}
    draft.save(update_fields=["typed"])
    assert actions.submit(draft, by=binh, at=MORNING).typed == {}


@pytest.mark.parametrize(
    ("page", "typed"),
    [
        ("filing-owner", {"dien_thoai": "09", "dia_chi": "Số 7"}),
        ("filing-return", {"cach_nhan": "post", "nguoi_nhan": "Lò Thị Mai"}),
    ],
)
def test_the_button_keeps_what_is_not_right_yet(browser, draft, page, typed):
    """Without scripts."""
    sent = browser.post(url(page, draft), typed | {"viec": "luu"}, follow=True)
    shown = sent.content.decode()
    assert "Đã lưu bản nháp" in text_of(sent)
    assert all(f'value="{value}"' in shown for value in typed.values())


def test_two_tabs_on_the_first_step_are_told(browser, draft):
    base = opened(browser, draft, "filing-owner")
    save(browser, draft, part="nguoi-nop", base=base, tab="a", dien_thoai="0912", dia_chi="A")
    said = save(browser, draft, part="nguoi-nop", base=base, tab="b", dien_thoai="09", dia_chi="B")
    assert said.status_code == 409
    page = browser.post(url("filing-owner", draft), pages.OWNER | {"goc": base, "viec": "luu"})
    assert "Đã lưu ở nơi khác: A" in text_of(page)


def test_how_the_result_comes_is_kept_half_written(browser, draft):
    half = {"cach_nhan": "post", "nguoi_nhan": "Nguyễn Văn", "dien_thoai_nhan": "09"}
    assert save(browser, draft, part="nhan-ket-qua", **half).status_code == 200
    assert 'value="Nguyễn Văn"' in browser.get(url("filing-return", draft)).content.decode()


def test_a_strangers_draft_is_gone_for_them(draft, stranger):
    said = save(pages.as_user(stranger), draft, **FULL)
    assert said.status_code == 410 and kept(draft) == {}


def test_a_filed_dossier_is_not_saved_any_more(browser, binh, service):
    filed = factories.a_filed(binh, service)
    before = filed.answers
    assert save(browser, filed, **FULL | {"ghi_chu": "muộn"}).status_code == 410
    assert kept(filed) == before


def test_a_page_there_is_not_is_not_found(browser, draft):
    assert save(browser, draft, part="to-khai/khong-co", **FULL).status_code == 404
    assert save(browser, draft, part="giay-to", **FULL).status_code == 404


def test_nobody_saves_signed_out(draft):
    assert save(Client(), draft, **FULL).status_code == 302
    assert kept(draft) == {}


def test_too_much_for_a_page_is_refused(browser, draft):
    said = save(browser, draft, part="nguoi-nop", dia_chi="x" * 300_000)
    assert said.status_code == 400 and "quá dài" in said.json()["sentence"]


def test_a_save_costs_a_handful_of_queries(browser, draft, django_assert_max_num_queries):
    base = opened(browser, draft)
    with django_assert_max_num_queries(8):  # session, person, draft, lock, write, transaction
        assert save(browser, draft, base=base, **FULL).status_code == 200


@pytest.mark.parametrize("value", ["\x00", "💥" * 600, "a" * 30_000])
def test_odd_words_are_never_a_server_error(browser, draft, value):
    for part in ("to-khai", "nguoi-nop", "nhan-ket-qua"):
        typed = {"ho_ten_con": value, "dia_chi": value, "nguoi_nhan": value}
        assert save(browser, draft, part=part, **typed).status_code in (200, 400)


@pytest.mark.parametrize("part", ["to-khai", "nguoi-nop"])
def test_an_odd_tab_is_kept_as_postgresql_can(browser, draft, part):
    assert save(browser, draft, part=part, tab="a\0b", **FULL).status_code == 200
    draft.refresh_from_db()
    assert draft.savers[part][0] == "ab"


def test_an_odd_button_asks_postgresql_nothing_odd(rf):
    assert wizard.pressed(rf.post("/", {"viec": "lay:a\0b"})) == "lay:ab"
