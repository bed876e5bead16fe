"""From one person to another and into force: every step, and every refusal."""

from datetime import date, timedelta

import pytest

from procedures import actions, tasks
from procedures.actions import reviewing
from procedures.models import Draft, DraftState, ProcedureVersion
from tests.factories import MORNING
from tests.procedures.drafts import (
    LATER,
    NEXT_WEEK,
    TODAY,
    a_changed_draft,
    a_new_draft,
    a_published,
    an_approved,
    approved,
    saved,
    submitted,
)
from tests.procedures.records import a_record

pytestmark = pytest.mark.django_db


def act(way, draft, by, **kw):
    return way(draft, revision=draft.revision, by=by, at=MORNING, **kw)


def steps(draft) -> list[str]:
    return list(draft.events.values_list("step", flat=True))


# --- submitting ---------------------------------------------------------------------------------


def test_a_whole_draft_is_handed_to_a_second_person(cuc) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    assert (draft.state, draft.submitted_by, draft.submitted_at) == ("review", cuc, MORNING)


def test_what_is_missing_is_said_in_sentences(cuc) -> None:
    draft = actions.new_draft({"code": "9.000001"}, by=cuc, at=MORNING)
    with pytest.raises(actions.RecordInvalid) as refused:
        submitted(draft, cuc)
    assert "Tên thủ tục: chưa có." in refused.value.problems


def test_a_broken_eform_is_not_handed_on(cuc) -> None:
    draft = a_new_draft(cuc)
    draft = actions.save_draft(draft, revision=1, by=cuc, at=MORNING, eform={"title": "Trống"})
    with pytest.raises(actions.RecordInvalid):
        submitted(draft, cuc)


def test_a_draft_that_changes_nothing_is_not_handed_on(cuc) -> None:
    draft = actions.open_draft(a_published(), by=cuc, at=MORNING)
    with pytest.raises(actions.DraftRefused, match="không khác phiên bản đang áp dụng"):
        submitted(draft, cuc)


def test_a_draft_on_an_old_version_is_not_handed_on(cuc) -> None:
    draft = a_changed_draft(cuc)
    actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    with pytest.raises(actions.DraftRefused, match="đã đổi từ khi bắt đầu soạn"):
        submitted(draft, cuc)


def test_a_new_code_that_was_published_meanwhile_is_not_handed_on(cuc) -> None:
    draft = a_new_draft(cuc)
    a_published(conditions="Từ nơi khác.")
    with pytest.raises(actions.DraftRefused, match="đã đổi từ khi bắt đầu soạn"):
        submitted(draft, cuc)


# --- returning and recalling ----------------------------------------------------------------------


def test_the_second_person_returns_it_with_a_note(cuc, dung) -> None:
    draft = act(actions.return_draft, submitted(a_changed_draft(cuc), cuc), dung, note="Sửa lệ phí")
    assert (draft.state, draft.review_note, draft.submitted_by) == ("editing", "Sửa lệ phí", None)
    event = draft.events.last()
    assert (event.step, event.by, event.note) == ("returned", dung, "Sửa lệ phí")


def test_returning_needs_a_note(cuc, dung) -> None:
    with pytest.raises(actions.DraftRefused, match="ghi rõ cần sửa gì"):
        act(actions.return_draft, submitted(a_changed_draft(cuc), cuc), dung, note="  ")


def test_an_approved_one_may_be_returned_before_its_day(cuc, dung) -> None:
    draft = act(actions.return_draft, an_approved(cuc, dung), dung, note="Chờ quyết định mới")
    assert (draft.state, draft.publish_on, draft.reviewed_by) == ("editing", None, None)
    assert actions.publish_due(at=MORNING + timedelta(days=30)) == 0


def test_who_submitted_it_takes_it_back(cuc) -> None:
    draft = act(actions.recall_draft, submitted(a_changed_draft(cuc), cuc), cuc)
    assert (draft.state, steps(draft)) == ("editing", ["started", "submitted", "recalled"])


def test_another_person_does_not_take_it_back(cuc, dung) -> None:
    with pytest.raises(actions.DraftRefused, match="Chỉ người trình thu hồi được"):
        act(actions.recall_draft, submitted(a_changed_draft(cuc), cuc), dung)


def test_taking_back_what_is_approved_needs_a_reason(cuc, dung) -> None:
    draft = an_approved(cuc, dung)
    with pytest.raises(actions.DraftRefused, match="ghi lý do thu hồi"):
        act(actions.recall_draft, draft, cuc)
    assert act(actions.recall_draft, draft, cuc, note="Sai số tiền").state == DraftState.EDITING


