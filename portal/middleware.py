"""Our own middleware, in the order of settings.MIDDLEWARE."""

import time
from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.db import DatabaseError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.desk import desk_of
from portal.lib import publicpages
from procedures.search import catalogue_stamp

GetResponse = Callable[[HttpRequest], HttpResponse]


class Errors:
    """A database that is away is a 503 with words, not a 500: what was typed is still in
    the browser, what was saved is still in the database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, OperationalError):
            return None
        response = render(request, "503.html", status=503)
        response["Retry-After"] = "10"
        return response


class PublicPageCache:
    """Signed-out catalogue pages from memory, before any session is looked at.

    Every STAMP_SECONDS one hit asks the database for the catalogue's stamp; a new one
    empties the shelf, so other processes show what was published within that time.
    """

    STAMP_SECONDS = 5.0

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.shelf = publicpages.Shelf()
        self.stamp: int | None = None
        self.ask_again_at = 0.0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not publicpages.may_share(request):
            return self.get_response(request)
        key = (request.get_host(), request.path, request.META.get("QUERY_STRING", ""))
        page = self.shelf.get(key)
        if page is not None and self._still_true():
            return page.answer(request)
        response = self.get_response(request)
        page = publicpages.page_of(request, response)
        if page is None:
            return response
        if self._still_true():
            self.shelf.put(key, page)
        return page.answer(request)

    def _still_true(self) -> bool:
        """Whether nothing was published since the shelf was last looked at."""
        now = time.monotonic()
        if now < self.ask_again_at:
            return True
        self.ask_again_at = now + self.STAMP_SECONDS
        try:
            stamp = catalogue_stamp()
        except DatabaseError:
            return True  # a database that is away: what we have is better than nothing
        before, self.stamp = self.stamp, stamp
        if before in (None, stamp):
            return True
        self.shelf.clear()
        return False


class PrivatePages:
    """Nothing a signed-in person saw may stay in a shared computer's cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES and "Cache-Control" not in response:
            add_never_cache_headers(response)
            response["Cache-Control"] = "private, no-store"
        return response


class SecondFactor:
    """Staff set up a second factor before anything else, where the settings ask for it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.STAFF_SECOND_FACTOR and _must_set_up(request):
            messages.warning(request, "Tài khoản cán bộ cần bật xác thực hai bước.")
            return redirect("mfa_index")
        return self.get_response(request)


def _must_set_up(request: HttpRequest) -> bool:
    open_paths = (
        reverse("account_logout"),
        reverse("mfa_index"),
        reverse("account_reauthenticate"),
        # Its address has to be confirmed before a factor can be set up.
        reverse("account_email"),
        reverse("account_confirm_email", args=["-"]).removesuffix("-/"),
    )
    if request.path.startswith(open_paths) or not request.user.is_authenticated:
        return False
    works = request.user.is_staff or bool(desk_of(request.user))
    return works and not is_mfa_enabled(request.user)
