"""Writing drafts: opening, saving, undoing, two people at once, another version meanwhile."""

import pytest

from procedures import actions
from procedures.actions import draft_rows
from procedures.models import Draft, DraftState
from procedures.records import record_of
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


def walk(draft, way, by):
    return way(draft, revision=draft.revision, by=by, at=MORNING)


# --- opening ---------------------------------------------------------------------------------


def test_a_draft_begins_with_what_is_in_force(cuc) -> None:
    procedure = a_published()
    draft = actions.open_draft(procedure, by=cuc, at=MORNING)
    assert draft.record == record_of(procedure.current)
    assert (draft.base, draft.state, draft.revision) == (procedure.current, "editing", 1)


def test_opening_again_gives_the_open_draft(cuc, dung) -> None:
    procedure = a_published()
    first = actions.open_draft(procedure, by=cuc, at=MORNING)
    assert actions.open_draft(procedure, by=dung, at=LATER) == first


def test_a_retired_procedure_begins_with_its_last_words_and_no_base(cuc) -> None:
    procedure = a_published()
    actions.retire(procedure, at=LATER, decision_no="2/QĐ-UBND")
    procedure.refresh_from_db()
    draft = actions.open_draft(procedure, by=cuc, at=LATER)
    assert (draft.name, draft.base) == ("Đăng ký khai sinh", None)


def test_a_new_code_begins_without_a_procedure(cuc) -> None:
    draft = actions.new_draft({"code": "9.000001", "name": "Thủ tục mới"}, by=cuc, at=MORNING)
    assert (draft.procedure, draft.base, draft.record["level"]) == (None, None, None)


def test_a_record_of_a_known_code_stands_on_the_version_in_force(cuc) -> None:
    procedure = a_published()
    assert a_new_draft(cuc, summary="Khác.").base == procedure.current


def test_a_draft_without_a_code_is_refused(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="ghi mã thủ tục"):
        actions.new_draft({"name": "Không mã"}, by=cuc, at=MORNING)


def test_a_draft_of_no_shape_is_refused(cuc) -> None:
    with pytest.raises(actions.RecordInvalid, match="không có ô tên"):
        actions.new_draft({"code": "1", "lạ": 1}, by=cuc, at=MORNING)


def test_a_code_has_one_open_draft(cuc, dung) -> None:
    a_new_draft(cuc)
    with pytest.raises(actions.DraftRefused, match=r"1\.001193 đang có một bản soạn khác"):
        a_new_draft(dung)


def test_after_a_draft_was_discarded_another_may_begin(cuc, dung) -> None:
    draft = a_new_draft(cuc)
    actions.discard_draft(draft, revision=1, by=cuc, at=MORNING)
    assert a_new_draft(dung).pk != draft.pk


# --- saving ----------------------------------------------------------------------------------


def test_a_part_of_a_record_is_saved_into_the_whole(cuc) -> None:
    draft = saved(a_new_draft(cuc), cuc, summary="Câu mới.")
    assert (draft.record["summary"], draft.record["conditions"]) == (
        "Câu mới.",
        "Không có yêu cầu, điều kiện.",
    )
    assert (draft.revision, draft.step) == (2, 2)


def test_saving_what_is_there_changes_nothing(cuc) -> None:
    draft = saved(a_new_draft(cuc), cuc, summary="Ghi nhận việc sinh của trẻ.")
    assert (draft.revision, draft.changes.count()) == (1, 1)


def test_a_name_without_marks_finds_the_draft(cuc) -> None:
    draft = saved(a_new_draft(cuc), cuc, name="Cấp lại giấy phép lái xe")
    assert draft.name_fold == "1.001193 cap lai giay phep lai xe"


def test_the_eform_is_saved_and_may_be_taken_away(cuc) -> None:
    draft = a_new_draft(cuc)
    args = {"by": cuc, "at": MORNING}
    draft = actions.save_draft(draft, revision=1, eform=factories.SMALL_EFORM, **args)
    assert draft.eform == factories.SMALL_EFORM
    draft = saved(draft, cuc, summary="Câu mới.")
    assert draft.eform == factories.SMALL_EFORM
    assert actions.save_draft(draft, revision=draft.revision, eform=None, **args).eform is None


def test_a_record_of_no_shape_is_not_saved(cuc) -> None:
    draft = a_new_draft(cuc)
    with pytest.raises(actions.RecordInvalid, match="Mức độ: phải là một trong"):
        saved(draft, cuc, level=9)
    draft.refresh_from_db()
    assert (draft.revision, draft.record["level"]) == (1, 4)


def test_an_unpublished_draft_may_change_its_code(cuc) -> None:
    draft = saved(a_new_draft(cuc), cuc, code="1.009999")
    assert (draft.code, draft.record["code"]) == ("1.009999", "1.009999")


