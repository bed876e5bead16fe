"""Filing a draft's form for a try: as real as can be, and nothing of it stays."""

import re

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from dossiers import trial
from portal.lib import slots
from procedures import actions
from procedures.eforms import problems
from procedures.eforms.sample import sample_answers
from procedures.eforms.workbench.trial import Said
from tests import factories
from tests.factories import MORNING
from tests.house.english import english_words
from tests.procedures.eform_samples import EVERYTHING, fields_of, two_provinces
from tests.procedures.records import a_record
from tests.procedures.test_eform_editing import DEMO, read, text

pytestmark = pytest.mark.django_db

TWO = {
    "title": "Tờ khai",
    "sections": [
        {"key": "mot", "title": "Phần một", "fields": [
            text("ten", required=True),
            {"key": "co", "type": "yes_no", "label": "Có con", "required": True},
        ]},
        {"key": "hai", "title": "Phần hai", "show_if": {"field": "co", "equals": True}, "fields": [
            {"key": "anh", "type": "file", "label": "Ảnh", "required": True, "accept": ["pdf"]},
        ]},
    ],
}  # fmt: skip


class Filler:
    def __init__(self, client, draft):
        self.client, self.address = client, reverse("editor-eform-trial", args=[draft.pk])
        self.page = client.get(self.address).content.decode()

    def press(self, button, **data):
        carried = re.search(r'name="da_khai" value="([^"]*)"', self.page)[1]
        body = {"viec": button, "da_khai": carried, **data}
        answer = self.client.post(self.address, body)
        assert answer.status_code == 200
        self.page = answer.content.decode()
        return self.page


def a_filler(client, user, eform, **record):
    draft = actions.new_draft(a_record(**record), by=user, at=MORNING, eform=eform)
    client.force_login(user)
    return Filler(client, draft)


def everything_kept():
    """Every row of every table, and every file."""
    rows = {
        model._meta.label: list(model._base_manager.order_by("pk").values_list())
        for model in apps.get_models()
        if model._meta.managed and model._meta.label != "outbox_app.Row"
    }
    folder = settings.PRIVATE_ROOT
    return rows, sorted(folder.rglob("*")) if folder.exists() else []


def test_a_whole_filing_leaves_nothing(client, cuc):
    filler = a_filler(client, cuc, TWO)
    before = everything_kept()
    filler.press("bat-dau")
    filler.press("phan:mot", ten="Nguyễn An", co="true")
    upload = SimpleUploadedFile("anh.pdf", b"%PDF-1.7 " + b"x" * 3_000_000)
    filler.press("phan:hai", anh=upload)
    assert "Giấy chứng sinh" in filler.page and "bắt buộc" in filler.page
    filler.press("giay-to", co=["giay-chung-sinh"])
    assert "Nguyễn An" in filler.page and "anh.pdf" in filler.page
    filler.press("nop")
    assert "Hồ sơ này sẽ được nhận" in filler.page
    assert everything_kept() == before


def test_a_trial_that_stored_something_would_be_seen(client, cuc, monkeypatch):
    """The twin: what the comparison above is good for."""
    filler = a_filler(client, cuc, TWO)
    before = everything_kept()
    monkeypatch.setattr(
        "procedures.eforms.workbench.trial.Said.packed",
        lambda said: str(factories.a_person("Ai đó", "ai@example.vn").pk),
    )
    filler.press("bat-dau")
    assert everything_kept() != before


def test_no_english_on_the_way(client, cuc):
    filler = a_filler(client, cuc, TWO)
    filler.press("dien-thu")
    pages = [filler.page, filler.press("sua:mot"), filler.press("sua:giay-to"), filler.press("nop")]
    assert set().union(*map(english_words, pages)) <= {"đ"}


def test_what_is_wrong_is_said_as_to_a_citizen(client, cuc):
    filler = a_filler(client, cuc, TWO)
    filler.press("bat-dau")
    page = filler.press("phan:mot", ten="", co="true")
    assert "Hãy nhập “TEN”." in page and 'role="alert"' in page
    page = filler.press("phan:mot", ten="An", co="true")
    page = filler.press("phan:hai", anh=SimpleUploadedFile("a.exe", b"MZ"))
    assert "không thuộc loại được nhận" in page


def test_a_section_ruled_out_is_not_asked(client, cuc):
    filler = a_filler(client, cuc, TWO)
    filler.press("bat-dau")
    page = filler.press("phan:mot", ten="An", co="false")
    assert "Phần hai" not in page and "Giấy tờ sẽ được yêu cầu" in page


