"""The editors' pages of files coming in and going out."""

import re

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures.models import ImportRun, Procedure
from tests.factories import a_procedure
from tests.house.english import english_words
from tests.procedures.generated_catalogue import records
from tests.procedures.imports import a_line, lines, publish, read
from tests.procedures.test_import_runs import work_to_the_end

pytestmark = pytest.mark.django_db
HOME = "/quan-tri/nhap-xuat/"


@pytest.fixture
def editor(client, cuc):
    client.force_login(cuc)
    return client


def at(run, what="", **kw):
    return reverse(f"import-{what or 'run'}", args=[run.public_id, *kw.values()])


def words(response):
    text = response.content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text[text.index("<main") :]))


def a_run(count=3, **options):
    return read(lines(*records(count), {"field": 1}), **options)


def test_a_file_goes_all_the_way(editor, client, cuc, dung):
    upload = ContentFile(lines(*records(3)), name="danh-muc.jsonl")
    page = editor.post(HOME, {"file": upload, "complete": "on"}, follow=True)
    assert "Tệp đang chờ được đọc." in words(page)
    work_to_the_end()
    run = ImportRun.objects.get()
    assert run.complete and run.created_by == cuc
    page = editor.post(at(run, "apply"), {"mode": "published"}, follow=True)
    assert "Chờ người thứ hai duyệt" in words(page)
    assert "cần người thứ hai" in words(editor.get(at(run)))
    client.force_login(dung)
    page = client.post(at(run, "approve"), follow=True)
    assert "Đang áp dụng" in words(page)
    work_to_the_end()
    assert "Đã áp dụng xong" in words(client.get(at(run)))
    assert Procedure.objects.published().count() == 3


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("", b"", "Hãy chọn tệp danh mục."),
        ("a.exe", b"x", "Chỉ nhận tệp .jsonl, .json hoặc .xlsx."),
        ("a.jsonl", b"", "Tệp trống."),
    ],
)
def test_what_is_wrong_with_an_upload_is_said_at_its_field(editor, name, content, sentence):
    data = {"file": ContentFile(content, name=name)} if name else {}
    page = editor.post(HOME, data)
    text = page.content.decode()
    assert page.status_code == 200 and f'<a href="#id_file">{sentence}' in text.replace("\n", "")


def test_rejected_rows_are_shown_with_line_and_reason(editor):
    page = words(editor.get(at(a_run()) + "?loai=tu-choi"))
    assert "không nhận ra dạng dữ liệu của dòng này" in page


def test_a_changed_row_shows_what_is_different(editor):
    publish(lines(a_line()))
    run = read(lines(a_line(conditions="Điều kiện mới")))
    page = words(editor.get(at(run, "row", number=1)))
    assert "Yêu cầu, điều kiện thực hiện" in page and "Điều kiện mới" in page


def test_a_row_of_scripts_is_text(editor):
    run = read(lines(a_line(name="<script>x()</script>")))
    for address in (at(run), at(run, "row", number=1)):
        assert "<script>x()" not in editor.get(address).content.decode()


def test_withdrawn_ones_are_ticked_with_a_decision(editor):
    publish(lines(*records(3)))
    run = read(lines(*records(2)), complete=True)
    page = editor.post(at(run, "apply"), {"mode": "published", "withdraw": ["3"]})
    assert "Hãy ghi số quyết định bãi bỏ" in words(page)
    editor.post(at(run, "apply"), {"mode": "published", "withdraw": ["3"], "decision_no": "1/QĐ"})
    run.refresh_from_db()
    assert (run.state, run.rows.get(number=3).chosen) == ("review", True)


def test_work_in_progress_comes_again_with_and_without_scripts(editor):
    run = a_run()
    ImportRun.objects.update(state="applying", mode="drafts", done=1)
    page = editor.get(at(run)).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page and 'hx-trigger="every 2s"' in page
    part = editor.get(at(run, "progress"))
    assert "đã xong 1 trên 4" in words_of_part(part) and "HX-Refresh" not in part
    ImportRun.objects.update(state="done")
    assert editor.get(at(run, "progress"))["HX-Refresh"] == "true"


def words_of_part(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("step", ["apply", "approve", "return", "discard"])
def test_steps_whose_time_has_gone_say_so(editor, step):
    run = a_run()
    ImportRun.objects.update(state="done", mode="drafts")
    page = editor.post(at(run, step), {"mode": "drafts"}, follow=True)
    assert "đang ở tình trạng “Đã áp dụng”" in words(page)


def test_left_runs_change_nothing(editor):
    run = a_run()
    assert "Bỏ lần nhập này?" in words(editor.get(at(run, "discard")))
    page = editor.post(at(run, "discard"), follow=True)
    assert "Đã bỏ lần nhập này" in words(page) and not Procedure.objects.exists()


def test_the_template_is_a_workbook(editor):
    answer = editor.get(reverse("import-template"))
    assert answer.content[:2] == b"PK" and ".xlsx" in answer["Content-Disposition"]


@pytest.mark.parametrize("who", ["stranger", "lan"])
def test_nobody_else_comes_in(client, request, who):
    client.force_login(request.getfixturevalue(who))
    run = a_run()
    for address in (HOME, at(run), at(run, "apply"), reverse("exports")):
        assert client.get(address).status_code == 403
    assert client.post(at(run, "approve")).status_code == 403


def test_fifty_rows_cost_no_more_queries_than_one(editor):
    costs = []
    for count in (1, 50):
        run = a_run(count)
        with CaptureQueriesContext(connection) as seen:
            editor.get(at(run))
        costs.append(len(seen))
    assert costs[1] <= costs[0] and costs[0] <= 10


def test_no_english_is_left(editor):
    publish(lines(a_line()))
    run = read(lines(a_line(conditions="Đổi")), complete=True)
    pages = [HOME, at(run), at(run, "row", number=1), at(run, "apply"), at(run, "discard")]
    found = [english_words(editor.get(page).content.decode()) for page in pages]
    # Names and values in the data itself are no words of the page.
    text = editor.get("/du-lieu-mo/").content.decode()
    text = re.sub(r'<table.*?</table>|<span class="code">.*?</span>', "", text, flags=re.S)
    names_of_files = {"muc", "tuc", "csv"}
    assert set().union(*found, english_words(text)) - names_of_files == set()


def test_the_menu_leads_here(editor):
    a_procedure()
    assert f'href="{HOME}"' in editor.get("/quan-tri/").content.decode()
