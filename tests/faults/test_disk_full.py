"""R17: the disk is full under uploads, PDFs, temporary files or the log. Whoever sends is told in a
plain sentence, what workers make waits, other pages go on; no half rows, no orphans, and it heals
when there is room again, in the same process."""

import gc
import io
import logging
import os
import sys
import tempfile
from contextlib import closing, nullcontext, suppress
from copy import deepcopy
from datetime import timedelta
from logging.config import DictConfigurator
from random import Random

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from dossiers import checking, slips
from dossiers.models import CheckState, Dossier, Origin, Paper, Slip, Upload
from portal.lib import jobs, workbook
from portal.lib.files import cleaning, disk_is_full, kinds
from portal.lib.outbox import drain
from procedures.exchange import writing
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages
from tests.dossiers.wizard_pages import text_of, url
from tests.faults.small_disk import small_disk

NO_ROOM = "Máy chủ tạm hết chỗ lưu nên chưa nhận được"
BIG = 3 * 1024 * 1024  # more than Django keeps in memory


@pytest.fixture
def disk(settings, tmp_path, monkeypatch):
    """Where private and temporary files of this process and of its child are."""
    with small_disk(tmp_path / "disk", monkeypatch) as made:
        settings.PRIVATE_ROOT = made.path / "private"
        monkeypatch.setattr(tempfile, "tempdir", str(made.path))
        yield made
        jobs.shutdown()


@pytest.fixture
def browser(binh):
    found = pages.as_user(binh)
    found.raise_request_exception = False
    return found


@pytest.fixture
def empty(binh, service):
    return factories.a_draft(binh, service)


def send(browser, draft, upload=None):
    place = f"tep-{draft.case.requirements.get().pk}"
    return browser.post(url("filing-papers", draft), {place: upload or factories.an_upload()})


def work(times=1):
    """The worker's turns, each when what waits is due again."""
    for _ in range(times):
        due = {"available_at": timezone.now() - timedelta(seconds=1)}
        Paper.objects.update(**due)
        Slip.objects.update(**due)
        drain(Paper.objects.all(), checking.check, lease=timedelta(minutes=3))
        drain(Slip.objects.all(), slips.render, lease=timedelta(minutes=2))


