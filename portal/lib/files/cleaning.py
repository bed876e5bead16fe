"""The heavy look: every file is written anew, without what could run.

Images are decoded and encoded again; PDFs lose scripts, launches, attachments. A
digitally signed PDF keeps its very bytes (its signature is what it is worth) and is
refused when it carries anything that would have been removed.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.lib.files.kinds import FileRefused
from portal.lib.files.office import MAIN_PARTS
from portal.lib.jobs import run_guarded

MAX_SIDE = 4000
JPEG_QUALITY = 85

BROKEN = "Tệp không mở được: nội dung bị hỏng hoặc chưa tải lên hết. Mời gửi lại tệp khác."
LOCKED = (
    "Tệp PDF có đặt mật khẩu hoặc khoá sao chép. Mời bỏ khoá (mở tệp, chọn In → Lưu thành PDF)"
    " rồi gửi lại."
)
SIGNED_AND_ACTIVE = (
    "Tệp PDF đã ký số nhưng có chứa mã lệnh hoặc tệp đính kèm nên không nhận được."
    " Mời gửi bản ký số không kèm các phần đó."
)

# ISO 32000-2, 12.6.4: actions that run, send or open something outside the page.
BAD_ACTIONS = frozenset(
    "/JavaScript /Launch /ImportData /SubmitForm /GoToR /GoToE /Movie /Sound /Rendition"
    " /RichMediaExecute".split()
)
BAD_ANNOTATIONS = frozenset("/RichMedia /Screen /Movie /Sound /3D /FileAttachment".split())
BAD_NAME_TREES = ("/JavaScript", "/EmbeddedFiles", "/Renditions")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`size` in bytes and `sha256` in hex of the new file; `pages` is 1 for images."""

    size: int
    sha256: str
    pages: int


def clean_copy(path_in: str | Path, path_out: str | Path, kind: str) -> Cleaned:
    """Write a harmless copy of `path_in` to `path_out` (both absolute), whole or not at all.

    Raises FileRefused with a sentence; portal.lib.jobs.JobError when the child had to be
    ended (then the file is as good as refused, or tried once more).
    """
    limits = settings.UPLOAD_LIMITS
    return run_guarded(
        _clean, str(path_in), str(path_out), kind, limits["max_pixels"], limits["max_pages"]
    )