@pytest.mark.parametrize(
    ("way", "more"), [(actions.return_draft, {"note": "x"}), (actions.recall_draft, {})]
)
def test_what_is_being_written_cannot_come_back(cuc, dung, way, more) -> None:
    with pytest.raises(actions.DraftRefused, match="tình trạng “Đang soạn”"):
        act(way, a_new_draft(cuc), dung, **more)


# --- approving ---------------------------------------------------------------------------------


def test_a_coming_day_is_waited_for(cuc, dung) -> None:
    draft = an_approved(cuc, dung)
    assert (draft.state, draft.publish_on, draft.reviewed_by) == ("approved", NEXT_WEEK, dung)
    assert not ProcedureVersion.objects.exists()


def test_today_is_now(cuc, dung) -> None:
    draft = an_approved(cuc, dung, TODAY)
    version = ProcedureVersion.objects.get()
    assert (draft.state, draft.version, version.effective_from) == ("published", version, TODAY)
    assert (version.prepared_by, version.published_by) == (cuc, dung)
    assert version.decision_no == "163/QĐ-BTP"


def test_a_day_off_is_a_day(cuc, dung) -> None:
    sunday = date(2026, 3, 15)
    assert an_approved(cuc, dung, sunday).publish_on == sunday


def test_a_past_day_is_refused(cuc, dung) -> None:
    with pytest.raises(actions.DraftRefused, match="không thể ở trong quá khứ"):
        approved(submitted(a_new_draft(cuc), cuc), dung, TODAY - timedelta(days=1))


def test_the_day_is_the_one_in_vietnam(cuc, dung) -> None:
    """00:30 on 11 March there is still 10 March in UTC."""
    draft = submitted(a_new_draft(cuc), cuc)
    night = MORNING.replace(day=11, hour=0, minute=30)
    args = {"revision": draft.revision, "by": dung, "at": night}
    with pytest.raises(actions.DraftRefused, match="quá khứ"):
        actions.approve_draft(draft, publish_on=TODAY, **args)
    assert actions.approve_draft(draft, publish_on=date(2026, 3, 11), **args).state == "published"


def test_nobody_approves_what_they_submitted(cuc) -> None:
    with pytest.raises(actions.DraftRefused, match="cần người thứ hai"):
        approved(submitted(a_new_draft(cuc), cuc), cuc)


def test_nobody_approves_what_they_wrote_and_another_submitted(cuc, dung) -> None:
    draft = submitted(saved(a_new_draft(cuc), dung, summary="Lời của Dũng."), cuc)
    with pytest.raises(actions.DraftRefused, match="cần người thứ hai"):
        approved(draft, dung)


def test_a_reviewer_who_wrote_on_leaves_the_yes_to_the_other(cuc, dung) -> None:
    draft = act(
        actions.return_draft, submitted(a_new_draft(cuc), cuc), dung, note="Tôi sửa câu này"
    )
    draft = submitted(saved(draft, dung, summary="Lời của Dũng."), dung)
    assert approved(draft, cuc, TODAY).version.prepared_by == dung


def test_only_editors_approve(cuc, lan) -> None:
    with pytest.raises(actions.DraftRefused, match="Chỉ người biên tập thủ tục"):
        approved(submitted(a_new_draft(cuc), cuc), lan)


def test_what_is_not_handed_on_cannot_be_approved(cuc, dung) -> None:
    with pytest.raises(actions.DraftRefused, match="tình trạng “Đang soạn”"):
        approved(a_new_draft(cuc), dung)


def test_an_old_base_is_seen_when_approving(cuc, dung) -> None:
    draft = submitted(a_changed_draft(cuc), cuc)
    actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    with pytest.raises(actions.DraftRefused, match="đã đổi từ khi bắt đầu soạn"):
        approved(draft, dung)


def test_an_old_page_approves_nothing(cuc, dung) -> None:
    draft = submitted(a_new_draft(cuc), cuc)
    act(actions.recall_draft, draft, cuc)
    with pytest.raises(actions.Conflict, match=f"{cuc.full_name} vừa làm việc “Thu hồi”"):
        approved(draft, dung)


# --- discarding ---------------------------------------------------------------------------------


def test_a_discarded_draft_keeps_who_did_what_but_no_copies(cuc, dung) -> None:
    draft = act(actions.discard_draft, a_changed_draft(cuc), dung)
    assert (draft.state, steps(draft)) == ("discarded", ["started", "discarded"])
    assert {str(change.record) for change in draft.changes.all()} == {"{}"}
    assert draft.record["summary"] == "Câu mới."


def test_what_is_published_cannot_be_discarded(cuc, dung) -> None:
    with pytest.raises(actions.DraftRefused, match="tình trạng “Đã công bố”"):
        act(actions.discard_draft, an_approved(cuc, dung, TODAY), cuc)


# --- its day -------------------------------------------------------------------------------------


