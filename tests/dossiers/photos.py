"""Photos of documents, good ones and bad ones, drawn here: seeded, so the same every time.

Each is a page of Vietnamese text laid on a table (or scanned), turned a little, seen from
aside, lit unevenly, with a sensor's noise; a bad one has one thing wrong with it.
"""

import io
import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageFont

FONTS = (
    "LiberationSans-Regular.ttf",
    "LiberationSerif-Regular.ttf",
    "DejaVuSans.ttf",
    "DejaVuSerif.ttf",
    "LiberationMono-Regular.ttf",
    "LiberationSerif-Italic.ttf",
)
TEXT = (
    "Tôi tên là Nguyễn Văn Bình, sinh ngày 12 tháng 5 năm 1990 tại xã Đồng Đăng, tỉnh Lạng Sơn. "
    "Số định danh cá nhân do Bộ Công an cấp. Nơi thường trú hiện nay là khu Nam Quan. Kính đề nghị "
    "quý cơ quan xem xét, giải quyết việc đăng ký khai sinh cho con theo quy định của pháp luật. "
    "Các giấy tờ kèm theo gồm giấy chứng sinh do bệnh viện đa khoa cấp, giấy chứng nhận kết hôn và "
    "căn cước của cha mẹ. Tôi cam đoan những lời khai trên đây là đúng sự thật và chịu trách nhiệm "
    "trước pháp luật về nội dung đã khai. Người làm chứng ký và ghi rõ họ tên vào cuối trang giấy "
    "này. Ủy ban nhân dân đã kiểm tra, đối chiếu bản chính và xác nhận chữ ký của người yêu cầu. "
)
GOOD = "good"
BAD = ("blur", "dark", "bright", "cut", "blank", "turned")
# What the browser may call it.
CALLED = {kind: {kind} for kind in BAD} | {"turned": {"upside", "sideways"}}
FRAME = (1050, 1400)


@dataclass(frozen=True)
class Photo:
    label: str
    seed: int
    jpeg: bytes


def photo(label: str, seed: int) -> Photo:
    rng = random.Random(f"{label}-{seed}")
    image = SPOILERS[label](rng)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=rng.randint(68, 92))
    return Photo(label, seed, out.getvalue())


# --- a page ------------------------------------------------------------------------------------


def page(rng: random.Random, *, empty: bool = False) -> Image.Image:
    shade = rng.randint(236, 255)
    sheet = Image.new("RGB", (1240, 1754), (shade, shade, shade - rng.randint(0, 8)))
    if empty:
        return sheet
    draw = ImageDraw.Draw(sheet)
    family = rng.choice(FONTS)
    ink = (rng.randint(0, 60),) * 3 if rng.random() < 0.8 else (20, 30, rng.randint(90, 150))
    size = rng.randint(24, 34)
    small = ImageFont.truetype(family, size)
    large = ImageFont.truetype(family, size + rng.randint(6, 16))
    y = rng.randint(90, 130)
    for line in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"):
        draw.text((620, y), line, ink, small, anchor="ma")
        y += int(size * 1.6)
    y += 40
    draw.text((620, y), rng.choice(("TỜ KHAI", "GIẤY CHỨNG SINH", "ĐƠN ĐỀ NGHỊ")), ink, large, "ma")
    y += 110
    y = _paragraphs(rng, draw, small, size, ink, y)
    _ornaments(rng, draw, small, ink, y)
    return sheet


def _paragraphs(rng, draw, font, size, ink, y):
    words = TEXT.split()
    at = rng.randrange(len(words))
    last = rng.randint(900, 1560)
    while y < last:
        indent, line = rng.choice((0, 0, 0, 50)), ""
        while draw.textlength(line, font) < 1000 - indent:
            line += words[at % len(words)] + " "
            at += 1
        cut = line.rsplit(" ", 2)[0]
        if rng.random() < 0.15:
            cut = cut[: rng.randint(12, 40)] + " " + "." * rng.randint(20, 50)
        draw.text((110 + indent, y), cut, ink, font)
        y += int(size * rng.uniform(1.45, 1.6))
    return y


