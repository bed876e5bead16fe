"""The tags pages are made of: a state is always word + icon + colour."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.test import RequestFactory

from dossiers.workflow import Status
from portal.templatetags import parts
from portal.templatetags.looks import STATUS_LOOKS, deadline_look

HANOI = timezone(timedelta(hours=7))
NOW = datetime(2024, 3, 6, 10, 5, tzinfo=HANOI)  # a Wednesday


def render(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def sprite() -> set[str]:
    text = (settings.BASE_DIR / "static/img/icons.svg").read_text(encoding="utf-8")
    return set(re.findall(r'<symbol id="([a-z-]+)"', text))


@pytest.mark.parametrize("status", list(Status))
def test_a_status_shows_its_word_an_icon_and_a_colour(status):
    html = render("{% status_pill status %}", status=status)
    css = (settings.BASE_DIR / "static/css/parts.css").read_text(encoding="utf-8")
    tone = re.search(r"pill--([a-z]+)", html)[1]
    icon = re.search(r"icons[^\"]*\.svg#([a-z-]+)", html)[1]
    assert status.label in html
    assert icon in sprite()
    assert f".pill--{tone}" in css


def test_no_two_statuses_look_alike():
    looks = [(look.tone, look.icon) for look in STATUS_LOOKS.values()]
    assert len(set(looks)) == len(looks) == 11


# Worked out on a calendar: now is Wednesday 06/03/2024, 10:05.
@pytest.mark.parametrize(
    ("due", "text", "tone"),
    [
        (datetime(2024, 3, 15, 16, 30, tzinfo=HANOI), "Còn 9 ngày", "calm"),
        (datetime(2024, 3, 10, 16, 30, tzinfo=HANOI), "Còn 4 ngày", "calm"),
        (datetime(2024, 3, 9, 16, 30, tzinfo=HANOI), "Còn 3 ngày", "soon"),
        (datetime(2024, 3, 8, 16, 30, tzinfo=HANOI), "Còn 2 ngày", "soon"),
        (datetime(2024, 3, 7, 7, 0, tzinfo=HANOI), "Còn 1 ngày", "soon"),
        (datetime(2024, 3, 6, 16, 30, tzinfo=HANOI), "Hôm nay, trước 16:30", "today"),
        (datetime(2024, 3, 6, 10, 4, tzinfo=HANOI), "Quá hạn hôm nay", "late"),
        (datetime(2024, 3, 5, 16, 30, tzinfo=HANOI), "Quá hạn 1 ngày", "late"),
        (datetime(2024, 2, 28, 16, 30, tzinfo=HANOI), "Quá hạn 7 ngày", "late"),  # leap year
        (datetime(2024, 3, 6, 9, 30, tzinfo=UTC), "Hôm nay, trước 16:30", "today"),
    ],
)
def test_a_deadline_says_how_long_is_left(due, text, tone):
    look = deadline_look(due, NOW, running=True)
    assert (look.text, look.tone) == (text, tone)


def test_a_deadline_counts_local_days_not_utc_days():
    late_evening = datetime(2024, 3, 6, 23, 30, tzinfo=HANOI)  # 16:30 UTC, same UTC day as due
    due = datetime(2024, 3, 7, 6, 0, tzinfo=HANOI)  # 23:00 UTC on the 6th
    assert deadline_look(due, late_evening, running=True).text == "Còn 1 ngày"


def test_a_stopped_clock_shows_no_days():
    html = render("{% deadline_badge due now False %}", due=NOW + timedelta(days=2), now=NOW)
    assert "Tạm dừng tính giờ" in html
    assert "Còn" not in html


def test_a_deadline_badge_has_word_icon_colour_and_the_moment():
    due = datetime(2024, 3, 8, 16, 30, tzinfo=HANOI)
    html = render("{% deadline_badge due now %}", due=due, now=NOW)
    assert 'class="due due--soon"' in html
    assert "#clock" in html
    assert "16 giờ 30 phút, ngày 08/03/2024" in html


def test_without_a_due_time_there_is_no_badge():
    assert render("{% deadline_badge due %}", due=None) == ""


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0\u00a0đ"),
        (8000, "8.000\u00a0đ"),
        (1_234_567, "1.234.567\u00a0đ"),
        (Decimal("75000.00"), "75.000\u00a0đ"),
        (None, ""),
    ],
)
def test_money_is_written_the_vietnamese_way(amount, text):
    assert render("{% money amount %}", amount=amount) == text
    assert parts.dong(amount) == text


def test_dates_and_moments():
    source = "{{ day|ngay }} · {{ moment|ngay }} · {{ moment|gio_ngay }} · {{ none|gio_ngay }}"
    moment = datetime(2024, 3, 5, 20, 5, tzinfo=UTC)  # 03:05 next morning in Hà Nội
    out = render(source, day=date(2024, 3, 6), moment=moment, none=None)
    assert out == "06/03/2024 · 06/03/2024 · 03 giờ 05 phút, ngày 06/03/2024 · "


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "1 giây"), (45, "45 giây"), (61, "2 phút"), (3600, "1 giờ"), (5000, "2 giờ")],
)
def test_a_wait_in_words(seconds, text):
    assert parts.khoang(seconds) == text


def test_an_icon_is_hidden_unless_named():
    assert 'aria-hidden="true"' in parts.icon("check")
    assert 'role="img" aria-label="Đã &lt;xong&gt;"' in parts.icon("check", "Đã <xong>")


class Lodging(forms.Form):
    name = forms.CharField(error_messages={"required": "Nhập họ và tên."})
    returns = forms.ChoiceField(
        choices=[("desk", "Tại quầy"), ("post", "Qua bưu chính")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn một cách nhận kết quả."},
    )

    def clean(self):
        raise forms.ValidationError("Hai ô không khớp nhau.")


def test_errors_link_to_their_fields():
    html = render("{% error_summary form %}", form=Lodging({}))
    assert '<a href="#id_name">Nhập họ và tên.</a>' in html
    assert '<a href="#id_returns_0">Chọn một cách nhận kết quả.</a>' in html
    assert "<strong>Hai ô không khớp nhau.</strong>" in html


def test_errors_of_a_form_set_link_to_the_right_row():
    rows = forms.formset_factory(Lodging, extra=0)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-name": "Bình"}
    html = render("{% error_summary rows %}", rows=rows(data))
    assert 'href="#id_form-1-name"' in html
    assert 'href="#id_form-0-name"' not in html


def test_a_form_without_errors_has_no_summary():
    assert render("{% error_summary form %}", form=Lodging()).strip() == ""


def test_a_summary_list_names_what_is_missing_and_where_to_change_it():
    rows = [("Họ và tên", "Nông Văn <Bình>", "/sua/"), ("Tên gọi khác", "")]
    html = render("{% field_list rows %}", rows=rows)
    assert "Nông Văn &lt;Bình&gt;" in html
    assert '<a href="/sua/">Sửa<span class="visually-hidden"> Họ và tên</span></a>' in html
    assert "chưa cung cấp" in html


def test_the_stepper_says_where_we_are():
    html = render('{% stepper 2 5 "Tờ khai" "Giấy tờ" %}')
    assert "Bước 2/5" in html
    assert '<h1 class="steps__title">Tờ khai</h1>' in html
    assert html.count("<li") == 5


def test_the_menu_marks_the_page_and_its_section():
    source = "{% active_link 'catalogue' %}|{% active_link 'home' %}"
    page = RequestFactory().get("/thu-tuc/")
    below = RequestFactory().get("/thu-tuc/1.001193/")
    assert render(source, request=page) == 'aria-current="page"|'
    assert render(source, request=below) == 'aria-current="true"|'
    assert render(source) == "|"


def test_the_menu_marks_the_section_of_a_page_without_a_link():
    source = "{% active_link 'catalogue' also='home' %}"
    assert render(source, request=RequestFactory().get("/")) == 'aria-current="true"'
    assert render(source, request=RequestFactory().get("/khac/")) == ""


def test_every_icon_named_in_a_template_is_in_the_sprite():
    named = set()
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        named |= set(re.findall(r"""{% icon ["']([a-z-]+)["']""", path.read_text("utf-8")))
    assert named and named <= sprite()
    assert {look.icon for look in STATUS_LOOKS.values()} <= sprite()
