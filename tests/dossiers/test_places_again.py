"""Asked anew in a request for additions, and given again from the store: files of the declaration's
questions and the authority paper."""

import importlib

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.actions import Gap, reusing
from dossiers.forms.officer_additions import AskForm
from dossiers.models import Dossier, FiledFor, Paper
from procedures.models import Service
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers.places import AUTHORITY, PHOTO, QUESTION, answers_of, for_lua, heavy
from tests.dossiers.wizard_pages import as_user, text_of, url
from tests.factories import MORNING, a_pdf, an_upload

# --- additions ------------------------------------------------------------------------------------


@pytest.fixture
def asked(binh: User, lan: User, with_files: Service) -> Dossier:
    """Filed with an Ảnh thẻ, which Lan asks to see anew."""
    dossier = factories.a_full_draft(binh, with_files)
    for key in ("ban_ve", "anh_the"):
        upload = an_upload(f"{key}.pdf", a_pdf(text=key))
        actions.attach_paper(dossier, upload=upload, field_key=key, by=binh, at=MORNING)
    factories.mark_clean(dossier)
    dossier.refresh_from_db()
    dossier = actions.submit(dossier, by=binh, at=MORNING)
    gaps = [Gap(label="Ảnh thẻ", reason="Chụp nghiêng.", field_key="anh_the")]
    at = timezone.now()
    actions.ask_additions(dossier, gaps=gaps, reason="Cần ảnh.", by=lan, at=at)
    dossier.refresh_from_db()
    return dossier


def additions(dossier: Dossier) -> str:
    return reverse("answer-additions", args=[dossier.public_id])


def test_an_asked_question_takes_its_new_file_in_pieces(browser: Client, asked: Dossier) -> None:
    data, before = heavy(), asked.answers["anh_the"]
    address = tus.begun(browser, asked, len(data), first=data[:1000], place=PHOTO)
    assert "mới gửi được" in text_of(browser.get(additions(asked)))
    tus.patch(browser, address, 1000, data[1000:])
    assert asked.papers.current().filter(field_key="anh_the").count() == 2  # the old one is kept
    assert answers_of(asked)["anh_the"] == before  # nothing changes before it is sent
    browser.post(additions(asked), {"_gui": "1"})
    assert answers_of(asked)["anh_the"] == ids_at(asked, "anh_the")


def ids_at(dossier: Dossier, key: str) -> list[str]:
    papers = dossier.papers.current().filter(field_key=key)
    return [str(one) for one in papers.values_list("public_id", flat=True)]


@pytest.fixture
def answered(browser: Client, asked: Dossier) -> Dossier:
    """Bình has sent another Ảnh thẻ."""
    browser.post(additions(asked), {PHOTO: an_upload("ro-mat.pdf"), "_gui": "1"})
    factories.mark_clean(asked)
    asked.refresh_from_db()
    return asked


def test_answered_and_recalled_it_lacks_no_file(answered: Dossier, binh: User, lan: User) -> None:
    actions.complete_additions(answered, by=lan, at=timezone.now())
    actions.recall(answered, by=binh, at=timezone.now())
    answered.refresh_from_db()
    assert [gap.key for gap in actions.gaps(answered) if gap.key in ("ban_ve", "anh_the")] == []


def test_the_citizens_page_names_the_files(browser: Client, answered: Dossier) -> None:
    text = text_of(browser.get(reverse("dossier", args=[answered.public_id])))
    assert "Bản vẽ ban_ve.pdf" in text and "Ảnh thẻ ro-mat.pdf" in text


def test_a_file_not_sent_yet_is_no_answer_there(browser: Client, asked: Dossier) -> None:
    browser.post(additions(asked), {PHOTO: an_upload("ro-mat.pdf"), "_luu": "1"})
    text = text_of(browser.get(reverse("dossier", args=[asked.public_id])))
    assert "Ảnh thẻ anh_the.pdf " in text


def test_who_asks_for_additions_reads_their_names(answered: Dossier) -> None:
    given = {one.gap.field_key: one.answer for one in AskForm(dossier=answered).items if one.answer}
    assert [given[key].value for key in ("ban_ve", "anh_the")] == ["ban_ve.pdf", "ro-mat.pdf"]


@pytest.mark.both
def test_answers_stored_with_names_become_ids(answered: Dossier) -> None:
    ids = ids_at(answered, "anh_the")
    named = {"anh_the": [{"id": one, "name": "ro-mat.pdf"} for one in ids], "bo": "Cả"}
    Dossier.objects.update(answers=named)
    answered.rounds.update(answers_before=named)
    importlib.import_module("dossiers.migrations.0027_files_by_id").by_id(apps, None)
    kept = {"anh_the": ids, "bo": "Cả"}
    assert (answers_of(answered), answered.rounds.get().answers_before) == (kept, kept)


