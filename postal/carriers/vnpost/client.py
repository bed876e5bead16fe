"""VNPost NGSP: OAuth2 client credentials, order post, look-up, cancel, paged tracking feed.

Field names and reply codes: domain.md §5.3. Read in running code (OpenCPS, a province's LGSP
adapter): `/token`, `order/post`, `order/cancel`, the order's fields, Status 100/101/500, the
feed's `pageSize` and `lastId`. Our own assumption, to be settled with VNPost before going live:
the paths `order/get` and `order/tracking` and the reply key `ItemCode`. Where VNPost offers no
look-up, set `POSTAL["vnpost"]["lookup"] = False`: a repeat of the same OrderNumber is then
answered by 101, which is a success.
"""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from portal.lib.http import (
    Final,
    PartnerReply,
    PartnerSession,
    Retryable,
    Unknown,
    raise_for_class,
)
from postal.carriers.base import OrderReply, OrderRequest, Stage, TrackingEvent
from postal.carriers.vnpost import mapping
from postal.carriers.vnpost.mapping import Outcome

PREFIX = "/apiVNPostNGSP/p1.0/order"
FLAG_CONFIG = 2
MAX_PAGE = 1000
TOKEN_MARGIN_SECONDS = 30
# For calls an officer waits for: with a token renewed on the way, 16 s at the very most.
WAITED_FOR = (1.0, 3.0)
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class VNPostConfig:
    """One contract with VNPost. `provinces` and `statuses` replace rows of mapping.py."""

    url: str
    consumer_key: str
    consumer_secret: str
    customer_code: str
    lookup: bool = True
    provinces: tuple[tuple[str, str], ...] = ()
    statuses: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_settings(cls, options: Mapping[str, Any]) -> VNPostConfig:
        return cls(
            url=options["url"],
            consumer_key=options["consumer_key"],
            consumer_secret=options["consumer_secret"],
            customer_code=options["customer_code"],
            lookup=options.get("lookup", True),
            provinces=tuple(sorted(options.get("provinces", {}).items())),
            statuses=tuple(sorted(options.get("statuses", {}).items())),
        )


class VNPost:
    name = "vnpost"
    label = "VNPost (Bưu điện Việt Nam)"
    first_cursor = mapping.FIRST_CURSOR

    def __init__(self, config: VNPostConfig, session: PartnerSession | None = None) -> None:
        self.config = config
        self.can_find = config.lookup
        self._session = session or PartnerSession(config.url)
        self._provinces = dict(mapping.PROVINCES) | dict(config.provinces)
        self._stages = dict(mapping.STATUSES) | {k: Stage(v) for k, v in config.statuses}
        self._lock = threading.Lock()
        self._token = ""
        self._token_ends = 0.0

    def create_order(self, req: OrderRequest) -> OrderReply:
        reply = self._call("POST", "/post", json=self._order_body(req))
        body = _object(reply)
        match _outcome(body):
            case Outcome.OK:
                return OrderReply(_tracking_no(body), duplicate=False, raw=body)
            case Outcome.DUPLICATE:
                return OrderReply(_tracking_no(body), duplicate=True, raw=body)
        raise Final(_message(body))

    def find_order(self, order_number: str) -> OrderReply | None:
        """Asking changes nothing there, so an unknown outcome is only a reason to ask again."""
        params = {"customerCode": self.config.customer_code, "orderNumber": order_number}
        try:
            body = _object(self._call("GET", "/get", params=params))
        except Unknown as error:
            raise Retryable(str(error)) from error
        match _outcome(body):
            case Outcome.OK | Outcome.DUPLICATE:
                return OrderReply(_tracking_no(body), duplicate=True, raw=body)
            case Outcome.MISSING:
                return None
        raise Final(_message(body))

    def cancel(self, order_number: str) -> None:
        body = {"CustomerCode": self.config.customer_code, "OrderNumber": order_number}
        reply = _object(self._call("POST", "/cancel", json=body, timeout=WAITED_FOR))
        if _outcome(reply) not in {Outcome.OK, Outcome.DUPLICATE}:
            raise Final(_message(reply))

    def feed(self, after: str, page_size: int) -> list[TrackingEvent]:
        params = {
            "customerCode": self.config.customer_code,
            "lastId": after or self.first_cursor,
            "pageSize": str(min(page_size, MAX_PAGE)),
        }
        try:
            rows = self._call("GET", "/tracking", params=params).json()
        except Unknown as error:
            raise Retryable(str(error)) from error
        if not isinstance(rows, list):
            raise Retryable("Bảng tin theo dõi của bưu điện không đúng dạng.")
        now = datetime.now(UTC)
        return [event for row in rows if (event := _event(row, now))]

    def stage(self, code: str) -> Stage:
        return self._stages.get(code.strip(), mapping.UNKNOWN_STAGE)

    def _order_body(self, req: OrderRequest) -> dict[str, Any]:
        """The NGSP order. Districts ended on 1/7/2025: the ward stands in the address line."""
        return {
            "CustomerCode": self.config.customer_code,
            "OrderNumber": req.order_number,
            "ItemCode": req.item_code,
            "CODAmount": req.cod_amount,
            "SenderProvince": self._province(req.sender.province),
            "SenderDistrict": "",
            "SenderAddress": req.sender.address,
            "SenderName": req.sender.name,
            "SenderEmail": req.sender.email,
            "SenderTel": req.sender.phone,
            "SenderDesc": req.contents,
            "Description": req.note,
            "ReceiverName": req.receiver.name,
            "ReceiverAddress": req.receiver.address,
            "ReceiverTel": req.receiver.phone,
            "ReceiverProvince": self._province(req.receiver.province),
            "ReceiverDistrict": "",
            "ReceiverEmail": req.receiver.email,
            "FlagConfig": FLAG_CONFIG,
        }

    def _province(self, code: str) -> str:
        try:
            return self._provinces[code]
        except KeyError:
            raise Final(f"Chưa có mã bưu chính của tỉnh “{code}”.") from None

    def _call(
        self, method: str, path: str, *, timeout: tuple[float, float] | None = None, **sent: Any
    ) -> PartnerReply:
        """One call with a token, renewed once when they no longer take it."""
        for fresh in (False, True):
            headers = {"Authorization": f"Bearer {self._bearer(fresh, timeout)}"}
            reply = self._session.request(
                method, PREFIX + path, headers=headers, timeout=timeout, **sent
            )
            if reply.status != 401:
                return _checked(reply, may_have_acted=method == "POST")
        raise Retryable("Bưu điện không nhận mã truy cập mới cấp.")

    def _bearer(self, fresh: bool, timeout: tuple[float, float] | None) -> str:
        """A cached token; the lock lets one thread fetch it for all."""
        with self._lock:
            now = time.monotonic()
            if not fresh and self._token and now < self._token_ends:
                return self._token
            key = f"{self.config.consumer_key}:{self.config.consumer_secret}".encode()
            try:
                reply = self._session.request(
                    "POST",
                    "/token",
                    data={"grant_type": "client_credentials"},
                    headers={"Authorization": "Basic " + base64.b64encode(key).decode()},
                    timeout=timeout,
                )
                if reply.status == 401:
                    raise Retryable("Bưu điện không nhận tài khoản kết nối của cổng.")
                body = _object(_checked(reply, may_have_acted=False))
                self._token = str(body["access_token"])
                lifetime = float(body.get("expires_in", 3600))
            except (Unknown, Final, KeyError, ValueError) as error:
                # No order has left the house yet: whatever went wrong, try later.
                raise Retryable(f"Không lấy được mã truy cập của bưu điện: {error}") from error
            self._token_ends = now + max(lifetime - TOKEN_MARGIN_SECONDS, 1)
            return self._token


