"""Files of the declaration's questions and the authority paper: the same places as the papers of
the case, by tus and without scripts, each with its own rules."""

import unicodedata
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import User
from dossiers import actions
from dossiers.models import Dossier, Upload
from procedures.models import Service
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers.places import AUTHORITY, PHOTO, QUESTION, answers_of, heavy
from tests.dossiers.wizard_pages import as_user, text_of, url
from tests.factories import MORNING, a_jpeg, a_pdf, an_upload


@pytest.fixture
def draft(binh: User, with_files: Service) -> Dossier:
    """For Lụa: it has questions answered by files and asks for the authority paper."""
    return actions.file_for(factories.a_draft(binh, with_files), whom="other", by=binh, at=MORNING)


def page_of(place: str, draft: Dossier) -> str:
    return url("filing-owner" if place == AUTHORITY else "filing-eform", draft)


both = pytest.mark.parametrize("place", [QUESTION, AUTHORITY])
NO_PLACES = ["tep-o-khong_co", "tep-o-ho_ten_con", "tep-o-", "tep-o-phieu-dong-y"]


# --- in pieces ------------------------------------------------------------------------------------


@both
def test_a_file_goes_on_where_the_line_was_cut(browser: Client, draft: Dossier, place: str) -> None:
    data = heavy()
    address = tus.begun(browser, draft, len(data), first=data[:10_000], place=place)
    assert "mới gửi được" in text_of(browser.get(page_of(place, draft)))
    here = int(tus.head(browser, address)["Upload-Offset"])
    assert here == 10_000
    assert tus.patch(browser, address, here, data[here:]).status_code == 204
    paper = draft.papers.get()
    assert (paper.field_key, paper.requirement) == (place.removeprefix("tep-o-"), None)
    assert paper.size == len(data)
    assert "giay.pdf" in text_of(browser.get(page_of(place, draft)))


def test_the_question_is_answered_by_the_file_itself(browser: Client, draft: Dossier) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=QUESTION)
    paper = draft.papers.get()
    assert answers_of(draft) == {"ban_ve": [str(paper.public_id)]}
    assert all(gap.key != "ban_ve" for gap in actions.gaps(draft))


def test_the_authority_paper_is_no_answer(browser: Client, draft: Dossier) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=AUTHORITY)
    assert answers_of(draft) == {}
    assert not any("Thiếu giấy ủy quyền" in gap.sentence for gap in actions.gaps(draft))


@both
def test_an_empty_file_is_refused_before_it_comes(
    browser: Client, draft: Dossier, place: str
) -> None:
    answer = tus.create(browser, draft, 0, place=place)
    assert answer.status_code == 422 and "0 byte" in answer.content.decode()


@both
def test_a_file_too_large_is_refused_before_it_comes(
    browser: Client, draft: Dossier, place: str
) -> None:
    answer = tus.create(browser, draft, 50 * 1024 * 1024 + 1, place=place)
    assert answer.status_code == 422 and "quá mức 50 MB" in answer.content.decode()


def test_a_question_takes_the_kinds_of_its_definition_only(browser: Client, draft: Dossier) -> None:
    picture = a_jpeg()
    tus.create(browser, draft, len(picture), first=picture, place=QUESTION, filename="a.jpg")
    assert draft.papers.count() == 1
    drawing = b"\x89PNG\r\n\x1a\n" + b"x" * 200
    tus.create(browser, draft, len(drawing), first=drawing, place=QUESTION, filename="b.png")
    assert draft.papers.count() == 1
    text = text_of(browser.get(url("filing-eform", draft)))
    assert "“b.png” không phải PDF hoặc JPG" in text and "Đã hiểu" in text


@both
def test_a_name_typed_on_a_mac_is_kept_composed(
    browser: Client, draft: Dossier, place: str
) -> None:
    data, name = heavy(), unicodedata.normalize("NFD", "Giấy ủy quyền mẹ.pdf")
    tus.create(browser, draft, len(data), first=data, place=place, filename=name)
    assert draft.papers.get().filename == "Giấy ủy quyền mẹ.pdf"


