"""QR codes, read back by a decoder of our own kind: the module grid of segno's other output."""

import base64
import io
import re

import segno
from PIL import Image

from portal.lib.qr import qr_png_data_uri, qr_svg

TEXT = "https://dichvucong.example.vn/tra-cuu/000.00.15.H37-261121-0001"


def modules_of_png(uri):
    """Rows of booleans (dark) without the quiet zone of 2, from 4 × 4 pixel modules."""
    data = base64.b64decode(uri.removeprefix("data:image/png;base64,"))
    image = Image.open(io.BytesIO(data)).convert("L")
    side = image.width // 4
    return [
        [image.getpixel((4 * x + 1, 4 * y + 1)) < 128 for x in range(2, side - 2)]
        for y in range(2, side - 2)
    ]


def test_the_picture_holds_the_text():
    wanted = [[bool(dark) for dark in row] for row in segno.make(TEXT, error="m").matrix]
    assert modules_of_png(qr_png_data_uri(TEXT)) == wanted


def test_vietnamese_is_encoded_too():
    assert qr_png_data_uri("Đường Hùng Vương").startswith("data:image/png;base64,iVBOR")


def test_the_svg_keeps_to_a_strict_policy():
    svg = qr_svg(TEXT)
    assert not re.search(r"style|<script|href|\son\w+=", svg)


def test_the_svg_says_what_it_is():
    assert qr_svg(TEXT).startswith('<svg role="img" aria-label="Mã QR" ')


def test_the_scale_sets_the_size():
    small, large = (int(re.search(r'width="(\d+)"', qr_svg(TEXT, n))[1]) for n in (2, 4))
    assert large == 2 * small


def test_the_svg_does_not_carry_the_text_as_markup():
    assert "<b>" not in qr_svg("<b>x</b>")
