"""Many dossiers of one procedure: the sheet, its rows, the drafts and filings they become."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from dossiers import actions
from dossiers.actions import batch_work, batches
from dossiers.models import Batch, BatchRow, CheckState, Dossier, FiledFor, Origin, Paper, RowState
from dossiers.models import Work as BatchWork
from dossiers.tasks import work_batches
from dossiers.workflow import Status
from procedures.models import ProcedureVersion
from tests import factories
from tests.dossiers import wizard_pages as pages
from tests.dossiers.batch_pages import ANH, BAO, WRONG, made, press, states, upload

pytestmark = pytest.mark.both
NOW = factories.MORNING


def test_in_the_list_the_pattern_opens_its_batch(batch, browser):
    opened = browser.get(pages.url("dossier", batch.pattern), follow=True)
    assert opened.redirect_chain[-1][0] == pages.url("batch", batch.pattern)


# --- rows --------------------------------------------------------------------------------------


def test_the_corrected_sheet_replaces_rows_by_their_number(browser, pattern, batch):
    upload(browser, pattern, ANH, WRONG)
    upload(browser, pattern, ANH, BAO)
    assert states(batch) == {3: RowState.READY, 4: RowState.READY}
    assert batch.rows.get(number=4).answers["ho_ten_con"] == "Nguyễn Văn Bảo"


def test_right_rows_go_on_without_the_wrong_ones(browser, pattern, batch):
    upload(browser, pattern, ANH, WRONG)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.WRONG}
    assert [one.status for one in made(pattern)] == [Status.SUBMITTED]


def test_a_row_that_has_a_dossier_stays_when_the_sheet_comes_again(browser, pattern, batch):
    upload(browser, pattern, ANH, WRONG)
    press(browser, pattern)
    work_batches()
    text = pages.text_of(upload(browser, pattern, BAO, BAO))
    assert "Dòng 3 đã có hồ sơ nên giữ nguyên" in text
    assert batch.rows.get(number=3).answers["ho_ten_con"] == "Nguyễn Thị Ánh"


def test_a_row_said_twice_waits_for_a_tick(browser, pattern, batch):
    upload(browser, pattern, ANH, ANH)
    assert states(batch) == {3: RowState.READY, 4: RowState.ASK}
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.ASK}
    press(browser, pattern, giong="4")
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.FILED}


def test_a_row_like_an_earlier_dossier_waits_for_a_tick(browser, binh, service, pattern, batch):
    earlier = factories.a_full_draft(binh, service)
    earlier = actions.submit(earlier, by=binh, at=timezone.now())
    upload(browser, pattern, ANH, BAO)
    assert batch.rows.get(number=3).alike == [earlier.code]
    assert states(batch) == {3: RowState.ASK, 4: RowState.READY}


# --- the work ----------------------------------------------------------------------------------


def test_drafts_share_who_return_and_one_stored_file(browser, pattern, batch):
    upload(browser, pattern, ANH, BAO)
    press(browser, pattern, "drafts")
    work_batches()
    first, second = made(pattern)
    assert {first.status, second.status} == {Status.DRAFT}
    assert (first.owner, first.return_method, first.owner_address) == (
        pattern.owner, pattern.return_method, pattern.owner_address,
    )  # fmt: skip
    source = pattern.papers.get()
    papers = [first.papers.get(), second.papers.get()]
    assert {paper.stored_name for paper in papers} == {source.stored_name}
    assert {(paper.origin, paper.reused_from_id) for paper in papers} == {
        (Origin.REUSED, source.pk)
    }
    press(browser, pattern)
    work_batches()
    assert {one.status for one in made(pattern)} == {Status.SUBMITTED}
    assert states(batch) == {3: RowState.FILED, 4: RowState.FILED}


def test_the_work_waits_until_the_shared_papers_are_looked_at(browser, pattern, batch):
    pattern.papers.update(state=CheckState.PENDING, done_at=None)
    upload(browser, pattern, ANH)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.WAITING}
    factories.mark_clean(pattern)
    Batch.objects.update(available_at=NOW)
    work_batches()
    assert states(batch) == {3: RowState.FILED}


@pytest.fixture
def for_others(binh, pattern, batch):
    """The pattern of who files for others, and all that Bình's account can say of himself."""
    binh.ward, binh.street = factories.a_ward(), "Số 5, khu Nam Quan"
    binh.save()
    actions.file_for(pattern, whom=FiledFor.OTHER, by=binh, at=NOW)
    pattern.refresh_from_db()
    actions.save_owner(
        pattern, by=binh, at=NOW, name="", citizen_id="", phone="", email="", address="",
        relation="proxy", authority_from=timezone.localdate(),
    )  # fmt: skip
    actions.attach_paper(
        pattern, upload=factories.an_upload(), field_key=actions.AUTHORITY, by=binh, at=NOW
    )
    factories.mark_clean(pattern)
    pattern.refresh_from_db()
    return pattern