def _ornaments(rng, draw, font, ink, y):
    if rng.random() < 0.35:  # a table
        top = min(y + 20, 1450)
        for row in range(4):
            draw.line((110, top + 45 * row, 1130, top + 45 * row), ink, 2)
        for column in range(5):
            draw.line((110 + 255 * column, top, 110 + 255 * column, top + 135), ink, 2)
    if rng.random() < 0.5:  # a seal
        x, top = rng.randint(700, 880), rng.randint(1380, 1480)
        draw.ellipse((x, top, x + 220, top + 220), outline=(200, 30, 40), width=6)
        draw.text((x + 110, top + 95), "UBND XÃ", (200, 30, 40), font, anchor="ma")


# --- a photo of it --------------------------------------------------------------------------------


def table(rng: random.Random) -> Image.Image:
    """What papers lie on: wood, stone, cloth, in colours darker than paper."""
    base = rng.choice([(92, 64, 44), (70, 72, 78), (40, 44, 60), (120, 96, 70), (30, 60, 50)])
    ground = Image.new("RGB", FRAME, base)
    across, down = rng.choice(((6, 60), (60, 6), (30, 30), (3, 3)))
    values = random.Random(rng.random())
    grain = Image.new("L", (FRAME[0] // across, FRAME[1] // down))
    sigma = rng.randint(3, 18)
    grain.putdata([int(values.gauss(128, sigma)) for _ in range(grain.width * grain.height)])
    grain = grain.resize(FRAME, Image.Resampling.BICUBIC).convert("RGB")
    return ImageChops.add(ground, grain, scale=1.0, offset=-128)


def laid(rng: random.Random, sheet: Image.Image, *, shift=(0.0, 0.0), scale=None) -> Image.Image:
    """The sheet on a table as a camera sees it, the whole of it unless shifted."""
    ground = table(rng)
    share = rng.uniform(0.72, 0.9) if scale is None else scale
    height = int(FRAME[1] * share)
    width = int(height * sheet.width / sheet.height)
    if scale is None and width > FRAME[0] * 0.9:
        width = int(FRAME[0] * 0.9)
        height = int(width * sheet.height / sheet.width)
    small = sheet.resize((width, height), Image.Resampling.LANCZOS).convert("RGBA")
    small = _aslant(rng, small).rotate(
        rng.uniform(-3.5, 3.5), Image.Resampling.BICUBIC, expand=True
    )
    x = int((FRAME[0] - small.width) / 2 + shift[0] * FRAME[0] + rng.uniform(-8, 8))
    y = int((FRAME[1] - small.height) / 2 + shift[1] * FRAME[1] + rng.uniform(-8, 8))
    ground.paste(small, (x, y), small)
    return ground


def _aslant(rng: random.Random, sheet: Image.Image) -> Image.Image:
    """Seen a little from one side: a trapezium."""
    width, height = sheet.size
    dx = [rng.uniform(0, 0.03) * width for _ in range(4)]
    dy = [rng.uniform(0, 0.02) * height for _ in range(4)]
    corners = (-dx[0], -dy[0], -dx[1], height + dy[1])
    corners += (width + dx[2], height + dy[2], width + dx[3], -dy[3])
    return sheet.transform(sheet.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def scanned(rng: random.Random, sheet: Image.Image) -> Image.Image:
    """From a scanner or a scanning app: paper from edge to edge."""
    return sheet.resize((990, 1400), Image.Resampling.LANCZOS).rotate(
        rng.uniform(-0.8, 0.8), Image.Resampling.BICUBIC, fillcolor=sheet.getpixel((3, 3))
    )


def seen(rng: random.Random, image: Image.Image, *, soft: float | None = None) -> Image.Image:
    """Light that falls off, a cast of colour, the lens and the sensor's noise."""
    light = Image.linear_gradient("L").rotate(rng.choice((0, 90, 180, 270))).resize(image.size)
    strength = rng.uniform(0.0, 0.35)
    light = light.point(lambda value: int(255 - strength * value))
    image = ImageChops.multiply(image, Image.merge("RGB", (light,) * 3))
    image = ImageEnhance.Brightness(image).enhance(rng.uniform(0.82, 1.03))
    image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.6) if soft is None else soft))
    return noisy(rng, image, rng.uniform(1, 6))


