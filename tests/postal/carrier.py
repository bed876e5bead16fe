"""A sandbox carrier as its own process, and the levers to pull on it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class CarrierProcess:
    """`url` to call; the journal is read from its file, not from the process."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.journal = folder / "journal.sqlite3"
        command = [sys.executable, "-m", "postal.carriers.vnpost.sandbox", "--port", "0"]
        env = {k: v for k, v in os.environ.items() if k != "PRODUCTION"}
        self.process = subprocess.Popen(
            [*command, "--journal", str(self.journal), *options],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        line = self.process.stdout.readline()
        assert line.startswith("READY "), line
        self.url = line.split()[1]

    def control(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            f"{self.url}/_control/{path}", data=json.dumps(body).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.load(reply)

    def faults(self, **wanted: Any) -> None:
        self.control("faults")
        if wanted:
            self.control("faults", **wanted)

    def advance(self, number: str, *stages: str) -> None:
        for stage in stages:
            self.control("advance", order_number=number, to=stage)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        db = sqlite3.connect(self.journal)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def bodies(self) -> list[dict[str, Any]]:
        """The orders as they came in, oldest first."""
        return [json.loads(row[0]) for row in self.rows("SELECT body FROM parcels ORDER BY id")]

    def physical(self) -> dict[str, int]:
        """Physical parcels per order number."""
        return dict(self.rows("SELECT order_number, count(*) FROM parcels GROUP BY order_number"))

    def close(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()


@contextmanager
def carrier_process(folder: Path, *options: str) -> Iterator[CarrierProcess]:
    carrier = CarrierProcess(folder, *options)
    try:
        yield carrier
    finally:
        carrier.close()