def _checked(reply: PartnerReply, *, may_have_acted: bool) -> PartnerReply:
    """2xx and 409 go on; every other status says by itself what to do."""
    if reply.status == 403:
        raise Final("Bưu điện không cho phép yêu cầu này (mã 403).")
    if reply.status != 409:
        raise_for_class(reply, may_have_acted=may_have_acted)
    return reply


def _object(reply: PartnerReply) -> dict[str, Any]:
    if reply.status == 409:
        return {"Status": "101", "Message": "HTTP 409"}
    body = reply.json()
    if not isinstance(body, dict):
        raise Unknown("Bưu điện trả lời không đúng dạng.")
    return body


def _outcome(body: Mapping[str, Any]) -> str:
    if "Status" not in body:
        raise Unknown("Bưu điện trả lời thiếu trạng thái.")
    outcome = mapping.REPLIES.get(str(body["Status"]), Outcome.FINAL)
    if outcome == Outcome.RETRY:
        raise Retryable(_message(body))
    return outcome


def _message(body: Mapping[str, Any]) -> str:
    """Their sentence, cut to what fits a line on the officer's screen."""
    text = _line(body.get("Message") or "Bưu điện không nhận đơn.", 200)
    return f"{text} (mã {_line(body.get('Status'), 10)})"


def _tracking_no(body: Mapping[str, Any]) -> str:
    """Any code they name, cut to our column; whether it is S10 is shown, never demanded."""
    return _line(body.get("ItemCode") or "", 40).strip()


def _event(row: Any, now: datetime) -> TrackingEvent | None:
    """A row of the feed; None for one without id or order number, which nobody could place."""
    if not isinstance(row, dict):
        return None
    event_id, number = _line(row.get("id") or "", 64), _line(row.get("orderNumber") or "", 120)
    if not event_id or not number:
        return None
    return TrackingEvent(
        event_id=event_id,
        order_number=number,
        code=_line(row.get("statusCode", ""), 40),
        message=_line(row.get("statusMessage") or "", 250),
        at=_time(row.get("statusTime")) or mapping.time_of_id(event_id, now),
    )


def _line(value: Any, longest: int) -> str:
    """Their text as our column can hold it: no NUL and no lone surrogate (PostgreSQL)."""
    return str(value).replace("\0", "").encode("utf-8", "replace").decode()[:longest]


def _time(value: Any) -> datetime | None:
    """yyyyMMddHHmmss in Vietnamese time, as everywhere on the bus (domain.md §4.1)."""
    try:
        return datetime.strptime(str(value), "%Y%m%d%H%M%S").replace(tzinfo=LOCAL)
    except ValueError:
        return None
