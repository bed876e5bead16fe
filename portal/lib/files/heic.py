"""The measures of a HEIC photo, read without decoding anything (ISO/IEC 23008-12)."""

import struct
from typing import BinaryIO

from django.core.files.base import File

# The descriptions of all pictures stand before the first of them.
HEAD = 256 * 1024
SIZE = struct.Struct(">4xII")


def dimensions(upload: BinaryIO | File) -> tuple[int, int]:
    """Width and height of the largest picture inside. Raises ValueError when none is named."""
    upload.seek(0)
    head, found, at = upload.read(HEAD), [], 0
    while (at := head.find(b"ispe", at)) >= 0:
        at += 4
        if at + SIZE.size <= len(head):
            found.append(SIZE.unpack_from(head, at))
    if not found:
        raise ValueError("no picture in this HEIC file")
    width, height = max(found, key=lambda size: size[0] * size[1])
    return width, height
