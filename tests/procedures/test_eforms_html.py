"""The page as a browser and a screen reader get it; sent back unchanged it changes nothing."""

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from crispy_forms.utils import render_crispy_form
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict

from procedures.eforms import EForm, build_form, rows
from procedures.views.places import wards
from tests.procedures.eform_samples import ANSWERS, EVERYTHING, one_field, two_provinces


@pytest.fixture(autouse=True)
def country() -> Iterator[None]:
    with two_provinces():
        yield


class Page(HTMLParser):
    """Collects controls as a browser would send them, ids, and what refers to ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: Counter[str] = Counter()
        self.refers: set[str] = set()
        self.labelled: set[str] = set()
        self.controls: list[dict] = []
        self.sent: MultiValueDict = MultiValueDict()
        self.select = self.area = ""
        self.template = 0
        self.feed(html)

    def handle_starttag(self, tag: str, pairs: list) -> None:
        at = dict(pairs)
        self.template += tag == "template"
        if "id" in at:
            self.ids[at["id"]] += 1
        self.refers |= set(at.get("aria-describedby", "").split())
        self.labelled |= {at["for"]} if "for" in at else set()
        if self.template:
            return
        if tag in ("input", "select", "textarea") and at.get("type") != "hidden":
            self.controls.append(at)
        if tag == "input" and at.get("type") not in ("file", "radio", "checkbox"):
            self.sent.appendlist(at["name"], at.get("value", ""))
        if tag == "input" and "checked" in at:
            self.sent.appendlist(at["name"], at["value"])
        self.select = at["name"] if tag == "select" else self.select
        self.area = at["name"] if tag == "textarea" else ""
        if tag == "option" and "selected" in at:
            self.sent.appendlist(self.select, at["value"])

    def handle_data(self, text: str) -> None:
        if self.area and not self.template:
            # Browsers drop the first line break inside <textarea> and send CRLF.
            self.sent.appendlist(self.area, text.removeprefix("\n").replace("\n", "\r\n"))
            self.area = ""

    def handle_endtag(self, tag: str) -> None:
        self.template -= tag == "template"


def draw(form: EForm) -> str:
    return render_crispy_form(form)


def forms() -> dict[str, EForm]:
    bad = {"ngay": "31/02/2020", "thu": "x", "con-rows": ["0", "4"], "co_no": "false"}
    return {
        "empty": build_form(EVERYTHING),
        "filled": build_form(EVERYTHING, initial_answers=ANSWERS),
        "errors": build_form(EVERYTHING, data=bad | {"con-0-sinh": "x", "cha-sex": "male"}),
        "prefixed": build_form(EVERYTHING, initial_answers=ANSWERS, prefix="x"),
    }


STATES = ["empty", "filled", "errors", "prefixed"]


@pytest.mark.parametrize("state", STATES)
def test_every_id_is_unique(state: str) -> None:
    page = Page(draw(forms()[state]))
    assert page.ids.most_common(1)[0][1] == 1


@pytest.mark.parametrize("state", STATES)
def test_every_control_has_a_label(state: str) -> None:
    page = Page(draw(forms()[state]))
    assert {control["id"] for control in page.controls} <= page.labelled


@pytest.mark.parametrize("state", STATES)
def test_descriptions_and_labels_lead_somewhere(state: str) -> None:
    page = Page(draw(forms()[state]))
    assert page.refers | page.labelled <= set(page.ids)


def test_the_error_summary_leads_to_controls() -> None:
    form = forms()["errors"]
    anchors = {anchor for anchor, _, _ in form.error_list()}
    assert anchors and anchors <= set(Page(draw(form)).ids)


def test_the_error_summary_is_announced() -> None:
    errors = forms()["errors"].error_list()
    html = render_to_string("eforms/error_summary.html", {"errors": errors})
    assert 'role="alert"' in html and 'tabindex="-1"' in html and "Có lỗi cần sửa</h2>" in html
    assert html.count("<li>") == len(errors)


@pytest.mark.parametrize("prefix", ["", "x"])
def test_a_page_sent_back_unchanged_changes_nothing(prefix: str) -> None:
    page = Page(draw(build_form(EVERYTHING, initial_answers=ANSWERS, prefix=prefix)))
    form = build_form(EVERYTHING, data=page.sent, initial_answers=ANSWERS, prefix=prefix)
    assert form.is_valid(), form.error_list()
    assert form.answers() == ANSWERS


def test_errors_stand_at_their_field() -> None:
    html = draw(build_form(one_field(required=True), data={}))
    assert 'aria-invalid="true"' in html and 'aria-describedby="id_f_error"' in html
    assert "Hãy nhập “Mục”." in html


def test_optional_is_said_and_required_is_not() -> None:
    assert "(không bắt buộc)" in draw(build_form(one_field()))
    assert "(không bắt buộc)" not in draw(build_form(one_field(required=True)))


@pytest.mark.parametrize(
    ("value", "kind"), [("", "date"), ("2024-02-29", "date"), ("31/02/2024", "text")]
)
def test_a_day_that_never_was_is_shown_as_typed(value: str, kind: str) -> None:
    html = draw(build_form(one_field(type="date"), data={"f": value}))
    assert f'type="{kind}"' in html and f'value="{value}"' in html


def test_few_options_are_radio_buttons_and_many_a_list() -> None:
    options = [{"value": str(i), "label": f"Số {i}"} for i in range(8)]
    assert "<select" in draw(build_form(one_field(type="choice", options=options)))
    assert "<select" not in draw(build_form(one_field(type="choice", options=options[:7])))


def test_what_is_typed_is_escaped() -> None:
    html = draw(build_form(one_field(label="<b>", help="<i>"), data={"f": '"><script>'}))
    assert "<script>" not in html and "<b>" not in html and "<i>" not in html


def test_own_data_has_autocomplete_tokens_and_others_have_none() -> None:
    parts = {"type": "person", "parts": ["full_name", "phone"]}
    mine = draw(build_form(one_field(prefill="user", **parts)))
    assert 'autocomplete="name"' in mine and 'autocomplete="tel"' in mine
    assert "autocomplete" not in draw(build_form(one_field(**parts)))


def test_nothing_leaks_from_the_helper() -> None:
    html = draw(build_form(EVERYTHING))
    assert "<form" not in html and "csrf" not in html and "action=" not in html


def test_enter_never_presses_a_table_button() -> None:
    html = draw(build_form(EVERYTHING))
    first = html[html.index("<button") :].split(">")[0]
    assert "name=" not in first


def test_conditions_are_there_in_words_too() -> None:
    html = draw(build_form(EVERYTHING))
    assert "Chỉ trả lời nếu “Loại” là “Cấp lại”." in html
    assert "Chỉ trả lời phần này nếu “Còn nợ” là “Không”." in html


def test_no_inline_script_or_style() -> None:
    html = draw(build_form(EVERYTHING, initial_answers=ANSWERS))
    assert "<script" not in html and "style=" not in html and " on" + "click" not in html


def test_answers_are_drawn_with_their_change_link() -> None:
    sections = rows(EVERYTHING, ANSWERS, change_url=lambda key: f"/sua/{key}/")
    html = render_to_string("eforms/rows.html", {"sections": sections})
    assert 'href="/sua/chung/"' in html and "1.234.567 đồng" in html


def test_wards_of_a_province_are_public_and_cacheable(rf: RequestFactory) -> None:
    reply = wards(rf.get("/", {"tinh": "20"}))
    assert reply.content.decode("unicode_escape") == '{"wards": [["20194", "Phường Hải Châu"]]}'
    assert "public" in reply["Cache-Control"] and not reply.has_header("Vary")


@pytest.mark.parametrize("code", ["", "99", "x" * 999])
def test_an_unknown_province_has_no_wards(rf: RequestFactory, code: str) -> None:
    assert wards(rf.get("/", {"tinh": code})).content == b'{"wards": []}'
