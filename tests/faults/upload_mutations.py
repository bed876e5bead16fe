"""Real files, spoilt: seeds of every kind that is taken, and ways to break them."""

import io
import random
import zipfile
from collections.abc import Iterator

import openpyxl

from tests.lib import samples

_EXTREMES = (b"\0", b"\xff", b"\x7f", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff")
_WORDS = (b"%PDF-1.7\n", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"PK\x05\x06",
          b"<script>alert(1)</script>", b"stream\n", b"endobj\n", b"/Encrypt 1 0 R",
          b"/Length 9999",
          b"trailer\n", b"startxref\n0\n", b"%%EOF", b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
          b"../../x", "tệp".encode(), b"\xed\xa0\x80")  # fmt: skip
_ENDINGS = ("pdf", "jpg", "png", "heic", "docx", "xlsx", "PDF", "jpg.exe", "")


def seeds() -> dict[str, bytes]:
    return {
        "pdf": samples.pdf(2),
        "active.pdf": samples.hostile_pdf(next(iter(samples.HOSTILE_PDF))),
        "signed.pdf": samples.signed_pdf(),
        "jpg": samples.jpeg(orientation=6, comment=b"x" * 40),
        "png": samples.png((40, 30), "RGBA"),
        "heic": samples.heic(),
        "docx": _document(),
        "xlsx": _workbook(),
    }


def _document() -> bytes:
    word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f'<w:document xmlns:w="{word}"><w:body><w:p/></w:body></w:document>'
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("_rels/.rels", f'<Relationships xmlns="{links}"/>')
        package.writestr("word/document.xml", body)
    return out.getvalue()


def _workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["Họ và tên", "Nguyễn Văn Bình", 2026])
    book.save(out)
    return out.getvalue()


def spoilt(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(file name, content), always the same ones."""
    chance, whole = random.Random(seed), seeds()
    kinds = list(whole)
    for number in range(count):
        kind = kinds[number % len(kinds)]
        data = bytearray(whole[kind])
        for _ in range(chance.choice((1, 1, 2, 4, 9))):
            chance.choice(_WAYS)(data, chance)
        if chance.random() < 0.1:
            other = whole[chance.choice(kinds)]
            data = data + other if chance.random() < 0.5 else bytearray(other) + data
        ending = kind.rpartition(".")[2] if chance.random() < 0.8 else chance.choice(_ENDINGS)
        yield f"giấy {number}.{ending}", bytes(data)


def _flip(data: bytearray, chance: random.Random) -> None:
    if data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def _overwrite(data: bytearray, chance: random.Random) -> None:
    at, new = chance.randrange(len(data) + 1), chance.choice(_EXTREMES)
    data[at : at + len(new)] = new


def _insert(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = chance.choice(_WORDS) if chance.random() < 0.7 else chance.randbytes(30)


def _cut_out(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    del data[at : at + chance.choice((1, 7, 100, 1000))]


def _cut_off(data: bytearray, chance: random.Random) -> None:
    del data[chance.randrange(len(data) + 1) :]


def _repeat(data: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    data[at:at] = data[at : at + chance.choice((4, 60, 600))] * chance.choice((1, 1, 50))


_WAYS = (_flip, _flip, _overwrite, _overwrite, _insert, _cut_out, _repeat, _cut_off)