def test_of_additions_too_only_as_many_as_the_question_takes(
    browser: Client, asked: Dossier
) -> None:
    data = heavy()
    tus.create(browser, asked, len(data), first=data, place=PHOTO)
    assert "nhiều nhất 1 tệp" in tus.create(browser, asked, 10, place=PHOTO).content.decode()


@pytest.mark.parametrize("place", [QUESTION, AUTHORITY])
def test_what_was_not_asked_takes_no_file(browser: Client, asked: Dossier, place: str) -> None:
    assert tus.create(browser, asked, 10, place=place).status_code == 422


# --- from the store -------------------------------------------------------------------------------


@pytest.fixture
def draft(binh: User, with_files: Service) -> Dossier:
    """For Lụa: it has questions answered by files and asks for the authority paper."""
    return actions.file_for(factories.a_draft(binh, with_files), whom="other", by=binh, at=MORNING)


@pytest.fixture
def earlier(binh: User, with_files: Service) -> Paper:
    """The authority Lụa gave Bình, in a dossier he filed for her before."""
    made = factories.a_full_draft(binh, with_files)
    made = for_lua(made, binh)
    upload = an_upload("uy-quyen-cua-me.pdf")
    actions.attach_paper(made, upload=upload, field_key=actions.AUTHORITY, by=binh, at=MORNING)
    factories.mark_clean(made)
    return made.papers.get(field_key=actions.AUTHORITY)


def take(browser: Client, draft: Dossier, paper: Paper) -> str:
    wanted = {f"lay-o-{actions.AUTHORITY}": str(paper.public_id)}
    return text_of(browser.post(url("filing-owner", draft), wanted, follow=True))


@pytest.mark.both
def test_her_authority_is_given_again_in_her_next_dossier(
    browser: Client, draft: Dossier, binh: User, earlier: Paper
) -> None:
    draft = for_lua(draft, binh)
    assert "Lấy từ kho giấy tờ của tôi (1)" in text_of(browser.get(url("filing-owner", draft)))
    assert "Đã lấy “uy-quyen-cua-me.pdf”" in take(browser, draft, earlier)
    again = draft.papers.get()
    assert (again.reused_from, again.field_key) == (earlier, actions.AUTHORITY)
    assert again.requirement is None


NOT_HERS = {"nobody named yet": None, "another person": "020195000456"}


@pytest.mark.parametrize("whose", NOT_HERS)
def test_her_authority_is_nobody_elses(
    browser: Client, draft: Dossier, binh: User, earlier: Paper, whose: str
) -> None:
    if number := NOT_HERS[whose]:
        draft = for_lua(draft, binh, citizen_id=number)
    assert "Lấy từ kho" not in text_of(browser.get(url("filing-owner", draft)))
    assert "không có trong kho của bạn" in take(browser, draft, earlier)
    assert not draft.papers.exists()


def test_hers_is_not_offered_for_whom_her_draft_is_now(
    browser: Client, draft: Dossier, binh: User, earlier: Paper
) -> None:
    other = "020195000456"
    for_lua(earlier.dossier, binh, citizen_id=other)
    assert "không có trong kho" in take(browser, for_lua(draft, binh, citizen_id=other), earlier)


def test_a_stranger_who_knows_her_number_takes_it_not(
    stranger: User, with_files: Service, earlier: Paper
) -> None:
    theirs = for_lua(factories.a_draft(stranger, with_files), stranger)
    assert "không có trong kho của bạn" in take(as_user(stranger), theirs, earlier)


def test_twin_without_the_look_at_whose_a_stranger_takes_it(
    stranger: User, with_files: Service, earlier: Paper, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = for_lua(factories.a_draft(stranger, with_files), stranger)
    monkeypatch.setattr(reusing, "reusable", lambda *given: Paper.objects.current())
    take(as_user(stranger), theirs, earlier)
    assert theirs.papers.get().reused_from == earlier


def test_a_paper_of_the_case_is_no_authority(
    browser: Client, draft: Dossier, binh: User, filed: Dossier
) -> None:
    draft = for_lua(draft, binh)
    assert "không có trong kho của bạn" in take(browser, draft, filed.papers.get())
    assert draft.filed_for == FiledFor.OTHER and not draft.papers.exists()
