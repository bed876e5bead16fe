"""Small real files, made on the spot, some of them hostile."""

import base64
import io
import struct
import zlib

import pikepdf
from PIL import Image

PHP = b"<?php system($_GET['c']); ?>"


def jpeg(size=(60, 40), *, orientation=None, comment=b"", colour="red"):
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    if orientation:
        exif[0x0112] = orientation
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG", exif=exif, comment=comment)
    return out.getvalue()


# 64 × 48, a red corner on white; written once with pillow-heif (pi-heif only reads).
_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAXttZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAA"
    "AAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAABnwABAAAAAAAAAE0AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAAB"
    "AABodmMxAAAAAA5waXRtAAAAAAABAAAA+2lwcnAAAADbaXBjbwAAAHZodmNDAQNwAAAAAAAAAAAAHvAA/P34+AAADw"
    "NgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAA"
    "AAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcA"
    "AAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAADnBpeGkAAAAAAQgAAAAYaXBtYQAAAAAAAAABAAEFgQID"
    "BYQAAABVbWRhdAAAAEkoAa8TgOU2t/+kr1/fGAHvACmu5IsoX5HAfWi39LiWINyTiGuw/r80Y8HH/9Gk0Lp2pf/+M5"
    "4r3bcDiyuLtyTEol3GBevw6dxk"
)


def heic():
    return base64.b64decode(_HEIC)


def png(size=(60, 40), mode="RGB"):
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def png_bomb(side=20_000):
    """A PNG of side × side black pixels, 400 MP in less than 1 MB."""

    def chunk(tag, data):
        body = tag + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    packer = zlib.compressobj(9)
    row = b"\0" * (1 + side // 8)
    data = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def blank_pdf(pages=1):
    pdf = pikepdf.new()
    for _ in range(pages):
        pdf.add_blank_page(page_size=(419.5, 595.3))
    return pdf


def saved(pdf, **options):
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def pdf(pages=1):
    return saved(blank_pdf(pages))


def locked_pdf(user=""):
    lock = pikepdf.Encryption(owner="chu", user=user)
    return saved(blank_pdf(), encryption=lock)


def _script(code="app.alert(1)"):
    return pikepdf.Dictionary(Type=pikepdf.Name.Action, S=pikepdf.Name.JavaScript, JS=code)


def _with_open_action(pdf):
    pdf.Root.OpenAction = _script()


def _with_page_trigger(pdf):
    pdf.pages[0].obj.AA = pikepdf.Dictionary(O=_script())


def _with_named_script(pdf):
    tree = pikepdf.Dictionary(Names=pikepdf.Array(["a", pdf.make_indirect(_script())]))
    pdf.Root.Names = pikepdf.Dictionary(JavaScript=tree)


def _with_attachment(pdf):
    pdf.attachments["virus.exe"] = b"MZ" + b"\0" * 50


def _with_annotation(pdf, **keys):
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Rect=[0, 0, 9, 9], **keys)
    pdf.pages[0].obj.Annots = pikepdf.Array([pdf.make_indirect(note)])


def _with_launch(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
    _with_annotation(pdf, Subtype=pikepdf.Name.Link, A=action)


def _with_chained_script(pdf):
    action = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.vn", Next=_script())
    _with_annotation(pdf, Subtype=pikepdf.Name.Link, A=action)


def _with_rich_media(pdf):
    content = pikepdf.Dictionary(Assets=pikepdf.Dictionary())
    _with_annotation(pdf, Subtype=pikepdf.Name.RichMedia, RichMediaContent=content)


def _with_file_annotation(pdf):
    stream = pdf.make_stream(b"MZ")
    spec = pikepdf.Dictionary(Type=pikepdf.Name.Filespec, EF=pikepdf.Dictionary(F=stream))
    _with_annotation(pdf, Subtype=pikepdf.Name.FileAttachment, FS=pdf.make_indirect(spec))


def _with_form_script(pdf):
    field = pdf.make_indirect(pikepdf.Dictionary(FT=pikepdf.Name.Tx, AA={"/K": _script()}))
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[field], XFA="<xdp/>")


HOSTILE_PDF = {
    "open-action": _with_open_action,
    "page-trigger": _with_page_trigger,
    "named-script": _with_named_script,
    "attachment": _with_attachment,
    "launch": _with_launch,
    "chained-script": _with_chained_script,
    "rich-media": _with_rich_media,
    "file-annotation": _with_file_annotation,
    "form-script": _with_form_script,
}


def hostile_pdf(kind, *, signed=False):
    document = blank_pdf()
    HOSTILE_PDF[kind](document)
    if signed:
        sign(document)
    return saved(document)


def sign(document):
    """Mark as signed: what matters here is that the bytes must not change."""
    if "/AcroForm" not in document.Root:
        document.Root.AcroForm = pikepdf.Dictionary(Fields=[])
    document.Root.AcroForm.SigFlags = 3


def signed_pdf():
    document = blank_pdf()
    sign(document)
    return saved(document)


def box(kind, *content):
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def mp4(codec=b"avc1", *, more=b"", inside=b"", pictures=b"\x00" * 64):
    """The boxes of a film; `inside` goes into its header, `more` behind it."""
    entry = struct.pack(">III", 0, 1, 16) + codec + bytes(8)
    table = box(b"stbl", box(b"stsd", entry))
    track = box(b"trak", box(b"mdia", box(b"minf", table)))
    brand = box(b"ftyp", b"isom\x00\x00\x02\x00isomiso2avc1mp41")
    return brand + box(b"moov", track, inside) + box(b"mdat", pictures) + more
