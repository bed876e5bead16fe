"""Run a function that may hang, crash or swallow memory in a child process of its own.

Own pipes instead of Pebble's ProcessPool (tried 2026-11-21): under a Celery prefork
worker Pebble fails with "daemonic processes are not allowed to have children", and its
spawned children import the parent's main module, which is `celery` or `gunicorn` here.
"""

import atexit
import dataclasses
import importlib
import io
import logging
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from portal.lib.jobs_child import OURS, receive, send

logger = logging.getLogger(__name__)
T = TypeVar("T")

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60.0
# Pango and Pillow keep a little of every job (22 MiB over 60 slips): start afresh.
JOBS_PER_CHILD = 200

# True in the child itself, where a nested call simply runs.
inside_child = False


class JobError(Exception):
    """The job gave no result; the same call may be tried again."""


class JobTimeout(JobError):
    """The job was killed because its time was over."""


class JobFailed(JobError):
    """The job crashed, ran out of memory or raised something that is not ours."""


class _Reply(pickle.Unpickler):
    """Reads a child's reply and trusts it with nothing: the child had foreign files open."""

    def find_class(self, module: str, name: str) -> type:
        if module.startswith(OURS):
            found = getattr(importlib.import_module(module), name, None)
            if isinstance(found, type) and (
                dataclasses.is_dataclass(found) or issubclass(found, Exception)
            ):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} may not come from a child")


class _Child:
    def __init__(self) -> None:
        self.jobs = 0
        self.expired = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "portal.lib.jobs_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        if self._exchange(None, START_SECONDS) is None:
            self.close()
            raise JobFailed("The child process did not start.")

    def _expire(self) -> None:
        self.expired = True
        self.process.kill()

    def _exchange(self, request: object, timeout: float) -> bytes | None:
        """The reply's bytes; None when the child died or was killed at `timeout`."""
        assert self.process.stdin and self.process.stdout
        clock = threading.Timer(timeout, self._expire)
        clock.daemon = True
        clock.start()
        try:
            if request is not None:
                send(self.process.stdin, request)  # type: ignore[arg-type]
            return receive(self.process.stdout)  # type: ignore[arg-type]
        except (BrokenPipeError, ConnectionResetError):
            return None
        finally:
            clock.cancel()

    def call(self, request: tuple[Any, ...], timeout: float) -> tuple[str, Any]:
        self.jobs += 1
        data = self._exchange(request, timeout)
        if data is None and self.expired:
            raise JobTimeout(f"{request[1]} took longer than {timeout:g} s.")
        if data is None:
            raise JobFailed(f"{request[1]} ended its process (code {self.process.wait()}).")
        try:
            kind, value = _Reply(io.BytesIO(data)).load()
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError) as error:
            raise JobFailed(f"{request[1]} sent an unreadable reply: {error}") from None
        return kind, value

    @property
    def usable(self) -> bool:
        return not self.expired and self.jobs < JOBS_PER_CHILD and self.process.poll() is None

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.let_go()

    def let_go(self) -> None:
        """Close our ends of the pipes without touching the process."""
        for pipe in (self.process.stdin, self.process.stdout):
            try:
                if pipe:
                    pipe.close()
            except BrokenPipeError:
                pass  # what was left in the buffer is of no use to a dead child


_lock = threading.Lock()
_child: _Child | None = None


def run_guarded(
    func: Callable[..., T], *args: Any, timeout: float | None = None, memory_mb: int | None = None
) -> T:
    """`func(*args)` from the long-lived child; one job at a time per process.

    `func` is a module-level function, `args` can be pickled, paths are absolute. The
    result is made of plain values, bytes and dataclasses of portal.lib. Limits default
    to settings.JOB_TIMEOUT and settings.JOB_MEMORY_MB (address space). Exceptions of
    portal.lib come through as they are.
    Raises JobTimeout or JobFailed; the next call gets a fresh child.
    """
    if inside_child:
        return func(*args)
    seconds = settings.JOB_TIMEOUT.total_seconds() if timeout is None else float(timeout)
    memory = settings.JOB_MEMORY_MB if memory_mb is None else memory_mb
    request = (func.__module__, func.__qualname__, args, seconds, memory)
    with _lock:
        kind, value = _call(request, seconds)
    if kind == "value":
        return value
    if kind == "raised" and isinstance(value, Exception):
        raise value
    raise JobFailed(f"{func.__qualname__}: {value}")


def _call(request: tuple[Any, ...], seconds: float) -> tuple[str, Any]:
    global _child
    if _child is not None and not _child.usable:
        _drop()
    if _child is None:
        _child = _Child()
    try:
        kind, value = _child.call(request, seconds)
    except BaseException:  # a soft time limit too: the pipe may hold half a reply
        _drop()
        raise
    if kind == "failed":
        logger.warning("A guarded job failed: %s", value)
        _drop()
    return kind, value


def _drop() -> None:
    global _child
    if _child is not None:
        child, _child = _child, None
        child.close()


def shutdown() -> None:
    """End the child, when there is one."""
    with _lock:
        _drop()


def _forget_after_fork() -> None:
    # The child belongs to the process that forked us; so may a held lock.
    global _child, _lock
    _lock = threading.Lock()
    if _child is not None:
        child, _child = _child, None
        child.process.returncode = 0  # else its __del__ warns that it still runs
        child.let_go()


atexit.register(shutdown)
os.register_at_fork(after_in_child=_forget_after_fork)