def _clean(path_in: str, path_out: str, kind: str, max_pixels: int, max_pages: int) -> Cleaned:
    draft = f"{path_out}.{os.getpid()}.part"
    try:
        if kind == "pdf":
            pages = _clean_pdf(path_in, draft, max_pages)
        elif kind in MAIN_PARTS:
            # check_office refused what runs; a package is not written anew: Word's own
            # signatures and layouts would be lost.
            shutil.copyfile(path_in, draft)
            pages = 0
        else:
            pages = _clean_image(path_in, draft, kind, max_pixels)
        with open(draft, "rb") as file:
            os.fsync(file.fileno())
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = os.path.getsize(draft)
        os.rename(draft, path_out)
    finally:
        Path(draft).unlink(missing_ok=True)
    folder = os.open(os.path.dirname(path_out), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Cleaned(size, sha256, pages)


def _clean_image(path_in: str, path_out: str, kind: str, max_pixels: int) -> int:
    import warnings

    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = max_pixels
    format_name = {"jpeg": "JPEG", "png": "PNG"}[kind]
    try:
        with Image.open(path_in, formats=(format_name,)) as image:
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # decodes a huge JPEG at a fraction
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            plain = upright.convert(_plain_mode(upright.mode, kind))
            # Only pixels go over: no EXIF, comment, colour profile or trailing bytes.
            plain.info = {}
            plain.save(path_out, format_name, quality=JPEG_QUALITY)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(
            f"Ảnh quá lớn (trên {max_pixels // 1_000_000} triệu điểm ảnh)."
            " Mời chụp ở độ phân giải thường rồi gửi lại."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError):
        raise FileRefused(BROKEN) from None
    return 1


def _plain_mode(mode: str, kind: str) -> str:
    if mode in {"1", "L"}:
        return "L"
    transparent = mode in {"LA", "PA", "RGBA", "La", "RGBa", "P"}
    return "RGBA" if transparent and kind == "png" else "RGB"


def _clean_pdf(path_in: str, path_out: str, max_pages: int) -> int:
    import pikepdf

    try:
        with pikepdf.open(path_in) as pdf:
            if pdf.is_encrypted:
                raise FileRefused(LOCKED)
            pages = len(pdf.pages)
            if pages == 0:
                raise FileRefused(BROKEN)
            if pages > max_pages:
                raise FileRefused(
                    f"Tệp PDF có {pages} trang, quá mức {max_pages} trang."
                    " Mời chia thành nhiều tệp rồi gửi lại."
                )
            harmful = _disarm(pdf)
            if _is_signed(pdf):
                if harmful:
                    raise FileRefused(SIGNED_AND_ACTIVE)
                shutil.copyfile(path_in, path_out)
            else:
                pdf.save(path_out, deterministic_id=True)
    except pikepdf.PasswordError:
        raise FileRefused(LOCKED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ArithmeticError, AttributeError):
        raise FileRefused(BROKEN) from None
    except (LookupError, RuntimeError, TypeError, ValueError):
        raise FileRefused(BROKEN) from None
    return pages


def _is_signed(pdf: Any) -> bool:
    form = pdf.Root.get("/AcroForm")
    flags = form.get("/SigFlags", 0) if _is_map(form) else 0
    # Bit 1: the document has at least one signature (ISO 32000-2, table 225).
    return bool(int(flags) & 1)


def _is_map(thing: Any) -> bool:
    import pikepdf

    return isinstance(thing, pikepdf.Dictionary | pikepdf.Stream)


def _drop(holder: Any, *keys: str) -> int:
    """Delete `keys` from a dictionary; how many it had."""
    found = [key for key in keys if key in holder]
    for key in found:
        del holder[key]
    return len(found)


def _disarm(pdf: Any) -> int:
    """Take out what runs, sends or hides; how many harmful things there were.

    Triggers (/OpenAction, /AA) go as well but count only for what they trigger: most
    word processors write one that merely opens page 1.
    """
    harmful = sum(_disarm_tree(thing) for thing in list(pdf.objects))
    names, form = pdf.Root.get("/Names"), pdf.Root.get("/AcroForm")
    if _is_map(names):
        harmful += _drop(names, *BAD_NAME_TREES)
    if _is_map(form):
        harmful += _drop(form, "/XFA")
    _drop(pdf.Root, "/OpenAction", "/AA", "/AF", "/Collection")
    for page in pdf.pages:
        _drop(page.obj, "/AA", "/AF")
        harmful += _disarm_annotations(page.obj)
    return harmful


def _disarm_annotations(page: Any) -> int:
    import pikepdf

    notes = page.get("/Annots")
    if notes is None:
        return 0
    if not isinstance(notes, pikepdf.Array):
        return _drop(page, "/Annots")
    kept = [note for note in notes if _is_map(note) and not _is_bad_annotation(note)]
    for note in kept:
        _drop(note, "/AA")
    if len(kept) < len(notes):
        page["/Annots"] = pikepdf.Array(kept)
    return len(notes) - len(kept)


def _is_bad_annotation(note: Any) -> bool:
    return str(note.get("/Subtype", "")) in BAD_ANNOTATIONS


def _disarm_tree(top: Any) -> int:
    """Empty bad actions and attachments in one object and in what it holds directly."""
    import pikepdf

    harmful, waiting = 0, [top]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            waiting += [item for item in thing if not _is_indirect(item)]
        elif _is_map(thing):
            if str(thing.get("/S", "")) in BAD_ACTIONS and not _is_structure(thing):
                harmful += 1
                _drop(thing, *thing.keys())
            harmful += _drop(thing, "/EF", "/RichMediaContent")
            if "/FT" in thing:  # a form field: its triggers, as with a page's below
                _drop(thing, "/AA")
            waiting += [value for value in thing.values() if not _is_indirect(value)]
    return harmful


def _is_indirect(item: Any) -> bool:
    return bool(getattr(item, "is_indirect", False))


def _is_structure(thing: Any) -> bool:
    """A tagged PDF's structure element has /S too (its role), and a parent /P."""
    return "/P" in thing and "/K" in thing
