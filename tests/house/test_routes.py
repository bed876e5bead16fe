"""Every address of the portal: who may open it without signing in, and what a POST needs."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import get_resolver

# By hand. A view that is not here asks for a sign-in first (LoginRequiredMiddleware).
PUBLIC = {
    # the catalogue and the way to help
    *("home", "help", "catalogue", "procedure", "places-wards", "catalogue-file"),
    *("procedure-questions", "question-helped"),
    *("catalogue-results", "catalogue-hints", "search-miss"),
    *("versions", "version-diff"),
    *("procedure-whole", "procedure-desks", "procedure-case"),
    *("guidance-choose", "guidance", "blank-form"),
    *("sectors", "sector", "agency-kinds", "agency-kind", "life-events", "life-event"),
    *("sitemap", "sitemap-part", "robots"),
    *("open-data", "open-data-file", "open-data-one"),
    # one dossier by its code and secret; the carrier's signed calls
    *("track", "carrier-callback"),
    # whether we are well
    *("healthz", "readyz"),
    # the way into an account
    *("account_login", "account_logout", "account_signup", "account_inactive"),
    "account-over",
    *("account_confirm_email", "account_reset_password", "account_reset_password_done"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done"),
    "mfa_authenticate",
    # Django admin's own sign-in page
    "admin:login",
}
DEMO_ONLY = {"gallery", "demo-mail", "demo-mail-message"}
SIGNED_NOT_COOKIED = {"carrier-callback"}
# Sent by pages that are kept for everybody and so hold no token; the view asks for Origin.
TOLD_BY_ORIGIN = {"search-miss"}
# A value for each name in our patterns.
VALUES = {
    "public_id": "6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11",
    "opinion_id": "6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c12",
    "paper_id": "6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c13",
    "code": "1.001193",
    "section": "con",
    "part": "to-khai",
    "column": "ten",
    "pk": "1",
    "step": "bo",
    "first": "1",
    "second": "2",
    "carrier": "vnpost",
    "name": "a.eml",
    "number": "1",
    "ending": "csv",
    "key": "abc",
    "slug": "ho-tich",
    "kind": "ubnd-xa",
    "page": "1",
    "uidb36": "a",
}


def routes(patterns=None, prefix="", space=""):
    """(pattern, name with namespace, view) of everything in portal.urls."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = prefix + str(one.pattern)
        if hasattr(one, "url_patterns"):
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from routes(one.url_patterns, here, inner)
        else:
            yield here, f"{space}{one.name}", one.callback


def ours():
    return [row for row in routes() if not row[0].startswith(settings.ADMIN_PATH)]


def test_public_views_are_those_on_the_list():
    public = {name for _, name, view in routes() if not getattr(view, "login_required", True)}
    assert public == PUBLIC | DEMO_ONLY


def test_only_the_carriers_call_needs_no_csrf_token():
    free = {name for _, name, view in routes() if getattr(view, "csrf_exempt", False)}
    assert free == SIGNED_NOT_COOKIED | TOLD_BY_ORIGIN


def test_every_address_of_ours_has_a_name():
    assert [path for path, name, _ in ours() if not name] == []


def test_a_name_means_one_page():
    """Two patterns of one name are meant only where one of them has an optional last part."""
    names = [name for _, name, _ in ours()]
    doubled = {name for name in names if names.count(name) > 1}
    assert doubled == {"filing-eform"}


def address(path):
    """An address the pattern matches."""
    path = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: VALUES[found[1]], path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES[found[1]], path)
    return "/" + path.replace("^", "").replace("$", "")


@pytest.mark.parametrize(
    "path",
    [path for path, name, _ in ours() if name not in SIGNED_NOT_COOKIED | TOLD_BY_ORIGIN],
)
def test_a_post_without_a_token_is_refused(path, db):
    answer = Client(enforce_csrf_checks=True).post(address(path))
    assert answer.status_code == 403
    assert "phiên" in answer.content.decode().lower()