@both
def test_the_same_file_twice_is_one_paper_and_told(
    browser: Client, draft: Dossier, place: str
) -> None:
    data = heavy()
    for _ in range(2):
        tus.create(browser, draft, len(data), first=data, place=place)
    assert draft.papers.count() == 1
    assert "đã có ở mục này" in text_of(browser.get(page_of(place, draft)))


def test_no_more_files_begin_than_the_question_takes(browser: Client, draft: Dossier) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=PHOTO)
    answer = tus.create(browser, draft, 100, place=PHOTO)
    assert answer.status_code == 422
    assert answer.content.decode() == "Mục “Ảnh thẻ” nhận nhiều nhất 1 tệp."


@pytest.mark.both
def test_of_two_that_began_for_one_free_turn_the_second_ends_refused(
    browser: Client, draft: Dossier
) -> None:
    first, second = heavy(), heavy() + b"%"
    one = tus.begun(browser, draft, len(first), place=PHOTO)
    two = tus.begun(browser, draft, len(second), place=PHOTO)
    tus.patch(browser, one, 0, first)
    tus.patch(browser, two, 0, second)
    assert draft.papers.count() == 1
    assert "nhiều nhất 1 tệp" in Upload.objects.get(paper=None).refused


def test_a_replacement_needs_no_free_turn(browser: Client, draft: Dossier) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=PHOTO)
    old = draft.papers.get()
    again = data + b"%"
    tus.create(browser, draft, len(again), first=again, place=f"thay-{old.public_id}")
    new = draft.papers.current().get()
    assert new.field_key == "anh_the"
    assert answers_of(draft) == {"anh_the": [str(new.public_id)]}


@pytest.mark.parametrize("place", NO_PLACES)
def test_no_file_comes_to_a_place_that_is_none(browser: Client, draft: Dossier, place: str) -> None:
    assert tus.create(browser, draft, 10, place=place).status_code == 422


def test_who_files_for_themselves_is_asked_for_no_authority(
    browser: Client, draft: Dossier, binh: User
) -> None:
    actions.file_for(draft, whom="self", by=binh, at=MORNING)
    assert tus.create(browser, draft, 10, place=AUTHORITY).status_code == 422
    assert "Giấy ủy quyền" not in text_of(browser.get(url("filing-owner", draft)))


# --- another person's -----------------------------------------------------------------------------


@both
def test_a_stranger_sends_nothing_there(draft: Dossier, stranger: User, place: str) -> None:
    assert tus.create(as_user(stranger), draft, 10, place=place).status_code == 404


@both
def test_a_strangers_buttons_reach_no_file_of_binhs(
    browser: Client, draft: Dossier, stranger: User, with_files: Service, place: str
) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=place)
    paper = draft.papers.get()
    theirs = factories.a_draft(stranger, with_files)
    theirs = actions.file_for(theirs, whom="other", by=stranger, at=MORNING)
    for name in ("tep-go", "tep-xoay", "hoan-tac", f"lay-{place.removeprefix('tep-')}"):
        as_user(stranger).post(page_of(place, theirs), {name: str(paper.public_id)})
    paper.refresh_from_db()
    assert (paper.removed_at, paper.turn, theirs.papers.count()) == (None, 0, 0)


# --- the page's own buttons -----------------------------------------------------------------------


def test_without_scripts_files_and_words_come_together(browser: Client, draft: Dossier) -> None:
    page = url("filing-eform", draft)
    sent = {QUESTION: [an_upload("mot.pdf", a_pdf()), an_upload("hai.jpg", a_jpeg())]}
    gone = browser.post(page, sent | {"ho_ten_con": "Nguyễn Thị Ánh", "viec": "tai"})
    assert gone.status_code == 302
    ids = [str(paper.public_id) for paper in draft.papers.in_order()]
    assert answers_of(draft) == {"ho_ten_con": "Nguyễn Thị Ánh", "ban_ve": ids}
    assert browser.post(page, {"ho_ten_con": "Nguyễn Thị Ánh"}).url != page


