"""Files in pieces while things break: connections, processes, the disk, a second tab."""

import errno
import fcntl
import os
import threading

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import UnreadablePostError
from django.utils import timezone

from dossiers import actions, sweeping, tasks
from dossiers.models import Paper, Upload
from portal.lib import files
from portal.lib.files import pieces
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages

pytestmark = pytest.mark.both


@pytest.fixture
def empty(binh, service):
    return factories.a_draft(binh, service)


@pytest.fixture
def data():
    return factories.a_pdf(text="đứt quãng") + b"\n%" + b"y" * 700_000 + b"\n%%EOF\n"


def cut_after(monkeypatch, count):
    """The sender's line goes dead after `count` bytes of a body."""
    left = [count]
    whole = WSGIRequest.read

    def read(self, size=-1):
        if left[0] <= 0:
            raise UnreadablePostError("gone")
        found = whole(self, min(size, left[0]))
        left[0] -= len(found)
        return found

    monkeypatch.setattr(WSGIRequest, "read", read)


def test_what_came_before_the_line_was_cut_is_kept_and_gone_on_with(browser, empty, data):
    address = tus.begun(browser, empty, len(data))
    with pytest.MonkeyPatch.context() as patch:
        cut_after(patch, 300_000)
        tus.patch(browser, address, 0, data)
    here = int(tus.head(browser, address)["Upload-Offset"])
    assert here == 300_000
    tus.patch(browser, address, here, data[here:])
    with files.open_private(empty.papers.get().stored_name) as kept:
        assert kept.read() == data


def test_a_server_killed_after_the_bytes_says_what_the_file_says(browser, empty, data):
    """The row was not written any more: the offset is the file's, not the row's."""
    address = tus.begun(browser, empty, len(data))
    upload = Upload.objects.get()
    with pieces.held(upload.stored_name) as handle:
        os.write(handle, data[:5000])
    assert upload.received == 0
    assert tus.head(browser, address)["Upload-Offset"] == "5000"
    assert tus.patch(browser, address, 5000, data[5000:]).status_code == 204


def test_a_server_killed_before_the_paper_was_made_makes_it_a_moment_later(browser, empty, data):
    tus.begun(browser, empty, len(data))
    upload = Upload.objects.get()
    pieces.path_of(upload.stored_name).write_bytes(data)
    tasks.check_papers()
    assert empty.papers.get().received_sha256 and Upload.objects.get().paper_id


def test_twin_without_the_workers_look_it_never_becomes_a_paper(browser, empty, data, monkeypatch):
    tus.begun(browser, empty, len(data))
    pieces.path_of(Upload.objects.get().stored_name).write_bytes(data)
    monkeypatch.setattr(actions, "finish_whole", lambda at: 0)
    tasks.check_papers()
    assert not empty.papers.exists()


def test_a_crash_between_the_file_and_its_row_leaves_an_orphan_and_one_paper(
    browser, empty, data, monkeypatch
):
    """The link is there, the row is not; finished again, the paper is there once."""

    def crash(*args, **kwargs):
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("dossiers.actions.resumable.record_paper", crash)
        with pytest.raises(KeyboardInterrupt):
            tus.create(browser, empty, len(data), first=data)
    actions.finish_whole(at=timezone.now())
    stored = [p for p in pieces.path_of("papers").rglob("*") if p.is_file()]
    assert empty.papers.count() == 1 and len(stored) == 2
    for path in stored:
        os.utime(path, (1, 1))
    assert sweeping.remove_orphans(timezone.now()) == 1


# Two at once


def test_a_second_tab_is_told_that_another_is_writing(browser, empty, data):
    address = tus.begun(browser, empty, len(data))
    with pieces.held(Upload.objects.get().stored_name):
        assert tus.patch(browser, address, 0, data).status_code == 423
    assert tus.patch(browser, address, 0, data).status_code == 204


class Slowly:
    """A body that comes a little at a time."""

    def __init__(self, data, step, gate):
        self.data, self.step, self.gate = data, step, gate

    def read(self, size):
        self.gate.wait(5)
        found, self.data = self.data[: self.step], self.data[self.step :]
        return found


def two_writers(name, data):
    """Both begin at 0 at once; what each got."""
    gate, got = threading.Event(), []

    def write():
        try:
            got.append(pieces.append(name, Slowly(data, 1000, gate), offset=0, length=len(data)))
        except (pieces.Busy, pieces.OffsetLies, pieces.TooLong) as refused:
            got.append(type(refused).__name__)

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    gate.set()
    for thread in threads:
        thread.join(10)
    return got


def test_of_two_that_write_at_once_one_writes(settings, tmp_path):
    settings.PRIVATE_ROOT = tmp_path
    name = pieces.begin()
    got = two_writers(name, b"0123456789" * 2000)
    assert sorted(map(str, got)) in (["20000", "Busy"], ["20000", "OffsetLies"])
    assert pieces.path_of(name).read_bytes() == b"0123456789" * 2000


def test_twin_without_the_lock_both_write_into_one_another(settings, tmp_path, monkeypatch):
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setattr(fcntl, "flock", lambda handle, how: None)
    data = b"0123456789" * 2000

    def harmed():
        name = pieces.begin()
        two_writers(name, data)
        return pieces.path_of(name).read_bytes() != data

    # Now and then one writer is done before the other begins.
    assert any(harmed() for _ in range(20))


