"""The pretended carrier tells us what happened: the callback profile, honest or hostile."""

from __future__ import annotations

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from postal.carriers.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign
from postal.carriers.vnpost.sandbox_state import Faults, Journal

EVERY_SECONDS = 0.3
MAX_TRIES = 50
BATCH = 50


class Caller(threading.Thread):
    """Sends every event once it is in the journal; again, slower, until it is answered by 2xx."""

    def __init__(
        self, journal: Journal, faults: Faults, url: str, secret: Callable[[], str]
    ) -> None:
        super().__init__(daemon=True, name="callbacks")
        self.journal, self.faults, self.url, self.secret = journal, faults, url, secret
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(EVERY_SECONDS):
            if not self.faults.hold_callbacks:
                self.flush()

    def flush(self) -> int:
        """One round over what is waiting; how many were taken by the other side."""
        waiting = self.journal.rows(
            "SELECT * FROM events WHERE told_at IS NULL AND tries < ? ORDER BY id LIMIT ?",
            [MAX_TRIES, BATCH],
        )
        calls = [row for row in waiting for _ in range(self.faults.copies)]
        if self.faults.shuffle:
            random.shuffle(calls)
        taken = 0
        for row in calls:
            if self.faults.forge:
                self._post(body_of(row, code="4"), secret="not-the-secret")
            if self.faults.expire:
                self._post(body_of(row), secret=self.secret(), age=3600)
            if ok := self._post(body_of(row), secret=self.secret()):
                taken += 1
            told = time.time() if ok else None
            self.journal.write(
                "UPDATE events SET tries=tries+1, told_at=coalesce(told_at, ?) WHERE id=?",
                [told, row["id"]],
            )
            if not ok:
                self.stopped.wait(min(0.2 * (row["tries"] + 1), 5))
        return taken

    def _post(self, body: bytes, *, secret: str, age: int = 0) -> bool:
        timestamp = str(int(time.time()) - age)
        request = urllib.request.Request(
            self.url,
            data=body,
            method="POST",
            headers={
                "Content-Type": "application/json",
                TIMESTAMP_HEADER: timestamp,
                SIGNATURE_HEADER: sign(secret, timestamp, body),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return bool(200 <= answer.status < 300)
        except (urllib.error.URLError, OSError):
            return False


def body_of(row: dict[str, Any], code: str = "") -> bytes:
    """The JSON of docs/carrier-callbacks.md for a row of the journal."""
    at = datetime.fromtimestamp(row["at"], tz=UTC).isoformat(timespec="seconds")
    event = {
        "event_id": row["id"],
        "order_number": row["order_number"],
        "code": code or row["code"],
        "message": row["message"],
        "at": at,
    }
    return json.dumps(event, ensure_ascii=False).encode()


class Mover(threading.Thread):
    """In the demo: every parcel takes its next step by itself after a few seconds."""

    def __init__(self, journal: Journal, seconds: float) -> None:
        super().__init__(daemon=True, name="mover")
        self.journal, self.seconds = journal, seconds
        self.stopped = threading.Event()

    def run(self) -> None:
        while not self.stopped.wait(min(self.seconds, 1.0)):
            ripe = self.journal.rows(
                "SELECT order_number FROM parcels WHERE moved_at <= ?"
                " AND stage NOT IN ('delivered', 'returned', 'cancelled')",
                [time.time() - self.seconds],
            )
            for row in ripe:
                self.journal.advance(row["order_number"])