HOA = ["Triệu Thị Hoa", "020192000456", "0987654321", "", "Thôn Đông, xã Đồng Đăng"]


def test_filing_for_others_gives_each_dossier_its_owner(browser, for_others, batch):
    page = upload(browser, for_others, ["Hoa", *HOA, *ANH[1:]])
    assert "phải ghi đủ những người ấy" in pages.text_of(page)
    press(browser, for_others)
    work_batches()
    assert batch.rows.get().reason == ""
    filed = made(for_others).get()
    assert (filed.owner_name, filed.owner_citizen_id) == ("Triệu Thị Hoa", "020192000456")
    assert filed.papers.filter(field_key=actions.AUTHORITY).count() == 1


def test_a_draft_for_somebody_else_asks_about_them_when_opened(browser, for_others, batch):
    upload(browser, for_others, ["Hoa", *HOA, *ANH[1:]])
    press(browser, for_others, "drafts")
    work_batches()
    opened = made(for_others).get()
    assert "owner" not in opened.unasked
    shown = pages.text_of(browser.get(pages.url("filing-eform", opened)))
    assert re.search(r"Bước 2\s*/\s*4", shown)  # whose it is, the declaration, papers, the look


def test_a_row_the_action_refuses_keeps_no_other(browser, pattern, batch, monkeypatch):
    upload(browser, pattern, ANH, BAO)
    whole = batch_work.submit

    def submit(draft, **more):
        if draft.answers["ho_ten_con"] == "Nguyễn Thị Ánh":
            raise RuntimeError("mất điện")
        return whole(draft, **more)

    monkeypatch.setattr(batch_work, "submit", submit)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.REFUSED, 4: RowState.FILED}
    assert "gặp lỗi" in batch.rows.get(number=3).reason
    monkeypatch.undo()
    monkeypatch.setattr("portal.lib.hints.send", lambda name, kwargs: None)
    press(browser, pattern)
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.FILED}
    assert made(pattern).count() == 2


def test_a_worker_that_died_is_taken_over_where_it_stood(browser, pattern, batch, monkeypatch):
    upload(browser, pattern, ANH, BAO)
    press(browser, pattern)
    whole = batch_work.file_row

    def killed(pk, *, at):
        raise KeyboardInterrupt

    monkeypatch.setattr(batch_work, "file_row", killed)
    with pytest.raises(KeyboardInterrupt):
        work_batches()
    monkeypatch.setattr(batch_work, "file_row", whole)
    Batch.objects.update(leased_until=NOW)
    work_batches()
    assert states(batch) == {3: RowState.FILED, 4: RowState.FILED}
    assert made(pattern).count() == 2


def lose_the_marks(batch):
    """As after a restored backup of this table: the dossiers are there, nobody noted them."""
    batch.rows.update(dossier=None, state=RowState.WAITING)
    Batch.objects.update(done_at=None)


