"""The heavy look: every file is written anew, without what could run.

Images are decoded and encoded again; PDFs lose scripts, launches, attachments. A
digitally signed PDF keeps its very bytes (its signature is what it is worth) and is
refused when it carries anything that would have been removed.
"""

import hashlib
import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from portal.lib.files.kinds import KINDS, FileRefused, room
from portal.lib.files.office import MAIN_PARTS, is_whole
from portal.lib.files.video import blank_video
from portal.lib.jobs import run_guarded

MAX_SIDE = 4000
JPEG_QUALITY = 85
TURNED_QUALITY = 95

BROKEN = "Tệp không mở được: nội dung bị hỏng hoặc chưa tải lên hết. Mời gửi lại tệp khác."
LOCKED = (
    "Tệp PDF có đặt mật khẩu hoặc khoá sao chép. Mời bỏ khoá (mở tệp, chọn In → Lưu thành PDF)"
    " rồi gửi lại."
)
SIGNED_AND_BROKEN = (
    "Tệp PDF đã ký số nhưng bị hỏng nên chữ ký không còn giá trị. Mời gửi lại tệp gốc đã ký."
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
    """`size` in bytes and `sha256` in hex of the new file; `pages` is 1 for images. `kind` is
    that of the new file; `turned` says whether it could be turned as asked."""

    size: int
    sha256: str
    pages: int
    kind: str = ""
    turned: bool = True


def clean_copy(path_in: str | Path, path_out: str | Path, kind: str, turn: int = 0) -> Cleaned:
    """Write a harmless copy of `path_in` to `path_out` (both absolute), whole or not at all,
    its pages turned clockwise by `turn` degrees (0, 90, 180, 270). A digitally signed PDF and
    an office file are not turned.

    Raises FileRefused with a sentence; portal.lib.jobs.JobError when the child had to be
    ended (then the file is as good as refused, or tried once more).
    """
    limits = settings.UPLOAD_LIMITS
    return run_guarded(
        _clean, str(path_in), str(path_out), kind, limits["max_pixels"], limits["max_pages"], turn
    )


def _clean(
    path_in: str, path_out: str, kind: str, max_pixels: int, max_pages: int, turn: int = 0
) -> Cleaned:
    with whole_or_not(path_out) as draft:
        turned = True
        if kind == "pdf":
            pages, turned = _clean_pdf(path_in, draft, max_pages, turn)
        elif kind in MAIN_PARTS:
            # check_office refused what runs; a package is not written anew: Word's own
            # signatures and layouts would be lost.
            if not is_whole(path_in, kind):
                raise FileRefused(BROKEN)
            shutil.copyfile(path_in, draft)
            pages, turned = 0, turn == 0
        elif kind == "mp4":
            blank_video(path_in, draft)
            pages, turned = 0, turn == 0
        else:
            pages = _clean_image(path_in, draft, kind, max_pixels, turn)
    return described(path_out, pages, KINDS[kind].becomes or kind, turned)


@contextmanager
def whole_or_not(path_out: str) -> Iterator[str]:
    """Where to write what becomes `path_out`, durably, once the block is through.

    What a library makes goes through memory: of a full disk Pillow says what it says of a broken
    picture, and qpdf ends the process.
    """
    draft = f"{path_out}.{os.getpid()}.part"
    try:
        with room():
            yield draft
            with open(draft, "rb") as file:
                os.fsync(file.fileno())
            os.rename(draft, path_out)
    finally:
        Path(draft).unlink(missing_ok=True)
    folder = os.open(os.path.dirname(path_out), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def described(path: str, pages: int, kind: str, turned: bool = True) -> Cleaned:
    with open(path, "rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    return Cleaned(os.path.getsize(path), sha256, pages, kind, turned)


def _clean_image(path_in: str, path_out: str, kind: str, max_pixels: int, turn: int) -> int:
    import warnings

    from PIL import Image, ImageOps

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.MAX_IMAGE_PIXELS = max_pixels
    if kind == "heic":
        import pi_heif

        pi_heif.register_heif_opener(thumbnails=False)
    format_in = {"jpeg": "JPEG", "png": "PNG", "heic": "HEIF"}[kind]
    format_name, made = "PNG" if kind == "png" else "JPEG", io.BytesIO()
    try:
        with Image.open(path_in, formats=(format_in,)) as image:
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # decodes a huge JPEG at a fraction
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((MAX_SIDE, MAX_SIDE))
            if turn:  # Pillow counts against the clock
                upright = upright.rotate(360 - turn, expand=True)
            plain = upright.convert(_plain_mode(upright.mode, kind))
            # Only pixels go over: no EXIF, comment, colour profile or trailing bytes.
            plain.info = {}
            # What was cleaned before loses nothing more that an eye could see.
            plain.save(made, format_name, quality=TURNED_QUALITY if turn else JPEG_QUALITY)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused(
            f"Ảnh quá lớn (trên {max_pixels // 1_000_000} triệu điểm ảnh)."
            " Mời chụp ở độ phân giải thường rồi gửi lại."
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, RuntimeError):
        raise FileRefused(BROKEN) from None
    Path(path_out).write_bytes(made.getbuffer())
    return 1


def _plain_mode(mode: str, kind: str) -> str:
    if mode in {"1", "L"}:
        return "L"
    transparent = mode in {"LA", "PA", "RGBA", "La", "RGBa", "P"}
    return "RGBA" if transparent and kind == "png" else "RGB"


def _clean_pdf(path_in: str, path_out: str, max_pages: int, turn: int) -> tuple[int, bool]:
    """(pages, whether they were turned as asked)"""
    import pikepdf

    made = io.BytesIO()
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
            harmful, signed = _disarm(pdf), _is_signed(pdf)
            if signed:
                if harmful:
                    raise FileRefused(SIGNED_AND_ACTIVE)
                # Opened by guessing: not what was signed.
                if pdf.get_warnings() or pdf.Root.Pages.get("/Count") != pages:
                    raise FileRefused(SIGNED_AND_BROKEN)
                made.write(Path(path_in).read_bytes())
            else:
                for page in pdf.pages if turn else ():
                    page.rotate(turn, relative=True)
                # Readers that trust a wrong sum refuse the whole file.
                pdf.Root.Pages.Count = pages
                pdf.save(made, deterministic_id=True)
    except pikepdf.PasswordError:
        raise FileRefused(LOCKED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ArithmeticError, AttributeError):
        raise FileRefused(BROKEN) from None
    except (LookupError, RuntimeError, TypeError, ValueError):
        raise FileRefused(BROKEN) from None
    Path(path_out).write_bytes(made.getbuffer())
    return pages, not (turn and signed)


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
