"""What the pretended VNPost knows: its journal on disk and the faults it was told to show.

The journal is a file of its own, written by another process than ours and synced at every
acceptance, so that "nothing lost, nothing doubled" is counted at the other side of the wire.
One row in `parcels` = one physical parcel a postman would carry.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CODES = {
    "accepted": ("1", "Bưu điện đã tiếp nhận đơn"),
    "picked_up": ("2", "Bưu tá đã lấy bưu gửi"),
    "in_transit": ("3", "Bưu gửi đang được vận chuyển"),
    "out_for_delivery": ("5", "Bưu tá đang đi phát"),
    "delivered": ("4", "Đã phát cho người nhận"),
    "failed": ("6", "Phát không thành công"),
    "returned": ("7", "Đã chuyển hoàn về nơi gửi"),
    "cancelled": ("8", "Đơn đã hủy"),
}
HAPPY_WAY = ("accepted", "picked_up", "in_transit", "out_for_delivery", "delivered")
FINAL = ("delivered", "returned", "cancelled")
AFTER_FAILURE = "out_for_delivery"

SCHEMA = """
CREATE TABLE IF NOT EXISTS parcels (
    id INTEGER PRIMARY KEY AUTOINCREMENT, order_number TEXT NOT NULL, tracking_no TEXT NOT NULL,
    stage TEXT NOT NULL, accepted_at REAL NOT NULL, moved_at REAL NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS parcels_number ON parcels (order_number);
CREATE TABLE IF NOT EXISTS events (
    id TEXT PRIMARY KEY, order_number TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL,
    at REAL NOT NULL, told_at REAL, tries INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, what TEXT NOT NULL,
    order_number TEXT NOT NULL, answer TEXT NOT NULL);
"""


@dataclass(slots=True)
class Faults:
    """Set through /_control/faults; see docs/carrier-callbacks.md for the words.

    `queue` maps an endpoint (post, get, cancel, tracking, token) to what the next calls meet.
    `dedup` off: every POST becomes a parcel (the partner without a key). `lookup` off: the
    partner never finds anything.
    """

    latency: float = 0.0
    latency_after: float = 0.0
    hold_seconds: float = 30.0
    dedup: bool = True
    lookup: bool = True
    queue: dict[str, list[str]] = field(default_factory=dict)
    copies: int = 1
    shuffle: bool = False
    forge: bool = False
    expire: bool = False
    hold_callbacks: bool = False

    def next_for(self, endpoint: str) -> str:
        waiting = self.queue.get(endpoint)
        return waiting.pop(0) if waiting else ""

    def update(self, wanted: dict[str, Any]) -> None:
        """Values by name; `fail` = [{"on": "post", "kind": "500", "times": 2}, …] is appended."""
        for rule in wanted.pop("fail", []):
            kinds = [str(rule["kind"])] * int(rule.get("times", 1))
            self.queue.setdefault(rule.get("on", "post"), []).extend(kinds)
        for name, value in wanted.items():
            setattr(self, name, type(getattr(self, name))(value))


class Journal:
    """Thread-safe; every write is on the disk before the caller goes on."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(SCHEMA)
        self._sequence = self._db.execute("SELECT count(*) FROM events").fetchone()[0]

    def rows(self, sql: str, args: Iterable[Any] = ()) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(row) for row in self._db.execute(sql, tuple(args))]

    def write(self, sql: str, args: Iterable[Any] = ()) -> None:
        with self.lock:
            self._db.execute(sql, tuple(args))

    def close(self) -> None:
        with self.lock:
            self._db.close()

    def find(self, number: str) -> dict[str, Any] | None:
        sql = "SELECT * FROM parcels WHERE order_number=? ORDER BY id LIMIT 1"
        found = self.rows(sql, [number])
        return found[0] if found else None

    def accept(self, body: dict[str, Any], *, dedup: bool) -> tuple[dict[str, Any], bool]:
        """The parcel for an order and whether it was there before. One transaction: two calls
        with the same number at the same moment make one parcel."""
        number = str(body["OrderNumber"])
        with self.lock:
            if dedup and (known := self.find(number)):
                return known, True
            now = time.time()
            self._db.execute("BEGIN IMMEDIATE")
            cursor = self._db.execute(
                "INSERT INTO parcels"
                " (order_number, tracking_no, stage, accepted_at, moved_at, body)"
                " VALUES (?, ?, 'accepted', ?, ?, ?)",
                (number, "", now, now, json.dumps(body, ensure_ascii=False)),
            )
            item = tracking_number(10_000_000 + int(cursor.lastrowid or 0))
            self._db.execute(
                "UPDATE parcels SET tracking_no=? WHERE id=?", (item, cursor.lastrowid)
            )
            self._event(number, "accepted", now)
            self._db.execute("COMMIT")
            return self.rows("SELECT * FROM parcels WHERE id=?", [cursor.lastrowid])[0], False

    def advance(self, number: str, to: str = "", at: float | None = None) -> str:
        """Move the parcel to a stage, or to the next one; "" when there is nothing to do."""
        with self.lock:
            parcel = self.find(number)
            if parcel is None or (not to and parcel["stage"] in FINAL):
                return ""
            stage = to or next_stage(parcel["stage"])
            now = time.time()
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "UPDATE parcels SET stage=?, moved_at=? WHERE id=?", (stage, now, parcel["id"])
            )
            self._event(number, stage, now if at is None else at)
            self._db.execute("COMMIT")
            return stage

    def _event(self, number: str, stage: str, at: float) -> None:
        """Ids like MongoDB's: 8 hex digits of seconds, then a growing number."""
        self._sequence += 1
        event_id = f"{int(time.time()):08x}{self._sequence:016x}"
        code, message = CODES[stage]
        self._db.execute(
            "INSERT INTO events (id, order_number, code, message, at) VALUES (?, ?, ?, ?, ?)",
            (event_id, number, code, message, at),
        )

    def log(self, what: str, number: str, answer: str) -> None:
        self.write(
            "INSERT INTO requests (at, what, order_number, answer) VALUES (?, ?, ?, ?)",
            (time.time(), what, number, answer),
        )

    def stats(self) -> dict[str, int]:
        """`physical` parcels for `orders` numbers; `doubled` is what must stay 0."""
        physical = self.rows("SELECT count(*) n FROM parcels")[0]["n"]
        orders = self.rows("SELECT count(DISTINCT order_number) n FROM parcels")[0]["n"]
        requests = self.rows("SELECT count(*) n FROM requests WHERE what='post'")[0]["n"]
        return {
            "orders": orders,
            "physical": physical,
            "doubled": physical - orders,
            "requests": requests,
        }


def tracking_number(serial: int) -> str:
    """UPU S10 (domain.md §5.6). Their own arithmetic, on purpose not ours from portal.lib."""
    digits = f"{serial:08d}"
    rest = sum(w * int(d) for w, d in zip((8, 6, 4, 2, 3, 5, 9, 7), digits, strict=True)) % 11
    return f"EB{digits}{ {0: 5, 1: 0}.get(rest, 11 - rest) }VN"


def next_stage(stage: str) -> str:
    """The way things usually go; after a failed delivery the postman tries again."""
    if stage not in HAPPY_WAY:
        return AFTER_FAILURE
    return HAPPY_WAY[min(HAPPY_WAY.index(stage) + 1, len(HAPPY_WAY) - 1)]


def stamp(at: float) -> str:
    """yyyyMMddHHmmss in Vietnamese time (UTC+7, no summer time)."""
    return datetime.fromtimestamp(at + 7 * 3600, tz=UTC).strftime("%Y%m%d%H%M%S")


def is_local(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
