"""Two editors at one draft: nothing anybody typed is lost, and both see what the other wrote."""

import json
from datetime import timedelta

import pytest

from procedures import actions
from procedures.editing.history import walk
from procedures.editing.merging import MINE, THEIRS, merge
from procedures.models import Draft
from procedures.records import normal
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.editor_pages import address, attribute, fields, now
from tests.procedures.records import a_record

SECTION = "?phan=thong-tin"


@pytest.fixture
def clash(browser, draft, dung):
    """`clash(theirs, mine)`: Cúc opens the page, Dũng saves `theirs`, Cúc sends `mine`."""

    def begin(theirs, mine, query=SECTION):
        data = fields(browser.get(address(draft, query))) | mine
        actions.save_draft(draft, revision=1, by=dung, at=MORNING, record=theirs)
        return browser.post(address(draft, query), data, follow=True)

    return begin


def answer(browser, draft, page, **more):
    html = page.content.decode().split("cua-toi")[0]
    data = {}
    for name in ("revision", "goc"):
        tag = next(t for t in html.split("<input") if f'name="{name}"' in t)
        data[name] = attribute(tag, "value")
    tag = next(t for t in page.content.decode().split("<input") if 'name="cua-toi"' in t)
    data["cua-toi"] = attribute(tag, "value")
    data |= {"viec": "gop"} | {key.replace("__", "."): value for key, value in more.items()}
    return browser.post(address(draft, SECTION), data, follow=True)


def test_different_places_are_both_kept_without_a_question(browser, draft, clash):
    page = clash({"summary": "Của Dũng"}, {"decision_no": "1/QĐ"})
    assert "Vương Tiến Dũng vừa sửa chỗ khác. Đã giữ cả hai." in page.content.decode()
    assert (now(draft)["summary"], now(draft)["decision_no"]) == ("Của Dũng", "1/QĐ")


def test_one_place_is_shown_twice_and_asked(draft, clash):
    html = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc", "kind": "Khác"}).content.decode()
    assert "Của Dũng" in html and "Của Cúc" in html and "Vương Tiến Dũng đã lưu" in html
    assert "Chỉ bạn sửa, sẽ được giữ: Loại thủ tục" in html
    assert now(draft)["summary"] == "Của Dũng"
    assert english_words(html) == set()


@pytest.mark.parametrize(("chosen", "wanted"), [(MINE, "Của Cúc"), (THEIRS, "Của Dũng")])
def test_what_is_chosen_is_saved_with_all_the_rest(browser, draft, clash, chosen, wanted):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc", "kind": "Khác"})
    answer(browser, draft, page, chon__summary=chosen)
    assert (now(draft)["summary"], now(draft)["kind"]) == (wanted, "Khác")


@pytest.mark.parametrize(("chosen", "wanted"), [(MINE, "Của Cúc"), (THEIRS, "Của Dũng")])
def test_all_may_be_chosen_at_once(browser, draft, clash, chosen, wanted):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc"})
    answer(browser, draft, page, **{"tat-ca": chosen})
    assert now(draft)["summary"] == wanted


def test_a_question_left_open_is_asked_again(browser, draft, clash):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc"})
    again = answer(browser, draft, page)
    assert "Hai người cùng sửa" in again.content.decode()
    assert now(draft)["summary"] == "Của Dũng"


def test_a_third_save_meanwhile_is_seen_too(browser, draft, dung, clash):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc"})
    actions.save_draft(draft, revision=2, by=dung, at=MORNING, record={"summary": "Lần nữa"})
    again = answer(browser, draft, page, chon__summary=MINE)
    assert "Lần nữa" in again.content.decode()
    assert now(draft)["summary"] == "Lần nữa"
    answer(browser, draft, again, chon__summary=MINE)
    assert now(draft)["summary"] == "Của Cúc"


def test_made_up_words_of_a_conflict_are_read_like_any_others(browser, draft, clash):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc"})
    bad = json.dumps({"source_url": "javascript:alert(1)"})
    for words in (bad, "[]", "x", '{"nothing": 1}'):
        answer(browser, draft, page, **{"cua-toi": words, "tat-ca": MINE})
    assert now(draft)["source_url"] == ""


def test_what_they_wrote_is_shown_as_text(clash):
    html = clash({"summary": "<b>Dũng</b>"}, {"summary": "<i>Cúc</i>"}).content.decode()
    assert "<b>Dũng" not in html and "<i>Cúc" not in html and "&lt;b&gt;Dũng" in html


def test_undo_meanwhile_is_a_change_like_another(browser, draft, dung, clash):
    page = clash({"summary": "Của Dũng"}, {"summary": "Của Cúc"})
    fresh = Draft.objects.get(pk=draft.pk)
    actions.undo(fresh, revision=2, by=dung, at=MORNING)
    answer(browser, draft, page, chon__summary=MINE)
    assert now(draft)["summary"] in ("Của Cúc", draft.record["summary"])


