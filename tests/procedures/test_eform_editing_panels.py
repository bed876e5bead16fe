"""One question on its page: every property, rows and conditions, with and without scripts."""

import pytest

from procedures import actions
from procedures.eforms import check_definition, outline
from tests import factories
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.eform_desk import FORM, Desk, a_desk, controls, edited
from tests.procedures.eform_samples import EVERYTHING, fields_of
from tests.procedures.records import a_record
from tests.procedures.test_eform_editing import DEMO, read, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, cuc):
    return a_desk(client, cuc, FORM)


@pytest.fixture
def full(client, cuc):
    return a_desk(client, cuc, EVERYTHING)


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
        # Names of file formats and of units are the same in every language.
        assert english_words(page) <= {"m²", "CCCD", "DOCX", "XLSX", "ZIP"}, spec["key"]
        answer = full.client.post(full.at("-field", spec["key"]), controls(page) | {"viec": "luu"})
        assert answer.status_code == 302
    assert full.form() == EVERYTHING


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
