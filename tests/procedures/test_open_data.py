"""/du-lieu-mo/: stable addresses, honest tags, nothing a spreadsheet would run."""

import csv
import io
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procedures.actions import publish, retire
from procedures.exchange import open_data
from procedures.models import Procedure
from tests.factories import MORNING
from tests.procedures.records import a_record

pytestmark = [pytest.mark.django_db, pytest.mark.both]
FILES = ["csv", "json", "jsonl"]


@pytest.fixture
def two(db):
    publish(a_record(summary="=1+1", keywords=["-1"]), by=None, at=MORNING)
    publish(a_record(code="1.000002", name="=cmd|' /C calc'!A0"), by=None, at=MORNING)


def get(client, ending, **headers):
    answer = client.get(f"/du-lieu-mo/thu-tuc.{ending}", headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body


def test_the_table_opens_in_excel(client, two):
    answer, body = get(client, "csv")
    assert body.startswith(b"\xef\xbb\xbf") and answer["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    first = rows[1]
    assert first["ma_thu_tuc"] == "1.001193" and first["muc_do"] == "4"
    assert first["thoi_han_truc_tuyen"] == "01 ngày làm việc"
    assert first["phi_truc_tuyen"] == "Lệ phí đăng ký khai sinh: 8000 đồng"
    assert list(first) == [column.name for column in open_data.COLUMNS]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "|x", "%x"])
def test_what_a_spreadsheet_would_run_is_text(text):
    assert open_data.guarded(text) == f"'{text}"


def test_a_name_that_would_run_is_guarded_in_the_table(client, two):
    assert "'=cmd|" in get(client, "csv")[1].decode()


def test_records_are_whole_but_for_the_inside_of_the_office(client, two):
    listed = json.loads(get(client, "json")[1])
    assert [one["code"] for one in listed] == ["1.000002", "1.001193"]
    assert listed[1]["cases"][0]["requirements"][0]["name"] == "Giấy chứng sinh"
    assert "process" not in listed[1] and listed[1]["page"].endswith("/thu-tuc/1.001193/")


def test_lines_say_the_same_as_the_list(client, two):
    lines = get(client, "jsonl")[1].splitlines()
    assert [json.loads(line) for line in lines] == json.loads(get(client, "json")[1])


def test_an_empty_portal_has_an_empty_list(client, db):
    assert json.loads(get(client, "json")[1]) == []


@pytest.mark.parametrize("ending", FILES)
def test_what_nobody_changed_is_not_sent_again(client, two, ending):
    tag = get(client, ending)[0]["ETag"]
    answer, body = get(client, ending, if_none_match=tag)
    assert (answer.status_code, body) == (304, b"")


@pytest.mark.parametrize("ending", FILES)
def test_a_new_version_has_a_new_tag(client, two, ending):
    tag = get(client, ending)[0]["ETag"]
    publish(a_record(summary="Khác"), by=None, at=MORNING)
    answer, body = get(client, ending, if_none_match=tag)
    assert answer.status_code == 200 and answer["ETag"] != tag


def test_an_end_counts_as_a_change_also_by_time(client, two):
    answer, _ = get(client, "json")
    retire(Procedure.objects.get(code="1.000002"), at=MORNING, decision_no="1/QĐ")
    again, body = get(client, "json", if_modified_since=answer["Last-Modified"])
    assert again.status_code == 200 and len(json.loads(body)) == 1


def test_the_second_reader_costs_one_query(client, two):
    get(client, "json")
    with CaptureQueriesContext(connection) as seen:
        get(client, "json")
    assert len(seen) == 1


def test_a_file_of_an_hour_ago_gives_way(client, two, settings):
    import os
    import time
    from pathlib import Path

    get(client, "json")
    (old,) = (Path(settings.PRIVATE_ROOT) / "open-data").iterdir()
    before = time.time() - 2 * 3600
    os.utime(old, (before, before))
    publish(a_record(summary="Khác"), by=None, at=MORNING + timedelta(days=1))
    get(client, "json")
    assert not old.exists()


def test_one_procedure_by_its_code(client, two):
    answer = client.get("/du-lieu-mo/thu-tuc/1.001193.json")
    assert answer.json()["name"] == "Đăng ký khai sinh"
    again = client.get(
        "/du-lieu-mo/thu-tuc/1.001193.json", headers={"if-none-match": answer["ETag"]}
    )
    assert again.status_code == 304


def test_a_retired_one_says_so(client, two):
    retire(Procedure.objects.get(code="1.000002"), at=MORNING, decision_no="7/QĐ")
    answer = client.get("/du-lieu-mo/thu-tuc/1.000002.json")
    assert (answer.status_code, answer.json()["decision_no"]) == (410, "7/QĐ")


@pytest.mark.parametrize("path", ["thu-tuc.xml", "thu-tuc.", "thu-tuc/1.json", "thu-tuc/%2e.json"])
def test_other_addresses_do_not_exist(client, db, path):
    assert client.get(f"/du-lieu-mo/{path}").status_code == 404


def test_the_page_explains_every_name_of_the_files(client, two, settings):
    settings.OPEN_DATA_LICENCE = "Giấy phép thử"
    page = client.get("/du-lieu-mo/").content.decode()
    record = json.loads(get(client, "json")[1])[0]
    paths = {meaning.path for meaning in open_data.dictionary()}
    assert set(record) <= paths and "cases[].requirements[].name" in paths
    assert all(f">{column.name}<" in page for column in open_data.COLUMNS)


def test_programs_of_other_pages_may_read_it(client, two):
    assert get(client, "json")[0]["Access-Control-Allow-Origin"] == "*"
