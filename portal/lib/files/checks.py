"""The cheap look at an upload while its sender waits: no decoding, no PDF parser.

What passes is not yet trusted: clean_copy looks inside, in a child process.
"""

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import BinaryIO

import filetype
from django.conf import settings
from django.core.files.base import File
from PIL import Image

from portal.lib.files.heic import dimensions
from portal.lib.files.kinds import (
    KINDS,
    FileRefused,
    Kind,
    clean_name,
    extension,
    hidden_extension,
)
from portal.lib.files.office import MAIN_PARTS, check_office, office_kind
from portal.lib.files.video import check_video

CHUNK = 256 * 1024
# How far from its end a PDF may carry its %%EOF: mail gateways append a few lines.
PDF_TAIL = 2048
_ENCRYPT = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_OVERLAP = 64


@dataclass(frozen=True, slots=True)
class Checked:
    """`size` in bytes, `sha256` in hex; `pages` is 1 for images and 0 (unknown) for others."""

    kind: str
    mime: str
    size: int
    sha256: str
    pages: int
    name: str


def check_upload(upload: File, *, kinds: frozenset[str], max_bytes: int | None = None) -> Checked:
    """The facts of `upload`, one of `kinds` (keys of KINDS); its position ends at 0.

    `max_bytes` defaults to settings.UPLOAD_LIMITS; a film has its own there.
    Raises FileRefused with a sentence.
    """
    name = clean_name(upload.name or "")
    limits = settings.UPLOAD_LIMITS
    limit = limits["max_bytes"] if max_bytes is None else max_bytes
    check_length(name, upload.size, limits["max_video_bytes"] if "mp4" in kinds else limit)
    upload.seek(0)
    kind = _kind(name, upload, kinds)
    if kind.key != "mp4":
        check_length(name, upload.size, limit)
    name = _fitting_name(name, kind)
    sha256, encrypted = _read_through(upload)
    if kind.key == "pdf":
        _check_pdf(name, upload, encrypted)
    elif kind.key in MAIN_PARTS:
        check_office(name, upload)
    elif kind.key == "mp4":
        check_video(name, upload, upload.size)
    else:
        _check_image(name, upload, kind)
    upload.seek(0)
    pages = 1 if kind.mime.startswith("image/") else 0
    return Checked(kind.key, kind.mime, upload.size, sha256, pages, name)


def check_length(name: str, size: int, limit: int) -> None:
    """Raises FileRefused for an empty file and one above `limit` bytes."""
    if not size:
        raise FileRefused(f"Tệp “{name}” trống (0 byte). Mời chọn lại tệp có nội dung.")
    if size > limit:
        most, heavy = megabytes(limit), megabytes(size)
        if heavy == most:
            heavy = f"hơn {most} một chút"
        raise FileRefused(
            f"Tệp “{name}” nặng {heavy}, quá mức {most} cho một tệp."
            " Mời giảm dung lượng hoặc chia thành nhiều tệp rồi gửi lại."
        )


def megabytes(size: int) -> str:
    """`size` bytes as people read it: "20 MB", "0,4 MB"."""
    value = max(size / (1024 * 1024), 0.1)
    return f"{value:.1f}".removesuffix(".0").replace(".", ",") + " MB"


def _labels(kinds: frozenset[str]) -> str:
    labels = [kind.label for key, kind in KINDS.items() if key in kinds]
    return labels[0] if len(labels) == 1 else ", ".join(labels[:-1]) + " hoặc " + labels[-1]


