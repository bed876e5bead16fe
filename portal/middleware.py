"""Our own middleware, in the order of settings.MIDDLEWARE."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from accounts.desk import desk_of
from dossiers import kept
from portal.lib import publicpages
from portal.views import errors
from procedures.stamps import catalogue_stamp

GetResponse = Callable[[HttpRequest], HttpResponse]


class Errors:
    """A database that is away is a 503 with words, not a 500: what was typed is still in
    the browser, what was saved is still in the database. What raises outside the views
    (SignInFirst, SecondFactor) comes to portal.views.errors.server_error.

    A NUL is a 400 before anybody looks at it: PostgreSQL holds none, and no address, search
    or cookie of ours has one. (In the fields of forms Django's CharField refuses it.)"""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if _has_nul(request):
            return errors.bad_request(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return errors.unavailable(request) if errors.database_is_away(error) else None


def _has_nul(request: HttpRequest) -> bool:
    """In the path, the query or a cookie, where a quoted value may hold it as \\000."""
    query = request.META.get("QUERY_STRING", "")
    cookies = request.META.get("HTTP_COOKIE", "")
    return "\0" in request.path_info or "%00" in query or "\0" in query or "\\000" in cookies


class PublicPageCache:
    """Signed-out catalogue pages from memory, before any session is looked at."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.shelf = publicpages.Shelf(catalogue_stamp)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # publicpages.public_page finds the shelf here, once the person is known.
        request.public_shelf = self.shelf  # type: ignore[attr-defined]
        if not publicpages.may_share(request):
            return self.get_response(request)
        key = publicpages.key_of(request)
        if page := self.shelf.get(key):
            return page.answer(request)
        response = self.get_response(request)
        page = publicpages.page_of(request, response)
        if page is None:
            return response
        self.shelf.put(key, page, request.public_era)  # type: ignore[attr-defined]
        return page.answer(request)


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


class SignInFirst(LoginRequiredMiddleware):
    """Everybody signs in except on the pages that say otherwise. A page of the wizard that was
    sent after its session ended is not thrown away: it waits until its writer has signed in. A
    view with `signed_out`, which scripts call, answers by itself."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: Any,
        view_kwargs: Any,
    ) -> HttpResponseBase | None:
        tell = getattr(view_func, "signed_out", None)
        if tell is not None and not request.user.is_authenticated:
            answer: HttpResponseBase = tell(request)
            return answer
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseRedirect:
        if kept.would_be_lost(request):
            messages.info(request, kept.keep_until_sign_in(request))
        return super().handle_no_permission(request, view_func)


class SecondFactor:
    """Staff set up a second factor before anything else, where the settings ask for it.

    Not asked on pages that need no signing in: who works where costs a query.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        open_to_all = not getattr(view, "login_required", True)
        if open_to_all or not settings.STAFF_SECOND_FACTOR or not _must_set_up(request):
            return None
        messages.warning(request, "Tài khoản cán bộ cần bật xác thực hai bước.")
        return redirect("mfa_index")


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
