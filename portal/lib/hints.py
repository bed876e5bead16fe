"""Hints: "there is work in this outbox", told to Celery without ever waiting for it.

A broker that refuses costs 0.6 s, one that hangs 20 s and more: nobody's request may pay that. So
the request only puts a note into a bounded queue, and one daemon thread of the process talks to
the broker. A hint that gets lost costs a second or two, until beat drains anyway.

The first hint goes at once; the same again within GAP_SECONDS waits for its end and is then one:
under load telling the broker of each upload took a tenth of what taking it did.
"""

import heapq
import json
import logging
import os
import queue
import threading
import time
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction

log = logging.getLogger("portal.hints")

QUEUE_SIZE = 1000
EXPIRES_SECONDS = 30  # an older hint tells nothing that beat has not found out
GAP_SECONDS = 0.1  # between two of the same hint, from one process

Note = tuple[str, str]


class _Turns:
    """When each note may go; asked by one thread at a time."""

    def __init__(self) -> None:
        self.sent: dict[Note, float] = {}
        self.later: list[tuple[float, Note]] = []

    def next(self, notes: queue.Queue[Note]) -> Note:
        while True:
            wait = self.later[0][0] - time.monotonic() if self.later else None
            if wait is not None and wait <= 0:
                return self._gone(heapq.heappop(self.later)[1])
            try:
                note = notes.get(timeout=wait)
            except queue.Empty:
                continue
            turn = self.sent.get(note, -GAP_SECONDS) + GAP_SECONDS
            if turn <= time.monotonic():
                return self._gone(note)
            heapq.heappush(self.later, (turn, note))

    def _gone(self, note: Note) -> Note:
        now = time.monotonic()
        if len(self.sent) >= QUEUE_SIZE:
            self.sent = {one: at for one, at in self.sent.items() if at > now - GAP_SECONDS}
        self.sent[note] = now
        return note


class _Sender:
    """The queue and the thread of one process."""

    def __init__(self) -> None:
        self.notes: queue.Queue[Note] = queue.Queue(QUEUE_SIZE)
        self.queued: set[Note] = set()
        self.turns = _Turns()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def put(self, note: Note) -> None:
        if note in self.queued:
            return  # not sent yet, so that task will see our commit too
        self.queued.add(note)
        try:
            self.notes.put_nowait(note)
        except queue.Full:
            self.queued.discard(note)
            return
        with self.lock:
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="hints", daemon=True)
                self.thread.start()

    def run(self) -> None:
        while True:
            note = self.turns.next(self.notes)
            self.queued.discard(note)
            try:
                send(note[0], json.loads(note[1]))
            except Exception as error:
                log.warning("no hint for %s: %s", note[0], type(error).__name__)


# By process id: after a fork the parent's thread is gone and its locks may be held for ever.
_senders: dict[int, _Sender] = {}


def hint(task_name: str, **kwargs: Any) -> None:
    """After the commit, ask Celery to run `task_name` (JSON `kwargs`) soon. Never waits or raises.

    Dropped when the queue is full or the broker is away, and when the transaction rolls back.
    """
    try:
        note = (task_name, json.dumps(kwargs, sort_keys=True))
        transaction.on_commit(partial(_put, note), robust=True)
    except Exception:
        log.exception("no hint for %s", task_name)


def _put(note: Note) -> None:
    sender = _senders.get(os.getpid()) or _senders.setdefault(os.getpid(), _Sender())
    sender.put(note)


def send(task_name: str, kwargs: dict[str, Any]) -> None:
    """Publish once; whatever the broker does happens in our thread."""
    current_app.send_task(
        task_name, kwargs=kwargs, expires=EXPIRES_SECONDS, ignore_result=True, retry=False
    )
