"""Files in pieces, by the protocol's own words (tus.io, core 1.0.0 and five extensions)."""

import base64
import hashlib
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from dossiers import actions
from dossiers.models import Paper, Upload
from portal.lib.files import pieces
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages


@pytest.fixture
def empty(binh, service):
    return factories.a_draft(binh, service)


@pytest.fixture
def data():
    return factories.a_pdf(text="từng phần") + b"\n%" + b"x" * 50_000 + b"\n%%EOF\n"


def test_options_name_the_version_the_limit_and_the_extensions(browser, empty):
    answer = browser.options(reverse("tus-creation", args=[empty.public_id]))
    assert answer.status_code == 204
    assert (answer["Tus-Version"], answer["Tus-Max-Size"]) == ("1.0.0", str(50 * 1024 * 1024))
    assert "creation" in answer["Tus-Extension"] and "termination" in answer["Tus-Extension"]


def test_another_version_is_refused_with_ours(browser, empty):
    address = reverse("tus-creation", args=[empty.public_id])
    answer = browser.post(address, headers={"Tus-Resumable": "0.2.2"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_file_in_three_pieces_becomes_a_paper_with_its_bytes(browser, empty, data):
    address = tus.begun(browser, empty, len(data))
    for start in range(0, len(data), 20_000):
        answer = tus.patch(browser, address, start, data[start : start + 20_000])
        assert answer.status_code == 204
    paper = empty.papers.get()
    assert (paper.filename, paper.size) == ("giay.pdf", len(data))
    assert paper.received_sha256 == hashlib.sha256(data).hexdigest()
    assert answer["Upload-Offset"] == str(len(data))


def test_a_small_file_is_one_request(browser, empty, data):
    answer = tus.create(browser, empty, len(data), first=data)
    assert (answer.status_code, answer["Upload-Offset"]) == (201, str(len(data)))
    assert empty.papers.count() == 1


def test_what_became_a_paper_keeps_no_second_copy(browser, empty, data):
    tus.create(browser, empty, len(data), first=data)
    assert not pieces.path_of(Upload.objects.get().stored_name).exists()


def test_head_says_how_much_is_here_and_until_when(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:1000])
    answer = tus.head(browser, address)
    assert (answer["Upload-Offset"], answer["Upload-Length"]) == ("1000", str(len(data)))
    assert answer["Cache-Control"] == "no-store" and "GMT" in answer["Upload-Expires"]


def test_head_writes_nothing(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    with CaptureQueriesContext(connection) as asked:
        tus.head(browser, address)
    assert len(asked) <= 5 and all(query["sql"].startswith("SELECT") for query in asked)


def test_an_offset_that_lies_is_refused_and_changes_nothing(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:1000])
    for offset in (0, 999, 1001, len(data)):
        assert tus.patch(browser, address, offset, b"abc").status_code == 409
    assert tus.head(browser, address)["Upload-Offset"] == "1000"


def test_more_than_was_announced_is_refused_whole(browser, empty):
    address = tus.begun(browser, empty, 100)
    assert tus.patch(browser, address, 0, b"x" * 101).status_code == 413
    assert tus.head(browser, address)["Upload-Offset"] == "0"


def test_a_piece_of_another_type_is_refused(browser, empty):
    address = tus.begun(browser, empty, 100)
    headers = tus.TUS | {"Upload-Offset": "0"}
    answer = browser.patch(address, b"x", content_type="text/plain", headers=headers)
    assert answer.status_code == 415


def test_a_piece_may_come_as_a_post_that_says_so(browser, empty, data):
    address = tus.begun(browser, empty, len(data))
    headers = tus.TUS | {"Upload-Offset": "0", "X-HTTP-Method-Override": "PATCH"}
    answer = browser.post(address, data, content_type=tus.PIECE, headers=headers)
    assert answer.status_code == 204 and empty.papers.count() == 1


def test_a_piece_whose_digest_differs_is_not_kept(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    digest = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    answer = tus.patch(browser, address, 10, data[10:], **{"Upload-Checksum": f"sha256 {digest}"})
    assert answer.status_code == 460
    assert tus.head(browser, address)["Upload-Offset"] == "10"


def test_a_piece_whose_digest_fits_is_kept(browser, empty, data):
    address = tus.begun(browser, empty, len(data))
    digest = base64.b64encode(hashlib.sha256(data).digest()).decode()
    tus.patch(browser, address, 0, data, **{"Upload-Checksum": f"sha256 {digest}"})
    assert empty.papers.count() == 1


def test_an_upload_can_be_given_up(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    path = pieces.path_of(Upload.objects.get().stored_name)
    assert tus.delete(browser, address).status_code == 204
    assert not path.exists() and tus.head(browser, address).status_code == 404


BAD_BEGINNINGS = {
    "no length": {"Upload-Length": ""},
    "negative": {"Upload-Length": "-5"},
    "a word": {"Upload-Length": "nhiều"},
    "huge": {"Upload-Length": "9" * 16},
    "broken metadata": {"Upload-Metadata": "filename !!!"},
    "not text": {"Upload-Metadata": "filename " + base64.b64encode(bytes([255, 254])).decode()},
}


@pytest.mark.parametrize("name", BAD_BEGINNINGS)
def test_a_beginning_that_makes_no_sense_is_a_400(browser, empty, name):
    assert tus.create(browser, empty, 10, **BAD_BEGINNINGS[name]).status_code == 400
    assert not Upload.objects.exists()


def test_an_empty_file_is_refused_with_the_sentence(browser, empty):
    answer = tus.create(browser, empty, 0)
    assert answer.status_code == 422 and "trống (0 byte)" in answer.content.decode()


def test_one_byte_above_the_limit_is_refused_before_any_is_sent(browser, empty):
    answer = tus.create(browser, empty, 50 * 1024 * 1024 + 1)
    assert answer.status_code == 422 and "quá mức 50 MB" in answer.content.decode()


def test_a_made_up_place_is_refused(browser, empty):
    answer = tus.create(browser, empty, 10, place="tep-999999")
    assert answer.status_code == 422 and "không có trong trường hợp" in answer.content.decode()


def test_a_bad_file_ends_as_a_sentence_on_the_page(browser, empty):
    tus.create(browser, empty, 9, first=b"xin chao!")
    assert not empty.papers.exists()
    text = pages.text_of(browser.get(pages.url("filing-papers", empty)))
    assert "“giay.pdf” không phải PDF" in text and "Đã hiểu" in text


def test_the_sentence_goes_when_it_was_read(browser, empty):
    tus.create(browser, empty, 9, first=b"xin chao!")
    upload = Upload.objects.get()
    browser.post(pages.url("filing-papers", empty), {"tep-bo": str(upload.public_id)})
    assert "không phải PDF" not in pages.text_of(browser.get(pages.url("filing-papers", empty)))


def test_a_half_file_is_named_on_the_page_with_how_much_is_here(browser, empty):
    tus.begun(browser, empty, 4 * 1024 * 1024, first=b"x" * 1024 * 1024)
    text = pages.text_of(browser.get(pages.url("filing-papers", empty)))
    assert "“giay.pdf” mới gửi được 1,0 MB trên 4,0 MB" in text


def test_a_file_takes_the_place_of_another(browser, draft, data):
    old = draft.papers.get()
    tus.create(browser, draft, len(data), first=data, place=f"thay-{old.public_id}")
    old.refresh_from_db()
    assert draft.papers.current().get() == old.superseded_by


def test_the_same_file_twice_is_one_paper_and_told(browser, empty, data):
    for _ in range(2):
        tus.create(browser, empty, len(data), first=data)
    assert empty.papers.count() == 1
    text = pages.text_of(browser.get(pages.url("filing-papers", empty)))
    assert "đã có ở mục này" in text


def test_a_finished_upload_answers_the_same_again(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data)
    assert tus.patch(browser, address, len(data), b"").status_code == 204
    assert empty.papers.count() == 1


def test_after_a_day_without_a_piece_it_is_gone(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    path = pieces.path_of(Upload.objects.get().stored_name)
    later = timezone.now() + timedelta(hours=25)
    assert actions.drop_expired(at=later) == 1
    assert not path.exists() and tus.head(browser, address).status_code == 404


def test_an_expired_upload_takes_no_more_pieces(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    Upload.objects.update(expires_at=timezone.now())
    assert tus.patch(browser, address, 10, data[10:]).status_code == 410


def test_a_paper_outlives_its_upload(browser, empty, data):
    tus.create(browser, empty, len(data), first=data)
    actions.drop_expired(at=timezone.now() + timedelta(days=2))
    assert not Upload.objects.exists() and Paper.objects.count() == 1


# Whose it is


@pytest.mark.parametrize("method", ["head", "patch", "delete"])
def test_another_persons_upload_is_not_there(browser, empty, stranger, data, method):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    other = pages.as_user(stranger)
    sent = {"head": (), "patch": (10, data[10:]), "delete": ()}[method]
    assert getattr(tus, method)(other, address, *sent).status_code == 404
    assert tus.head(browser, address)["Upload-Offset"] == "10"


def test_twin_without_visible_to_a_stranger_writes_into_it(
    browser, empty, stranger, data, monkeypatch
):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    monkeypatch.setattr(type(Upload.objects.all()), "visible_to", lambda self, user: self.all())
    monkeypatch.setattr(Upload.objects, "visible_to", lambda user: Upload.objects.all())
    assert tus.patch(pages.as_user(stranger), address, 10, b"XXX").status_code == 204


def test_nobody_begins_an_upload_in_anothers_draft(empty, stranger):
    assert tus.create(pages.as_user(stranger), empty, 10).status_code == 404


def test_nobody_signed_out_gets_in_and_is_told_so_in_words(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:10])
    for answer in (tus.create(Client(), empty, 10), tus.patch(Client(), address, 10, data[10:])):
        assert answer.status_code == 401 and "Phiên làm việc đã hết" in answer.text
        assert answer["Cache-Control"] == "no-store"
    assert tus.head(Client(), address).status_code == 401
    assert tus.head(browser, address)["Upload-Offset"] == "10"


def test_a_piece_prolongs_the_session_and_says_so(browser, empty, data, settings):
    session, long_ago = browser.session, int(time.time()) - settings.SESSION_COOKIE_AGE // 2
    session[sessions.SINCE] = long_ago
    session.save()
    address = tus.begun(browser, empty, len(data))
    assert browser.session[sessions.SINCE] > long_ago
    left = int(tus.patch(browser, address, 0, data[:10])["Session-Left"])
    assert left > settings.SESSION_COOKIE_AGE - 60


def test_what_is_refused_prolongs_nothing(browser, empty, settings):
    session, long_ago = browser.session, int(time.time()) - settings.SESSION_COOKIE_AGE // 2
    session[sessions.SINCE] = long_ago
    session.save()
    assert "Session-Left" not in tus.create(browser, empty, 0)
    assert browser.session[sessions.SINCE] == long_ago


def test_a_filed_dossier_takes_no_upload(browser, filed):
    answer = tus.create(browser, filed, 10)
    assert answer.status_code == 422 and "Hồ sơ đã nộp" in answer.content.decode()


def test_a_file_that_ends_after_the_filing_is_not_slipped_in(browser, draft, data, binh):
    address = tus.begun(browser, draft, len(data), first=data[:10])
    actions.submit(draft, by=binh, at=factories.MORNING)
    tus.patch(browser, address, 10, data[10:])
    assert draft.papers.count() == 1 and "Hồ sơ đã nộp" in Upload.objects.get().refused


# How much of one person


def test_the_thirty_first_open_upload_is_refused(browser, empty, monkeypatch):
    monkeypatch.setattr("dossiers.actions.resumable.OPEN_UPLOADS", 2)
    for _ in range(2):
        tus.begun(browser, empty, 10)
    answer = tus.create(browser, empty, 10)
    assert answer.status_code == 422 and "nhiều tệp gửi dở" in answer.content.decode()


def test_open_uploads_have_a_weight_too(browser, empty, monkeypatch):
    monkeypatch.setattr("dossiers.actions.resumable.OPEN_BYTES", 150)
    tus.begun(browser, empty, 100)
    assert tus.create(browser, empty, 51).status_code == 422
    assert tus.create(browser, empty, 50).status_code == 201


def test_a_refused_beginning_leaves_no_file(browser, empty, monkeypatch):
    monkeypatch.setattr("dossiers.actions.resumable.OPEN_UPLOADS", 0)
    tus.create(browser, empty, 10)
    folder = pieces.path_of("uploads")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_beginnings_count_with_the_other_uploads(browser, empty, monkeypatch, binh):
    from portal.lib import limits

    asked = []

    def hit(scope, key, **limit):
        asked.append((scope, key))
        return limits.Verdict(False, 60)

    monkeypatch.setattr(limits, "hit", hit)
    assert tus.create(browser, empty, 10).status_code == 429
    assert asked == [("uploads", str(binh.pk))]
