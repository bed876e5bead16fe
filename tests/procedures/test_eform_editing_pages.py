"""The pages of the e-form editor, by plain POSTs as without scripts."""

import json
import re

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
from tests.procedures.eform_samples import EVERYTHING, fields_of
from tests.procedures.records import a_record
from tests.procedures.test_eform_editing import DEMO, read, text

pytestmark = pytest.mark.django_db

FORM = fields_of(text("a"), text("b"), text("c", show_if={"field": "a", "filled": True}))


class Desk:
    """One editor at one draft's e-form."""

    def __init__(self, client, draft):
        self.client, self.draft = client, draft

    def at(self, name="", *keys):
        return reverse(f"editor-eform{name}", args=[self.draft.pk, *keys])

    def get(self, name="", *keys, **query):
        answer = self.client.get(self.at(name, *keys), query)
        assert answer.status_code == 200
        return answer.content.decode()

    def send(self, button, name="", *keys, script=False, **data):
        """As from a page opened now."""
        return self.send_from(self.seen(), button, name, *keys, script=script, **data)

    def seen(self):
        self.draft.refresh_from_db()
        change = self.draft.changes.get(number=self.draft.step)
        return {"revision": self.draft.revision, "goc": change.pk}

    def send_from(self, seen, button, name="", *keys, script=False, **data):
        headers = {"X-Requested-With": "fetch"} if script else {}
        body = {**seen, "viec": button, **data}
        return self.client.post(self.at(name, *keys), body, headers=headers)

    def form(self):
        self.draft.refresh_from_db()
        return self.draft.eform

    def spec(self, key):
        return outline.specs_of(self.form())[key]

    def keys(self):
        return list(outline.specs_of(self.form()))


def a_desk(client, user, eform=None, **record):
    draft = actions.new_draft(a_record(**record), by=user, at=MORNING, eform=eform)
    client.force_login(user)
    return Desk(client, draft)


@pytest.fixture
def desk(client, cuc):
    return a_desk(client, cuc, FORM)


@pytest.fixture
def full(client, cuc):
    return a_desk(client, cuc, EVERYTHING)


def controls(html):
    """What a browser would send back of the panel's form if nothing were changed."""
    from html.parser import HTMLParser

    class Reader(HTMLParser):
        data, inside, area, select = {}, False, None, None

        def handle_starttag(self, tag, attrs):
            attrs = dict(attrs)
            if tag == "form":
                self.inside = attrs.get("id") == "ef-o"
            name = attrs.get("name")
            if not self.inside:
                return
            if tag == "input" and name and name != "csrfmiddlewaretoken":
                if attrs.get("type") not in ("checkbox", "radio") or "checked" in attrs:
                    other = "on" if attrs.get("type") == "checkbox" else ""
                    self.data.setdefault(name, []).append(attrs.get("value", other))
            if tag == "textarea":
                self.area = name
                self.data.setdefault(name, []).append("")
            if tag == "select":
                self.select = name
            if tag == "option" and self.select and "selected" in attrs:
                self.data.setdefault(self.select, []).append(attrs["value"])

        def handle_data(self, content):
            if self.area:
                self.data[self.area][-1] += content

        def handle_endtag(self, tag):
            if tag == "textarea":
                self.data[self.area][-1] = self.data[self.area][-1].removeprefix("\n")
                self.area = None
            if tag == "form":
                self.inside = False

    reader = Reader()
    reader.data = {}
    reader.feed(html)
    return reader.data


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


# --- one question -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("path", [DEMO[0], DEMO[-1]], ids=lambda path: path.stem)
def test_saving_a_panel_untouched_changes_nothing(client, cuc, path):
    """Each question, section and column of two demo forms, as a browser would send it back."""
    desk = a_desk(client, cuc, read(path))
    places = [("-head",)]
    for section in desk.form()["sections"]:
        places.append(("-section", section["key"]))
        for spec in section["fields"]:
            places.append(("-field", spec["key"]))
            places += [("-column", spec["key"], c["key"]) for c in spec.get("columns", ())]
    for name, *keys in places:
        data = controls(desk.get(name, *keys))
        answer = desk.client.post(desk.at(name, *keys), data | {"viec": "luu"})
        assert answer.status_code == 302, answer.content.decode()
        form = desk.form()
        assert form == read(path), (name, keys)
    assert desk.draft.revision == 1


def test_every_type_has_a_panel_without_english(full):
    for _, spec in outline.walk(EVERYTHING):
        page = full.get("-field", spec["key"])
        assert english_words(page) <= {"m²"}, spec["key"]
        answer = full.client.post(full.at("-field", spec["key"]), controls(page) | {"viec": "luu"})
        assert answer.status_code == 302
    assert full.form() == EVERYTHING


def edited(desk, key, button="luu", **data):
    sent = controls(desk.get("-field", key)) | {"viec": button} | data
    return desk.client.post(desk.at("-field", key), sent)


