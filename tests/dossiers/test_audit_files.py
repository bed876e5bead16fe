"""Whoever changes or takes away a stored file is found: `verify_audit --files`."""

import hashlib
import io
import tracemalloc
import uuid
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.utils import timezone

from dossiers import actions, register
from dossiers.audit import stored
from dossiers.models import MessageFile, Paper, RegisterVolume, Result, Slip
from portal.lib import files
from tests import factories
from tests.dossiers import officer_pages as pages
from tests.dossiers.test_audit import verify
from tests.factories import MORNING

MODELS = (Slip, RegisterVolume, Result, Paper)


def store(row, content=b"%PDF-1.7 as issued\n%%EOF"):
    """As the worker does."""
    name = files.store_file(ContentFile(content, name="a.pdf"), "slips")
    digest = hashlib.sha256(content).hexdigest()
    type(row).objects.filter(pk=row.pk).update(
        stored_name=name, sha256=digest, size=len(content), done_at=timezone.now()
    )


@pytest.fixture
def issued(filed, lan, hung):
    """A dossier with its result, its slips and a volume of the register, all with their bytes."""
    pages.finished(filed, lan, hung)
    today = timezone.localdate()
    actions.issue_register(
        agency=filed.receiving_agency, period=register.Period(today, today), procedure=None,
        token=uuid.uuid4(), by=lan, at=timezone.now(),
    )  # fmt: skip
    for row in (*Slip.objects.all(), *RegisterVolume.objects.all()):
        store(row)
    filed.refresh_from_db()
    return filed


def path(row) -> Path:
    return Path(files.private_storage().path(row.stored_name))


def read(**asked):
    report = stored.Report()
    return list(stored.verify(report, **asked)), report


def test_what_is_as_recorded_has_nothing_to_tell(issued):
    found, report = read()
    number = sum(model.objects.exclude(sha256="").count() for model in MODELS)
    assert (found, report.files, report.missing, report.changed) == ([], number, 0, 0)
    assert all(model.objects.exclude(sha256="").exists() for model in MODELS)


@pytest.mark.parametrize("model", MODELS)
def test_one_byte_changed_is_found_and_named(issued, model):
    row = model.objects.exclude(sha256="").last()
    content = bytearray(path(row).read_bytes())
    content[len(content) // 2] ^= 1
    path(row).write_bytes(content)
    (one,), report = read()
    whose = row.agency.code if model is RegisterVolume else issued.code
    assert str(one) == (
        f"{whose}: {model._meta.db_table} dòng {row.pk}: tệp {row.stored_name} khác dấu đã ghi"
    )
    assert (report.missing, report.changed) == (0, 1)


@pytest.mark.parametrize("model", MODELS)
def test_a_file_that_is_gone_is_named(issued, model):
    row = model.objects.exclude(sha256="").last()
    path(row).unlink()
    (one,), report = read()
    assert one.what == f"tệp {row.stored_name} không còn"
    assert (report.missing, report.changed) == (1, 0)


def test_a_name_that_leads_out_of_the_folder_is_read_by_nobody(issued):
    Paper.objects.update(stored_name="../../../etc/passwd")
    (one, *_), _ = read()
    assert "không đọc được (SuspiciousFileOperation)" in one.what


def test_what_waits_for_its_bytes_is_not_missed(filed, lan):
    pages.accept(filed, lan)
    found, report = read()
    assert found == [] and report.files == Paper.objects.count()


def test_a_clean_copy_put_in_its_place_meanwhile_is_forgiven(issued, monkeypatch):
    paper = Paper.objects.last()
    before = stored._rows

    def late(kind, *asked):
        for row in before(kind, *asked):
            if kind.model is Paper and row["pk"] == paper.pk:
                row |= {"stored_name": "papers/da-thay.pdf"}
            yield row

    monkeypatch.setattr(stored, "_rows", late)
    assert read()[0] == []


def test_only_what_came_since(issued):
    Paper.objects.update(uploaded_at=MORNING - timedelta(days=400))
    path(Paper.objects.last()).unlink()
    assert read(since=timezone.localdate(MORNING))[0] == []
    assert len(read(since=date(2020, 1, 1))[0]) == 1


def test_a_sample_reads_so_many_of_each_kind(issued):
    assert Slip.objects.exclude(sha256="").count() > 1
    assert read(sample=1)[1].files == len(MODELS)


def test_a_large_file_never_lies_in_memory(issued):
    paper, size = Paper.objects.last(), 30_000_000
    path(paper).write_bytes(bytes(size))
    digest = hashlib.sha256(bytes(size)).hexdigest()
    Paper.objects.filter(pk=paper.pk).update(sha256=digest, size=size)
    tracemalloc.start()
    try:
        assert read()[0] == []
        assert tracemalloc.get_traced_memory()[1] < 3_000_000
    finally:
        tracemalloc.stop()


def test_files_of_messages_are_read_too(issued):
    actions.send_message(
        issued, body="Gửi thêm ảnh.", uploads=[factories.an_upload()], by=issued.submitter,
        token=uuid.uuid4(), at=timezone.now(), office=False,
    )  # fmt: skip
    row = MessageFile.objects.get()
    path(row).write_bytes(b"%PDF-1.7 another\n%%EOF")
    (one,), report = read()
    assert f"dossiers_messagefile dòng {row.pk}" in str(one) and report.changed == 1


# --- the command -----------------------------------------------------------------------------


def test_the_command_names_the_first_wrong_file_counts_and_fails(issued):
    slip, paper = Slip.objects.exclude(sha256="").first(), Paper.objects.last()
    path(slip).write_bytes(b"%PDF-1.7 something else\n%%EOF")
    path(paper).unlink()
    said, wrong, failed = verify("--files")
    assert wrong.splitlines() == [
        f"Tệp sai đầu tiên: {issued.code}: dossiers_slip dòng {slip.pk}: "
        f"tệp {slip.stored_name} khác dấu đã ghi",
        f"{issued.code}: dossiers_paper dòng {paper.pk}: tệp {paper.stored_name} không còn",
    ]
    assert "1 tệp không còn, 1 tệp khác dấu" in said and "2 chỗ không khớp" in failed


def test_files_are_read_only_when_asked_for(issued):
    path(Paper.objects.last()).unlink()
    said, _, failed = verify()
    assert failed == "" and "tệp" not in said


def test_the_command_is_content_with_honest_files(issued):
    said, wrong, failed = verify("--files")
    assert (wrong, failed) == ("", "") and "0 tệp không còn, 0 tệp khác dấu" in said
    assert said.endswith("Sổ đúng như lúc ghi.\n")


@pytest.mark.parametrize("number", ["-1", "0", "vài"])
def test_a_wrong_number_is_told(db, number):
    with pytest.raises(CommandError, match="không phải số tệp"):
        call_command("verify_audit", f"--files={number}", stdout=io.StringIO())
