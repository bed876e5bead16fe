"""One part of a file (RFC 9110, 14): a film is looked into, and Safari plays no other.

Where nginx serves (settings.X_ACCEL) it does this itself.
"""

import re
from typing import IO, Any

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)


class _Part:
    """The next `left` bytes of an open file."""

    def __init__(self, file: IO[bytes], left: int) -> None:
        self.file, self.left = file, left

    def read(self, most: int) -> bytes:
        found = self.file.read(min(most, self.left))
        self.left -= len(found)
        return found

    def close(self) -> None:
        self.file.close()


def part_or_whole(request: HttpRequest, file: Any, mime: str, etag: str) -> HttpResponseBase:
    """`file` (open, with `size`) or the part asked for; several parts at once get the whole."""
    asked = _RANGE.fullmatch(request.headers.get("Range", ""))
    same = request.headers.get("If-Range", etag) == etag
    response: HttpResponseBase
    if request.method != "GET" or not asked or not any(asked.groups()) or not same:
        response = FileResponse(file, content_type=mime)
    else:
        first, last = _places(asked[1], asked[2], file.size)
        if first > last:
            file.close()
            response = HttpResponse(status=416, content_type=mime)
            response["Content-Range"] = f"bytes */{file.size}"
        else:
            file.seek(first)
            part = _Part(file, last - first + 1)
            response = FileResponse(part, content_type=mime, status=206)
            response["Content-Range"] = f"bytes {first}-{last}/{file.size}"
            response["Content-Length"] = str(part.left)
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    return response


def _places(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte, counted from 0; the first is beyond the last when there are none."""
    if not first:  # the last so many
        return max(size - int(last), 0), size - 1
    start, end = int(first), min(int(last), size - 1) if last else size - 1
    return (start, end) if start <= end else (1, 0)
