"""Files that cost the database something, made once for each state of the catalogue."""

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse

KEPT_SECONDS = 3600


def kept(name: str, lines: Callable[[], Iterator[bytes]], *, mime: str) -> HttpResponseBase:
    """The file from the disk; the first to ask gets it while it is written."""
    folder = Path(settings.PRIVATE_ROOT) / "open-data"
    try:
        return FileResponse((folder / name).open("rb"), content_type=mime)
    except FileNotFoundError:
        return StreamingHttpResponse(_written(folder, name, lines), content_type=mime)


def _written(folder: Path, name: str, lines: Callable[[], Iterator[bytes]]) -> Iterator[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _forget_old(folder)
    handle, draft = tempfile.mkstemp(dir=folder, prefix=".")
    try:
        with os.fdopen(handle, "wb") as file:
            for line in lines():
                file.write(line)
                yield line
        Path(draft).replace(folder / name)
    finally:  # a reader who left has read half of it
        Path(draft).unlink(missing_ok=True)


def _forget_old(folder: Path) -> None:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                path.unlink()
