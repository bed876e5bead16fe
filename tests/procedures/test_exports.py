"""The whole catalogue as a file: asked for once, written by a worker, flat in memory."""

import gc
import io
import tracemalloc
from datetime import timedelta

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.lib.outbox import LeaseLost
from procedures import tasks
from procedures.actions import publish
from procedures.actions.bulk import publish_many
from procedures.actions.exports import ask_export, drop_old_exports
from procedures.exchange import exporting, writing
from procedures.models import Export, ProcedureVersion
from procedures.records import normal
from tests.factories import MORNING, SMALL_EFORM
from tests.house.english import english_words
from tests.procedures.records import a_record
from tests.procedures.test_exchange_formats import a_catalogue
from tests.procedures.test_import_pages import words

pytestmark = pytest.mark.django_db
PAGE = "/quan-tri/nhap-xuat/xuat/"


@pytest.fixture
def editor(client, cuc):
    client.force_login(cuc)
    return client


def made(kind):
    """Asked for and written."""
    export = ask_export(kind, key=exporting.key_now(kind), at=timezone.now())
    tasks.write_exports()
    export.refresh_from_db()
    return export


def fetched(client, export):
    answer = client.get(reverse("export-file", args=[export.pk]))
    return answer, b"".join(answer.streaming_content)


def test_an_editor_asks_waits_and_fetches(editor):
    a_catalogue()
    assert "Chưa có tệp nào." in words(editor.get(PAGE))
    page = editor.post(PAGE, {"dang": "jsonl"}, follow=True)
    assert "Đang chờ đến lượt tạo." in words(page)
    tasks.write_exports()
    page = words(editor.get(PAGE))
    assert "Tải tệp 10 thủ tục" in page and "Danh mục chưa đổi từ đó." in page
    answer, content = fetched(editor, Export.objects.get())
    assert content == b"".join(writing.lines()) and content.count(b"\n") == 10
    assert "attachment" in answer["Content-Disposition"] and ".jsonl" in str(answer.headers)


def test_the_workbook_opens(editor):
    a_catalogue()
    _, content = fetched(editor, made("xlsx"))
    assert openpyxl.load_workbook(io.BytesIO(content))["Thủ tục"].max_row == 11


def test_a_double_click_makes_one_file(editor):
    for _ in range(2):
        editor.post(PAGE, {"dang": "xlsx"})
    assert Export.objects.count() == 1


def test_a_changed_catalogue_has_another_file(editor):
    publish(a_record(), by=None, at=MORNING)
    made("jsonl")
    publish(a_record(summary="Khác"), by=None, at=MORNING)
    page = words(editor.get(PAGE))
    assert "Danh mục đã đổi từ đó." in page and "Tạo tệp mới" in page
    made("jsonl")
    assert Export.objects.count() == 2 and "chưa đổi" in words(editor.get(PAGE))


def test_how_far_it_is_stands_on_the_page(editor):
    Export.objects.create(key="xlsx-a", kind="xlsx", written=200, total=6000)
    page = editor.get(PAGE)
    assert "đã ghi 200 trên 6000 thủ tục" in words(page)
    assert 'data-hx-trigger="every 2s"' in editor.get(f"{PAGE}tien-do/").content.decode()


def test_one_that_failed_is_tried_anew(editor):
    export = ask_export("xlsx", key=exporting.key_now("xlsx"), at=timezone.now())
    Export.objects.filter(pk=export.pk).update(dead_at=timezone.now())
    assert "không thành" in words(editor.get(PAGE))
    editor.post(PAGE, {"dang": "xlsx"})
    assert Export.objects.get().dead_at is None


def test_a_worker_that_lost_its_lease_stops_writing():
    publish(a_record(), by=None, at=MORNING)
    ask_export("jsonl", key=exporting.key_now("jsonl"), at=timezone.now())
    (mine,) = Export.objects.claim(1, timedelta(minutes=1), timezone.now())
    Export.objects.update(lease_token=None, leased_until=None)
    with pytest.raises(LeaseLost):
        exporting.write(mine)
    assert Export.objects.get().stored_name == ""


