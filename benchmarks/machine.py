"""The machine, its versions, and who else was using its processors."""

import os
import platform
import subprocess
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil
from django.db import connection

LIBRARIES = ("Django", "gunicorn", "psycopg2-binary", "celery", "weasyprint")


def facts() -> dict[str, Any]:
    return {
        "cpu": _cpu_name(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "postgresql": connection.pg_version // 10000,  # type: ignore[attr-defined]
        "libraries": {name: version(name) for name in LIBRARIES},
        "commit": _commit(),
        "loop_seconds": _loop_seconds(),
    }


def _loop_seconds() -> float:
    """What twenty million additions take: a virtual machine's speed is its host's, and changes
    (seen: 3.8 to 5.5 s within minutes). Limits in seconds and milliseconds mean a quick one."""
    began, total = time.perf_counter(), 0
    for number in range(20_000_000):
        total += number
    return round(time.perf_counter() - began, 2)


def _cpu_name() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process, its living descendants and those it has waited for."""
    total = 0.0
    try:
        root = psutil.Process(pid)
        members = [root, *root.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for process in members:
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue  # its time is in its parent's now
    return total


def postgres_pid() -> int | None:
    """The server behind the default connection; None when it runs on another machine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = int(cursor.fetchone()[0])
    try:
        process = psutil.Process(backend)
    except psutil.NoSuchProcess:
        return None
    return process.ppid() if "postgres" in process.name() else None


@dataclass
class Watch:
    """Cores that others used while the block ran: all busy time less what this process, its
    children (servers, load generators) and PostgreSQL used."""

    cores: float = field(default=0.0, init=False)

    def __enter__(self) -> "Watch":
        self._began, self._busy, self._ours = time.monotonic(), _busy(), self._own()
        return self

    def __exit__(self, *_: object) -> None:
        seconds = time.monotonic() - self._began
        foreign = _busy() - self._busy - (self._own() - self._ours)
        self.cores = max(0.0, foreign / seconds)

    def _own(self) -> float:
        database = postgres_pid()
        return tree_cpu(os.getpid()) + (tree_cpu(database) if database else 0.0)


def _busy() -> float:
    times = psutil.cpu_times()
    return float(sum(times) - times.idle - times.iowait - times.guest - times.guest_nice)
