"""The editors' pages of drafts: who sees them, what they offer, what they refuse."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from procedures import actions
from procedures.models import Draft, Procedure
from tests import factories
from tests.factories import MORNING
from tests.procedures.drafts import (
    LATER,
    a_changed_draft,
    a_new_draft,
    a_published,
    saved,
    submitted,
)
from tests.procedures.records import a_record

pytestmark = pytest.mark.django_db


@pytest.fixture
def browse(client):
    """`browse(user, name, *args, data)`: the text of the page; a POST when there is data."""

    def go(user, name, *args, data=None, query="", status=200):
        client.force_login(user)
        address = reverse(name, args=args) + query
        answer = client.get(address) if data is None else client.post(address, data)
        assert answer.status_code == status, answer.content[-2000:]
        return answer.content.decode() if status != 302 else answer.url

    return go


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def step(browse, user, draft, name, status=302, **typed):
    data = {"revision": draft.revision} | typed
    return browse(user, "editor-draft-step", draft.pk, name, data=data, status=status)


# --- the list -----------------------------------------------------------------------------------


def test_only_editors_come_in(browse, lan, binh) -> None:
    for person in (lan, binh):
        browse(person, "editor-home", status=403)
        browse(person, "editor-services", status=403)


def test_the_list_says_which_procedure_in_which_state_and_who(browse, cuc, dung) -> None:
    submitted(a_changed_draft(cuc), cuc)
    page = words(browse(dung, "editor-home"))
    assert f"Đăng ký khai sinh 1.001193 Sửa đổi Chờ duyệt {cuc.full_name}" in page


def test_tabs_count_and_filter(browse, cuc) -> None:
    a_new_draft(cuc, code="1.000001", name="Việc thứ nhất")
    submitted(a_new_draft(cuc, code="1.000002", name="Việc thứ hai"), cuc)
    page = words(browse(cuc, "editor-home", query="?tinh-trang=cho-duyet"))
    assert "Đang mở 2 bản soạn Đang soạn 1 bản soạn Chờ duyệt 1 bản soạn" in page
    assert "Việc thứ hai" in page and "Việc thứ nhất" not in page


@pytest.mark.parametrize("text", ["1.000002", "cap lai giay phep", "GIẤY phép"])
def test_drafts_are_found_by_code_and_without_marks(browse, cuc, text) -> None:
    a_new_draft(cuc, code="1.000001", name="Đăng ký kết hôn")
    a_new_draft(cuc, code="1.000002", name="Cấp lại giấy phép lái xe")
    page = browse(cuc, "editor-home", query=f"?tim={text}")
    assert "Cấp lại giấy phép" in page and "kết hôn" not in page


def test_a_long_list_goes_on(browse, cuc) -> None:
    for number in range(31):
        a_new_draft(cuc, code=f"7.{number:06}", name=f"Việc số {number:02}.")
    first = browse(cuc, "editor-home")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    second = browse(cuc, "editor-home", query=link[1].replace("&amp;", "&"))
    assert len(re.findall(r"Việc số \d\d\.", first)) == 30
    assert len(re.findall(r"Việc số \d\d\.", second)) == 1


# --- beginning -----------------------------------------------------------------------------------


def test_a_procedure_is_found_and_opened(browse, cuc) -> None:
    a_published()
    assert "Đăng ký khai sinh" in browse(cuc, "editor-start", query="?tim=khai+sinh")
    where = browse(cuc, "editor-open", "1.001193", data={}, status=302)
    assert where == reverse("editor-draft", args=[Draft.objects.get().pk])


def test_opening_needs_a_post(browse, cuc) -> None:
    a_published()
    browse(cuc, "editor-open", "1.001193", status=405)
    assert not Draft.objects.exists()


def test_a_new_procedure_begins_with_code_and_name(browse, cuc) -> None:
    browse(cuc, "editor-new", data={"code": " 9.000001 ", "name": "Thủ tục mới"}, status=302)
    assert (Draft.objects.get().code, Draft.objects.get().name) == ("9.000001", "Thủ tục mới")


def test_a_code_that_exists_is_said(browse, cuc) -> None:
    a_published()
    page = browse(cuc, "editor-new", data={"code": "1.001193", "name": "Khác"})
    assert "Thủ tục 1.001193 đã có" in page


def test_a_code_being_written_is_said(browse, cuc, dung) -> None:
    a_new_draft(dung)
    page = browse(cuc, "editor-new", data={"code": "1.001193", "name": "Khác"}, status=409)
    assert "đang có một bản soạn khác" in page


def test_empty_fields_are_named(browse, cuc) -> None:
    page = browse(cuc, "editor-new", data={})
    assert "Hãy ghi mã thủ tục." in page and "Hãy ghi tên thủ tục." in page


# --- one draft -----------------------------------------------------------------------------------


def test_a_draft_says_what_it_lacks_and_offers_no_submitting(browse, cuc) -> None:
    draft = actions.new_draft({"code": "9.000001", "name": "Mới"}, by=cuc, at=MORNING)
    page = browse(cuc, "editor-draft", draft.pk)
    assert "Trình tự thực hiện: chưa có." in page
    assert "chỗ phải sửa trước đã" in page
    assert reverse("editor-draft-step", args=[draft.pk, "trinh-duyet"]) not in page


def test_changed_words_are_marked_one_by_one(browse, cuc) -> None:
    draft = a_changed_draft(cuc, conditions="Không có yêu cầu hay điều kiện.")
    page = browse(cuc, "editor-draft", draft.pk)
    assert "Không có yêu" in words(page)
    assert '<del><span class="visually-hidden">bỏ: </span> cầu,</del>' in page
    assert '<ins><span class="visually-hidden">thêm: </span> cầu hay</ins>' in page


def test_texts_are_shown_as_text(browse, cuc) -> None:
    draft = a_changed_draft(cuc, summary="<script>alert(1)</script>")
    page = browse(cuc, "editor-draft", draft.pk)
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_the_way_through_two_hands(browse, cuc, dung) -> None:
    draft = a_changed_draft(cuc)
    step(browse, cuc, draft, "trinh-duyet")
    draft.refresh_from_db()
    page = browse(cuc, "editor-draft", draft.pk)
    assert "cần người thứ hai" in page
    assert reverse("editor-draft-step", args=[draft.pk, "duyet"]) not in page
    assert reverse("editor-draft-step", args=[draft.pk, "duyet"]) in browse(
        dung, "editor-draft", draft.pk
    )
    step(browse, dung, draft, "duyet", publish_on=localdate().isoformat(), note="Đồng ý")
    draft.refresh_from_db()
    assert (draft.state, draft.version.number, draft.review_note) == ("published", 2, "Đồng ý")
    assert "Đã đưa vào áp dụng" in browse(dung, "editor-draft", draft.pk)


def test_a_coming_day_is_shown_and_waited_for(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    day = localdate() + timedelta(days=40)
    step(browse, dung, draft, "duyet", publish_on=day.isoformat())
    page = browse(dung, "editor-draft", draft.pk)
    assert f"Đã duyệt, áp dụng từ {day:%d/%m/%Y}." in page


def test_a_past_day_is_refused_on_the_page(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    page = step(browse, dung, draft, "duyet", 409, publish_on="2026-01-01", note="Giữ chữ này")
    assert "không thể ở trong quá khứ" in page and "Giữ chữ này" in page


def test_returning_keeps_the_note_for_the_editor(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    assert "Hãy ghi rõ cần sửa gì." in step(browse, dung, draft, "tra-lai", 200, note=" ")
    step(browse, dung, draft, "tra-lai", note="Sửa lệ phí")
    page = words(browse(cuc, "editor-draft", draft.pk))
    assert "Ý kiến khi trả lại Sửa lệ phí" in page


def test_taking_back(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    here = reverse("editor-draft-step", args=[draft.pk, "thu-hoi"])
    assert here in browse(cuc, "editor-draft", draft.pk)
    assert here not in browse(dung, "editor-draft", draft.pk)
    step(browse, cuc, draft, "thu-hoi", note="")
    draft.refresh_from_db()
    assert draft.state == "editing"


def test_discarding_asks_first(browse, cuc) -> None:
    draft = a_changed_draft(cuc)
    page = browse(cuc, "editor-draft-step", draft.pk, "bo")
    assert "Bản soạn không dùng được nữa" in page
    assert Draft.objects.get(pk=draft.pk).state == "editing"
    step(browse, cuc, draft, "bo")
    assert Draft.objects.get(pk=draft.pk).state == "discarded"


def test_an_old_page_is_told_who_was_faster(browse, cuc, dung) -> None:
    shown = a_changed_draft(cuc)
    saved(shown, dung, summary="Lời của Dũng.")
    page = step(browse, cuc, shown, "trinh-duyet", 409)
    assert f"{dung.full_name} vừa lưu bản soạn này" in page


def test_a_page_without_its_revision_is_old(browse, cuc) -> None:
    draft = a_changed_draft(cuc)
    page = browse(cuc, "editor-draft-step", draft.pk, "trinh-duyet", data={})
    assert "Trang này đã cũ" in page


def test_another_version_meanwhile_is_said_and_taken_over(browse, cuc) -> None:
    draft = a_changed_draft(cuc)
    actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    page = browse(cuc, "editor-draft", draft.pk)
    assert "Phiên bản đang áp dụng đã đổi từ khi bắt đầu soạn" in page
    assert reverse("editor-draft-step", args=[draft.pk, "trinh-duyet"]) not in page
    step(browse, cuc, draft, "lay-ban-moi")
    draft.refresh_from_db()
    assert draft.base.number == 2


def test_no_such_step_no_such_draft(browse, cuc) -> None:
    draft = a_changed_draft(cuc)
    browse(cuc, "editor-draft-step", draft.pk, "bay", status=404)
    browse(cuc, "editor-draft", 999_999, status=404)


def test_history_names_people_and_steps(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    page = words(browse(dung, "editor-draft-history", draft.pk))
    assert f"Trình duyệt {cuc.full_name}" in page and f"Sửa nội dung {cuc.full_name}" in page


def test_many_changes_have_their_own_page(browse, cuc) -> None:
    steps = [{"title": "", "text": f"Việc {number}."} for number in range(90)]
    draft = a_changed_draft(cuc, steps=steps)
    # The first step lost its title and has another text, 89 more came.
    assert "Xem tất cả 91 thay đổi" in browse(cuc, "editor-draft", draft.pk)
    page = browse(cuc, "editor-draft-changes", draft.pk)
    assert page.count("change-row--") == 91


# --- retiring and one procedure -------------------------------------------------------------------


def test_retiring_names_open_dossiers_and_what_comes_instead(browse, cuc, binh) -> None:
    factories.a_filed(binh)
    a_published(code="1.004884", name="Khai sinh kiểu mới")
    page = words(browse(cuc, "editor-retire", "1.001193"))
    assert "Đang giải quyết: 1 hồ sơ." in page
    typed = {"decision_no": "2/QĐ-UBND", "replaced_by": "1.004884"}
    browse(cuc, "editor-retire", "1.001193", data=typed, status=302)
    draft = Draft.objects.get()
    page = words(browse(cuc, "editor-draft", draft.pk))
    assert "Quyết định bãi bỏ 2/QĐ-UBND" in page
    assert "1.004884 Khai sinh kiểu mới" in page
    assert "Hồ sơ đang giải quyết 1" in page


def test_an_unknown_replacement_is_said(browse, cuc) -> None:
    a_published()
    typed = {"decision_no": "2/QĐ-UBND", "replaced_by": "9.999999"}
    assert "Không có thủ tục mã 9.999999." in browse(cuc, "editor-retire", "1.001193", data=typed)


def test_a_retirement_refused_says_why(browse, cuc) -> None:
    a_published()
    typed = {"decision_no": "2/QĐ-UBND", "replaced_by": "1.001193"}
    page = browse(cuc, "editor-retire", "1.001193", data=typed, status=409)
    assert "thay bằng chính nó" in page


def test_a_procedure_shows_who_prepared_and_who_approved(browse, cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    args = {"revision": draft.revision, "by": dung, "at": MORNING}
    actions.approve_draft(draft, publish_on=date(2026, 3, 10), **args)
    page = words(browse(cuc, "editor-procedure", "1.001193"))
    assert f"163/QĐ-BTP, 30/06/2025 {cuc.full_name} {dung.full_name}" in page


def test_a_retired_procedure_says_by_which_decision(browse, cuc) -> None:
    actions.retire(a_published(), at=MORNING, decision_no="2/QĐ-UBND")
    page = words(browse(cuc, "editor-procedure", "1.001193"))
    assert "Bãi bỏ từ 10/03/2026 Quyết định 2/QĐ-UBND" in page
    assert "áp dụng trở lại" in page
    assert Procedure.objects.get().current is None
