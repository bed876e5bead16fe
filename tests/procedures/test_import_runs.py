"""A file on its way into the catalogue: read, decided, applied, taken over from dead workers."""

import io
from datetime import timedelta
from sqlite3 import connect

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.lib.outbox import LeaseLost, drain
from procedures.actions import imports as actions
from procedures.actions import publish, retire
from procedures.actions.imports import ImportRefused
from procedures.exchange import jobs, writing
from procedures.models import (
    Draft,
    ImportJob,
    ImportRow,
    ImportRun,
    Procedure,
    ProcedureVersion,
    SourceLine,
)
from procedures.records import record_of
from procedures.tasks import work_imports
from tests.factories import MORNING
from tests.procedures.generated_catalogue import records
from tests.procedures.imports import a_line, lines, read
from tests.procedures.imports import publish as taken

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FIVE = list(records(5))


def work_to_the_end():
    """As beat does it, with turns so short that each handles one chunk."""
    for _ in range(30):
        report = drain(
            ImportJob.objects.all(), lambda job: jobs.work(job, turn=timedelta(0)), limit=1
        )
        if not (report.done or report.retried):
            return


@pytest.fixture
def uploaded(cuc, db):
    """Five procedures of Cúc's, not read yet."""
    content = ContentFile(lines(*FIVE), name="nam.jsonl")
    return actions.start_import(content, by=cuc, at=MORNING)


@pytest.fixture
def run(uploaded):
    work_to_the_end()
    uploaded.refresh_from_db()
    return uploaded


def ask(run, cuc, mode="published", **options):
    return actions.ask_to_apply(run, mode=mode, by=cuc, at=MORNING, **options)


def counts():
    return (Procedure.objects.count(), ProcedureVersion.objects.count(), Draft.objects.count())


# --- reading --------------------------------------------------------------------------------------


def test_reading_changes_nothing_in_the_catalogue(run):
    assert (run.state, run.counts, run.total) == ("ready", {"new": 5}, 5)
    assert counts() == (0, 0, 0)


def test_the_file_is_kept_with_its_sum(run):
    assert len(run.sha256) == 64 and run.size == len(lines(*FIVE))


def test_each_fate_is_told(cuc):
    taken(lines(*FIVE))
    news = [FIVE[0], FIVE[1] | {"conditions": "Đổi"}, a_line(code="9.777777"), {"field": 1}]
    run = read(lines(*news), complete=True)
    assert run.counts == {
        "unchanged": 1, "changed": 1, "new": 1, "rejected": 1, "withdrawn": 3,
    }  # fmt: skip
    changed = run.rows.get(fate="changed")
    assert [change[:2] for change in changed.detail["changes"]] == [
        ["Yêu cầu, điều kiện thực hiện", "changed"]
    ]
    assert changed.base == Procedure.objects.get(code=changed.code).current


def test_a_long_texts_difference_is_shown_where_it_is():
    long = "chữ " * 2000
    taken(lines(a_line(conditions=long + "cũ")))
    row = read(lines(a_line(conditions=long + "mới"))).rows.get()
    (change,) = row.detail["changes"]
    assert change[2].endswith("cũ") and change[3].endswith("mới") and len(change[2]) < 400


def test_only_a_complete_file_withdraws():
    taken(lines(*FIVE))
    assert "withdrawn" not in read(lines(FIVE[0])).counts


def test_what_another_source_brought_is_not_withdrawn(cuc):
    taken(lines(*FIVE))
    own = {"record": record_of(Procedure.objects.get(code="9.000000").current), "eform": None}
    assert read(lines(own), complete=True).counts == {"unchanged": 1, "withdrawn": 0}


def test_a_code_twice_in_a_file_is_taken_once():
    run = read(lines(FIVE[0], FIVE[1], FIVE[0]))
    row = run.rows.get(fate="rejected")
    assert (row.line, row.detail["reasons"]) == (3, ["mã 9.000000 đã có ở dòng 1."])


def test_what_lacks_something_may_still_be_a_draft():
    line = a_line(executing_agencies=[], authority_agency="")
    row = read(lines(line)).rows.get()
    assert (row.fate, row.draftable) == ("rejected", True)
    assert row.detail["reasons"] == ["Cơ quan thực hiện: chưa có."]


# --- again ----------------------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing():
    taken(lines(*FIVE))
    before = counts()
    run = taken(lines(*FIVE))
    assert run.counts == {"unchanged": 5} and counts() == before


def test_also_without_remembering_what_the_source_said():
    taken(lines(*FIVE))
    SourceLine.objects.all().delete()
    assert read(lines(*FIVE)).counts == {"unchanged": 5}


def test_editors_work_outlives_a_line_that_did_not_change(cuc):
    taken(lines(*FIVE))
    procedure = Procedure.objects.get(code="9.000000")
    publish(record_of(procedure.current) | {"name": "Tên dễ hiểu hơn"}, by=cuc, at=MORNING)
    assert read(lines(*FIVE)).counts == {"unchanged": 5}


