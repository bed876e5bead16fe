"""What search engines read: sitemap and robots.txt."""

from datetime import date
from xml.sax.saxutils import escape

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal.lib.publicpages import public_page
from procedures.models import Procedure

# The protocol's most addresses of one file (sitemaps.org).
MOST = 50_000
PAGES = ("home", "catalogue", "sectors", "agency-kinds", "life-events", "help")
_CLOSED = ("/ho-so/", "/mot-cua/", "/buu-chinh/", "/quan-tri/", "/tai-khoan/", "/hop-thu/",
           "/tra-cuu/", "/thu-tuc/*/hoi/")  # fmt: skip
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


@login_not_required
@public_page
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """All addresses, or, when they are more than one file may hold, the list of files."""
    count = Procedure.objects.published().count()
    if count + len(PAGES) <= MOST:
        return _xml(_pages() + _procedures(0, count))
    parts = range(1, -(-count // MOST) + 1)
    rows = (
        f"<sitemap><loc>{_absolute(reverse('sitemap-part', args=[n]))}</loc></sitemap>\n"
        for n in parts
    )
    return _answer(f"<sitemapindex {_NAMES}>\n{''.join(rows)}</sitemapindex>\n")


@login_not_required
@public_page
@require_safe
def sitemap_part(request: HttpRequest, page: int) -> HttpResponse:
    rows = _procedures(MOST * (page - 1), MOST * page) if page else []
    if not rows:
        raise Http404("Không có phần này.")
    return _xml(rows)


def _pages() -> list[str]:
    newest = Procedure.objects.published().aggregate(at=Max("current__published_at"))["at"]
    day = newest.date() if newest else None
    return [_url(reverse(name), day if name != "help" else None) for name in PAGES]


def _procedures(start: int, end: int) -> list[str]:
    rows = Procedure.objects.published().order_by("pk")[start:end]
    found = rows.values_list("code", "current__published_at")
    return [_url(reverse("procedure", args=[code]), at.date()) for code, at in found]


def _url(path: str, day: date | None) -> str:
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{_absolute(path)}</loc>{changed}</url>\n"


def _absolute(path: str) -> str:
    return escape(f"{settings.SITE_URL}{path}")


def _xml(rows: list[str]) -> HttpResponse:
    return _answer(f"<urlset {_NAMES}>\n{''.join(rows)}</urlset>\n")


def _answer(text: str) -> HttpResponse:
    return HttpResponse(_XML + text, content_type="application/xml; charset=utf-8")


@login_not_required
@public_page
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = "".join(f"Disallow: {path}\n" for path in _CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {_absolute(reverse('sitemap'))}\n"
    return HttpResponse(text, content_type="text/plain; charset=utf-8")
