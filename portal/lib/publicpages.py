"""Pages that are the same for everybody signed out, kept in the memory of one process.

A view says so with @public_page; portal.middleware.PublicPageCache keeps and answers. Such a
page opens no session and carries no cookie, CSRF token or nonce: what would is never kept.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags

SECONDS = 60
LARGEST = 512 * 1024  # bytes of one page
_MARK = "public_page"
# Flash messages for people without a session travel in this cookie.
_PRIVATE_COOKIES = ("messages",)

_generation = 0


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer may be kept and given to other signed-out visitors for a minute."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        setattr(response, _MARK, True)
        return response

    return marked


def forget() -> None:
    """Drop every page this process keeps (what they show was changed)."""
    global _generation
    _generation += 1


def may_share(request: HttpRequest) -> bool:
    """A reading request of somebody who is not signed in."""
    if request.method not in ("GET", "HEAD"):
        return False
    cookies = request.META.get("HTTP_COOKIE")
    if not cookies:
        return True
    private = (settings.SESSION_COOKIE_NAME, *_PRIVATE_COOKIES)
    return not any(name in request.COOKIES for name in private)


@dataclass(frozen=True, slots=True)
class Page:
    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    until: float

    def answer(self, request: HttpRequest) -> HttpResponse:
        """The page, or 304 when the visitor's browser has this very one."""
        known = request.META.get("HTTP_IF_NONE_MATCH")
        if known and _matches(known, self.etag):
            short = HttpResponseNotModified()
            for name in ("ETag", "Cache-Control", "Vary"):
                short[name] = dict(self.headers)[name]
            return short
        response = HttpResponse(b"" if request.method == "HEAD" else self.body)
        for name, value in self.headers:
            response[name] = value
        return response


def _matches(known: str, etag: str) -> bool:
    return any(tag in ("*", etag, etag.removeprefix("W/")) for tag in parse_etags(known))


def page_of(request: HttpRequest, response: HttpResponse) -> Page | None:
    """The response as a page to keep, or None when it belongs to one visitor."""
    if not getattr(response, _MARK, False) or response.status_code != 200:
        return None
    personal = (
        response.cookies
        or request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        or getattr(request, "_csp_nonce", None)
    )
    body = response.content
    if personal or len(body) > LARGEST:
        return None
    # Weak: nginx may compress the bytes on the way.
    etag = f'W/"{hashlib.sha256(body).hexdigest()[:24]}"'
    headers = dict(response.items()) | {
        "Content-Length": str(len(body)),
        "ETag": etag,
        "Cache-Control": f"public, max-age={SECONDS}",
        "Vary": "Cookie",
    }
    return Page(body, tuple(headers.items()), etag, time.monotonic() + SECONDS)


class Shelf:
    """The pages of one process: the least used go first. Pages with a query string have
    their own, smaller board, so that made-up queries push out none of the others."""

    def __init__(self, plain: int = 256, with_query: int = 64) -> None:
        self._boards = (_Board(plain), _Board(with_query))

    def __len__(self) -> int:
        return sum(len(board.pages) for board in self._boards)

    def get(self, key: tuple[str, str, str]) -> Page | None:
        return self._board(key).get(key)

    def put(self, key: tuple[str, str, str], page: Page) -> None:
        self._board(key).put(key, page)

    def clear(self) -> None:
        for board in self._boards:
            board.clear()

    def _board(self, key: tuple[str, str, str]) -> "_Board":
        return self._boards[bool(key[2])]


class _Board:
    def __init__(self, size: int) -> None:
        self.size = size
        self.pages: OrderedDict[tuple[str, str, str], Page] = OrderedDict()
        self.generation = _generation
        self.lock = threading.Lock()

    def get(self, key: tuple[str, str, str]) -> Page | None:
        with self.lock:
            self._renew()
            page = self.pages.get(key)
            if page is None:
                return None
            if page.until < time.monotonic():
                del self.pages[key]
                return None
            self.pages.move_to_end(key)
            return page

    def put(self, key: tuple[str, str, str], page: Page) -> None:
        with self.lock:
            self._renew()
            self.pages[key] = page
            self.pages.move_to_end(key)
            while len(self.pages) > self.size:
                self.pages.popitem(last=False)

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()

    def _renew(self) -> None:
        if self.generation != _generation:
            self.generation = _generation
            self.pages.clear()