def test_a_procedure_editors_retired_is_not_brought_back_by_the_same_line():
    taken(lines(*FIVE))
    procedure = Procedure.objects.get(code="9.000000")
    retire(procedure, at=MORNING, decision_no="1/QĐ")
    run = taken(lines(*FIVE))
    procedure.refresh_from_db()
    assert run.counts == {"unchanged": 5} and procedure.current is None


# --- applying -------------------------------------------------------------------------------------


def test_publishing_waits_for_a_second_person(run, cuc, dung):
    ask(run, cuc)
    work_to_the_end()
    assert counts() == (0, 0, 0)
    with pytest.raises(ImportRefused, match="cần người thứ hai"):
        actions.approve_import(run, by=cuc, at=MORNING)
    actions.approve_import(run, by=dung, at=MORNING)
    work_to_the_end()
    run.refresh_from_db()
    version = ProcedureVersion.objects.first()
    assert (run.state, run.applied) == ("done", 5)
    assert (version.published_by, version.prepared_by) == (dung, cuc)


def test_who_uploaded_does_not_approve_what_another_asked_for(run, cuc, dung):
    ask(run, dung)
    with pytest.raises(ImportRefused, match="cần người thứ hai"):
        actions.approve_import(run, by=cuc, at=MORNING)


def test_without_the_guard_one_person_would_do_both(run, cuc, monkeypatch):
    """Twin: the database still holds one person back from approving what she asked for."""
    monkeypatch.setattr(actions, "hinders_approval", lambda run, user: None)
    ask(run, cuc)
    with pytest.raises(IntegrityError, match="import_second_person"), transaction.atomic():
        actions.approve_import(run, by=cuc, at=MORNING)


def test_drafts_are_each_reviewed_later(run, cuc):
    ask(run, cuc, "drafts")
    work_to_the_end()
    assert counts() == (0, 0, 5)
    assert {draft.created_by for draft in Draft.objects.all()} == {cuc}


def test_an_open_draft_is_not_overwritten(run, cuc):
    ask(run, cuc, "drafts")
    work_to_the_end()
    again = read(lines(*FIVE), by=cuc)
    ask(again, cuc, "drafts")
    work_to_the_end()
    again.refresh_from_db()
    assert (again.applied, again.skipped) == (0, 5)
    assert "đang có một bản soạn khác" in again.rows.first().outcome_reason


def test_a_version_that_came_meanwhile_is_not_overwritten(cuc, dung):
    taken(lines(*FIVE))
    run = read(lines(FIVE[0] | {"conditions": "Đổi"}), by=cuc)
    procedure = Procedure.objects.get(code="9.000000")
    publish(record_of(procedure.current) | {"summary": "Mới"}, by=dung, at=MORNING)
    ask(run, cuc)
    actions.approve_import(run, by=dung, at=MORNING)
    work_to_the_end()
    run.refresh_from_db()
    assert (run.applied, run.skipped) == (0, 1)
    assert "đã đổi từ khi đọc tệp" in run.rows.get().outcome_reason


def test_withdrawn_ones_end_only_when_ticked(cuc, dung):
    taken(lines(*FIVE))
    run = read(lines(FIVE[0]), by=cuc, complete=True)
    first, second = run.rows.filter(fate="withdrawn")[:2]
    ask(run, cuc, withdraw=[first.number], decision_no="12/QĐ-UBND")
    actions.approve_import(run, by=dung, at=MORNING)
    work_to_the_end()
    gone = Procedure.objects.get(code=first.code)
    assert (gone.current, gone.retired_by_decision) == (None, "12/QĐ-UBND")
    assert Procedure.objects.get(code=second.code).current is not None


def test_withdrawing_needs_a_decision(cuc):
    taken(lines(*FIVE))
    run = read(lines(FIVE[0]), complete=True)
    with pytest.raises(ImportRefused, match="số quyết định"):
        ask(run, cuc, withdraw=[run.rows.filter(fate="withdrawn").first().number])


def test_as_drafts_an_end_is_only_proposed(cuc):
    taken(lines(*FIVE))
    run = read(lines(*FIVE[:4]), by=cuc, complete=True)
    ask(run, cuc, "drafts", withdraw=[5], decision_no="12/QĐ-UBND")
    work_to_the_end()
    assert Draft.objects.get().kind == "retirement"
    assert Procedure.objects.published().count() == 5


