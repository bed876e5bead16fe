"""Each move's page: it asks first, one POST does it, a second does nothing."""

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.models import Deficiency, Dossier
from dossiers.workflow import Status
from tests import factories
from tests.dossiers import officer_pages as pages

RESULT = {
    "title": "Giấy khai sinh",
    "number": "15/2026",
    "signer": "Lý Văn Hùng",
}


@pytest.fixture
def desk(lan):
    return pages.at_desk(lan)


def result(**changes):
    typed = RESULT | {"issued_on": str(timezone.localdate())} | changes
    return {"upload": factories.an_upload("ket-qua.pdf")} | typed


def test_accepting_shows_the_due_date_first(filed, desk):
    html = desk.get(pages.address(filed, "accept")).text
    assert "Hẹn trả kết quả" in html and "nếu tiếp nhận bây giờ" in html
    assert "Ngày làm việc thứ 3" in html


def test_accepting_moves_and_goes_back_to_the_dossier(filed, desk):
    answer = pages.press(desk, filed, "accept")
    assert answer.url == pages.address(filed)
    assert "Đã tiếp nhận hồ sơ" in desk.get(answer.url).text
    filed.refresh_from_db()
    assert filed.status == Status.ACCEPTED and filed.slips.filter(kind="mau01").exists()


@pytest.mark.parametrize(
    ("step", "typed"),
    [
        ("accept", {}),
        ("refuse", {"common": "", "detail": "Nơi cư trú không thuộc địa bàn xã."}),
        ("ask", {"o_ghi_chu": "on", "vi_o_ghi_chu": "Ghi rõ.", "reason": "Hồ sơ chưa rõ."}),
    ],
)
def test_a_double_click_is_one_event_and_a_friendly_word(filed, desk, step, typed):
    typed |= {"revision": filed.revision}
    for _ in range(2):
        answer = pages.press(desk, filed, step, **typed)
    assert answer.url == pages.address(filed)
    assert "không ghi lại" in desk.get(answer.url).text
    assert len(pages.moves_of(filed)) == 2


def test_back_after_accepting_says_where_the_dossier_stands(filed, desk):
    pages.press(desk, filed, "accept")
    answer = desk.get(pages.address(filed, "accept"), follow=True)
    assert "Hồ sơ đang ở trạng thái “Được tiếp nhận”" in answer.text


def test_who_wrote_beside_the_dossier_was_not_first(filed, desk, lan, hung):
    """A payment by Hùng's colleague, a nudge, silence: none makes a page stale."""
    huong = factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )
    seen = filed.revision
    pages.accept(filed, lan)
    police = factories.an_agency("000.00.20.H37", name="Công an phường Tân Sơn")
    actions.ask_opinion(
        filed, agency=police, question="Đúng chưa?", papers=[], due_on=timezone.localdate(),
        by=huong, at=timezone.now(),
    )  # fmt: skip
    mai = factories.an_officer("Bế Thị Hoa", "hoa@example.vn", "reception", factories.an_agency())
    answer = pages.press(pages.at_desk(mai), filed, "accept", revision=seen)
    assert answer.status_code == 409 and "Hoàng Thị Lan đã thao tác" in answer.text


def test_the_second_officer_learns_who_was_first(filed, desk):
    huong = factories.an_officer(
        "Vi Thu Hương", "huong@example.vn", "reception", factories.an_agency()
    )
    seen = filed.revision
    pages.press(desk, filed, "accept")
    why = "Hồ sơ trùng với hồ sơ khác đã nộp."
    answer = pages.press(
        pages.at_desk(huong), filed, "refuse", revision=seen, common="", detail=why
    )
    assert answer.status_code == 409 and "Hoàng Thị Lan đã thao tác" in answer.text
    assert why in answer.text
    assert pages.moves_of(filed) == ["submit", "accept"]


@pytest.mark.parametrize("revision", ["", "abc", None])
def test_a_page_without_its_revision_is_told_to_reload(filed, desk, revision):
    typed = {} if revision is None else {"revision": revision}
    answer = desk.post(pages.address(filed, "accept"), typed)
    assert "Hãy tải lại trang" in answer.text and pages.moves_of(filed) == ["submit"]


def test_refusing_puts_both_reasons_into_one(filed, desk):
    common = "Hồ sơ trùng với hồ sơ đã nộp trước đó."
    pages.press(desk, filed, "refuse", common=common, detail="Xem hồ sơ 0007.")
    assert filed.events.get(move="refuse").note == f"{common} Xem hồ sơ 0007."


@pytest.mark.parametrize(
    ("detail", "said"), [("", "Hãy chọn hoặc ghi lý do"), ("không", "một câu")]
)
def test_refusing_without_a_sentence_is_an_error_at_its_place(filed, desk, detail, said):
    answer = pages.press(desk, filed, "refuse", common="", detail=detail)
    assert said in answer.text and pages.moves_of(filed) == ["submit"]


