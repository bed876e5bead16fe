"""The private folder: nothing in it is served but through serve_file."""

import hashlib
import os
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from portal.lib.files.kinds import KINDS, extension, room

CHUNK = 1024 * 1024
_KNOWN = {ending: kind.extensions[0] for kind in KINDS.values() for ending in kind.extensions}


class PrivateStorage(FileSystemStorage):
    """Files under settings.PRIVATE_ROOT, written whole and durable or not at all.

    A storage of another kind (S3) may take its place in STORAGES["private"]; only names
    are kept in the database.
    """

    def __init__(self, **options: Any) -> None:
        options.setdefault("location", str(settings.PRIVATE_ROOT))
        options.setdefault("base_url", None)
        super().__init__(**options)

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        return name  # names hold a fresh UUID; _save refuses to overwrite

    def _save(self, name: str, content: File) -> str:
        target = Path(self.path(name))
        self._make_folder(target.parent)
        # Beside its target: a rename is atomic only within one file system.
        draft = target.with_name(f".{target.name}.{uuid.uuid4().hex[:8]}.part")
        try:
            with open(draft, "xb", opener=_private) as file:
                for chunk in content.chunks(CHUNK):
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, target)  # fails when the target exists, a rename would replace it
        finally:
            draft.unlink(missing_ok=True)
        _fsync_folder(target.parent)
        return name

    def _make_folder(self, folder: Path) -> None:
        """Make `folder`; a new one's own name is made durable in the one above."""
        missing = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for new in reversed(missing):
            new.mkdir(mode=0o700, exist_ok=True)
            _fsync_folder(new.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _fsync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def private_storage() -> Storage:
    """STORAGES["private"] when set (an S3 bucket, say), else the folder."""
    return storages["private"] if "private" in settings.STORAGES else PrivateStorage()


def new_name(folder: str, ending: str) -> str:
    """A name nobody has: `<folder>/yyyy/mm/<uuid4>.<ending>` (UTC; ending without a dot)."""
    return f"{folder.strip('/')}/{datetime.now(UTC):%Y/%m}/{uuid.uuid4()}.{ending}".lstrip("/")


def store_file(upload: File, folder: str = "") -> str:
    """Keep `upload` for good before its row is written; its name in the private storage.

    The sender's name gives only a known extension ("bin" otherwise). A file whose row is
    never written is left to the sweeper.
    """
    upload.seek(0)
    with room():
        return str(private_storage().save(new_name(folder, _ending(upload.name)), upload))


def adopt_file(path: Path, filename: str, folder: str = "") -> str:
    """As store_file for a finished file already in the private folder: no byte is copied.
    `path` stays until its owner drops it."""
    storage, name = private_storage(), new_name(folder, _ending(filename))
    if not isinstance(storage, PrivateStorage):
        with path.open("rb") as content:
            return str(storage.save(name, File(content)))
    target = Path(storage.path(name))
    with room():
        storage._make_folder(target.parent)
        os.link(path, target)
        _fsync_folder(target.parent)
    return name


def drop_file(name: str) -> None:
    """Away with a stored file that no row names; one that is gone already is fine."""
    private_storage().delete(name)


def _ending(filename: str | None) -> str:
    return _KNOWN.get(extension(filename or ""), "bin")


def has_changed(name: str, sha256: str) -> bool:
    """Whether the stored file is there and no longer the one of that digest."""
    try:
        return digest(name) != sha256
    except FileNotFoundError:
        return False


def digest(name: str) -> str:
    """SHA-256 of the stored file, in hex. Raises FileNotFoundError."""
    with open_private(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_private(name: str) -> File:
    """The stored file, open for reading. Raises FileNotFoundError."""
    opened: File = private_storage().open(name, "rb")
    return opened
