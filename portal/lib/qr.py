"""QR codes for screens (inline SVG) and for papers (PNG as a data URI)."""

from functools import lru_cache

import segno
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# Level M survives a stamp's edge or a fold; UTF-8 bytes keep Vietnamese as it is.
ERROR_LEVEL = "m"


def _make(text: str) -> segno.QRCode:
    return segno.make(text, error=ERROR_LEVEL, micro=False)


@lru_cache(maxsize=256)
def qr_svg(text: str, scale: int = 3) -> SafeString:
    """An inline `<svg role="img">` without style attributes (our CSP forbids them).

    `scale` is the width of one module in CSS pixels. A screen reader hears what it is,
    not its content: the pages print the code beside it.
    """
    svg = _make(text).svg_inline(scale=scale, border=4, omitsize=False, dark="#000", light="#fff")
    label = escape("Mã QR")
    return mark_safe(svg.replace("<svg ", f'<svg role="img" aria-label="{label}" ', 1))


@lru_cache(maxsize=256)
def qr_png_data_uri(text: str) -> str:
    """`data:image/png;base64,…` with a quiet zone of 2 modules, for printing."""
    return _make(text).png_data_uri(scale=4, border=2)