def _kind(name: str, upload: File, kinds: frozenset[str]) -> Kind:
    head = upload.read(4096)
    # filetype tells packages by the order of their parts, which writers are free to choose.
    if head.startswith(b"PK\x03\x04") and kinds & MAIN_PARTS.keys():
        found = office_kind(upload)
        if found in kinds:
            return KINDS[found]
    guess = filetype.guess(head)
    mime = guess.mime if guess else ""
    mime = "image/heic" if mime == "image/heif" else mime
    for kind in KINDS.values():
        if kind.mime == mime and kind.key in kinds:
            return kind
    if mime == "image/heic":
        raise FileRefused(
            f"Tệp “{name}” là ảnh HEIC, chưa nhận được. Trên iPhone: Cài đặt → Camera → Định dạng"
            " → Tương thích nhất, rồi chụp lại; hoặc gửi ảnh chụp màn hình của giấy tờ."
        )
    raise FileRefused(
        f"Tệp “{name}” không phải {_labels(kinds)}."
        " Mời chụp ảnh giấy tờ hoặc lưu thành PDF rồi gửi lại."
    )


def _fitting_name(name: str, kind: Kind) -> str:
    """`name` with an extension; refused when its extension tells another story."""
    found = extension(name)
    if found not in kind.extensions and (found or name.startswith(".")):
        if re.fullmatch(r"[a-z0-9]{1,5}", found):
            raise FileRefused(
                f"Tệp “{name}” có đuôi .{found} nhưng nội dung là {kind.label}."
                f" Mời đổi đuôi tên tệp thành .{kind.extensions[0]} rồi gửi lại."
            )
        found = ""  # "Giấy ủy quyền ngày 1.2 (bản 2)": a dot inside a sentence
    if hidden := hidden_extension(name):
        raise FileRefused(
            f"Tên tệp “{name}” có đuôi .{hidden} ở giữa. Mời bỏ phần đó khỏi tên tệp rồi gửi lại."
        )
    return name if found else clean_name(f"{name[:140]}.{kind.extensions[0]}")


def _read_through(upload: File) -> tuple[str, bool]:
    """SHA-256 of all bytes and whether they name a PDF encryption dictionary, in one pass."""
    digest, encrypted, rest = hashlib.sha256(), False, b""
    upload.seek(0)
    while chunk := upload.read(CHUNK):
        digest.update(chunk)
        encrypted = encrypted or _ENCRYPT.search(rest + chunk) is not None
        rest = chunk[-_OVERLAP:]
    return digest.hexdigest(), encrypted


def _check_pdf(name: str, upload: File, encrypted: bool) -> None:
    upload.seek(0)
    head = upload.read(8).removeprefix(b"\xef\xbb\xbf")
    upload.seek(max(0, upload.size - PDF_TAIL))
    if not head.startswith(b"%PDF-") or b"%%EOF" not in upload.read():
        raise FileRefused(
            f"Tệp “{name}” bị thiếu phần cuối hoặc đã hỏng. Mời mở thử tệp trên máy,"
            " lưu lại thành PDF rồi gửi lại."
        )
    if encrypted:
        raise FileRefused(
            f"Tệp “{name}” có đặt mật khẩu hoặc khoá sao chép. Mời bỏ khoá"
            " (mở tệp, chọn In → Lưu thành PDF) rồi gửi lại."
        )


def _check_image(name: str, upload: File, kind: Kind) -> None:
    upload.seek(0)
    try:
        width, height = _size(upload, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        width = height = 1_000_000
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, OverflowError):
        raise FileRefused(
            f"Ảnh “{name}” bị hỏng hoặc chưa tải lên hết. Mời chụp lại hoặc chọn lại ảnh."
        ) from None
    limit = settings.UPLOAD_LIMITS["max_pixels"]
    if width * height > limit:
        raise FileRefused(
            f"Ảnh “{name}” quá lớn (trên {limit // 1_000_000} triệu điểm ảnh)."
            " Mời chụp ở độ phân giải thường rồi gửi lại."
        )


def _size(upload: BinaryIO | File, kind: Kind) -> tuple[int, int]:
    """Width and height from the header; PNG chunk checksums are verified on the way."""
    if kind.key == "heic":  # libheif is for the guarded child, never for this process
        return dimensions(upload)
    with Image.open(upload, formats=(kind.key.upper(),)) as image:
        size = image.size
        if kind.key == "png":
            image.verify()
    return size