def test_missing_papers_keep_it_from_being_received(client, cuc):
    filler = a_filler(client, cuc, TWO)
    filler.press("bat-dau")
    filler.press("phan:mot", ten="An", co="false")
    filler.press("giay-to")
    page = filler.press("nop")
    assert "Hồ sơ này chưa nộp được" in page and "Thiếu giấy tờ: Giấy chứng sinh" in page
    assert "Giấy tờ sẽ được yêu cầu" in filler.press("sua:giay-to")


def test_a_level_without_filing_is_said(client, cuc):
    filler = a_filler(client, cuc, TWO, level=2, service_type="INFO")
    filler.press("dien-thu")
    assert "không cho nộp trực tuyến" in filler.press("nop")


def test_the_case_is_asked_when_there_are_two(client, cuc):
    record = a_record()
    other = record["cases"][0] | {"key": "khac", "name": "Trường hợp khác", "requirements": []}
    filler = a_filler(client, cuc, TWO, cases=[*record["cases"], other])
    assert "Trường hợp khác" in filler.page
    assert "Hãy chọn trường hợp" in filler.press("bat-dau")
    filler.press("bat-dau", truong_hop="khac")
    page = filler.press("phan:mot", ten="An", co="false")
    assert "Kiểm tra trước khi nộp thử" in page and "Trường hợp khác" in page


def test_fees_and_due_date_are_told(client, cuc, service):
    filler = a_filler(client, cuc, TWO)
    filler.press("dien-thu")
    page = filler.press("nop")
    assert "Lệ phí đăng ký khai sinh: 8.000" in page and "hộ nghèo được miễn" in page
    assert re.search(r"ngày hẹn trả là <strong>[^<]*20\d\d</strong>", page)


def test_the_due_date_keeps_its_query_budget(cuc, service, django_assert_max_num_queries):
    draft = actions.new_draft(a_record(), by=cuc, at=MORNING)
    (filler,) = slots.fillers("draft.due")
    assert filler.func is trial.due_of_draft
    with django_assert_max_num_queries(filler.queries):
        due = filler.func(draft)
    assert due["agency"] == service.receiving_agency.name


@pytest.mark.parametrize("path", DEMO, ids=lambda path: path.stem)
def test_made_up_answers_pass_the_whole_way(client, cuc, path):
    with two_provinces():
        filler = a_filler(client, cuc, read(path))
        page = filler.press("dien-thu")
        assert "Kiểm tra trước khi nộp thử" in page and "Hồ sơ còn thiếu" not in page
        assert "Hồ sơ này sẽ được nhận" in filler.press("nop")


def test_another_try_answers_otherwise(client, cuc):
    with two_provinces():
        filler = a_filler(client, cuc, EVERYTHING)
        pages = {re.sub(r'value="[^"]*"', "", filler.press("dien-thu")) for _ in range(4)}
    assert len(pages) > 1


def test_the_general_form_can_be_tried_too(client, cuc):
    with two_provinces():
        filler = a_filler(client, cuc, None)
        filler.press("dien-thu")
        assert "Hồ sơ này sẽ được nhận" in filler.press("nop")


@pytest.mark.parametrize("carried", ["", "x", "a:b:c", Said(case="x").packed()[:-2] + "zz"])
def test_a_forged_state_counts_as_none(client, cuc, carried):
    filler = a_filler(client, cuc, TWO)
    filler.page = f'name="da_khai" value="{carried}"'
    page = filler.press("nop")
    assert "Hãy nhập “TEN”." in page


@pytest.mark.parametrize("button", ["phan:khong_co", "sua:khong_co", "nổ", "phan:hai", ""])
def test_a_button_nobody_drew_is_harmless(client, cuc, button):
    filler = a_filler(client, cuc, TWO)
    filler.press("bat-dau")
    filler.press(button)


def test_a_form_that_cannot_be_published_is_not_tried(client, cuc):
    loop = fields_of(text("a", show_if={"field": "a", "filled": True}))
    filler = a_filler(client, cuc, loop)
    assert "Chưa nộp thử được" in filler.page and "vòng lặp" in filler.page


def test_sample_answers_are_what_the_pages_take():
    with two_provinces():
        assert problems(EVERYTHING, sample_answers(EVERYTHING)) == []