def test_twin_without_the_offsets_check_a_piece_is_written_twice(browser, empty, monkeypatch):
    address = tus.begun(browser, empty, 100, first=b"a" * 30)
    honest = pieces.append

    def credulous(name, stream, *, offset, length, sha256=None):
        return honest(name, stream, offset=pieces.size_of(name), length=length, sha256=sha256)

    monkeypatch.setattr(pieces, "append", credulous)
    assert tus.patch(browser, address, 0, b"a" * 30).status_code == 204
    assert pieces.size_of(Upload.objects.get().stored_name) == 60


# Given up while a piece is on its way


def while_it_comes(monkeypatch, act):
    """`act` happens when the bytes are on the disk and the row is not written yet."""
    whole = pieces.append

    def slow(*args, **kwargs):
        size = whole(*args, **kwargs)
        act()
        return size

    monkeypatch.setattr(pieces, "append", slow)


@pytest.mark.parametrize("last", [False, True])
@pytest.mark.parametrize("how", ["given up", "draft deleted"])
def test_a_piece_of_what_is_gone_meanwhile_is_a_410_with_a_sentence(
    browser, empty, data, monkeypatch, binh, how, last
):
    address = tus.begun(browser, empty, len(data))
    upload = Upload.objects.get()
    acts = {
        "given up": lambda: actions.drop_upload(upload),
        "draft deleted": lambda: actions.discard_draft(empty, by=binh, at=timezone.now()),
    }
    while_it_comes(monkeypatch, acts[how])
    answer = tus.patch(browser, address, 0, data if last else data[:1000])
    assert answer.status_code == 410 and "đã bị bỏ ở nơi khác" in answer.text
    assert not Paper.objects.exists() and stored_files() == []


@pytest.mark.parametrize("how", ["given up", "draft deleted"])
def test_what_is_gone_while_its_paper_is_made_makes_none(
    browser, empty, data, monkeypatch, binh, how
):
    address = tus.begun(browser, empty, len(data))
    upload, check = Upload.objects.get(), files.check_upload

    def slow(*args, **kwargs):
        if how == "given up":
            actions.drop_upload(upload)
        else:
            actions.discard_draft(empty, by=binh, at=timezone.now())
        return check(*args, **kwargs)

    monkeypatch.setattr(files, "check_upload", slow)
    answer = tus.patch(browser, address, 0, data)
    assert answer.status_code == 410 and not Paper.objects.exists()
    assert list(pieces.path_of("uploads").rglob("*.part")) == []


def test_a_draft_that_is_gone_is_said_in_words(browser, empty, binh):
    actions.discard_draft(empty, by=binh, at=timezone.now())
    answer = tus.create(browser, empty, 10)
    assert answer.status_code == 404 and "không còn nữa" in answer.text


# The disk is full


def full(*args, **kwargs):
    raise OSError(errno.ENOSPC, "No space left on device")


def stored_files():
    return [path for path in pieces.path_of("").rglob("*") if path.is_file()]


def test_a_full_disk_during_a_piece_is_a_sentence_and_takes_the_piece_back(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:1000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces.os, "fsync", full)
        answer = tus.patch(browser, address, 1000, data[1000:])
    assert answer.status_code == 507 and "tạm hết chỗ lưu" in answer.content.decode()
    assert tus.head(browser, address)["Upload-Offset"] == "1000"


def test_it_goes_on_when_there_is_room_again(browser, empty, data):
    address = tus.begun(browser, empty, len(data), first=data[:1000])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces.os, "write", full)
        tus.patch(browser, address, 1000, data[1000:])
    assert tus.patch(browser, address, 1000, data[1000:]).status_code == 204
    assert empty.papers.count() == 1


def test_a_full_disk_at_the_beginning_is_a_sentence(browser, empty, monkeypatch):
    monkeypatch.setattr(pieces, "_private", full)
    answer = tus.create(browser, empty, 10)
    assert answer.status_code == 507 and not Upload.objects.exists() and stored_files() == []


def test_a_full_disk_under_a_plain_post_is_a_sentence_and_no_orphan(browser, empty, monkeypatch):
    monkeypatch.setattr("portal.lib.files.storage.os.fsync", full)
    place = f"tep-{empty.case.requirements.get().pk}"
    page = browser.post(pages.url("filing-papers", empty), {place: factories.an_upload()})
    assert page.status_code == 200 and "tạm hết chỗ lưu" in pages.text_of(page)
    assert not Paper.objects.exists() and stored_files() == []


def test_twin_without_the_guard_a_full_disk_is_an_error_of_ours(browser, empty, monkeypatch):
    from contextlib import nullcontext

    monkeypatch.setattr("portal.lib.files.storage.os.fsync", full)
    monkeypatch.setattr("portal.lib.files.storage.room", nullcontext)
    place = f"tep-{empty.case.requirements.get().pk}"
    with pytest.raises(OSError, match="No space left"):
        browser.post(pages.url("filing-papers", empty), {place: factories.an_upload()})