def test_a_second_run_makes_no_second_dossier(browser, pattern, batch):
    upload(browser, pattern, ANH, BAO)
    press(browser, pattern, "drafts")
    work_batches()
    lose_the_marks(batch)
    work_batches()
    assert made(pattern).count() == 2
    assert Paper.objects.filter(dossier__in=made(pattern)).count() == 2


def test_without_the_rows_token_a_second_run_doubles(browser, pattern, batch, monkeypatch):
    """The twin of the test above."""
    monkeypatch.setattr(batch_work, "token_of", lambda row: uuid.uuid4())
    upload(browser, pattern, ANH, BAO)
    press(browser, pattern, "drafts")
    work_batches()
    lose_the_marks(batch)
    work_batches()
    assert made(pattern).count() == 4


# --- what may not be -----------------------------------------------------------------------------


def test_the_pattern_is_not_filed_itself(pattern, batch, binh):
    with pytest.raises(actions.MoveRefused, match="mẫu chung"):
        actions.submit(pattern, by=binh, at=NOW)


def test_dropped_before_any_dossier_it_is_an_ordinary_draft_again(browser, pattern, batch, binh):
    upload(browser, pattern, ANH)
    browser.post(pages.url("batch-drop", pattern))
    assert not Batch.objects.exists()
    assert actions.submit(pattern, by=binh, at=NOW).code


def test_not_dropped_once_a_row_has_a_dossier(browser, pattern, batch):
    upload(browser, pattern, ANH)
    press(browser, pattern, "drafts")
    work_batches()
    answer = browser.post(pages.url("batch-drop", pattern), follow=True)
    assert "không thôi được nữa" in pages.text_of(answer)
    assert Batch.objects.exists()


def test_without_the_declaration_nothing_is_filed(browser, pattern, batch):
    upload(browser, pattern, ANH)
    text = pages.text_of(press(browser, pattern, cam_doan=""))
    assert "cam đoan" in text
    assert states(batch) == {3: RowState.READY}


def test_nothing_is_filed_while_a_shared_paper_is_missing(browser, pattern, batch):
    upload(browser, pattern, ANH)
    pattern.papers.update(removed_at=NOW)
    assert "Phần dùng chung còn thiếu" in pages.text_of(press(browser, pattern))
    assert states(batch) == {3: RowState.READY}


def test_a_stranger_sees_no_batch(pattern, batch, stranger):
    other = pages.as_user(stranger)
    for name in ("batch", "batch-template", "batch-progress"):
        assert other.get(pages.url(name, pattern)).status_code == 404
    assert other.post(pages.url("batch-run", pattern), {"viec": "filing"}).status_code == 404


def test_an_account_nobody_has_checked_is_told_why_not(pattern, binh, browser):
    binh.auth_level = 0
    binh.save()
    answer = browser.post(pages.url("batch", pattern), follow=True)
    assert "cần tài khoản đã xác thực" in pages.text_of(answer)
    offer = pages.text_of(browser.get(pages.url("batch", pattern)))
    assert "cần tài khoản đã xác thực" in offer and "Bắt đầu nộp nhiều" not in offer
    assert not Batch.objects.exists()


def test_drafts_of_batches_leave_room_for_ordinary_ones(
    browser, pattern, batch, binh, service, monkeypatch
):
    monkeypatch.setattr("dossiers.actions.batch_work.TURN", timedelta(minutes=5))
    upload(browser, pattern, *[["", f"Nguyễn Văn Số {i}", "20/02/2026"] for i in range(25)])
    press(browser, pattern, "drafts")
    work_batches()
    assert made(pattern).count() == 25
    assert actions.start_draft(service=service, by=binh, at=NOW, token=uuid.uuid4())


def test_more_drafts_than_two_hundred_are_refused(browser, pattern, batch, monkeypatch):
    monkeypatch.setattr(batches, "BATCH_DRAFTS", 1)
    upload(browser, pattern, ANH, BAO)
    assert "nhiều nhất 1" in pages.text_of(press(browser, pattern))
    assert states(batch) == {3: RowState.READY, 4: RowState.READY}