def noisy(rng: random.Random, image: Image.Image, sigma: float) -> Image.Image:
    # Pillow's noise has no seed; a drawn tile of it, shifted by the seed, has.
    values = random.Random(rng.random())
    wide, high = 149, 131
    tile = Image.new("L", (wide, high))
    tile.putdata([max(0, min(255, int(values.gauss(128, sigma)))) for _ in range(wide * high)])
    field = Image.new("L", image.size)
    for x in range(0, image.width, wide):
        for y in range(0, image.height, high):
            field.paste(tile, (x, y))
    return ImageChops.add(image, Image.merge("RGB", (field,) * 3), 1.0, -128)


def good(rng: random.Random) -> Image.Image:
    sheet = page(rng)
    framed = scanned(rng, sheet) if rng.random() < 0.3 else laid(rng, sheet)
    return seen(rng, framed)


# --- what goes wrong ----------------------------------------------------------------------------


def blur(rng: random.Random) -> Image.Image:
    sheet = page(rng)
    framed = scanned(rng, sheet) if rng.random() < 0.2 else laid(rng, sheet)
    if rng.random() < 0.6:
        return seen(rng, framed, soft=rng.uniform(2.6, 7))
    # The hand moved: the picture laid over itself along a line.
    reach, (dx, dy) = rng.randint(9, 24), rng.choice([(1, 0), (0, 1), (1, 1), (1, -1)])
    sums = framed
    for step in range(1, reach):
        moved = ImageChops.offset(framed, dx * step, dy * step)
        sums = Image.blend(sums, moved, 1 / (step + 1))
    return seen(rng, sums, soft=0.8)


def dark(rng: random.Random) -> Image.Image:
    night = ImageEnhance.Brightness(good(rng)).enhance(rng.uniform(0.1, 0.3))
    return noisy(rng, night, rng.uniform(2, 6))


def bright(rng: random.Random) -> Image.Image:
    share = rng.uniform(0.68, 0.9)
    glare = ImageEnhance.Brightness(good(rng)).enhance(rng.uniform(1.25, 1.6))
    return Image.blend(glare, Image.new("RGB", glare.size, "white"), share)


def cut(rng: random.Random) -> Image.Image:
    if rng.random() < 0.3:  # from too near: only the middle of the page
        sheet = page(rng)
        left, top = rng.uniform(0.14, 0.3), rng.uniform(0.1, 0.3)
        box = (sheet.width * left, sheet.height * top, sheet.width * (left + 0.55))
        near = sheet.crop((*(int(v) for v in box), int(sheet.height * (top + 0.5))))
        return seen(rng, near.resize((1090, 1400), Image.Resampling.LANCZOS))
    shift = rng.choice([(0.2, 0), (-0.2, 0), (0, 0.2), (0, -0.2), (0.18, 0.18), (-0.2, 0.15)])
    amount = rng.uniform(0.9, 1.6)
    moved = (shift[0] * amount, shift[1] * amount)
    return seen(rng, laid(rng, page(rng), shift=moved, scale=rng.uniform(0.78, 0.92)))


def blank(rng: random.Random) -> Image.Image:
    which = rng.random()
    if which < 0.3:
        return seen(rng, table(rng).filter(ImageFilter.GaussianBlur(2)))
    if which < 0.65:
        return seen(rng, laid(rng, page(rng, empty=True)))
    return seen(rng, scanned(rng, page(rng, empty=True)))


def turned(rng: random.Random) -> Image.Image:
    quarter = rng.choice((180, 180, 180, 90, 270))
    return good(rng).rotate(quarter, expand=True)


SPOILERS = {
    GOOD: good,
    "blur": blur,
    "dark": dark,
    "bright": bright,
    "cut": cut,
    "blank": blank,
    "turned": turned,
}