def test_without_scripts_the_page_opens_again_where_the_file_is(
    browser: Client, draft: Dossier
) -> None:
    sent = {QUESTION: an_upload(), "viec": "tai"}
    answer = browser.post(url("filing-eform", draft), sent)
    assert answer.url == f"{url('filing-eform', draft)}#giay-o-ban_ve"


def test_an_empty_file_says_so_and_keeps_the_other_and_the_words(
    browser: Client, draft: Dossier
) -> None:
    empty = SimpleUploadedFile("rong.pdf", b"", content_type="application/pdf")
    sent = {QUESTION: [an_upload("tot.pdf"), empty]}
    shown = browser.post(url("filing-eform", draft), sent | {"ho_ten_con": "Ánh"})
    assert "0 byte" in text_of(shown)
    assert draft.papers.get().filename == "tot.pdf"
    assert answers_of(draft)["ho_ten_con"] == "Ánh"


def test_the_missing_file_is_asked_for_where_the_summary_leads(
    browser: Client, draft: Dossier
) -> None:
    shown = browser.post(url("filing-eform", draft), {"ho_ten_con": "Ánh"}).content.decode()
    assert 'href="#id_ban_ve"' in shown and 'id="id_ban_ve" name="tep-o-ban_ve"' in shown


def test_a_name_of_a_question_is_no_button(browser: Client, draft: Dossier) -> None:
    """ "bo" was the button that drops a half file; it is also what people call a father."""
    browser.post(url("filing-eform", draft), {"bo": "Nguyễn Văn Cả", "viec": "luu"})
    assert answers_of(draft) == {"bo": "Nguyễn Văn Cả"}


@both
def test_a_button_pressed_by_scripts_takes_no_words(
    browser: Client, draft: Dossier, place: str
) -> None:
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=place)
    paper, page = draft.papers.get(), page_of(place, draft)
    words = {"ho_ten_con": "Ánh", "ho_ten": "Lụa", "chi-tep": "1"}
    for _ in range(2):  # a double press
        assert browser.post(page, words | {"tep-go": str(paper.public_id)}).url == page
    assert not draft.papers.current().exists()
    assert (answers_of(draft), draft.owner_name, draft.typed) == ({}, "", {})


def test_a_button_on_the_authority_paper_keeps_what_was_typed(
    browser: Client, draft: Dossier
) -> None:
    page, data = url("filing-owner", draft), heavy()
    tus.create(browser, draft, len(data), first=data, place=AUTHORITY)
    paper = draft.papers.get()
    gone = browser.post(page, {"ho_ten": "Hoàng Thị Lụa", "tep-go": str(paper.public_id)})
    assert gone.url == f"{page}#giay-o-{actions.AUTHORITY}"
    assert 'value="Hoàng Thị Lụa"' in browser.get(page).content.decode()


def test_an_older_tab_takes_no_file_away(browser: Client, draft: Dossier) -> None:
    """Opened before the file came; its own words are kept, the answer stays the file."""
    data = heavy()
    tus.create(browser, draft, len(data), first=data, place=QUESTION)
    browser.post(url("filing-eform", draft), {"ho_ten_con": "Ánh", "viec": "luu"})
    assert answers_of(draft).keys() == {"ho_ten_con", "ban_ve"}


@pytest.mark.both
def test_photos_of_a_question_become_one_answer(browser: Client, draft: Dossier) -> None:
    for n in (1, 2):
        picture = a_jpeg(60 + n)
        tus.create(browser, draft, len(picture), first=picture, place=QUESTION, filename=f"{n}.jpg")
    ids = [str(paper.public_id) for paper in draft.papers.in_order()]
    browser.post(url("filing-eform", draft), {"tep-gop": "o-ban_ve", "chon-o-ban_ve": ids})
    joined = draft.papers.current().get()
    assert (joined.field_key, answers_of(draft)["ban_ve"]) == ("ban_ve", [str(joined.public_id)])
    actions.give_parts_back(joined, at=timezone.now())
    assert answers_of(draft)["ban_ve"] == ids


