"""The list of an e-form's questions, where forms come from, the preview and what pages cost."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from procedures import actions
from procedures.eforms import check_definition, outline
from procedures.eforms.files import as_file
from procedures.general_form import GENERAL
from tests import factories
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.eform_desk import FORM, a_desk
from tests.procedures.eform_samples import EVERYTHING, fields_of
from tests.procedures.test_eform_editing import DEMO, read, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, cuc):
    return a_desk(client, cuc, FORM)


@pytest.fixture
def full(client, cuc):
    return a_desk(client, cuc, EVERYTHING)


# --- who ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "-start", "-preview", "-frame", "-file", "-trial", "-head"])
def test_only_editors_come_in(client, desk, binh, name):
    assert client.get(desk.at(name)).status_code == 200
    client.force_login(binh)
    assert client.get(desk.at(name)).status_code == 403
    client.logout()
    assert client.get(desk.at(name)).status_code == 302


# --- the list -----------------------------------------------------------------------------------


def test_every_question_is_on_the_list(full):
    page = full.get()
    for _, spec in outline.walk(EVERYTHING):
        assert spec["label"] in page
    assert "Hiện khi “Loại” là “Cấp lại”" in page
    assert english_words(page) == set()


def test_buttons_move_double_and_remove(desk):
    answer = desk.send("xuong:o:a")
    assert answer["Location"].endswith("#o-a")
    assert desk.keys() == ["b", "a", "c"]
    desk.send("doi:o:b")
    assert desk.keys() == ["b", "b_2", "a", "c"]
    assert desk.send("bo:o:b")["Location"].endswith("#o-b_2")
    desk.send("dat:o:c", noi="s:0")
    assert desk.keys() == ["c", "b_2", "a"]


def test_adding_a_question_of_each_type(desk):
    for kind in ("text", "table", "person", "choice", "note"):
        desk.send("them:o:s", kieu=kind, ten=f"Câu {kind}")
    assert desk.keys()[3:] == ["cau_text", "cau_table", "cau_person", "cau_choice", "cau_note"]
    assert check_definition(desk.form()) == []


def test_sections_come_and_go(desk):
    desk.send("them:phan", ten="Gia đình")
    desk.send("len:phan:gia_dinh")
    assert [s["key"] for s in desk.form()["sections"]] == ["gia_dinh", "s"]
    desk.send("doi:phan:s")
    assert len(desk.form()["sections"]) == 3
    desk.send("bo:phan:gia_dinh")
    assert [s["title"] for s in desk.form()["sections"]] == ["Phần", "Phần"]


def test_what_somebody_waits_for_is_asked_about_first(desk):
    page = desk.send("bo:o:a").content.decode()
    assert "Xóa câu hỏi “A”?" in page and "“C”" in page
    assert desk.keys() == ["a", "b", "c"]
    desk.send("bo-het:o:a")
    assert desk.keys() == ["b", "c"] and "show_if" not in desk.spec("c")


def test_undo_brings_it_back(desk):
    desk.send("bo:o:b")
    page = desk.get()
    assert "Vừa làm: Xóa câu hỏi “B”" in page
    desk.client.post(
        reverse("editor-undo", args=[desk.draft.pk]),
        {"revision": desk.seen()["revision"], "viec": "hoan-tac", "ve": desk.at()},
    )
    assert desk.keys() == ["a", "b", "c"]


def test_the_place_of_a_question_can_be_chosen(full):
    page = full.get(chuyen="mst")
    assert page.count('name="noi"') == 1
    assert "Gia đình: sau “Người cha”" in page and "(đang ở đây)" in page


@pytest.mark.parametrize(
    "button", ["", "len:o:khong_co", "len:x:a", "dat:o:a", "nổ:o:a", "len:o:a"]
)
def test_a_button_nobody_drew_changes_nothing(desk, button):
    desk.send(button, noi="khong_co:1")
    assert desk.form() == FORM


def test_a_draft_in_review_is_only_looked_at(desk, cuc):
    desk.draft = actions.submit_draft(desk.draft, revision=desk.draft.revision, by=cuc, at=MORNING)
    page = desk.get()
    assert "Chỉ xem" in page and "them:o:" not in page
    desk.send("xuong:o:a")
    assert desk.form() == FORM


# --- where forms come from ----------------------------------------------------------------------


def test_without_a_form_the_way_leads_to_the_start(client, cuc):
    desk = a_desk(client, cuc)
    assert client.get(desk.at())["Location"] == desk.at("-start")
    assert "tờ khai chung" in desk.get("-start")


@pytest.mark.parametrize(
    ("way", "keys"), [("trong", []), ("chung", ["nguoi_nop", "de_nghi", "ghi_chu"])]
)
def test_from_nothing_and_from_the_general_form(client, cuc, way, keys):
    desk = a_desk(client, cuc)
    desk.send(way, "-start")
    assert desk.keys() == keys
    desk.get()
    assert desk.form()["title"] == ("Đăng ký khai sinh" if way == "trong" else GENERAL["title"])


def test_from_another_procedure(desk, client):
    version = factories.a_procedure(code="2.000635").current
    type(version).objects.filter(pk=version.pk).update(eform=EVERYTHING)
    page = desk.get("-start", tu="2.000635")
    assert "chep:2.000635" in page
    desk.send("chep:2.000635", "-start")
    assert desk.form() == EVERYTHING


@pytest.mark.parametrize("path", DEMO[:2], ids=lambda path: path.stem)
def test_down_as_a_file_and_up_again(desk, path):
    upload = SimpleUploadedFile("mau.json", as_file(read(path)))
    desk.send("tep", "-start", tep=upload)
    assert desk.form() == read(path)
    answer = desk.client.get(desk.at("-file"))
    assert json.loads(answer.content) == read(path)
    assert answer["Content-Disposition"].startswith("attachment")


def test_a_hostile_file_is_refused_with_its_reason(desk):
    cycle = fields_of(text("a", show_if={"field": "a", "filled": True}))
    answer = desk.send("tep", "-start", tep=SimpleUploadedFile("x.json", as_file(cycle)))
    assert "vòng lặp" in answer.content.decode()
    assert desk.form() == FORM


def test_back_to_the_general_form(desk):
    desk.send("bo", "-start")
    assert desk.form() is None


# --- the preview --------------------------------------------------------------------------------


def test_the_inner_page_may_be_framed_by_us_and_only_it(full):
    inner = full.client.get(full.at("-frame"))
    assert inner["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in inner["Content-Security-Policy"]
    outer = full.client.get(full.at())
    assert outer["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in outer["Content-Security-Policy"]
    page = inner.content.decode()
    assert "<form" not in page and 'id="id_ho_ten"' in page


def test_a_half_written_form_is_still_shown(desk):
    desk.send("them:phan", ten="Chưa có gì")
    desk.send("dat:o:a", noi="s:2")  # now behind “c”, whose condition asks it
    assert check_definition(desk.form()) != []
    page = desk.get("-frame")
    assert 'id="id_c"' in page and "Chưa có gì" not in page


@pytest.mark.parametrize("odd", [[], "x", {"sections": 3}, {"sections": [{"key": "a"}]}])
def test_a_form_nobody_can_read_leads_to_a_new_start(client, cuc, odd):
    desk = a_desk(client, cuc, odd or {"a": []})
    assert client.get(desk.at())["Location"] == desk.at("-start")
    desk.get("-frame")


def test_labels_are_escaped(client, cuc):
    evil = "<script>alert(1)</script>\"'>"
    desk = a_desk(client, cuc, fields_of(text("a", label=evil, help=evil)))
    for page in (desk.get(), desk.get("-field", "a"), desk.get("-frame")):
        assert "<script>alert" not in page


# --- cost ---------------------------------------------------------------------------------------


def test_a_long_form_costs_no_more_queries_than_a_short_one(client, cuc):
    counts = []
    for at, size in enumerate((2, 60)):
        form = fields_of(*(text(f"f{i}") for i in range(size)))
        desk = a_desk(client, cuc, form, code=f"1.00000{at}")
        for name, *keys in (("",), ("-field", "f1"), ("-frame",), ("-trial",)):
            with CaptureQueriesContext(connection) as seen:
                desk.get(name, *keys)
            counts.append((name, len(seen)))
    assert counts[:4] == counts[4:]
    assert max(count for _, count in counts) <= 6
