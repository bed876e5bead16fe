"""The page around every page: what it may and may not do."""

import re

import pytest
from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.template.loader import get_template
from django.test import RequestFactory

from portal.context import facts, portal


class Untouchable:
    """Stands where a session or user would be; reading it is the mistake."""

    def __getattr__(self, name):
        raise AssertionError(f"read {name}")


def visitor(**cookies):
    request = RequestFactory().get("/")
    request.COOKIES.update(cookies)
    request.session = request.user = Untouchable()
    return request


def test_a_visitor_without_a_cookie_opens_no_session():
    request = visitor()
    html = get_template("portal/help.html").render({}, request)
    assert "Đăng nhập" in html
    assert "csrf" not in html


def test_a_cookie_makes_us_look_who_it_is():
    with pytest.raises(AssertionError, match="is_authenticated"):
        portal(visitor(**{settings.SESSION_COOKIE_NAME: "x"}))["signed_in"]()


def test_a_message_written_during_this_request_is_shown():
    request = visitor()
    request._messages = CookieStorage(request)
    request._messages.add(25, "Đã lưu.")
    assert [str(message) for message in portal(request)["flash"]()] == ["Đã lưu."]


@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "413", "429", "500", "503"])
def test_an_error_page_needs_no_context(code):
    html = get_template(f"{code}.html").render()
    assert html.count("<h1>") == 1
    assert facts().hotline in html
    assert f"Mã lỗi: {code[:3]}" in html


def test_no_page_carries_inline_script_or_style():
    pages = (settings.BASE_DIR / "templates").rglob("*.html")
    slips = re.compile(r"slips|email|sms")  # not shown by a browser under our CSP
    # Facts for search engines (JSON-LD) are data: browsers do not run them.
    script = r"<script(?![^>]*\ssrc=| type=.application/ld\+json)"
    inline = re.compile(rf"<style|\sstyle=|{script}|\son[a-z]+=")
    shown = [path for path in pages if not slips.search(path.as_posix())]
    found = [path.name for path in shown if inline.search(path.read_text("utf-8"))]
    assert shown and found == []
