"""Celery workers that are going to be killed: `python -m tests.faults.worker_app QUEUE`.

A line on stdin starts one more worker and its process id is printed. Each is a process group of
its own, forked from this one, which has imported everything and opened nothing: a start costs
0.3 s instead of 3. They are the portal's own workers but for a short lease, so that a killed
one's orders are taken over within the test. KILLS_TWIN=1 takes out one named guard: asking the
carrier first.
"""

import os
import signal
import sys
from datetime import timedelta
from uuid import uuid4

import django

django.setup()

from celery.fixups.django import DjangoWorkerFixup  # noqa: E402

from portal.celery import app  # noqa: E402
from postal import sending, tasks  # noqa: E402

tasks.LEASE = timedelta(seconds=float(os.environ.get("KILLS_LEASE", "3")))
if os.environ.get("KILLS_TWIN"):
    sending._ask = lambda carrier, order: None
DjangoWorkerFixup.validate_models = lambda self: None  # `manage.py check` has its own test


def work(queue: str) -> None:
    os.setsid()
    os.dup2(2, 1)  # its banner goes to the log, not between our process ids
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    options = ["-Q", queue, "-P", "threads", "-c", "4", "-n", f"{uuid4().hex}@kills"]
    quiet = ["-l", "WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"]
    app.worker_main(["worker", *options, *quiet])
    os._exit(0)


def main(queue: str) -> None:
    app.loader.import_default_modules()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print("READY", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            work(queue)
        print(child, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
