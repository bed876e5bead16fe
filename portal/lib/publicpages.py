"""Pages that are the same for everybody, kept in the memory of one process.

A view says so with @public_page. Signed-out visitors get the whole kept page from
portal.middleware.PublicPageCache, before any session is looked at: it carries no cookie, CSRF
token or nonce, and what would is never kept. Signed-in people get the same page with the
fragments marked `<!--personal:NAME-->…<!--/personal-->` drawn for them.
"""

import hashlib
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.http import parse_etags

SECONDS = 60
STAMP_SECONDS = 5.0
LARGEST = 512 * 1024  # bytes of one page
Key = tuple[str, str, str]
_MARK = "public_page"
# Flash messages for people without a session travel in this cookie.
_PRIVATE_COOKIES = ("messages",)
_PERSONAL = re.compile(rb"<!--personal:(\w+)-->.*?<!--/personal-->", re.DOTALL)
FRAGMENTS = {b"account": "parts/header_account.html", b"flash": "parts/flash.html"}

_generation = 0


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The view's answer may be kept and given to others for a minute."""

    @wraps(view)
    def marked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        shelf: Shelf | None = getattr(request, "public_shelf", None)
        if shelf is None or request.method not in ("GET", "HEAD") or may_share(request):
            # Before it is drawn; portal.middleware.PublicPageCache keeps it for this era.
            request.public_era = (  # type: ignore[attr-defined]
                shelf.era() if shelf is not None else None
            )
            response = view(request, *args, **kwargs)
            setattr(response, _MARK, True)
            return response
        page = shelf.get(key_of(request))
        if page is None:
            era = shelf.era()
            page = _drawn_for_nobody(view, request, *args, **kwargs)
            if page is None:
                return view(request, *args, **kwargs)
            shelf.put(key_of(request), page, era)
        return page.answer_person(request)

    return marked


def _drawn_for_nobody(
    view: Callable[..., HttpResponse], request: HttpRequest, *args: Any, **kwargs: Any
) -> "Page | None":
    """The page as a signed-out visitor has it, though somebody signed in asks."""
    request.for_nobody = True  # type: ignore[attr-defined]
    try:
        response = view(request, *args, **kwargs)
    finally:
        request.for_nobody = False  # type: ignore[attr-defined]
    setattr(response, _MARK, True)
    return page_of(request, response)


def for_nobody(request: HttpRequest) -> bool:
    """Whether what is drawn now goes to everybody: templates then show nobody's name."""
    return bool(getattr(request, "for_nobody", False))


def key_of(request: HttpRequest) -> Key:
    return (request.get_host(), request.path, request.META.get("QUERY_STRING", ""))


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
    # Bytes for everybody, then the name of a personal fragment, then bytes again …
    pieces: tuple[bytes, ...]

    def answer_person(self, request: HttpRequest) -> HttpResponse:
        """The page with its personal fragments drawn for this request."""
        parts = list(self.pieces)
        for place in range(1, len(parts), 2):
            name = FRAGMENTS[parts[place]]
            parts[place] = render_to_string(name, request=request).encode()
        return HttpResponse(b"".join(parts), content_type=dict(self.headers)["Content-Type"])

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
    pieces = tuple(_PERSONAL.split(body))
    return Page(body, tuple(headers.items()), etag, time.monotonic() + SECONDS, pieces)


Era = tuple[object, int]


class Shelf:
    """The pages of one process: the least used go first. Pages with a query string have
    their own, smaller board, so that made-up queries push out none of the others.

    `stamp` gives something that changes with what the pages show. It is asked every
    STAMP_SECONDS at most. A page is good for the era in which its drawing began: one that was
    drawn while something changed is not kept for the time after.
    """

    def __init__(self, stamp: Callable[[], object], *, plain: int = 256, with_query: int = 64):
        self._ask_stamp = stamp
        self._stamp: object = None
        self._ask_again_at = 0.0
        self._boards = (_Board(plain), _Board(with_query))

    def __len__(self) -> int:
        return sum(len(board.pages) for board in self._boards)

    def era(self) -> Era:
        """Take it before a page is drawn: other processes' changes, and this one's."""
        now = time.monotonic()
        if now >= self._ask_again_at:
            self._ask_again_at = now + STAMP_SECONDS
            try:
                self._stamp = self._ask_stamp()
            except DatabaseError:
                pass  # a database that is away: what we have is better than nothing
        return self._stamp, _generation

    def get(self, key: Key) -> Page | None:
        """Asks for the stamp only where there is a page: other addresses pay nothing."""
        board = self._boards[bool(key[2])]
        return board.get(key, self.era()) if key in board.pages else None

    def put(self, key: Key, page: Page, era: Era) -> None:
        self._boards[bool(key[2])].put(key, page, era)


class _Board:
    def __init__(self, size: int) -> None:
        self.size = size
        self.pages: OrderedDict[Key, tuple[Era, Page]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Key, era: Era) -> Page | None:
        with self.lock:
            kept = self.pages.get(key)
            if kept is None:
                return None
            if kept[0] != era or kept[1].until < time.monotonic():
                del self.pages[key]
                return None
            self.pages.move_to_end(key)
            return kept[1]

    def put(self, key: Key, page: Page, era: Era) -> None:
        with self.lock:
            self.pages[key] = (era, page)
            self.pages.move_to_end(key)
            while len(self.pages) > self.size:
                self.pages.popitem(last=False)