@pytest.mark.parametrize("given", ["", "pdf", "../../x"])
def test_other_kinds_are_not_made(editor, given):
    assert editor.post(PAGE, {"dang": given}).status_code == 302
    assert not Export.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "lan"])
def test_nobody_else_gets_it(client, request, who):
    publish(a_record(), by=None, at=MORNING)
    export = made("jsonl")
    client.force_login(request.getfixturevalue(who))
    address = reverse("export-file", args=[export.pk])
    for one in (PAGE, f"{PAGE}tien-do/", address):
        assert client.get(one).status_code == 403
    assert client.post(PAGE, {"dang": "xlsx"}).status_code == 403


def test_one_that_is_not_there_yet_cannot_be_fetched(editor):
    export = ask_export("jsonl", key=exporting.key_now("jsonl"), at=timezone.now())
    assert editor.get(reverse("export-file", args=[export.pk])).status_code == 404


def test_old_files_go():
    made("jsonl")
    assert drop_old_exports(timezone.now()) == 0
    assert drop_old_exports(timezone.now() + timedelta(days=3)) == 1


def test_many_files_cost_no_more_queries_than_one(editor):
    publish(a_record(), by=None, at=MORNING)
    costs = []
    for count in (1, 20):
        for number in range(count):
            Export.objects.create(key=f"xlsx-{count}-{number}", kind="xlsx")
        with CaptureQueriesContext(connection) as seen:
            editor.get(PAGE)
        costs.append(len(seen))
    assert costs[1] <= costs[0] <= 6


def test_the_page_speaks_vietnamese(editor):
    publish(a_record(), by=None, at=MORNING)
    made("xlsx")
    editor.post(PAGE, {"dang": "jsonl"})
    assert not english_words(editor.get(PAGE).content.decode())


def test_a_batch_at_a_time_is_read_and_told(monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 4)
    a_catalogue()
    told = []
    list(writing.lines(lambda *where: told.append(where)))
    assert told == [(4, 10), (8, 10), (10, 10)]


def alike(count):
    """So many procedures of the same size."""
    items = [(normal(a_record(code=f"9.{n:06d}"))[0], SMALL_EFORM) for n in range(count)]
    publish_many(items, by=None, at=MORNING)


def drained(told):
    for _ in writing.lines(told=told):
        pass


def a_workbook(told):
    writing.workbook(io.BytesIO(), told=told)


WRITERS = pytest.mark.parametrize("write", [drained, a_workbook])


def most_held(write):
    """Versions in memory at once, looked at after each batch."""
    held = []

    def look(written, of):
        gc.collect()
        held.append(sum(type(one) is ProcedureVersion for one in gc.get_objects()))

    gc.collect()
    gc.freeze()  # what was there before is not looked at
    try:
        write(look)
    finally:
        gc.unfreeze()
    return max(held)


@WRITERS
def test_a_batch_of_the_catalogue_is_in_memory_and_no_more(monkeypatch, write):
    monkeypatch.setattr(writing, "BATCH", 5)
    alike(20)
    assert 0 < most_held(write) <= 5


@WRITERS
def test_in_one_batch_all_of_it_would_be(monkeypatch, write):
    """The twin: a batch as large as the catalogue."""
    monkeypatch.setattr(writing, "BATCH", 10_000)
    alike(20)
    assert most_held(write) == 20


@pytest.mark.soak
@WRITERS
def test_ten_times_the_procedures_need_no_more_bytes(monkeypatch, write):
    monkeypatch.setattr(writing, "BATCH", 10)
    alike(20)
    write(None)  # what stays: classes, plans of queries
    few = most_bytes(write)
    alike(200)
    assert most_bytes(write) < 1.3 * few


def most_bytes(write):
    """Held at once. Rows and what they hold point at each other: they are gone when somebody
    looks for garbage."""
    gc.collect()
    tracemalloc.start()
    try:
        write(lambda written, of: gc.collect())
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
