"""The papers of a dossier that is copied: at the same places of today's form, by reference, and
nobody else's; what stays behind is told by its name."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from dossiers import actions, checking, sweeping
from dossiers.actions import carrying
from dossiers.models import CheckState, Dossier, Origin, Paper
from portal.lib import files
from portal.lib.outbox import drain
from procedures.models import ProcedureCase, Requirement
from tests import factories
from tests.dossiers import places
from tests.dossiers.test_drafts_copy import new_version
from tests.dossiers.wizard_pages import text_of, url
from tests.factories import MORNING

pytestmark = pytest.mark.both
FIELDS = factories.SMALL_EFORM["sections"][0]["fields"]


def copy(source, by):
    source = Dossier.objects.get(pk=source.pk)
    return actions.copy_dossier(source, by=by, at=timezone.now(), token=uuid.uuid4())


def publish(procedure, fields=FIELDS, **paper):
    """A version with these questions and the same case, its paper changed so."""
    old = ProcedureCase.objects.get(version=procedure.current)
    need = old.requirements.get()
    new_version(procedure, fields)
    case = ProcedureCase.objects.create(version=procedure.current, key=old.key, name=old.name)
    need.pk, need.case = None, case
    for name, value in paper.items():
        setattr(need, name, value)
    need.save(force_insert=True)
    return need


def test_a_draft_moves_to_the_new_version_with_its_paper(draft, binh, service):
    given = draft.papers.get()
    factories.mark_clean(draft)
    need = publish(service.procedure)
    made = copy(draft, binh)
    moved = made.draft.papers.get()
    assert made.left_behind == []
    assert (moved.requirement, moved.origin, moved.reused_from) == (need, Origin.REUSED, given)
    assert (moved.stored_name, moved.state) == (given.stored_name, CheckState.CLEAN)
    assert actions.gaps(made.draft) == []


def test_the_draft_it_came_from_keeps_all(draft, binh, service):
    before = (draft.version_id, draft.answers, draft.papers.get().stored_name)
    publish(service.procedure)
    copy(draft, binh)
    draft.refresh_from_db()
    assert (draft.version_id, draft.answers, draft.papers.get().stored_name) == before


def test_a_refused_dossier_is_filed_anew_with_its_papers(filed, binh):
    made = copy(filed, binh).draft
    assert made.papers.get().reused_from == filed.papers.get()
    assert actions.submit(made, by=binh, at=MORNING).code != filed.code


LEAVES = {
    "no such paper any more": {"key": "giay-khac"},
    "shown at the desk now": {"online": "none"},
}


@pytest.mark.parametrize("change", LEAVES)
def test_what_finds_no_place_is_told_by_name(browser, draft, binh, service, change):
    given = draft.papers.get()
    publish(service.procedure, **LEAVES[change])
    name = f"{given.requirement.name} ({given.filename})"
    shown = text_of(browser.get(url("filing-copy", draft)))
    assert f"Giấy tờ phải tải lên lại {name}" in shown
    answer = browser.post(url("filing-copy", draft), {"token": str(uuid.uuid4())}, follow=True)
    assert f"không mang theo được, hãy tải lên lại: {name}." in text_of(answer)
    assert not Paper.objects.exclude(dossier=draft).exists()


def test_a_kind_of_file_that_is_taken_no_more_stays_behind(draft, binh, service):
    Paper.objects.update(kind="docx")  # the old version gave out a form in Word
    publish(service.procedure)
    assert len(copy(draft, binh).left_behind) == 1


def test_the_page_names_what_comes_along(browser, filed):
    paper = filed.papers.get()
    shown = text_of(browser.get(url("filing-copy", filed)))
    assert f"không phải tải lên lại: {paper.requirement.name} ({paper.filename})" in shown
    assert "Giấy tờ phải tải lên lại" not in shown and "không chép theo" not in shown


def test_what_stays_behind_and_is_in_the_store_is_told(browser, draft, service):
    factories.mark_clean(draft)
    Requirement.objects.update(reuse_type="GIAY")
    publish(service.procedure, key="giay-khac")
    assert "có sẵn: Giấy chứng sinh 1." in text_of(browser.get(url("filing-copy", draft)))


# Questions answered by files


@pytest.fixture
def drawn(binh, with_files):
    draft = factories.a_draft(binh, with_files)
    for _ in range(2):
        upload = factories.an_upload("ban-ve.pdf")
        actions.attach_paper(draft, upload=upload, field_key="ban_ve", by=binh, at=MORNING)
    return Dossier.objects.get(pk=draft.pk)


def test_a_question_is_answered_by_the_files_of_the_new_draft(drawn, binh):
    made = copy(drawn, binh).draft
    ids = [str(paper.public_id) for paper in made.papers.in_order()]
    assert len(ids) == 2 and made.answers["ban_ve"] == ids
    assert not set(ids) & set(drawn.answers["ban_ve"])


def test_no_more_files_come_than_the_question_takes(drawn, binh, with_files):
    one = [
        spec | {"max_files": 1} if spec["key"] == "ban_ve" else spec
        for spec in places.EFORM["sections"][0]["fields"]
    ]
    publish(with_files.procedure, one)
    made = copy(drawn, binh)
    assert made.draft.papers.count() == 1 and made.left_behind == ["Bản vẽ (ban-ve.pdf)"]


# What is not checked yet


def looked_at(paper):
    Paper.objects.filter(pk=paper.pk).update(available_at=timezone.now())
    drain(Paper.objects.filter(pk=paper.pk), checking.check)
    paper.refresh_from_db()


def test_a_file_that_waits_for_its_check_waits_in_the_new_draft_too(draft, binh):
    given = draft.papers.get()
    moved = copy(draft, binh).draft.papers.get()
    assert moved.state == CheckState.PENDING and moved.stored_name != given.stored_name
    looked_at(given)  # takes away the bytes as they came
    looked_at(moved)
    assert (given.state, moved.state) == (CheckState.CLEAN, CheckState.CLEAN)
    assert files.private_storage().exists(moved.stored_name)


def test_twin_under_one_name_the_first_check_takes_the_others_bytes(draft, binh, monkeypatch):
    monkeypatch.setattr("dossiers.actions.reusing._linked", lambda source: source.stored_name)
    given = draft.papers.get()
    moved = copy(draft, binh).draft.papers.get()
    looked_at(given)
    looked_at(moved)
    assert moved.state == CheckState.REFUSED


def test_what_nobody_can_open_stays_behind(draft, binh):
    Paper.objects.update(state=CheckState.INFECTED)
    made = copy(draft, binh)
    assert len(made.left_behind) == 1 and not made.draft.papers.exists()


def test_the_bytes_outlive_the_draft_they_came_from(draft, binh):
    factories.mark_clean(draft)
    moved = copy(draft, binh).draft.papers.get()
    actions.discard_draft(draft, by=binh, at=MORNING)
    sweeping.tidy(MORNING.replace(year=2030))
    assert files.private_storage().exists(moved.stored_name)


# Whose they are


@pytest.fixture
def for_lua(draft, binh):
    places.for_lua(draft, binh)
    paper = factories.an_upload("uy-quyen.pdf")
    actions.attach_paper(draft, upload=paper, field_key=actions.AUTHORITY, by=binh, at=MORNING)
    return draft


def test_the_authority_comes_with_its_days(for_lua, binh):
    made = copy(for_lua, binh).draft
    assert made.papers.filter(field_key=actions.AUTHORITY).count() == 1
    assert (made.relation, made.authority_from) == ("proxy", date(2026, 3, 1))
    assert "owner" not in made.unasked  # looked at each time


def test_she_gets_no_papers_of_his(for_lua):
    lua = factories.a_person("Hoàng Thị Lụa", "lua@example.vn", citizen_id="020166000345")
    Dossier.objects.filter(pk=for_lua.pk).update(owner=lua)
    made = copy(for_lua, lua)
    assert not made.draft.papers.exists() and made.left_behind == []


def test_twin_without_asking_whose_she_would(for_lua, monkeypatch):
    monkeypatch.setattr(carrying, "carries", lambda source, by: True)
    lua = factories.a_person("Hoàng Thị Lụa", "lua@example.vn", citizen_id="020166000345")
    Dossier.objects.filter(pk=for_lua.pk).update(owner=lua)
    assert copy(for_lua, lua).draft.papers.exists()


def test_a_colleague_copies_the_firms_papers(draft, binh):
    firm = factories.a_firm(binh)
    actions.file_for(draft, whom="org", organisation=firm, by=binh, at=MORNING)
    thu = factories.a_person("Lý Thị Thu", "thu@example.vn")
    firm.memberships.create(user=thu, role="filer")
    assert copy(draft, thu).draft.papers.get().reused_from == draft.papers.get()


def test_leave_for_an_officer_to_help_is_asked_anew(draft, binh):
    slip = factories.an_upload("phieu.pdf")
    actions.attach_paper(draft, upload=slip, field_key="phieu-dong-y", by=binh, at=MORNING)
    made = copy(draft, binh)
    assert made.draft.papers.count() == 1 and made.left_behind == []


# Words of a draft that no step has taken


def test_what_is_typed_and_not_right_yet_comes_along(draft, binh, service):
    words = [["dien_thoai", "0912 34"]]
    actions.keep_typed(draft, part="nguoi-nop", fields=words, by=binh, at=MORNING)
    actions.save_answers(draft, answers={"ngay_sinh": "31/02"}, by=binh, at=MORNING)
    publish(service.procedure)
    made = copy(draft, binh)
    assert made.draft.typed == {"nguoi-nop": words}
    assert made.draft.answers["ngay_sinh"] == "31/02" and made.left_out == []


def test_what_he_said_of_himself_comes_along_and_is_looked_at(filed, draft, binh):
    for source in (filed, draft):
        made = copy(source, binh).draft
        assert made.owner_address == source.owner_address and "owner" not in made.unasked
