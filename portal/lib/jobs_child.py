"""The child's side of portal.lib.jobs: `python -m portal.lib.jobs_child`.

Requests come in on standard input and replies go out on standard output, each a
pickle behind its length (8 bytes, big-endian). Django is importable, not set up.
"""

import ctypes
import importlib
import os
import pickle
import resource
import signal
import struct
from types import FrameType
from typing import Any, BinaryIO

OURS = "portal.lib."
# A reply that is larger than this is a runaway, not a document.
MAX_FRAME = 256 * 1024 * 1024
# The kernel ends a job this much after the parent should have: the parent may be gone.
GRACE_SECONDS = 2.0
PR_SET_PDEATHSIG = 1


def send(stream: BinaryIO, message: object) -> None:
    data = pickle.dumps(message)
    stream.write(struct.pack(">Q", len(data)) + data)
    stream.flush()


def receive(stream: BinaryIO) -> bytes | None:
    """One frame's bytes, or None when the other side has gone."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    (size,) = struct.unpack(">Q", head)
    if size > MAX_FRAME:
        return None
    data = stream.read(size)
    return data if len(data) == size else None


def _limit(kind: int, soft: int) -> None:
    _, hard = resource.getrlimit(kind)
    resource.setrlimit(kind, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _answer(module: str, name: str, args: tuple[Any, ...]) -> tuple[str, object]:
    try:
        func = getattr(importlib.import_module(module), name)
        return "value", func(*args)
    except Exception as error:
        if type(error).__module__.startswith(OURS):
            return "raised", error
        return "failed", f"{type(error).__name__}: {error}"[:500]


def _run(request: bytes) -> tuple[str, object]:
    module, name, args, timeout, memory_mb = pickle.loads(request)
    _limit(resource.RLIMIT_AS, memory_mb * 1024 * 1024)
    # SIGALRM keeps its default action, so that the kernel ends even a loop in C.
    signal.setitimer(signal.ITIMER_REAL, timeout + GRACE_SECONDS)
    try:
        return _answer(module, name, args)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        resource.setrlimit(resource.RLIMIT_AS, (resource.getrlimit(resource.RLIMIT_AS)[1],) * 2)


def _go_with_parent() -> None:
    """End a job at once when the parent is killed: the closed pipe is seen only after it.

    The kernel sends the signal when the parent's *thread* ends, so the handler looks whether
    the process did; SIGKILL would take a child along whose parent is well.
    """
    parent = os.getppid()

    def look(_sig: int, _frame: FrameType | None) -> None:
        if os.getppid() != parent:
            os._exit(1)

    signal.signal(signal.SIGUSR1, look)
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGUSR1, 0, 0, 0)


def main() -> None:
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not land between two frames.
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    # Ctrl-C or a supervisor's SIGTERM reaches the whole group: the parent finishes its
    # task and closes the pipe, which is what ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _go_with_parent()
    from portal.lib import jobs

    jobs.inside_child = True
    send(replies, "ready")
    while (request := receive(requests)) is not None:
        reply = _run(request)
        try:
            send(replies, reply)
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            send(replies, ("failed", f"The result cannot be sent: {error}"))


if __name__ == "__main__":
    main()
