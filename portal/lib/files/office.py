"""Word and Excel files: zip packages of XML (ECMA-376), taken only without anything that runs."""

import errno
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.conf import settings

from portal.lib.files.kinds import FileRefused

# The part that makes a package what it is.
MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
MOST_PARTS = 2000
RELS_BYTES = 1024 * 1024
_ACTIVE = re.compile(r"vbaproject|vbadata|activex|/embeddings/|oleobject|\.(?:bin|exe|js|vbs)$")
# Printer settings of Excel are .bin and harmless.
_PRINTER = re.compile(r"^xl/printersettings/[^/]+\.bin$")
# An outside target that is loaded without being asked; a plain hyperlink is not.
_LOADED = ("attachedtemplate", "oleobject", "frame", "subdocument", "externallink")


class _NotWhole(Exception):
    pass


def _of_the_disk(error: Exception) -> OSError | None:
    """The system's error behind this one: where zipfile looks for the directory it calls every
    one a bad file. The one for a place before the beginning is the package's own fault."""
    for one in (error, error.__context__):
        if isinstance(one, OSError) and one.errno != errno.EINVAL:
            return one
    return None


@contextmanager
def _package(file: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    """Raises _NotWhole for all that zipfile raises where a package is damaged; a disk that fails
    is no fault of the file, and its OSError goes on."""
    damaged = (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError)
    try:
        with zipfile.ZipFile(file) as package:
            yield package
    except (OSError, *damaged) as error:
        if disk := _of_the_disk(error):
            raise disk from None
        raise _NotWhole from error


def office_kind(upload: IO[bytes]) -> str | None:
    """ "docx" or "xlsx" by the package's main part; None for any other zip."""
    try:
        with _package(upload) as package:
            names = set(package.namelist())
    except _NotWhole:
        return None
    if "[Content_Types].xml" not in names:
        return None
    return next((kind for kind, part in MAIN_PARTS.items() if part in names), None)


def check_office(name: str, upload: IO[bytes]) -> None:
    """Raises FileRefused for macros, embedded objects, templates from elsewhere, bombs."""
    try:
        with _package(upload) as package:
            parts = package.infolist()
            _check_parts(name, parts)
            for part in parts:
                if part.filename.lower().endswith(".rels"):
                    _check_links(name, package, part)
    except _NotWhole:
        raise _broken(name) from None


def is_whole(path: str | Path, kind: str) -> bool:
    """Whether every part can be unpacked (sums compared) and those without which nothing opens
    are XML. Unpacks all of it: for the guarded child."""
    try:
        with Path(path).open("rb") as file, _package(file) as package:
            if package.testzip() is not None:
                return False
            for part in ("[Content_Types].xml", MAIN_PARTS[kind]):
                fromstring(package.read(part), forbid_dtd=True)
    except (_NotWhole, KeyError, ParseError, DefusedXmlException):
        return False
    return True


def _check_parts(name: str, parts: list[zipfile.ZipInfo]) -> None:
    limit = settings.UPLOAD_LIMITS["max_expanded_bytes"]
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limit:
        raise FileRefused(
            f"Tệp “{name}” khi mở ra quá lớn. Mời bớt hình ảnh hoặc chia nhỏ rồi gửi lại."
        )
    for part in parts:
        path = part.filename.lower()
        # All that the format knows (the ZIP annex of ECMA-376, part 2); others could swell our
        # memory.
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _broken(name)
        if part.flag_bits & 0x1:
            raise FileRefused(f"Tệp “{name}” có đặt mật khẩu. Mời bỏ mật khẩu rồi gửi lại.")
        if _ACTIVE.search(path) and not _PRINTER.match(path):
            raise FileRefused(
                f"Tệp “{name}” có mã lệnh hoặc đối tượng nhúng. Mời lưu lại thành tệp thường"
                " (không có macro) rồi gửi lại."
            )


def _check_links(name: str, package: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    with package.open(part) as content:
        text = content.read(RELS_BYTES + 1)
    if len(text) > RELS_BYTES:
        raise _broken(name)
    try:
        root = fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        raise _broken(name) from None
    for link in root.iter():
        outside = link.get("TargetMode", "").lower() == "external"
        if outside and link.get("Type", "").lower().rpartition("/")[2] in _LOADED:
            raise FileRefused(
                f"Tệp “{name}” tự tải nội dung từ nơi khác. Mời bỏ liên kết đó rồi gửi lại."
            )


def _broken(name: str) -> FileRefused:
    return FileRefused(
        f"Tệp “{name}” bị hỏng hoặc chưa tải lên hết. Mời mở thử trên máy, lưu lại rồi gửi lại."
    )
