"""Short films: MP4 with H.264 pictures (ISO/IEC 14496-12), looked at by their boxes alone.

Nothing is decoded: what a browser does not need to play the film is blanked where it stands, so
that no offset moves.
"""

import shutil
import struct
from collections.abc import Iterator
from typing import BinaryIO

from django.core.files.base import File

from portal.lib.files.kinds import FileRefused

# Boxes that hold boxes, on the way to the kind of picture.
_FOLDERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"moof", b"traf"})
_OUTSIDE = frozenset(b"ftyp styp moov moof mdat sidx mfra free skip wide".split())
# Title, maker, the place it was taken, covers, whatever a program kept for itself.
_SAYS_MORE = frozenset({b"udta", b"meta", b"uuid"})
_MOST_BOXES = 5000
_HEADER_BYTES = 16 * 1024 * 1024

# (kind, where the box begins, where its content begins, where it ends)
Box = tuple[bytes, int, int, int]


def check_video(name: str, upload: BinaryIO | File, size: int) -> None:
    """Raises FileRefused for what is cut, no film, or not H.264."""
    try:
        boxes = list(_boxes(upload, size))
    except ValueError:
        raise _broken(name) from None
    kinds = [kind for kind, *_ in boxes]
    if kinds[:1] != [b"ftyp"] or kinds.count(b"moov") != 1 or b"mdat" not in kinds:
        raise _broken(name)
    if not _is_h264(upload, boxes):
        raise FileRefused(
            f"Video “{name}” không phải MP4 mã hóa H.264 nên nhiều máy không xem được."
            " Mời xuất lại ở định dạng MP4 (H.264) rồi gửi lại."
        )


def blank_video(path_in: str, path_out: str) -> None:
    """A copy without names, places and hidden boxes; it plays as before."""
    shutil.copyfile(path_in, path_out)
    with open(path_out, "r+b") as film:
        size = film.seek(0, 2)
        try:
            boxes = list(_boxes(film, size))
        except ValueError:
            raise _broken("video") from None
        for kind, begin, start, end in boxes:
            if kind in _SAYS_MORE:
                film.seek(begin + 4)
                film.write(b"free")
                film.seek(start)
                for at in range(start, end, 65536):
                    film.write(bytes(min(65536, end - at)))


def _is_h264(upload: BinaryIO | File, boxes: list[Box]) -> bool:
    """Does any track's first sample entry (version, flags, count, length, format) say so?"""
    for kind, _, start, _ in boxes:
        if kind == b"stsd":
            upload.seek(start)
            if upload.read(16)[12:] in (b"avc1", b"avc3"):
                return True
    return False


def _boxes(upload: BinaryIO | File, size: int) -> Iterator[Box]:
    """All boxes, those of a folder after it. Raises ValueError."""
    waiting, seen = [(0, size, True)], 0
    while waiting:
        begin, end, outside = waiting.pop()
        while begin < end:
            seen += 1
            kind, start, after = _box(upload, begin, end)
            if seen > _MOST_BOXES or (outside and kind not in _OUTSIDE | _SAYS_MORE):
                raise ValueError("not a plain film")
            if kind == b"moov" and after - begin > _HEADER_BYTES:
                raise ValueError("a header without end")
            yield kind, begin, start, after
            if kind in _FOLDERS:
                waiting.append((start, after, False))
            begin = after


def _box(upload: BinaryIO | File, begin: int, end: int) -> tuple[bytes, int, int]:
    upload.seek(begin)
    head = upload.read(16)
    if len(head) < 8:
        raise ValueError("cut")
    length, kind, start = struct.unpack(">I", head[:4])[0], head[4:8], begin + 8
    if length == 1 and len(head) == 16:
        length, start = struct.unpack(">Q", head[8:])[0], begin + 16
    elif length == 0:  # to the end of the file
        length = end - begin
    if begin + length > end or length < start - begin:
        raise ValueError("longer than what holds it")
    return kind, start, begin + length


def _broken(name: str) -> FileRefused:
    return FileRefused(
        f"Video “{name}” bị hỏng, chưa tải lên hết hoặc không phải MP4 thường."
        " Mời xuất lại ở định dạng MP4 (H.264) rồi gửi lại."
    )
