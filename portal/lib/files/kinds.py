"""The kinds of file we take, and the names people give them."""

import errno
import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from portal.lib.errors import Retryable

MAX_NAME = 150
DISK_AGAIN_SECONDS = 60


class FileRefused(Exception):
    """A sentence for the sender: what is wrong and what to do."""

    @property
    def sentence(self) -> str:
        return str(self.args[0])


NO_ROOM = (
    "Máy chủ tạm hết chỗ lưu nên chưa nhận được tệp. Những gì bạn đã khai vẫn còn;"
    " mời gửi lại tệp sau ít phút."
)


class DiskFull(FileRefused):
    """Nothing is wrong with the file: there is no room for it here, now."""

    def __init__(self, sentence: str = NO_ROOM) -> None:  # as pickle makes it anew (jobs)
        super().__init__(sentence)


def disk_is_full(error: BaseException | None) -> bool:
    """As the system says it, SQLite of a scratch file, or lxml, with which openpyxl writes its
    sheets."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    if isinstance(error, sqlite3.OperationalError):
        return error.sqlite_errorcode == sqlite3.SQLITE_FULL
    return str(error) == "IO_ENOSPC"


@contextmanager
def room() -> Iterator[None]:
    """A full disk is a sentence for the sender (DiskFull), not an error of ours."""
    try:
        yield
    except Exception as error:
        if disk_is_full(error):
            raise DiskFull from error
        raise


@contextmanager
def waited_out() -> Iterator[None]:
    """As room() for what a worker makes: the row is not to blame, uses up none of its tries and
    is taken up again soon."""
    try:
        with room():
            yield
    except DiskFull as full:
        raise Retryable("Hết chỗ lưu tệp.", DISK_AGAIN_SECONDS, counts=False) from full


@dataclass(frozen=True, slots=True)
class Kind:
    key: str
    mime: str
    extensions: tuple[str, ...]
    label: str
    # A browser shows it by itself; others are downloaded.
    shown: bool = True
    # The kind of its clean copy, where that is another.
    becomes: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
# A new kind needs a row here, a look in checks.py and a cleaner in cleaning.py.
KINDS = {
    kind.key: kind
    for kind in (
        Kind("pdf", "application/pdf", ("pdf",), "PDF"),
        Kind("jpeg", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), "JPG"),
        Kind("png", "image/png", ("png",), "PNG"),
        Kind("heic", "image/heic", ("heic", "heif"), "HEIC", False, becomes="jpeg"),
        Kind("docx", f"{_OFFICE}.wordprocessingml.document", ("docx",), "Word (.docx)", False),
        Kind("xlsx", f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",), "Excel (.xlsx)", False),
        Kind("mp4", "video/mp4", ("mp4", "m4v"), "MP4"),
    )
}

# What a system runs or a browser interprets. Seen before the last extension it is a
# disguise ("don.exe.pdf"), unlike "don.docx.pdf" or "ngay 1.2.2026.pdf".
ACTIVE_EXTENSIONS = frozenset(
    "apk asp aspx bat cgi chm cmd com cpl dll dmg docm exe hta htm html iso jar js jse jsp lnk"
    " mht mhtml msi php phtml pif pl ps1 py reg scr sh svg swf vbe vbs wsf xhtml xlsm xml".split()
)
_SPACES = re.compile(r"\s+")


def clean_name(name: str) -> str:
    """`name` fit to be shown: NFC, no folders, no control or direction marks, ≤ 150 letters.

    It is only ever shown; files are stored under names of our own.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # C* holds control, format (bidi, zero width) and surrogate characters.
    kept = "".join(c if unicodedata.category(c)[0] != "C" else "" for c in last)
    kept = re.sub(r'[<>:"|?*]', "_", _SPACES.sub(" ", kept)).strip(" .")
    if len(kept) > MAX_NAME:
        suffix = PurePosixPath(kept).suffix[:12]
        kept = kept[: MAX_NAME - len(suffix)].rstrip(" .") + suffix
    return kept or "tep"


def renamed(name: str, kind: str) -> str:
    """`name` with an extension of `kind` (a key of KINDS); its own when that fits."""
    endings = KINDS[kind].extensions
    if extension(name) in endings:
        return name
    return clean_name(f"{PurePosixPath(name).stem[:140]}.{endings[0]}")


def extension(name: str) -> str:
    """The last extension in lower case without its dot; "" when there is none."""
    return PurePosixPath(name).suffix.lower().lstrip(".")


def hidden_extension(name: str) -> str:
    """An active extension before the last one ("exe" of "don.exe.pdf"), or ""."""
    for suffix in PurePosixPath(name).suffixes[:-1]:
        if suffix.lower().strip(". ") in ACTIVE_EXTENSIONS:
            return suffix.lower().strip(". ")
    return ""