def test_on_its_day_it_is_in_force_and_once(cuc, dung) -> None:
    draft = an_approved(cuc, dung)
    the_day = MORNING + timedelta(days=7)
    assert [actions.publish_due(at=the_day), actions.publish_due(at=the_day)] == [1, 0]
    draft.refresh_from_db()
    assert (draft.state, draft.version.effective_from) == ("published", NEXT_WEEK)
    assert steps(draft) == ["started", "submitted", "approved", "published"]


def test_the_day_before_nothing_happens(cuc, dung) -> None:
    an_approved(cuc, dung)
    assert actions.publish_due(at=MORNING + timedelta(days=6)) == 0


def test_a_day_the_workers_slept_through_is_made_good(cuc, dung) -> None:
    draft = an_approved(cuc, dung)
    actions.publish_due(at=MORNING + timedelta(days=9))
    draft.refresh_from_db()
    assert draft.version.effective_from == NEXT_WEEK + timedelta(days=2)


def test_an_import_meanwhile_sends_it_back_with_the_reason(cuc, dung) -> None:
    draft = approved(submitted(a_changed_draft(cuc), cuc), dung)
    theirs = actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER).version
    assert actions.publish_due(at=MORNING + timedelta(days=7)) == 0
    draft.refresh_from_db()
    assert (draft.state, draft.publish_on) == ("editing", None)
    assert "đã đổi từ khi bắt đầu soạn" in draft.problem
    assert draft.procedure.current == theirs


def test_a_retirement_meanwhile_sends_it_back_too(cuc, dung) -> None:
    procedure = a_published()
    draft = approved(submitted(a_changed_draft(cuc, procedure), cuc), dung)
    actions.retire(procedure, at=LATER, decision_no="2/QĐ-UBND")
    actions.publish_due(at=MORNING + timedelta(days=7))
    draft.refresh_from_db()
    procedure.refresh_from_db()
    assert (draft.state, procedure.current) == ("editing", None)


def test_sent_back_and_renewed_it_goes_its_way_again(cuc, dung) -> None:
    draft = approved(submitted(a_changed_draft(cuc), cuc), dung)
    actions.publish(a_record(conditions="Trong 60 ngày."), by=None, at=LATER)
    actions.publish_due(at=MORNING + timedelta(days=7))
    draft.refresh_from_db()
    draft = submitted(act(actions.renew_base, draft, cuc), cuc)
    version = approved(draft, dung, TODAY).version
    assert (version.number, version.summary, version.conditions) == (
        3,
        "Câu mới.",
        "Trong 60 ngày.",
    )


def test_what_became_invalid_goes_back_with_the_reason(cuc, dung, monkeypatch) -> None:
    draft = an_approved(cuc, dung)

    def stricter(*args, **kw):
        raise actions.RecordInvalid("1.001193", ["Tóm tắt: chưa có."])

    monkeypatch.setattr(reviewing, "publish", stricter)
    actions.publish_due(at=MORNING + timedelta(days=7))
    draft.refresh_from_db()
    assert (draft.state, draft.problem) == ("editing", "Tóm tắt: chưa có.")


def test_one_that_breaks_goes_back_and_stops_no_other(cuc, dung, monkeypatch) -> None:
    broken = an_approved(cuc, dung)
    sound = an_approved(cuc, dung, code="1.004884")
    real = reviewing.publish

    def publish(record, **kw):
        if record["code"] == broken.code:
            raise ZeroDivisionError
        return real(record, **kw)

    monkeypatch.setattr(reviewing, "publish", publish)
    assert actions.publish_due(at=MORNING + timedelta(days=7)) == 1
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == ("editing", "published")
    assert (broken.problem, broken.events.last().step) == (
        "Có lỗi khi đưa vào áp dụng; hãy xem lại rồi trình lại.",
        "failed",
    )


def test_beats_task_publishes_what_is_due(cuc, dung) -> None:
    draft = an_approved(cuc, dung)
    Draft.objects.update(publish_on=TODAY)  # MORNING is long ago for the task's own clock
    tasks.publish_due()
    draft.refresh_from_db()
    assert draft.state == DraftState.PUBLISHED


def test_relations_are_those_both_sides_name(cuc, dung) -> None:
    ours = a_published(related=["1.000001", "1.000002"])
    named, naming, old = (
        a_published(code=code, name=code, related=related)
        for code, related in (("1.000001", []), ("1.000002", ["1.001193"]), ("1.000003", []))
    )
    ours.related.set([old])
    draft = a_changed_draft(cuc, ours, related=["1.000001"])
    approved(submitted(draft, cuc), dung, TODAY)
    assert set(ours.related.all()) == {named, naming}
    assert not old.related.exists()