def test_one_the_database_refuses_stops_nothing_else(run, cuc, dung, monkeypatch):
    """In the batch it fails all; one by one it fails alone."""
    from procedures.exchange import applying

    def grumpy(record, **options):
        if record["code"] == "9.000002":
            raise IntegrityError("no")
        return publish(record, **options)

    def broken(items, **options):
        raise IntegrityError("no")

    monkeypatch.setattr(applying, "publish_many", broken)
    monkeypatch.setattr(applying, "publish", grumpy)
    ask(run, cuc)
    actions.approve_import(run, by=dung, at=MORNING)
    work_to_the_end()
    run.refresh_from_db()
    assert (run.state, run.applied, run.skipped) == ("done", 4, 1)
    assert run.rows.get(outcome="skipped").code == "9.000002"


def test_nothing_is_applied_of_a_run_that_was_left(run, cuc, dung):
    ask(run, cuc)
    actions.discard_import(run, at=MORNING)
    with pytest.raises(ImportRefused, match="Đã bỏ"):
        actions.approve_import(run, by=dung, at=MORNING)


def test_what_was_given_back_is_asked_for_anew(run, cuc, dung):
    ask(run, cuc)
    actions.return_import(run)
    ask(run, cuc, "drafts")
    assert ImportRun.objects.get().state == "applying"


def test_a_run_without_news_cannot_be_applied(cuc):
    taken(lines(*FIVE))
    with pytest.raises(ImportRefused, match="không có gì để áp dụng"):
        ask(read(lines(*FIVE)), cuc)


# --- workers that die -----------------------------------------------------------------------------


def small_chunks(monkeypatch):
    monkeypatch.setattr(jobs, "CHUNK", 2)


def test_a_turn_ends_and_the_next_goes_on(uploaded, monkeypatch):
    small_chunks(monkeypatch)
    drain(ImportJob.objects.all(), lambda job: jobs.work(job, turn=timedelta(0)), limit=1)
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.done) == ("reading", 2)
    work_to_the_end()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.counts) == ("ready", {"new": 5})


def test_another_worker_takes_over_from_a_dead_one(uploaded, cuc, dung, monkeypatch):
    """It dies between two chunks of applying; its lease runs out; nothing happens twice."""
    small_chunks(monkeypatch)
    work_to_the_end()
    ask(uploaded, cuc)
    actions.approve_import(uploaded, by=dung, at=MORNING)
    (job,) = ImportJob.objects.claim(1, timedelta(minutes=5), timezone.now())
    jobs.work(job, turn=timedelta(0))
    ImportJob.objects.filter(pk=job.pk).update(
        lease_token="6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11",
        leased_until=timezone.now() - timedelta(minutes=1),
    )
    work_to_the_end()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.applied) == ("done", 5)
    assert ProcedureVersion.objects.count() == 5


def test_a_worker_that_was_overtaken_writes_nothing(uploaded, monkeypatch):
    small_chunks(monkeypatch)

    def overtaken(*args, **kwargs):
        ImportRun.objects.filter(pk=uploaded.pk).update(done=2)
        return []

    monkeypatch.setattr(jobs, "judge", overtaken)
    with pytest.raises(LeaseLost):
        jobs.work(ImportJob.objects.get(), turn=timedelta(0))
    assert not ImportRow.objects.exists()


def test_without_that_guard_rows_would_be_written_twice(uploaded, monkeypatch):
    """Twin: the overtaken worker writes the row that another has written."""
    unguarded = lambda run: ImportRun.objects.get(pk=run.pk)  # noqa: E731
    monkeypatch.setattr(jobs, "_mine", unguarded)
    jobs.work(ImportJob.objects.get(), turn=timedelta(0))
    assert ImportRow.objects.count() == 5
    stale = ImportRun.objects.get(pk=uploaded.pk)
    stale.state, stale.done = "reading", 0
    stale.save()
    with pytest.raises(IntegrityError):
        jobs.work(ImportJob.objects.get(), turn=timedelta(0))


def with_no_room(path):
    """A scratch file of SQLite's on a full disk: it fails as SQLite has it fail."""
    made = connect(path)
    made.execute("PRAGMA max_page_count = 1")
    return made


def test_a_full_disk_is_not_the_workbooks_fault(cuc, monkeypatch):
    file = io.BytesIO()
    writing.workbook(file)
    content = ContentFile(file.getvalue(), name="mau.xlsx")
    run = actions.start_import(content, by=cuc, at=MORNING)
    with monkeypatch.context() as patch:
        patch.setattr("procedures.exchange.sheets.sqlite3.connect", with_no_room)
        drain(ImportJob.objects.all(), jobs.work, limit=1)
    job = ImportJob.objects.get()
    run.refresh_from_db()
    assert (run.state, job.attempts, job.last_error) == ("reading", 0, "Hết chỗ lưu tệp.")


def test_beat_works_on_it(uploaded):
    work_imports()
    uploaded.refresh_from_db()
    assert uploaded.state == "ready"


def test_a_file_that_is_gone_is_a_sentence(uploaded):
    from portal.lib.files import private_storage

    private_storage().delete(uploaded.stored_name)
    work_to_the_end()
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.error) == ("failed", "Không còn tệp đã tải lên.")