def test_the_page_of_additions_lists_every_paper_and_answer(filed, desk):
    html = desk.get(pages.address(filed, "ask")).text
    for words in ("Giấy chứng sinh 1", "Họ tên con", "Ngày sinh", "Ghi chú", "Nguyễn Thị Ánh"):
        assert words in html


def test_all_that_is_ticked_goes_into_one_round(filed, desk):
    need = filed.case.requirements.get()
    typed = {
        f"giay_{need.pk}": "on", f"vi_giay_{need.pk}": "Ảnh mờ.",
        "o_ho_ten_con": "on", "vi_o_ho_ten_con": "Sai dấu.",
        "reason": "Hồ sơ chưa rõ.",
    }  # fmt: skip
    pages.press(desk, filed, "ask", **typed)
    found = list(Deficiency.objects.values_list("requirement_id", "field_key", "reason"))
    assert found == [(need.pk, "", "Ảnh mờ."), (None, "ho_ten_con", "Sai dấu.")]
    assert filed.rounds.get().reason == "Hồ sơ chưa rõ."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": "Thiếu."}, "Hãy đánh dấu ít nhất một"),
        ({"o_ghi_chu": "on", "reason": "Thiếu."}, "Hãy ghi cần bổ sung gì: Ghi chú."),
        ({"vi_o_ghi_chu": "Ghi rõ.", "reason": "Thiếu."}, "chưa đánh dấu: Ghi chú."),
        ({"o_ghi_chu": "on", "vi_o_ghi_chu": "Ghi rõ."}, "Hãy ghi lý do chung"),
    ],
)
def test_a_half_said_request_keeps_what_was_typed(filed, desk, typed, said):
    answer = pages.press(desk, filed, "ask", **typed)
    assert said in answer.text and not filed.rounds.exists()
    assert all(value in answer.text for value in typed.values() if value != "on")


def test_a_second_round_at_intake_is_closed_with_its_reason(filed, desk, lan, binh):
    pages.answer(pages.ask(filed, lan), binh)
    pages.press(desk, filed, "complete")
    assert "lần thứ hai cần lãnh đạo đồng ý" in desk.get(pages.address(filed)).text


def test_after_acceptance_the_same_page_asks_by_t10(filed, desk, lan):
    pages.accept(filed, lan)
    typed = {"o_ghi_chu": "on", "vi_o_ghi_chu": "Ghi rõ.", "reason": "Hồ sơ chưa rõ."}
    pages.press(desk, filed, "ask", **typed)
    assert pages.moves_of(filed)[-1] == "ask_additions"


def test_old_and_new_stand_side_by_side(filed, desk, lan, binh):
    pages.answer(pages.ask(filed, lan, field=True), binh, ho_ten_con="Nguyễn Thị Ảnh")
    html = desk.get(pages.address(filed, "complete")).text
    for words in ("giay-chung-sinh.pdf", "ban-ro-net.pdf", "Nguyễn Thị Ánh", "Nguyễn Thị Ảnh"):
        assert words in html
    assert "Tôi gửi lại." in html


def test_completing_before_the_answer_says_why_not(filed, desk, lan):
    pages.ask(filed, lan)
    answer = desk.get(pages.address(filed, "complete"), follow=True)
    assert "Công dân chưa gửi bổ sung." in answer.text


def test_hùng_records_the_result(filed, lan, hung):
    pages.processing(filed, lan)
    answer = pages.press(pages.at_desk(hung), filed, "result", **result())
    filed.refresh_from_db()
    assert answer.status_code == 302 and filed.status == Status.FINISHED
    assert filed.results.get().number == "15/2026"


def test_a_result_sent_twice_is_one_and_says_so(filed, lan, hung):
    pages.processing(filed, lan)
    filed.refresh_from_db()
    client, seen = pages.at_desk(hung), filed.revision
    for _ in range(2):
        answer = pages.press(client, filed, "result", **result(revision=seen))
    assert "không ghi lại" in client.get(answer.url).text
    assert filed.results.count() == 1


def test_a_clerk_reads_whose_step_it_is_before_a_result(filed, lan, hung):
    process = [{"role": "specialist", "name": "Thẩm định"}, {"role": "clerk", "name": "Phát hành"}]
    filed.version.__class__.objects.filter(pk=filed.version_id).update(process=process)
    pages.processing(filed, lan)
    clerk = factories.an_officer("Tú", "tu@example.vn", "clerk", factories.an_agency())
    client = pages.at_desk(clerk)
    assert pages.address(filed, "result") not in client.get(pages.address(filed)).text
    answer = client.get(pages.address(filed, "result"), follow=True)
    assert "Hồ sơ còn ở bước “Thẩm định”" in answer.text


