"""Sample papers and results of the demo, drawn here: no real document is in the repository."""

import io
from functools import cache

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw, ImageFont

WIDTH, HEIGHT = 827, 1169  # A4 at 100 dpi
INK, FADED, LINE = "#18202f", "#4b5568", "#c9cedb"


@cache
def _font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Liberation Sans, which the slips need too; Pillow's own where it is missing."""
    name = "LiberationSans-Bold.ttf" if bold else "LiberationSans-Regular.ttf"
    try:
        return ImageFont.truetype(name, size)
    except OSError:
        return ImageFont.load_default(size)


def _page(title: str, lines: tuple[str, ...]) -> Image.Image:
    page = Image.new("RGB", (WIDTH, HEIGHT), "white")
    draw = ImageDraw.Draw(page)
    middle = WIDTH / 2
    draw.rectangle((28, 28, WIDTH - 28, HEIGHT - 28), outline=LINE, width=3)
    draw.text((middle, 90), "BẢN MINH HOẠ", FADED, _font(22), anchor="mm")
    for row, words in enumerate(_wrapped(title.upper(), 34)):
        draw.text((middle, 150 + 44 * row), words, INK, _font(32, bold=True), anchor="mm")
    for row, line in enumerate(lines):
        at = 360 + 64 * row
        draw.text((90, at), line, INK, _font(24))
        draw.line((90, at + 40, WIDTH - 90, at + 40), LINE, 2)
    return page


def _wrapped(text: str, width: int) -> list[str]:
    rows = [""]
    for word in text.split():
        if len(rows[-1]) + len(word) >= width:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    return rows[:4]


def _upload(name: str, page: Image.Image, kind: str, mime: str) -> SimpleUploadedFile:
    out = io.BytesIO()
    page.save(out, kind, resolution=100.0, quality=75)
    return SimpleUploadedFile(name, out.getvalue(), content_type=mime)


def photo(title: str, owner: str) -> SimpleUploadedFile:
    """A paper as somebody's phone would send it."""
    lines = (f"Họ và tên: {owner}", "Nơi cấp: tỉnh Lạng Sơn", "Chỉ dùng trong bản chạy thử.")
    return _upload("giay-to.jpg", _page(title, lines), "JPEG", "image/jpeg")


def result(title: str, number: str, owner: str, signer: str) -> SimpleUploadedFile:
    """A result as a PDF of one page."""
    lines = (f"Số: {number}", f"Cấp cho: {owner}", f"Người ký: {signer}", "Không có giá trị thật.")
    return _upload("ket-qua.pdf", _page(title, lines), "PDF", "application/pdf")