def nothing_is_left_over(disk):
    """Every file has its row, every row its file."""
    named = set(Paper.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    named |= set(Slip.objects.exclude(stored_name="").values_list("stored_name", flat=True))
    named |= set(Upload.objects.filter(paper=None).values_list("stored_name", flat=True))
    assert disk.files() == named


# Somebody sends


@pytest.mark.parametrize("room", [0, 8192], ids=["none", "for a part of it"])
def test_a_paper_that_finds_no_room_is_a_sentence_and_nothing_else(browser, empty, disk, room):
    disk.fill(leaving=room)
    content = factories.a_pdf() + b"\n%" + b"y" * 20_000 + b"\n%%EOF\n"
    page = send(browser, empty, factories.an_upload(content=content))
    assert page.status_code == 200 and NO_ROOM in text_of(page)
    assert not Paper.objects.exists()
    nothing_is_left_over(disk)


def test_it_is_taken_as_soon_as_there_is_room(browser, empty, disk):
    disk.fill()
    send(browser, empty)
    disk.free()
    assert send(browser, empty).status_code == 302
    assert empty.papers.count() == 1
    nothing_is_left_over(disk)


def test_a_long_file_that_finds_no_room_on_its_way_in_is_a_sentence(browser, empty, disk):
    """Before any view of ours saw it: Django puts long ones into temporary files."""
    disk.fill()
    long = factories.an_upload(content=factories.a_pdf() + b"\n%" + b"y" * BIG)
    page = send(browser, empty, long)
    assert page.status_code == 503 and NO_ROOM in text_of(page)
    assert not Paper.objects.exists() and disk.files() == set()
    assert not set(disk.path.glob("*.upload*"))  # what had come of it gave its room back


def test_a_piece_that_finds_no_room_is_sent_again(browser, empty, disk):
    data = factories.a_pdf() + b"\n%" + b"y" * 60_000 + b"\n%%EOF\n"
    address = tus.begun(browser, empty, len(data), first=data[:1000])
    disk.fill()
    refused = tus.patch(browser, address, 1000, data[1000:])
    assert refused.status_code == 507 and NO_ROOM in refused.content.decode()
    disk.free()
    assert tus.patch(browser, address, 1000, data[1000:]).status_code == 204
    assert empty.papers.count() == 1
    nothing_is_left_over(disk)


def test_all_that_needs_no_room_goes_on(browser, draft, disk):
    """Reading, typing and filing itself: what they write is in the database, on another disk."""
    disk.fill()
    for name in ("home", "my-dossiers"):
        assert browser.get(reverse(name)).status_code == 200
    for name in ("filing-owner", "filing-eform", "filing-papers", "filing-return"):
        assert browser.get(url(name, draft)).status_code == 200
    assert pages.fill_eform(browser, draft, ngay_sinh="20/02/2026").status_code == 302
    assert pages.submit(browser, draft).url == url("receipt", draft)
    assert browser.get(url("receipt", draft)).status_code == 200


@pytest.mark.parametrize("room", [0, 8192, 24_576])
def test_a_spreadsheet_that_finds_no_room_is_a_sentence(browser, draft, disk, room):
    """None at all, for some rows, for nearly all."""
    browser.post(url("batch", draft))
    disk.fill(leaving=room)
    before = set(disk.path.glob("openpyxl.*"))
    page = browser.get(url("batch-template", draft))
    assert page.status_code == 503 and NO_ROOM in text_of(page)
    assert set(disk.path.glob("openpyxl.*")) == before
    disk.free()
    page = browser.get(url("batch-template", draft))
    assert page.status_code == 200
    gc.collect()  # what was begun says nothing when it is thrown away


def test_a_book_that_finds_no_room_after_its_rows_leaves_nothing_behind(disk):
    words = Random(17)
    rows = [[words.randbytes(40).hex() for _ in range(10)] for _ in range(200)]
    workbook.xlsx("Sổ", rows, head=["Cột"]).close()
    disk.fill(leaving=270_000)  # its rows take 240 kB, the book less than that beside them
    with pytest.raises(OSError, match="No space left"):
        workbook.xlsx("Sổ", rows, head=["Cột"])
    gc.collect()
    assert not set(disk.path.glob("openpyxl.*"))


def test_the_editors_template_leaves_nothing_behind_either(disk):
    writing.template(io.BytesIO())
    disk.fill()
    with pytest.raises(Exception, match="IO_ENOSPC|No space left") as raised:
        writing.template(io.BytesIO())
    assert disk_is_full(raised.value)
    gc.collect()
    assert not set(disk.path.glob("openpyxl.*"))


# The worker makes something


def test_the_look_at_a_paper_waits_and_is_no_fault_of_the_paper(browser, empty, disk):
    send(browser, empty, factories.an_upload("anh.jpg", factories.a_jpeg(300, 200)))
    disk.fill()
    work(times=checking.TRIES + 1)
    paper = empty.papers.get()
    assert (paper.state, paper.attempts, paper.last_error) == ("pending", 0, "Hết chỗ lưu tệp.")
    nothing_is_left_over(disk)
    disk.free()
    work()
    paper.refresh_from_db()
    assert paper.state == CheckState.CLEAN
    nothing_is_left_over(disk)


def test_photos_are_joined_when_there_is_room_for_their_pdf(browser, empty, disk):
    need = empty.case.requirements.get()
    for width in (310, 320):
        send(browser, empty, factories.an_upload("anh.jpg", factories.a_jpeg(width, 200)))
    work()
    chosen = [str(paper.public_id) for paper in empty.papers.current()]
    page = {f"chon-{need.pk}": chosen, "tep-gop": str(need.pk)}
    browser.post(url("filing-papers", empty), page)
    disk.fill()
    work(times=checking.TRIES + 1)
    joined = empty.papers.get(origin=Origin.MERGED)
    assert (joined.state, joined.attempts, joined.stored_name) == ("pending", 0, "")
    assert empty.papers.filter(superseded_by=joined).count() == 2
    disk.free()
    work()
    joined.refresh_from_db()
    assert (joined.state, joined.pages) == ("clean", 2)
    nothing_is_left_over(disk)


def test_a_slip_waits_for_its_bytes_and_keeps_its_tries(browser, draft, binh, disk, monkeypatch):
    monkeypatch.setattr(Slip, "max_attempts", 2)
    disk.fill()
    assert pages.submit(browser, draft).url == url("receipt", draft)
    work(times=4)
    slip = Slip.objects.get()
    assert (slip.dead_at, slip.attempts, slip.last_error) == (None, 0, "Hết chỗ lưu tệp.")
    address = reverse("slip", args=[slip.public_id])
    assert browser.get(address).status_code == 202
    disk.free()
    work()
    with closing(browser.get(address)) as shown:
        assert shown.headers["Content-Type"] == "application/pdf"


def test_twin_without_the_guard_the_slip_is_given_up(browser, draft, disk, monkeypatch):
    """The guard tells a full disk from a fault of the row (kinds.waited_out)."""
    monkeypatch.setattr(Slip, "max_attempts", 2)
    monkeypatch.setattr("dossiers.slips.files.waited_out", nullcontext)
    disk.fill()
    pages.submit(browser, draft)
    work(times=4)
    disk.free()
    work(times=4)
    assert Slip.objects.get().dead_at and not Slip.objects.get().stored_name


def test_twin_without_the_guard_a_full_disk_spoils_a_good_photo(browser, empty, disk, monkeypatch):
    """As libraries say it, the picture is broken: the guard is that they write to memory."""
    monkeypatch.setattr(jobs, "inside_child", True)
    monkeypatch.setattr(cleaning, "_clean_image", as_libraries_do)
    send(browser, empty, factories.an_upload("anh.jpg", factories.a_jpeg(300, 200)))
    disk.fill()
    work()
    assert empty.papers.get().state == CheckState.REFUSED


def as_libraries_do(path_in, path_out, kind, max_pixels, turn):
    from PIL import Image

    try:
        with Image.open(path_in) as image, open(path_out, "wb") as out:
            image.save(out, "JPEG")
            os.fsync(out.fileno())
    except OSError:
        raise kinds.FileRefused(cleaning.BROKEN) from None
    return 1


# The log


def our_handler():
    """The console handler of our settings, to what stands as sys.stderr now."""
    ours = DictConfigurator(deepcopy(settings.LOGGING))
    formats = ours.config["formatters"]
    for name, format_ in formats.items():
        formats[name] = ours.configure_formatter(format_)
    return ours.configure_handler(ours.config["handlers"]["console"])


@pytest.fixture
def full_log(monkeypatch):
    """Every line that is logged, and every trace of a failing handler, finds no room."""
    full = open("/dev/full", "w", buffering=1)
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", full)
        patch.setattr(logging.root, "handlers", [our_handler()])
        yield
    with suppress(OSError):
        full.close()  # what it holds finds no room now either


def test_a_log_that_cannot_be_written_breaks_no_page(browser, draft, full_log):
    missing = browser.get("/ho-so/khong-co/")
    assert missing.status_code == 404 and "Không tìm thấy" in text_of(missing)
    assert pages.submit(browser, draft).url == url("receipt", draft)
    assert Dossier.objects.get().code


def test_the_log_goes_on_in_the_same_process(tmp_path, monkeypatch):
    path = tmp_path / "portal.log"
    with open("/dev/full", "w", buffering=1) as stream, path.open("w") as roomy:
        monkeypatch.setattr(sys, "stderr", stream)
        log = logging.Logger("disk")
        log.addHandler(our_handler())
        for _ in range(20):
            log.error("lost: %s", "x" * 1000)
        os.dup2(roomy.fileno(), stream.fileno())
        log.error("there is room again")
        assert "ERROR disk there is room again" in path.read_text()