@pytest.fixture
def photos(binh: User, with_files: Service) -> Dossier:
    """For himself: two photos of the Bản vẽ, being joined."""
    draft = factories.a_full_draft(binh, with_files)
    for n in (1, 2):
        picture = an_upload(f"{n}.jpg", a_jpeg(60 + n))
        actions.attach_paper(draft, upload=picture, field_key="ban_ve", by=binh, at=MORNING)
    ids = [str(paper.public_id) for paper in draft.papers.in_order()]
    place = actions.place_at(draft, None, "ban_ve")
    actions.join_papers(draft, place=place, chosen=ids, by=binh, at=MORNING)
    draft.refresh_from_db()
    return actions.submit(draft, by=binh, at=MORNING)


@pytest.mark.both
def test_filed_before_they_could_not_be_joined_the_answer_names_the_photos(
    photos: Dossier,
) -> None:
    actions.give_parts_back(photos.papers.get(origin="merged"), at=timezone.now())
    current = photos.papers.current().filter(field_key="ban_ve").in_order()
    ids = [str(paper.public_id) for paper in current]
    assert len(ids) == 2 and answers_of(photos) == {**photos.answers, "ban_ve": ids}


def test_what_took_their_place_meanwhile_keeps_it(photos: Dossier, binh: User, lan: User) -> None:
    gaps = [actions.Gap(label="Bản vẽ", reason="Mờ.", field_key="ban_ve")]
    at = timezone.now()
    actions.ask_additions(photos, gaps=gaps, reason="Cần bản rõ.", by=lan, at=at)
    photos.refresh_from_db()
    new = actions.attach_paper(
        photos, upload=an_upload("ro.pdf"), field_key="ban_ve", by=binh, at=timezone.now()
    )
    actions.answer_additions(photos, answers={}, note="", by=binh, at=timezone.now())
    actions.give_parts_back(photos.papers.get(origin="merged"), at=timezone.now())
    assert photos.papers.current().filter(field_key="ban_ve").get() == new
    assert answers_of(photos)["ban_ve"] == [str(new.public_id)]


def test_files_of_a_question_are_put_in_order(browser: Client, draft: Dossier) -> None:
    page = url("filing-eform", draft)
    browser.post(page, {QUESTION: [an_upload("1.pdf", a_pdf()), an_upload("2.jpg", a_jpeg())]})
    one, two = (str(paper.public_id) for paper in draft.papers.in_order())
    browser.post(page, {"tep-len": two})
    assert answers_of(draft)["ban_ve"] == [two, one]
    browser.post(page, {"thu-tu-o-ban_ve": f"{one},{two}"})
    assert answers_of(draft)["ban_ve"] == [one, two]


def test_several_photos_of_the_authority_stand_side_by_side(
    browser: Client, draft: Dossier, binh: User
) -> None:
    page = url("filing-owner", draft)
    browser.post(page, {AUTHORITY: [an_upload("1.pdf"), an_upload("2.jpg", a_jpeg())]})
    assert draft.papers.current().filter(field_key=actions.AUTHORITY).count() == 2


@pytest.mark.parametrize("count", [1, 20])
def test_the_page_asks_as_often_for_twenty_files_as_for_one(
    browser: Client, draft: Dossier, count: int, django_assert_max_num_queries: Any
) -> None:
    actions.attach_paper(
        draft, upload=an_upload(), field_key="ban_ve", by=draft.submitter, at=MORNING
    )
    kept = draft.papers.get()
    for n in range(1, count):
        kept.pk, kept.id = None, None
        kept.public_id, kept.key = f"00000000-0000-4000-8000-0000000000{n:02}", f"paper-{n}"
        kept.save(force_insert=True)
    with django_assert_max_num_queries(9):
        browser.get(url("filing-eform", draft))


def test_the_database_wants_a_place_too(browser: Client, draft: Dossier) -> None:
    tus.begun(browser, draft, 10, place=QUESTION)
    with pytest.raises(IntegrityError, match="upload_has_place"), transaction.atomic():
        Upload.objects.update(field_key="")
