"""Load: wrk for pages, plain sockets for uploads (and for pages where wrk is missing)."""

import json
import shutil
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 8


class LoadFailed(Exception):
    """Some answers were not what they had to be, so their speed means nothing."""


@dataclass(frozen=True, slots=True)
class Load:
    """`p50` and `p95` in milliseconds."""

    requests: int
    seconds: float
    p50: float
    p95: float

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds


def pages(address: str, path: str, seconds: float, headers: dict[str, str]) -> Load:
    """GET one page over and over on kept connections, for about `seconds`."""
    if not shutil.which("wrk"):
        return _pages_by_python(address, path, seconds, headers)
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "-s", str(SCRIPT)]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    out = subprocess.run([*command, address + path], capture_output=True, text=True, check=True)
    line = next(line for line in out.stdout.splitlines() if line.startswith("JSON "))
    found = json.loads(line.removeprefix("JSON "))
    if found["errors"]:
        raise LoadFailed(f"{path}: {found['errors']} of {found['requests']} failed")
    return Load(found["requests"], found["seconds"], found["p50"], found["p95"])


def _pages_by_python(address: str, path: str, seconds: float, headers: dict[str, str]) -> Load:
    port = int(address.rpartition(":")[2])
    request = get(path, headers)
    end = time.monotonic() + seconds
    return burst(port, [_Endless(request, end) for _ in range(CONNECTIONS)], {200})


class _Endless(Sequence[bytes]):
    """The same request until the time is over."""

    def __init__(self, request: bytes, end: float) -> None:
        self.request, self.end = request, end

    def __len__(self) -> int:
        return 10**9

    def __getitem__(self, index: object) -> bytes:  # type: ignore[override]
        if time.monotonic() > self.end:
            raise IndexError
        return self.request


class Connection:
    """HTTP/1.1 on one kept socket, cheap enough to leave the processors to the server."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")
        self.location = ""  # where the last answer leads

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body."""
        self.socket.sendall(request)
        status = int(self.file.readline().split()[1])
        length, self.location = 0, ""
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"location":
                self.location = value.strip().decode()
        return status, self.file.read(length)

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def burst(port: int, scripts: Sequence[Sequence[bytes]], expected: set[int]) -> Load:
    """Send each script on a connection and thread of its own, all beginning together."""
    times: list[float] = []
    wrong: list[str] = []
    connections = [Connection(port) for _ in scripts]
    gate = threading.Barrier(len(scripts) + 1)

    def work(connection: Connection, script: Sequence[bytes]) -> None:
        gate.wait()
        for request in script:
            began = time.perf_counter()
            try:
                status, body = connection.ask(request)
            except (OSError, ValueError, IndexError) as error:
                wrong.append(f"{type(error).__name__} {error}")
                return
            times.append(time.perf_counter() - began)
            if status not in expected:
                wrong.append(f"{status} {body[:300]!r}")

    pairs = zip(connections, scripts, strict=True)
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    for connection in connections:
        connection.close()
    if wrong:
        raise LoadFailed(f"{len(wrong)} wrong answers, first: {wrong[0]}")
    return Load(len(times), seconds, *quantiles(times))


def quantiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds."""
    cuts = statistics.quantiles(seconds, n=20, method="inclusive")
    return cuts[9] * 1000, cuts[18] * 1000


def get(path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def post(path: str, headers: dict[str, str], kind: str, body: bytes) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Type: {kind}"]
    lines += [f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def multipart(field: str, filename: str, mime: str, content: bytes) -> tuple[str, bytes]:
    """Content type and body of a form with one file."""
    mark = "----portal-benchmark-boundary"
    head = (
        f"--{mark}\r\nContent-Disposition: form-data; "
        f'name="{field}"; filename="{filename}"\r\nContent-Type: {mime}\r\n\r\n'
    )
    return f"multipart/form-data; boundary={mark}", (
        head.encode() + content + f"\r\n--{mark}--\r\n".encode()
    )
