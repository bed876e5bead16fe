"""Papers: a Django template becomes a PDF in the guarded child (WeasyPrint)."""

import functools
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core import checks
from django.template.loader import render_to_string

from portal.lib.jobs import run_guarded

# Tagged for screen readers; archived with all its fonts and colours (design.md §9).
VARIANTS: dict[str, dict[str, Any]] = {
    "slip": {"pdf_variant": "pdf/ua-1", "pdf_tags": True},
    "result": {"pdf_variant": "pdf/a-2u"},
}
# Address space of the child that draws: 258 MB when warm, 300 for 16 pages of the register. What
# needs more is a runaway, and worker and child stay together below half a gigabyte (R27).
MEMORY_MB = 400
# Slips hold a QR code of a few kB; more than this in one data: address is no slip.
MAX_DATA_URL = 2_000_000
_STYLE_LINK = re.compile(r'<link rel="stylesheet" href="([\w/.-]+\.css)">')


def render_pdf(
    template: str,
    context: dict[str, Any],
    *,
    variant: Literal["slip", "result"],
    base: Path | None = None,
) -> bytes:
    """The PDF of `template`; the same HTML always gives the same bytes.

    Style sheets and pictures are named relative to `base` (our static sources by
    default); nothing else is fetched. The template needs <html lang>, <title> and
    alternative texts. Raises portal.lib.jobs.JobError.
    """
    html = render_to_string(template, context)
    root = Path(settings.STATICFILES_DIRS[0] if base is None else base).resolve()
    return run_guarded(write_pdf, html, str(root), variant, memory_mb=MEMORY_MB)


def write_pdf(html: str, root: str, variant: str) -> bytes:
    """Runs in the child: WeasyPrint is heavy to import and may crash in C."""
    import weasyprint

    sheets: list[Any] = []

    def take(link: re.Match[str]) -> str:
        path = Path(root, link[1]).resolve()
        if not is_ours(path.as_uri(), root):
            return link[0]
        sheets.append(_sheet(path, path.stat().st_mtime_ns, root))
        return ""

    html = _STYLE_LINK.sub(take, html)
    document = weasyprint.HTML(string=html, base_url=_base(root), url_fetcher=_fetcher(root))
    # pdf_identifier is derived from the content, so nothing differs from run to run.
    pdf: bytes = document.write_pdf(
        stylesheets=sheets,
        font_config=_font_config(),
        pdf_identifier=True,
        **VARIANTS[variant],
    )
    return pdf


def _base(root: str) -> str:
    return Path(root).as_uri() + "/"


@functools.lru_cache(maxsize=16)
def _sheet(path: Path, changed_ns: int, root: str) -> Any:
    """A parsed style sheet of ours: parsing it anew costs a seventh of a slip."""
    import weasyprint

    return weasyprint.CSS(filename=path, font_config=_font_config(), url_fetcher=_fetcher(root))


@functools.cache
def _font_config() -> Any:
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@functools.cache
def _fetcher(root: str) -> Any:
    """A URLFetcher that knows images in data: addresses, files under `root`, and no more."""
    from weasyprint.urls import URLFetcher

    class OnlyOurs(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if not is_ours(url, root):
                raise ValueError(f"Not allowed in a paper: {url[:100]}")
            return super().fetch(url, headers)

    return OnlyOurs(allowed_protocols={"data", "file"}, allow_redirects=False)


def is_ours(url: str, root: str) -> bool:
    """Whether a paper may load `url`, given the resolved folder `root`."""
    if url.lower().startswith("data:image/"):
        return len(url) <= MAX_DATA_URL
    parts = urlsplit(url)
    if parts.scheme.lower() != "file" or parts.netloc or "\0" in unquote(parts.path):
        return False
    path = Path(unquote(parts.path)).resolve()
    return path.is_relative_to(root) and path.is_file()


@checks.register("pdf")
def check_fonts(
    app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """Without any font Pango ends the process (SIGSEGV); without Liberation it looks wrong."""
    if not shutil.which("fc-list"):
        return [_no_font("fc-list is missing: apt-get install fontconfig", "portal.E101")]
    command = ["fc-list", ":lang=vi", "family"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, timeout=20, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return [_no_font(f"fc-list failed: {error}", "portal.E102")]
    if not listed.stdout.strip():
        return [_no_font("No installed font has the Vietnamese letters", "portal.E103")]
    if "Liberation Serif" not in listed.stdout and "Times New Roman" not in listed.stdout:
        return [
            checks.Warning(
                "Papers will not be set in a Times-like face.",
                hint="apt-get install fonts-liberation2",
                id="portal.W104",
            )
        ]
    return []


def _no_font(message: str, name: str) -> checks.CheckMessage:
    return checks.Error(message, hint="apt-get install fontconfig fonts-liberation2", id=name)