def test_a_published_procedure_keeps_its_code(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="đã công bố không đổi được"):
        a_changed_draft(cuc, code="1.009999")


def test_a_code_of_another_procedure_is_not_taken(cuc) -> None:
    a_published(code="1.004884")
    with pytest.raises(actions.DraftRefused, match=r"Thủ tục 1\.004884 đã có"):
        saved(a_new_draft(cuc), cuc, code="1.004884")


def test_a_code_of_another_draft_is_not_taken(cuc, dung) -> None:
    a_new_draft(dung, code="1.004884")
    with pytest.raises(actions.DraftRefused, match="đang có một bản soạn khác"):
        saved(a_new_draft(cuc), cuc, code="1.004884")


def test_a_draft_keeps_some_code(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="Hãy ghi mã thủ tục"):
        saved(a_new_draft(cuc), cuc, code="")


def test_what_is_in_review_is_not_written_on(cuc) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    with pytest.raises(actions.DraftRefused, match="tình trạng “Chờ duyệt”"):
        saved(draft, cuc, summary="Thêm.")


def test_a_retirement_has_no_content_to_write(cuc) -> None:
    draft = actions.start_retirement(a_published(), by=cuc, at=MORNING, decision_no="2/QĐ-UBND")
    with pytest.raises(actions.DraftRefused, match="không có nội dung để sửa"):
        saved(draft, cuc, summary="Thêm.")


# --- undo and redo -----------------------------------------------------------------------------


def test_undo_walks_back_to_the_beginning_and_redo_to_the_end(cuc) -> None:
    draft = a_new_draft(cuc)
    for words in ("Một.", "Hai.", "Ba."):
        draft = saved(draft, cuc, summary=words)
    seen = []
    for way in [actions.undo] * 3 + [actions.redo] * 3:
        draft = walk(draft, way, cuc)
        seen.append(draft.record["summary"])
    first = "Ghi nhận việc sinh của trẻ."
    assert seen == ["Hai.", "Một.", first, "Một.", "Hai.", "Ba."]
    assert draft.revision == 10


def test_there_is_nothing_before_the_beginning_nor_after_the_end(cuc) -> None:
    draft = a_new_draft(cuc)
    with pytest.raises(actions.DraftRefused, match="Không còn gì để hoàn tác"):
        walk(draft, actions.undo, cuc)
    with pytest.raises(actions.DraftRefused, match="Không còn gì để làm lại"):
        walk(draft, actions.redo, cuc)


def test_saving_after_undo_forgets_what_was_undone(cuc) -> None:
    draft = saved(saved(a_new_draft(cuc), cuc, summary="Một."), cuc, summary="Hai.")
    draft = saved(walk(draft, actions.undo, cuc), cuc, summary="Khác.")
    with pytest.raises(actions.DraftRefused, match="làm lại"):
        walk(draft, actions.redo, cuc)
    assert walk(draft, actions.undo, cuc).record["summary"] == "Một."


def test_undo_brings_code_name_and_eform_back_too(cuc) -> None:
    draft = a_new_draft(cuc)
    draft = actions.save_draft(
        draft, revision=1, by=cuc, at=MORNING, eform=factories.SMALL_EFORM,
        record={"code": "1.009999", "name": "Tên khác"},
    )  # fmt: skip
    draft = walk(draft, actions.undo, cuc)
    assert (draft.code, draft.name, draft.eform) == ("1.001193", "Đăng ký khai sinh", None)


def test_undo_takes_no_code_that_another_draft_took_meanwhile(cuc, dung) -> None:
    draft = saved(a_new_draft(cuc), cuc, code="1.009999")
    a_new_draft(dung)
    with pytest.raises(actions.DraftRefused, match="đang có một bản soạn khác"):
        walk(draft, actions.undo, cuc)


def test_the_last_hundred_steps_can_be_undone(cuc) -> None:
    draft = a_new_draft(cuc)
    for number in range(105):
        draft = saved(draft, cuc, summary=f"Câu {number}.")
    assert draft.changes.count() == 100
    for _ in range(99):
        draft = walk(draft, actions.undo, cuc)
    with pytest.raises(actions.DraftRefused, match="hoàn tác"):
        walk(draft, actions.undo, cuc)


# --- two at once --------------------------------------------------------------------------------


def test_the_second_to_save_is_told_who_was_first(cuc, dung) -> None:
    shown = a_new_draft(cuc)
    saved(shown, dung, conditions="Trong 60 ngày.")
    with pytest.raises(actions.Conflict, match=f"{dung.full_name} vừa lưu") as conflict:
        saved(shown, cuc, summary="Câu mới.")
    assert conflict.value.draft.record["conditions"] == "Trong 60 ngày."
    assert Draft.objects.get().record["summary"] == "Ghi nhận việc sinh của trẻ."