def test_the_result_page_offers_what_it_knows(filed, lan, hung):
    pages.processing(filed, lan)
    html = pages.at_desk(hung).get(pages.address(filed, "result")).text
    assert 'value="Giấy khai sinh"' in html and f'value="{timezone.localdate()}"' in html


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"upload": ""}, "Hãy chọn tệp PDF"),
        ({"upload": factories.an_upload("a.pdf", b"")}, "Tệp không có nội dung"),
        ({"upload": factories.an_upload("a.pdf", b"MZ not a pdf")}, "a.pdf"),
        ({"upload": factories.an_upload("a.jpg", factories.a_jpeg())}, "PDF"),
        ({"number": ""}, "Hãy ghi số, ký hiệu"),
        ({"issued_on": "31/02/2026"}, "Ngày ban hành chưa đúng"),
        ({"issued_on": "2999-01-01"}, "không thể ở sau hôm nay"),
        ({"issued_on": "2001-01-01"}, "không thể trước ngày nộp"),
        ({"title": "x" * 251}, "Tối đa 250 ký tự"),
    ],
)
def test_a_bad_result_is_said_at_its_place_and_typing_is_kept(filed, lan, hung, change, said):
    pages.processing(filed, lan)
    answer = pages.press(pages.at_desk(hung), filed, "result", **result(**change))
    assert answer.status_code == 200 and said in answer.text and "Lý Văn Hùng" in answer.text
    assert not filed.results.exists()


def test_a_hand_over_keeps_who_took_it_and_what_they_showed(filed, desk, lan, hung):
    pages.finished(filed, lan, hung)
    typed = {"recipient": "Nguyễn Thị Mẹ", "shown": "uy_quyen", "paper_number": "020190000456"}
    pages.press(desk, filed, "return", **typed)
    event = filed.events.get(move="return_result")
    assert event.data["recipient"] == "Nguyễn Thị Mẹ"
    assert event.note == "Xuất trình: Giấy ủy quyền kèm căn cước người nhận thay, số 020190000456."


def test_a_hand_over_needs_who_and_what_was_shown(filed, desk, lan, hung):
    pages.finished(filed, lan, hung)
    html = pages.press(desk, filed, "return", recipient="").text
    assert "Hãy ghi họ tên người nhận" in html and "Hãy chọn giấy tờ" in html


def test_the_clerk_releases_an_online_result_with_one_button(filed, lan, hung):
    pages.finished(filed, lan, hung)
    Dossier.objects.filter(pk=filed.pk).update(return_method="online")
    clerk = factories.an_officer("Tú", "tu@example.vn", "clerk", factories.an_agency())
    client = pages.at_desk(clerk)
    assert "Phát hành bản điện tử" in client.get(pages.address(filed)).text
    pages.press(client, filed, "return")
    filed.refresh_from_db()
    assert filed.status == Status.RETURNED


def test_an_envelope_on_its_way_is_not_handed_over_twice(binh, service, desk, lan, hung):
    dossier = pages.finished(factories.a_filed(binh, service, post=True), lan, hung)
    answer = desk.get(pages.address(dossier, "return"), follow=True)
    assert "hãy hủy bưu gửi trước khi trả cách khác" in answer.text


def test_a_cancelled_parcel_opens_the_hand_over(binh, service, desk, lan, hung):
    dossier = pages.finished(factories.a_filed(binh, service, post=True), lan, hung)
    dossier.parcels.update(state="cancelled")
    assert "trả qua bưu chính" in desk.get(pages.address(dossier, "return")).text


@pytest.fixture
def with_fee(binh):
    return factories.a_filed(binh, factories.a_service(factories.a_procedure(fee=8000)))


def test_a_fee_paid_at_the_desk_opens_accepting(with_fee, desk):
    pages.press(desk, with_fee, "payment", amount="8.000", reference="BL-01")
    with_fee.refresh_from_db()
    assert with_fee.fee_paid == 8000
    assert pages.address(with_fee, "accept") in desk.get(pages.address(with_fee)).text


@pytest.mark.parametrize(
    ("amount", "said"),
    [
        ("9000", "từ 1 đến 8.000 đồng"),
        ("0", "lớn hơn 0"),
        ("tám", "số nguyên"),
        ("", "Hãy ghi số tiền"),
    ],
)
def test_a_wrong_sum_is_said_at_its_place(with_fee, desk, amount, said):
    answer = pages.press(desk, with_fee, "payment", amount=amount, reference="BL-01")
    assert said in answer.text and "BL-01" in answer.text
    with_fee.refresh_from_db()
    assert with_fee.fee_paid == 0


def test_money_is_not_the_leaders_business(with_fee, hung):
    pages.press(pages.at_desk(hung), with_fee, "payment", amount="8000", reference="BL-01")
    with pytest.raises(actions.MoveRefused):
        actions.record_payment(with_fee, amount=8000, reference="BL-01", by=hung, at=timezone.now())
    with_fee.refresh_from_db()
    assert with_fee.fee_paid == 0
