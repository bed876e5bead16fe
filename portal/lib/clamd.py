"""Ask clamd about a file, over its socket (INSTREAM).

Protocol: `man clamd`. zINSTREAM, then chunks behind their length (4 bytes, big-endian), a
zero length, and one answer that ends with NUL.
"""

import logging
import socket
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from django.conf import settings

logger = logging.getLogger(__name__)
CHUNK = 256 * 1024
MAX_ANSWER = 4096


@dataclass(frozen=True, slots=True)
class ScanVerdict:
    """`signature` is the name of what was found, or the error of a failed scan."""

    state: Literal["clean", "infected", "failed", "off"]
    signature: str = ""


def _connect(address: str, timeout: float) -> socket.socket:
    if address.startswith("unix:"):
        link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        link.settimeout(timeout)
        try:
            link.connect(address.removeprefix("unix:"))
        except OSError:
            link.close()
            raise
        return link
    host, _, port = address.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=timeout)


def _ask(link: socket.socket, path: Path, deadline: float) -> str:
    """clamd's one line about the file. A limit of its own makes it reset the connection."""

    def time_left() -> float:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("clamd took too long")
        return left

    link.sendall(b"zINSTREAM\0")
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            link.settimeout(time_left())
            link.sendall(struct.pack(">I", len(chunk)) + chunk)
    link.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\0"):
        link.settimeout(time_left())
        part = link.recv(MAX_ANSWER)
        if not part or len(answer) > MAX_ANSWER:
            raise ConnectionError("clamd hung up before its answer was whole")
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()


def scan(path: str | Path, timeout: float = 60) -> ScanVerdict:
    """What clamd says about the file at `path`, within `timeout` seconds.

    Only its literal "stream: OK" is clean: every error, also a reset above its
    StreamMaxLength, is "failed". "off" when settings.CLAMD_ADDRESS is empty.
    """
    if not settings.CLAMD_ADDRESS:
        return ScanVerdict("off")
    deadline = time.monotonic() + timeout
    try:
        with _connect(settings.CLAMD_ADDRESS, min(5.0, timeout)) as link:
            answer = _ask(link, Path(path), deadline)
    except (OSError, ValueError) as error:
        logger.warning("clamd gave no verdict: %s", error)
        return ScanVerdict("failed", str(error)[:200])
    if answer == "stream: OK":
        return ScanVerdict("clean")
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return ScanVerdict("infected", answer[len("stream: ") : -len(" FOUND")])
    logger.warning("clamd gave no verdict: %s", answer)
    return ScanVerdict("failed", answer[:200])