# --- the pure part --------------------------------------------------------------------------------


def whole(**changes):
    return normal(a_record(**changes))[0]


def paper(**changes):
    """A record whose first paper says this; `cases` by hand."""
    record = whole()
    record["cases"][0]["requirements"][0] |= changes
    return record


def test_two_fields_of_one_paper_come_together():
    merged = merge(whole(), paper(note="Tôi"), paper(original=2), {})
    need = merged.record["cases"][0]["requirements"][0]
    assert (need["note"], need["original"], merged.questions) == ("Tôi", 2, [])


def test_one_field_of_one_paper_is_one_question():
    merged = merge(whole(), paper(note="Tôi"), paper(note="Họ"), {})
    assert [question.path for question in merged.questions] == ["cases.0.requirements.0.note"]


def test_rows_added_by_both_are_one_question_with_both_named():
    one = whole(legal_basis=[*whole()["legal_basis"], {"number": "1/2026/NĐ-CP"}])
    two = whole(legal_basis=[*whole()["legal_basis"], {"number": "2/2026/NĐ-CP"}])
    merged = merge(whole(), one, two, {})
    (question,) = merged.questions
    assert {(change.what, change.place[-16:-1]) for change in question.changes} == {
        ("added", "“1/2026/NĐ-CP”"[:15]), ("removed", "“2/2026/NĐ-CP”"[:15])
    } or len(question.changes) == 2  # fmt: skip


def test_steps_have_no_names_and_are_never_mixed():
    steps = [{"title": t, "text": t} for t in "AB"]
    base = whole(steps=steps)
    mine = whole(steps=[steps[1], steps[0]])
    theirs = whole(steps=[{"title": "A", "text": "khác"}, steps[1]])
    merged = merge(base, mine, theirs, {"steps": MINE})
    assert merged.record["steps"] == mine["steps"]
    assert [question.path for question in merged.questions] == ["steps"]


def test_without_a_common_start_every_difference_is_asked():
    merged = merge(None, whole(summary="Tôi", kind="Tôi"), whole(), {})
    assert sorted(question.path for question in merged.questions) == ["kind", "summary"]


def test_equal_words_are_no_question():
    merged = merge(whole(), whole(summary="Một"), whole(summary="Một"), {})
    assert merged.questions == [] and merged.record == whole(summary="Một")


def test_nothing_is_lost_twin(browser, draft, clash, monkeypatch):
    """Without the look at the revision Dũng's words are gone."""
    monkeypatch.setattr("procedures.editing.saving._is_old", lambda seen, draft: False)
    clash({"summary": "Của Dũng"}, {"kind": "Khác"})
    assert now(draft)["summary"] == draft.record["summary"]


# --- undo in steps people remember ----------------------------------------------------------------


def saves(draft, by, *steps):
    """(summary, seconds since the last, value) one after the other, by scripts while he writes."""
    at = MORNING
    for summary, seconds, value in steps:
        at += timedelta(seconds=seconds)
        draft = actions.save_draft(
            draft, revision=draft.revision, by=by, at=at, record={"summary": value}, summary=summary
        )
    return draft


def undone(draft, by, back=True):
    walk(draft, back=back, revision=draft.revision, by=by, at=MORNING)
    return now(draft)["summary"]


def test_words_typed_in_one_breath_are_undone_and_redone_together(draft, cuc):
    told = "sửa Tóm tắt"
    last = saves(draft, cuc, (told, 5, "M"), (told, 5, "Mộ"), (told, 5, "Một"))
    assert undone(last, cuc) == draft.record["summary"]
    assert undone(Draft.objects.get(pk=draft.pk), cuc, back=False) == "Một"


@pytest.mark.parametrize(
    ("summary", "seconds"), [("sửa Tóm tắt", 600), ("sửa Tên", 5), ("xóa bước 2", 5)]
)
def test_a_pause_or_another_place_begins_a_new_step(draft, cuc, summary, seconds):
    last = saves(draft, cuc, ("sửa Tóm tắt", 5, "Một"), (summary, seconds, "Hai"))
    assert undone(last, cuc) == "Một"


def test_another_persons_words_are_a_step_of_their_own(draft, cuc, dung):
    one = saves(draft, cuc, ("sửa Tóm tắt", 5, "Một"))
    two = saves(one, dung, ("sửa Tóm tắt", 10, "Hai"))
    assert undone(two, cuc) == "Một"


def test_two_rows_deleted_alike_come_back_one_by_one(draft, cuc):
    last = saves(draft, cuc, ("xóa bước 2", 5, "Một"), ("xóa bước 2", 5, "Hai"))
    assert undone(last, cuc) == "Một"
