"""Calls to partners: always with a deadline, and errors told apart by what to do next.

Nothing was sent (no name, no connection, no TLS) → Retryable. Something was sent and no whole
reply came back → Unknown. Any whole HTTP reply is returned, whatever its status: the partner's
client knows what it means (and may leave the plain cases to `raise_for_class`).
"""

import io
import json as jsonlib
import logging
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from portal.lib.errors import Final, PartnerError, Retryable, Unknown

__all__ = [
    "Final",
    "PartnerError",
    "PartnerReply",
    "PartnerSession",
    "Retryable",
    "Unknown",
    "raise_for_class",
]

log = logging.getLogger("portal.http")

_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, HTTPException, OSError)
_CHUNK = 16_384
_POOL_SIZE = 16
# They answered that they did not do it now; 408 and 425 ask for the same again.
_TRY_AGAIN = frozenset({408, 425, 429, 503})


@dataclass(frozen=True, slots=True)
class PartnerReply:
    """A whole reply. `body` is undecoded; header names ignore case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; Unknown when it is not, since then we cannot tell what they did."""
        try:
            return jsonlib.loads(self.body)
        except ValueError as error:
            raise Unknown("Đối tác trả lời bằng nội dung không đọc được.") from error


class PartnerSession:
    """Pooled connections to one partner. Follows no redirect, keeps no cookie, ignores the
    environment's proxies and .netrc. Safe to share between threads."""

    def __init__(
        self,
        base_url: str,
        timeout: tuple[float, float] = (2, 5),
        max_bytes: int = 1_000_000,
        *,
        verify: bool | str = True,
    ) -> None:
        """timeout: seconds to connect (to each address of the name) and to wait for bytes; their
        sum is the deadline of the whole call. max_bytes: of the reply's body. verify: False or a
        CA file, for partners with their own authority. ValueError on a URL that is not http(s)."""
        parts = urlsplit(base_url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"a partner's address must be http(s)://…, not {base_url!r}")
        self.base_url = base_url.rstrip("/")
        self.timeout = timeout
        self.max_bytes = max_bytes
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = verify
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._session.headers["Accept-Encoding"] = "identity"  # max_bytes counts what arrives
        self._session.mount("http://", _Adapter(pool_maxsize=_POOL_SIZE))
        self._session.mount("https://", _Adapter(pool_maxsize=_POOL_SIZE))

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        data: Any = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
    ) -> PartnerReply:
        """One call, never repeated here. `path` is below the base URL, `timeout` the session's
        unless given. Retryable: nothing was sent; Unknown: no whole reply came in time."""
        timeout = timeout or self.timeout
        began = time.monotonic()
        _call.deadline, _call.sent = began + sum(timeout), False
        outcome: object = "no reply"
        try:
            with self._session.request(
                method,
                f"{self.base_url}/{path.lstrip('/')}",
                json=json,
                data=data,
                params=params,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                stream=True,
            ) as reply:
                body = self._read(reply)
                outcome = reply.status_code
                return PartnerReply(reply.status_code, body, reply.headers)
        except _BROKEN as e:
            if _call.sent:
                raise Unknown("Mất liên lạc với đối tác khi đang chờ trả lời.") from e
            raise Retryable("Không kết nối được với máy chủ của đối tác.") from e
        finally:
            # The query and the bodies hold personal data: they are never logged.
            log.info("%s %s: %s, %.3f s", method, path, outcome, time.monotonic() - began)

    def _read(self, reply: requests.Response) -> bytes:
        body = bytearray()
        for chunk in reply.iter_content(_CHUNK):
            body += chunk
            if len(body) > self.max_bytes:
                raise Unknown(f"Đối tác trả lời dài hơn {self.max_bytes} byte.")
        return bytes(body)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


def raise_for_class(reply: PartnerReply, *, may_have_acted: bool = False) -> None:
    """Raise what the status means in general; return for 1xx, 2xx, 401 and 403.

    408, 425, 429 and 5xx → Retryable with their Retry-After; other 4xx and redirects → Final.
    401 and 403 are the caller's (a new token, once). `may_have_acted=True` for a call that changes
    something at a partner without idempotency keys: then a 5xx other than 503 → Unknown, because
    an error page or a gateway's timeout does not say that nothing happened.
    """
    status = reply.status
    if status < 300 or status in {401, 403}:
        return
    if status in _TRY_AGAIN or (status >= 500 and not may_have_acted):
        raise Retryable(f"Đối tác đang bận hoặc gặp lỗi (mã {status}).", _retry_after(reply))
    if status >= 500:
        raise Unknown(f"Đối tác gặp lỗi (mã {status}), chưa rõ đã nhận hay chưa.")
    raise Final(f"Đối tác không chấp nhận yêu cầu (mã {status}).")


def _retry_after(reply: PartnerReply) -> float | None:
    """Seconds, from either form of the header; None when absent or unreadable."""
    value = reply.headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


class _Call(threading.local):
    """The call this thread is making."""

    deadline = float("inf")  # time.monotonic()
    sent = False


_call = _Call()


class _DeadlineSocket:
    """A connected socket on which no call outlives the deadline.

    A read timeout alone does not end a reply that drips one byte a second, and the header is read
    deep inside http.client: here is the one place all bytes pass.
    """

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def _shorten(self) -> None:
        left = _call.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline of the call passed")
        patience = self._sock.gettimeout()
        if patience is None or patience > left:
            self._sock.settimeout(left)

    def sendall(self, data: Any, *args: Any) -> None:
        _call.sent = True
        self._shorten()
        self._sock.sendall(data, *args)

    def recv_into(self, *args: Any) -> int:
        self._shorten()
        return int(self._sock.recv_into(*args))

    def makefile(self, *args: Any, **kwargs: Any) -> io.BufferedReader:
        # As socket.makefile("rb") does, but reading through us. http.client asks for nothing else.
        self._sock._io_refs += 1
        return io.BufferedReader(socket.SocketIO(self, "r"))  # type: ignore[arg-type]


class _Watched(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _DeadlineSocket(self.sock)


class _WatchedTLS(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        self.sock = _DeadlineSocket(self.sock)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Watched


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _WatchedTLS


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _PoolTLS}
