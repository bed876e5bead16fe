"""The wire side of the pretended VNPost: NGSP calls, the control API and a small page."""

from __future__ import annotations

import base64
import json
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from postal.carriers.vnpost.sandbox_callbacks import Caller
from postal.carriers.vnpost.sandbox_page import STYLE, page
from postal.carriers.vnpost.sandbox_state import CODES, FINAL, Faults, Journal, stamp

API = "/apiVNPostNGSP/p1.0/order"
REQUIRED = (
    "CustomerCode",
    "OrderNumber",
    "SenderProvince",
    "SenderAddress",
    "SenderName",
    "SenderTel",
    "ReceiverName",
    "ReceiverAddress",
    "ReceiverTel",
    "ReceiverProvince",
)
# Faults met before the order is written; all others strike after it was accepted.
BEFORE = {"500", "503", "429", "401", "400", "cut_before"}
MAX_BODY = 200_000


@dataclass
class Sandbox:
    """What all handler threads share."""

    journal: Journal
    consumer: str
    token_seconds: float = 3600
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, float] = field(default_factory=dict)
    caller: Caller | None = None


class Cut(Exception):
    """Close the connection without another byte."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "VNPostSandbox"
    sandbox: Sandbox

    def log_message(self, *args: Any) -> None:
        return

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        self.url = urlsplit(self.path)
        self.query = {name: values[0] for name, values in parse_qs(self.url.query).items()}
        self.raw = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MAX_BODY))
        routes: dict[str, Callable[[], None]] = {
            "POST /token": self._token,
            f"POST {API}/post": self._order,
            f"GET {API}/get": self._find,
            f"POST {API}/cancel": self._cancel,
            f"GET {API}/tracking": self._tracking,
            "GET /": self._page,
            "GET /style.css": self._style,
            "POST /advance": self._advance_form,
            "GET /_control/stats": self._stats,
            "GET /_control/orders": self._orders,
            "POST /_control/faults": self._set_faults,
            "POST /_control/advance": self._advance,
            "POST /_control/tokens/revoke": self._revoke,
            "POST /_control/callbacks/flush": self._flush,
            "POST /_control/forget": self._forget,
        }
        handler = routes.get(f"{self.command} {self.url.path}")
        try:
            if handler is None:
                self._json(404, {"Status": "404", "Message": "Không có địa chỉ này"})
            elif self.command == "POST" and not self._same_origin():
                self._json(403, {"Status": "403", "Message": "Yêu cầu từ trang khác"})
            else:
                handler()
        except Cut:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            self._json(400, {"Status": "400", "Message": f"Yêu cầu sai: {error}"})

    def _same_origin(self) -> bool:
        """A page elsewhere in the same browser may not press our buttons."""
        origin = self.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == self.headers.get("Host")

    # --- NGSP -------------------------------------------------------------------------------

    def _token(self) -> None:
        if self._struck("token"):
            return
        given = self.headers.get("Authorization", "")
        wanted = "Basic " + base64.b64encode(self.sandbox.consumer.encode()).decode()
        if given != wanted or b"client_credentials" not in self.raw:
            return self._json(401, {"error": "invalid_client"})
        token = secrets.token_hex(16)
        self.sandbox.tokens[token] = time.time() + self.sandbox.token_seconds
        answer = {"access_token": token, "token_type": "Bearer"}
        self._json(200, answer | {"expires_in": int(self.sandbox.token_seconds)})

    def _order(self) -> None:
        if not self._authorised():
            return
        time.sleep(self.sandbox.faults.latency)
        kind = self.sandbox.faults.next_for("post")
        if kind in BEFORE:
            return self._strike(kind)
        body = json.loads(self.raw)
        number = str(body.get("OrderNumber", ""))
        if problem := _problem(body):
            self.sandbox.journal.log("post", number, "400")
            return self._json(200, {"Status": "400", "Message": problem})
        parcel, known = self.sandbox.journal.accept(body, dedup=self.sandbox.faults.dedup)
        self.sandbox.journal.log("post", number, kind or ("101" if known else "100"))
        time.sleep(self.sandbox.faults.latency_after)
        if kind:
            return self._strike(kind)
        if known:
            # As seen at a province: a repeat is answered without telling anything more.
            return self._json(200, {"Status": "101", "Message": "Đơn hàng đã tồn tại"})
        answer = {"Status": "100", "Message": "Thành công", "ItemCode": parcel["tracking_no"]}
        self._json(200, answer)

    def _find(self) -> None:
        if not self._authorised() or self._struck("get"):
            return
        number = self.query["orderNumber"]
        parcel = self.sandbox.journal.find(number) if self.sandbox.faults.lookup else None
        self.sandbox.journal.log("get", number, "100" if parcel else "404")
        if parcel is None:
            return self._json(200, {"Status": "404", "Message": "Không tìm thấy đơn hàng"})
        answer = {"Status": "100", "Message": "Thành công", "ItemCode": parcel["tracking_no"]}
        self._json(200, answer)

    def _cancel(self) -> None:
        if not self._authorised() or self._struck("cancel"):
            return
        number = str(json.loads(self.raw)["OrderNumber"])
        parcel = self.sandbox.journal.find(number)
        if parcel is None:
            return self._json(200, {"Status": "404", "Message": "Không tìm thấy đơn hàng"})
        if parcel["stage"] == "cancelled":
            return self._json(200, {"Status": "101", "Message": "Đơn đã hủy trước đó"})
        if parcel["stage"] != "accepted":
            return self._json(200, {"Status": "409", "Message": "Bưu tá đã lấy, không hủy được"})
        self.sandbox.journal.advance(number, "cancelled")
        self._json(200, {"Status": "100", "Message": "Đã hủy"})

    def _tracking(self) -> None:
        if not self._authorised() or self._struck("tracking"):
            return
        size = max(1, min(int(self.query.get("pageSize", "100")), 1000))
        found = self.sandbox.journal.rows(
            "SELECT * FROM events WHERE id > ? ORDER BY id LIMIT ?", [self.query["lastId"], size]
        )
        self._json(
            200,
            [
                {
                    "id": row["id"],
                    "orderNumber": row["order_number"],
                    "statusCode": row["code"],
                    "statusMessage": row["message"],
                    "statusTime": stamp(row["at"]),
                }
                for row in found
            ],
        )

    def _authorised(self) -> bool:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        if self.sandbox.tokens.get(token, 0) > time.time():
            return True
        self._json(401, {"fault": {"code": 900901, "message": "Invalid Credentials"}})
        return False

    def _struck(self, endpoint: str) -> bool:
        kind = self.sandbox.faults.next_for(endpoint)
        if kind:
            self._strike(kind)
        return bool(kind)

    def _strike(self, kind: str) -> None:
        if kind in {"cut", "cut_before"}:
            raise Cut
        if kind == "timeout":
            time.sleep(self.sandbox.faults.hold_seconds)
            raise Cut
        if kind == "wrong_json":
            return self._bytes(200, b"<html>Bad gateway</html>", "text/html")
        if kind == "409":
            return self._json(409, {})
        if kind in {"101", "400"}:
            return self._json(200, {"Status": kind, "Message": "Đơn hàng không được nhận"})
        headers = {"Retry-After": "1"} if kind in {"429", "503"} else {}
        self._json(int(kind.split("_")[0]), {"fault": kind}, headers)

    # --- control ----------------------------------------------------------------------------

    def _stats(self) -> None:
        self._json(200, self.sandbox.journal.stats())

    def _orders(self) -> None:
        rows = self.sandbox.journal.rows("SELECT * FROM parcels ORDER BY id DESC LIMIT 1000")
        self._json(200, [row | {"body": json.loads(row["body"])} for row in rows])

    def _set_faults(self) -> None:
        """An empty object sets everything back to honest and quick."""
        wanted = json.loads(self.raw or b"{}")
        if not wanted:
            clean = Faults()
            for name in Faults.__slots__:
                setattr(self.sandbox.faults, name, getattr(clean, name))
        self.sandbox.faults.update(wanted)
        self._json(200, {"ok": True})

    def _advance(self) -> None:
        wanted = json.loads(self.raw)
        stage = self.sandbox.journal.advance(
            str(wanted["order_number"]), str(wanted.get("to", "")), wanted.get("at")
        )
        self._json(200 if stage else 404, {"stage": stage})

    def _revoke(self) -> None:
        self.sandbox.tokens.clear()
        self._json(200, {"ok": True})

    def _forget(self) -> None:
        """Burn the books, between two tests."""
        for table in ("parcels", "events", "requests"):
            self.sandbox.journal.write(f"DELETE FROM {table}")
        self._json(200, {"ok": True})

    def _flush(self) -> None:
        taken = self.sandbox.caller.flush() if self.sandbox.caller else 0
        self._json(200, {"taken": taken})

    # --- the page ---------------------------------------------------------------------------

    def _page(self) -> None:
        rows = self.sandbox.journal.rows("SELECT * FROM parcels ORDER BY id DESC LIMIT 100")
        self._bytes(200, page(rows, self.sandbox.journal.stats()).encode(), "text/html")

    def _style(self) -> None:
        self._bytes(200, STYLE.encode(), "text/css")

    def _advance_form(self) -> None:
        form = {name: values[0] for name, values in parse_qs(self.raw.decode()).items()}
        parcel = self.sandbox.journal.find(form["number"])
        if parcel and parcel["stage"] not in FINAL and form["to"] in CODES:
            self.sandbox.journal.advance(parcel["order_number"], form["to"])
        self._bytes(303, b"", "text/plain", {"Location": "/"})

    def _json(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        raw = json.dumps(body, ensure_ascii=False).encode()
        self._bytes(status, raw, "application/json", headers)

    def _bytes(
        self, status: int, body: bytes, kind: str, headers: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
        )
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _problem(body: dict[str, Any]) -> str:
    """What a real post would refuse; "" when the order can be carried."""
    for name in REQUIRED:
        if not str(body.get(name) or "").strip():
            return f"Thiếu trường {name}"
    digits = [c for c in str(body["ReceiverTel"]) if c.isdigit()]
    if not 9 <= len(digits) <= 12:
        return "Số điện thoại người nhận không hợp lệ"
    if not str(body["ReceiverProvince"]).isdigit():
        return "Mã tỉnh người nhận không hợp lệ"
    return ""