def test_who_comes_after_a_step_is_told_which(cuc, dung) -> None:
    shown = a_new_draft(cuc)
    submitted(shown, dung)
    with pytest.raises(actions.Conflict, match=f"{dung.full_name} vừa làm việc “Trình duyệt”"):
        saved(shown, cuc, summary="Câu mới.")


@pytest.mark.parametrize("way", [actions.undo, actions.redo, actions.submit_draft])
def test_no_step_is_made_from_an_old_page(cuc, dung, way) -> None:
    shown = a_new_draft(cuc)
    saved(shown, dung, conditions="Trong 60 ngày.")
    with pytest.raises(actions.Conflict):
        walk(shown, way, cuc)


# --- another version meanwhile -------------------------------------------------------------------


def test_a_new_version_is_taken_over_field_by_field(cuc) -> None:
    procedure = a_published()
    draft = a_changed_draft(cuc, procedure, summary="Câu của Cúc.", keywords=["giấy khai sinh"])
    other = a_record(conditions="Trong 60 ngày.", keywords=["trẻ em"])
    theirs = actions.publish(other, by=None, at=LATER).version
    draft = actions.renew_base(draft, revision=draft.revision, by=cuc, at=LATER)
    assert draft.base == theirs
    assert draft.record["summary"] == "Câu của Cúc."
    assert draft.record["conditions"] == "Trong 60 ngày."
    assert draft.record["keywords"] == ["giấy khai sinh"]
    note = draft.events.last().note
    assert note == "Theo phiên bản 2. Hai bên cùng sửa, giữ lời của bản soạn: Từ khóa."


def test_a_new_eform_is_taken_over_when_ours_was_left_alone(cuc) -> None:
    draft = a_changed_draft(cuc)
    actions.publish(a_record(), eform=factories.SMALL_EFORM, by=None, at=LATER)
    draft = actions.renew_base(draft, revision=draft.revision, by=cuc, at=LATER)
    assert draft.eform == factories.SMALL_EFORM


def test_what_was_taken_over_can_be_undone(cuc) -> None:
    draft = a_changed_draft(cuc)
    actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    draft = actions.renew_base(draft, revision=draft.revision, by=cuc, at=LATER)
    assert walk(draft, actions.undo, cuc).record["conditions"] == "Không có yêu cầu, điều kiện."


def test_a_draft_goes_on_though_its_procedure_was_retired(cuc) -> None:
    procedure = a_published()
    draft = a_changed_draft(cuc, procedure)
    actions.retire(procedure, at=LATER, decision_no="2/QĐ-UBND")
    draft = actions.renew_base(draft, revision=draft.revision, by=cuc, at=LATER)
    assert (draft.base, draft.record["summary"]) == (None, "Câu mới.")
    assert submitted(draft, cuc).state == DraftState.REVIEW


def test_a_draft_on_the_version_in_force_needs_no_other(cuc) -> None:
    draft = a_changed_draft(cuc)
    with pytest.raises(actions.DraftRefused, match="đã theo phiên bản đang áp dụng"):
        actions.renew_base(draft, revision=draft.revision, by=cuc, at=LATER)


def test_a_retirement_may_go_on_with_the_new_version(cuc) -> None:
    procedure = a_published()
    draft = actions.start_retirement(procedure, by=cuc, at=MORNING, decision_no="2/QĐ-UBND")
    theirs = actions.publish(a_record(summary="Khác."), by=None, at=LATER).version
    draft = actions.renew_base(draft, revision=1, by=cuc, at=LATER)
    assert (draft.base, draft.events.last().note) == (theirs, "Bãi bỏ phiên bản 2.")


def test_a_retirement_of_what_is_retired_already_stops(cuc) -> None:
    procedure = a_published()
    draft = actions.start_retirement(procedure, by=cuc, at=MORNING, decision_no="2/QĐ-UBND")
    actions.retire(procedure, at=LATER, decision_no="3/QĐ-UBND")
    with pytest.raises(actions.DraftRefused, match="không còn phiên bản áp dụng"):
        actions.renew_base(draft, revision=1, by=cuc, at=LATER)


def test_large_records_keep_fewer_steps_and_always_one_back(cuc, monkeypatch) -> None:
    monkeypatch.setattr(draft_rows, "KEPT_BYTES", 30_000)
    draft = a_new_draft(cuc)
    for number in range(6):
        draft = saved(draft, cuc, conditions=f"{number}" + "x" * 11_000)
    sizes = list(draft.changes.values_list("size", flat=True))
    assert sum(sizes) <= 30_000 and len(sizes) == 2
    draft = saved(draft, cuc, conditions="y" * 40_000)
    assert [size > 30_000 for size in draft.changes.values_list("size", flat=True)] == [False, True]
    back = actions.undo(draft, revision=draft.revision, by=cuc, at=MORNING)
    assert back.record["conditions"].startswith("5x")