def test_rows_read_for_oneself_are_not_filed_for_others(browser, pattern, batch, binh):
    upload(browser, pattern, ANH)
    actions.file_for(pattern, whom=FiledFor.OTHER, by=binh, at=NOW)
    assert "đổi người nộp" in pages.text_of(press(browser, pattern))


def test_a_new_version_of_the_procedure_closes_the_batch(browser, pattern, batch):
    upload(browser, pattern, ANH)
    procedure = pattern.procedure
    newer = ProcedureVersion.objects.get(pk=pattern.version_id)
    newer.pk, newer.number = None, newer.number + 1
    newer.save()
    procedure.current = newer
    procedure.save()
    assert "phiên bản mới" in pages.text_of(press(browser, pattern))
    assert not made(pattern).exists()


def test_a_second_press_while_it_works_starts_nothing(browser, pattern, batch, binh):
    upload(browser, pattern, ANH)
    press(browser, pattern)
    assert "đang được tạo" in pages.text_of(press(browser, pattern))
    assert BatchRow.objects.count() == 1
    with pytest.raises(actions.DossierError):
        batches.start_work(
            batch, work=BatchWork.FILING, mark=batch.mark, confirmed=(), by=binh, at=NOW
        )


def test_the_page_tells_how_far_it_is_and_asks_itself_anew(browser, pattern, batch):
    upload(browser, pattern, ANH, BAO)
    text = pages.text_of(press(browser, pattern))
    assert "còn 2 dòng" in text
    assert "HX-Refresh" not in browser.get(pages.url("batch-progress", pattern))
    work_batches()
    assert browser.get(pages.url("batch-progress", pattern))["HX-Refresh"] == "true"
    text = pages.text_of(browser.get(pages.url("batch", pattern)))
    assert made(pattern)[0].code in text and "2 đã nộp" in text


def test_the_way_in_from_the_start_page(browser, binh, service):
    data = {"token": str(uuid.uuid4()), "co_quan": str(service.pk), "nhieu": "1"}
    start = f"/ho-so/nop/{service.procedure.code}/"
    answer = browser.post(start, data, follow=True)
    assert "Bắt đầu nộp nhiều hồ sơ" in pages.text_of(answer)
    draft = Dossier.objects.get()
    text = pages.text_of(browser.post(pages.url("batch", draft), follow=True))
    assert "Tải bảng tính mẫu" in text and "Còn thiếu trước khi nộp" in text
    assert (
        browser.get(pages.url("filing-check", draft)).headers["Location"].endswith("nhieu-ho-so/")
    )


def test_rows_cost_no_query_each(browser, pattern, batch, django_assert_max_num_queries):
    upload(browser, pattern, *[["", f"Nguyễn Văn Số {i}", "20/02/2026"] for i in range(30)])
    with django_assert_max_num_queries(14):
        browser.get(pages.url("batch", pattern))


def test_the_list_of_what_was_filed_does_not_expire(browser, pattern, batch):
    upload(browser, pattern, ANH)
    old = timezone.now() - timedelta(days=400)
    Dossier.objects.filter(pk=pattern.pk).update(updated_at=old)
    Paper.objects.update(uploaded_at=old)
    assert actions.drafts_to_tell(timezone.now()) == [pattern.pk]
    press(browser, pattern)
    work_batches()
    assert actions.drafts_to_tell(timezone.now()) == []


def test_deleting_the_pattern_says_what_goes_and_what_stays(browser, pattern, batch):
    shown = pages.text_of(browser.get(pages.url("filing-discard", pattern)))
    assert "Phần dùng chung sẽ mất." in shown
    upload(browser, pattern, ANH, WRONG)
    press(browser, pattern)
    work_batches()
    shown = pages.text_of(browser.get(pages.url("filing-discard", pattern)))
    assert "Bảng 2 dòng đã tải lên và phần dùng chung sẽ mất." in shown
    assert "1 hồ sơ đã nộp vẫn còn trong Hồ sơ của tôi." in shown
