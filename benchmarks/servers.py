"""Servers under load: gunicorn with the worker class, threads and processes of production."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.machine import tree_cpu

ROOT = Path(__file__).resolve().parent.parent
OURS = "portal.wsgi:application"
BARE = "benchmarks.bare.wsgi:application"
PROCESSES = 2
THREADS = 4
_START_SECONDS = 90


@dataclass
class Server:
    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu(self) -> float:
        """CPU seconds used so far."""
        return tree_cpu(self.process.pid)

    def memory(self) -> float:
        """MB its processes hold now, without the one that only starts them."""
        workers = psutil.Process(self.process.pid).children()
        return sum(worker.memory_info().rss for worker in workers) / 2**20


@contextmanager
def serving(application: str, settings: str, **environ: str) -> Iterator[Server]:
    """The application, answering; stopped when the block ends.

    --reuse-port spreads the few long-lived connections of a load generator over both
    processes: without it one process may accept them all (seen: half the throughput).
    """
    port = free_port()
    command = [
        *(sys.executable, "-m", "gunicorn", application, "--bind", f"127.0.0.1:{port}"),
        *("--worker-class", "gthread", "--workers", str(PROCESSES), "--threads", str(THREADS)),
        *("--reuse-port", "--no-control-socket", "--log-level", "warning", "--timeout", "60"),
        *(("--worker-tmp-dir", "/dev/shm") if Path("/dev/shm").is_dir() else ()),
    ]
    with running(command, DJANGO_SETTINGS_MODULE=settings, **environ) as process:
        _await(port, process)
        yield Server(port, process)


@contextmanager
def running(command: list[str], **environ: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | environ)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=20).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{process.args} does not answer.")
