"""A file that comes in pieces. What has arrived is the file itself: its size is the offset.

The bytes go straight to disk, so a request of any length costs one buffer of memory; a crash
keeps what was written, and the next request finds it.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from portal.lib.files.kinds import DiskFull, room
from portal.lib.files.storage import PrivateStorage, _fsync_folder, _private, new_name

BUFFER = 256 * 1024
FOLDER = "uploads"


class Busy(Exception):  # noqa: N818  (an outcome)
    """Another request is writing this file."""


class OffsetLies(Exception):  # noqa: N818
    """The sender goes on somewhere else than where the file ends (`offset`)."""

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


class TooLong(Exception):  # noqa: N818
    """More bytes than were announced; those beyond are not kept."""


class Spoilt(Exception):  # noqa: N818
    """The piece is not what its sender says it is: nothing of it is kept."""


def begin() -> str:
    """A new empty file; its name in the private storage."""
    name = new_name(FOLDER, "part")
    path = path_of(name)
    with room():
        PrivateStorage()._make_folder(path.parent)
        os.close(_private(str(path), os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        _fsync_folder(path.parent)
    return name


def path_of(name: str) -> Path:
    """Pieces are put together on a local disk, wherever whole files are kept."""
    return Path(PrivateStorage().path(name))


def size_of(name: str) -> int:
    """Raises FileNotFoundError."""
    return path_of(name).stat().st_size


def drop(name: str) -> None:
    path_of(name).unlink(missing_ok=True)


@contextmanager
def held(name: str) -> Iterator[int]:
    """The file open for writing, ours alone until the block ends: the kernel lets go of the
    lock of a process that died. Raises Busy, FileNotFoundError."""
    handle = os.open(path_of(name), os.O_RDWR | os.O_APPEND)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield handle
    finally:
        os.close(handle)


def append(name: str, stream: Any, *, offset: int, length: int, sha256: bytes | None = None) -> int:
    """Write `stream` behind what is there, up to `length` in all; the new size, durably.

    What came before a connection was lost is kept. Nothing of the piece is kept when it raises:
    OffsetLies (the file does not end at `offset`), Busy, TooLong, files.DiskFull (a full disk
    is not filled further), Spoilt (its digest is not `sha256`).
    """
    with held(name) as handle:
        start = os.fstat(handle).st_size
        if start != offset:
            raise OffsetLies(start)
        digest = hashlib.sha256() if sha256 else None
        try:
            end = _pour(stream, handle, start, length, digest)
            if digest and digest.digest() != sha256:
                raise Spoilt
            with room():
                os.fsync(handle)
        except (DiskFull, TooLong, Spoilt):
            os.ftruncate(handle, start)
            raise
        return end


def _pour(stream: Any, handle: int, at: int, length: int, digest: Any) -> int:
    """The size when the stream has ended, or has broken off."""
    while piece := _read(stream):
        if at + len(piece) > length:
            raise TooLong
        if digest:
            digest.update(piece)
        with room():
            written = 0
            while written < len(piece):
                written += os.write(handle, piece[written:])
        at += len(piece)
    return at


def _read(stream: Any) -> bytes:
    try:
        return bytes(stream.read(BUFFER))
    except OSError:  # Django's UnreadablePostError is one: the sender is gone
        return b""