def test_label_help_and_limits_are_set(full):
    new = {"label": "Diện tích đất", "min": "10", "max": "1.000,5", "unit": "ha", "decimals": "1"}
    edited(full, "dien_tich", **new, help="Theo sổ.", required="on")
    spec = full.spec("dien_tich")
    assert (spec["label"], spec["min"], spec["max"]) == ("Diện tích đất", 10, 1000.5)
    assert (spec["unit"], spec["required"], spec["decimals"]) == ("ha", True, 1)
    edited(full, "ngay", min="hôm nay - 18 năm", max="31/12/2030")
    assert (full.spec("ngay")["min"], full.spec("ngay")["max"]) == ("today-18y", "2030-12-31")
    edited(full, "ho_ten", pattern="", prefill="", max_length="60")
    assert "pattern" not in full.spec("ho_ten") and full.spec("ho_ten")["max_length"] == 60


@pytest.mark.parametrize(
    ("key", "data", "sentence"),
    [
        ("ho_ten", {"label": " "}, "Hãy nhập câu hỏi"),
        ("dien_tich", {"min": "nhiều"}, "Hãy nhập một số"),
        ("dien_tich", {"min": "9", "max": "1"}, "nhỏ hơn số nhỏ nhất"),
        ("ngay", {"max": "hôm kia"}, "Hãy ghi một ngày"),
        ("ho_ten", {"max_length": "99999"}, "20000"),
        ("con", {"min_rows": "9"}, "nhỏ hơn số dòng ít nhất"),
        ("cha", {"ph-hoi": []}, "ít nhất một thông tin"),
        ("loai", {"lc-label": ["", ""]}, "ít nhất một lựa chọn"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_saved(full, key, data, sentence):
    page = edited(full, key, **data).content.decode()
    assert sentence in page and 'role="alert"' in page
    assert full.form() == EVERYTHING


def test_options_are_added_moved_and_taken_away(full):
    new = {"lc-value": ["moi", "lai", ""], "lc-label": ["Cấp mới", "Cấp lại", "Đổi"]}
    edited(full, "loai", "them:lc:", **new)
    assert [o["value"] for o in full.spec("loai")["options"]] == ["moi", "lai", "doi"]
    edited(full, "loai", "len:lc:2")
    assert [o["value"] for o in full.spec("loai")["options"]] == ["moi", "doi", "lai"]
    edited(full, "loai", "bo:lc:0")
    edited(full, "loai", "dan:lc:", **{"lc-dan": "Một\n\nHai  lần\n"})
    assert [o["label"] for o in full.spec("loai")["options"]] == [
        "Đổi",
        "Cấp lại",
        "Một",
        "Hai lần",
    ]


def test_an_option_keeps_its_value_under_a_new_name(full):
    edited(full, "loai", **{"lc-value": ["moi", "lai"], "lc-label": ["Cấp lần đầu", "Cấp lại"]})
    assert full.spec("loai")["options"][0] == {"value": "moi", "label": "Cấp lần đầu"}


def test_parts_are_chosen_and_moved(full):
    edited(full, "cha", "len:ph:1", **{"ph-can": ["full_name"]})
    assert full.spec("cha")["parts"][:2] == ["birth_date", "full_name"]
    assert full.spec("cha")["required_parts"] == ["full_name"]


def test_columns_are_added_edited_and_taken_away(full):
    edited(full, "con", "them:cot:", **{"cot-ten": "Quê quán", "cot-kieu": "text"})
    sent = controls(full.get("-column", "con", "que_quan")) | {"label": "Quê", "viec": "luu"}
    full.client.post(full.at("-column", "con", "que_quan"), sent)
    edited(full, "con", "len:cot:que_quan")
    edited(full, "con", "bo:cot:sinh")
    assert [c["label"] for c in full.spec("con")["columns"]] == ["Tên", "Quê", "Ở cùng"]
    assert check_definition(full.form()) == []


def test_a_condition_is_chosen_without_scripts(full):
    edited(full, "dien_thoai", "them:dk:moi", **{"dk-moi-moi": "loai"})
    assert full.spec("dien_thoai")["show_if"] == {"field": "loai", "equals": "moi"}
    edited(full, "dien_thoai", "them:dk:0", **{"dk-moi-0": "co_no"})
    edited(full, "dien_thoai", "them:dk:moi", **{"dk-moi-moi": "ho_ten"})
    edited(
        full,
        "dien_thoai",
        **{"dk-mode": "any", "dk-0-0-la": "is_not", "dk-1-0-la": "is"},
        **{"dk-0-0-gt": ["moi", "lai"], "dk-1-0-gt": "An"},
    )
    not_these = {"not": {"field": "loai", "in": ["moi", "lai"]}}
    assert full.spec("dien_thoai")["show_if"] == {
        "any": [
            {"all": [not_these, {"field": "co_no", "equals": True}]},
            {"field": "ho_ten", "equals": "An"},
        ]
    }
    page = full.get("-field", "dien_thoai")
    assert "Hiện khi (“Loại” không phải là “Cấp mới” hoặc “Cấp lại” và" in page
    edited(full, "dien_thoai", "bo:dk:0:0")
    edited(full, "dien_thoai", "bo:dk:0:0")
    edited(full, "dien_thoai", "bo:dk:0:0")
    assert "show_if" not in full.spec("dien_thoai")


def test_a_condition_written_by_hand_is_kept_or_taken_away(client, cuc):
    deep = {"not": {"any": [{"field": "a", "filled": True}]}}
    desk = a_desk(client, cuc, fields_of(text("a"), text("b", show_if=deep)))
    edited(desk, "b", label="Khác")
    assert desk.spec("b")["show_if"] == deep
    edited(desk, "b", **{"dk-bo": "1"})
    assert "show_if" not in desk.spec("b")


def test_type_and_key_have_buttons_of_their_own(desk):
    answer = desk.send("kieu", "-field", "b", type="yes_no")
    assert desk.spec("b")["type"] == "yes_no"
    answer = desk.send("khoa", "-field", "b", key="ho_ten")
    assert answer["Location"] == desk.at("-field", "ho_ten")
    page = desk.send("khoa", "-field", "ho_ten", key="Sai khóa").content.decode()
    assert "Khóa bắt đầu bằng chữ cái" in page


def test_a_key_of_the_version_in_force_stays(client, cuc):
    version = factories.a_procedure(code="2.000635").current
    type(version).objects.filter(pk=version.pk).update(eform=FORM)
    version.refresh_from_db()
    draft = actions.new_draft(
        a_record(code="2.000635"), by=cuc, at=MORNING, eform=FORM, base=version
    )
    client.force_login(cuc)
    desk = Desk(client, draft)
    assert "nên không đổi được" in desk.get("-field", "a")
    page = desk.send("khoa", "-field", "a", key="khac").content.decode()
    assert "hồ sơ trước dùng khóa này" in page
    assert desk.keys() == ["a", "b", "c"]


# --- with scripts -------------------------------------------------------------------------------


def test_saving_while_writing_answers_what_editing_js_reads(desk):
    data = controls(desk.get("-field", "a"))
    seen = {name: data.pop(name) for name in ("revision", "goc")}
    answer = desk.send_from(
        seen, "luu", "-field", "a", script=True, **(data | {"label": "Họ tên:"})
    )
    told = answer.json()
    assert told["revision"] == 2 and told["problems"] == [] and told["base"]
    assert "bỏ dấu “:” ở cuối tên" in told["fragments"]["o-nhac"]
    assert "o-than" not in told["fragments"]
    refused = desk.send("luu", "-field", "a", script=True, label="")
    assert refused.status_code == 422
    assert refused.json()["problems"] == [{"field": "label", "sentence": "Hãy nhập câu hỏi."}]


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


@pytest.mark.both
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


# --- two editors --------------------------------------------------------------------------------


def test_two_editors_at_different_questions_keep_both(desk, dung, client):
    seen = desk.seen()
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    answer = desk.send_from(seen, "xuong:o:b")
    page = answer.content.decode()
    assert answer.status_code == 409 and "Hai người cùng sửa biểu mẫu" in page
    assert "gộp lại thì giữ được cả hai" in page
    desk.client.post(desk.at("-merge"), hidden(page))
    assert desk.keys() == ["a", "c", "b"] and desk.spec("a")["label"] == "Của Dũng"


@pytest.mark.parametrize(("pick", "label"), [("ho", "Của Dũng"), ("toi", "Của Cúc")])
def test_two_editors_at_one_question_choose(desk, dung, pick, label):
    data = controls(desk.get("-field", "a"))
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    sent = data | {"label": "Của Cúc", "viec": "luu"}
    assert (
        desk.client.post(
            desk.at("-field", "a"), sent, headers={"X-Requested-With": "fetch"}
        ).status_code
        == 409
    )
    page = desk.client.post(desk.at("-field", "a"), sent).content.decode()
    assert "Câu hỏi: Của Dũng" in page and "Câu hỏi: Của Cúc" in page
    unanswered = desk.client.post(desk.at("-merge"), hidden(page))
    assert "Hãy chọn cho từng chỗ khác nhau" in unanswered.content.decode()
    desk.client.post(desk.at("-merge"), hidden(page) | {"chon-o:a": pick})
    assert desk.spec("a")["label"] == label


def test_without_looking_at_the_revision_a_change_is_lost(desk, dung, monkeypatch):
    """The twin: what the two tests above guard against."""
    seen = desk.seen()
    actions.save_draft(desk.draft, revision=1, by=dung, at=MORNING, eform=changed("a", "Của Dũng"))
    monkeypatch.setattr(
        "procedures.views.editor.eform_base.number",
        lambda request, name: 2 if name == "revision" else 0,
    )
    monkeypatch.setattr("procedures.views.editor.eform_base.form_of", lambda draft: FORM)
    desk.send_from(seen, "xuong:o:b")
    assert desk.spec("a")["label"] == "A"


def changed(key, label):
    form = json.loads(json.dumps(FORM))
    outline.specs_of(form)[key]["label"] = label
    return form


def hidden(page):
    from html import unescape

    found = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}
