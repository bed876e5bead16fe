"""Calls to partners: what was certainly not sent is told from what may have arrived."""

import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.lib.http import (
    Final,
    PartnerReply,
    PartnerSession,
    Retryable,
    Unknown,
    raise_for_class,
)


class Partner(BaseHTTPRequestHandler):
    """Does what the last word of the path says; `server.seen` is its journal."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.seen.append((self.command, self.path, body, dict(self.headers)))
        getattr(self, self.path.split("?")[0].rsplit("/")[-1])()

    do_GET = do_POST

    def ok(self, body=b'{"id": 7}', status=200, **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def busy(self):
        self.ok(b"", 503, Retry_After="120")

    def moved(self):
        self.ok(b"", 302, Location="/ok")

    def cookie(self):
        self.ok(Set_Cookie="session=abc; Path=/")

    def hang(self):
        self.server.stop.wait(10)

    def cut(self):
        self.connection.shutdown(socket.SHUT_RDWR)

    def half(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        self.close_connection = True

    def drip_header(self):
        self.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000)

    def drip_body(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        self.drip(b"x" * 1000)

    def drip(self, data):
        for n in range(len(data)):
            if self.server.stop.wait(0.05):
                break
            try:
                self.wfile.write(data[n : n + 1])
            except OSError:
                break
        self.close_connection = True

    def large(self):
        self.ok(b"x" * 2_000_000)

    def endless(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        try:
            while not self.server.stop.is_set():
                self.wfile.write(b"x" * 10_000)
        except OSError:
            pass
        self.close_connection = True

    def log_message(self, *args):
        pass


class Server(ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        """Calls are cut short on purpose here."""


@pytest.fixture
def partner():
    server = Server(("127.0.0.1", 0), Partner)
    server.seen, server.stop = [], threading.Event()
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.stop.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def session(partner):
    session = PartnerSession(f"http://127.0.0.1:{partner.server_port}/api", timeout=(0.3, 0.3))
    yield session
    session.close()


def test_a_reply_comes_back_whole(session):
    reply = session.request("POST", "/ok", json={"ten": "Bình"})
    assert (reply.status, reply.body, reply.json()) == (200, b'{"id": 7}', {"id": 7})


def test_the_path_is_below_the_base_address(session, partner):
    session.request("GET", "orders/ok", params={"code": "H37 1"})
    assert partner.seen[0][:2] == ("GET", "/api/orders/ok?code=H37+1")


def test_connections_are_used_again(session, partner, monkeypatch):
    ports = set()
    real = Partner.do_POST
    monkeypatch.setattr(
        Partner, "do_GET", lambda self: (ports.add(self.client_address), real(self))[1]
    )
    for _ in range(5):
        session.request("GET", "ok")
    assert len(ports) == 1


def test_redirects_are_not_followed(session, partner):
    assert (session.request("GET", "moved").status, len(partner.seen)) == (302, 1)


def test_cookies_are_not_kept(session, partner):
    for _ in range(2):
        session.request("GET", "cookie")
    assert "Cookie" not in partner.seen[1][3]


def test_the_environments_proxy_is_ignored(session, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    assert session.request("GET", "ok").status == 200


def test_a_refused_connection_was_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    with pytest.raises(Retryable, match="Không kết nối được"):
        PartnerSession(f"http://127.0.0.1:{port}").request("POST", "ok")


def test_a_name_nobody_knows_was_not_sent():
    with pytest.raises(Retryable):
        PartnerSession("http://khong-co.invalid").request("POST", "ok")


def test_a_connection_never_accepted_was_not_sent():
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        address = full.getsockname()
        waiting = []
        for _ in range(3):  # fill the backlog
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(address)
            waiting.append(one)
        with pytest.raises(Retryable):
            PartnerSession(f"http://127.0.0.1:{address[1]}", timeout=(0.2, 5)).request("GET", "ok")
        for one in waiting:
            one.close()


def test_a_tls_handshake_that_fails_was_not_sent(partner):
    tls = PartnerSession(f"https://127.0.0.1:{partner.server_port}", timeout=(0.3, 0.3))
    with pytest.raises(Retryable):
        tls.request("POST", "ok", json={})
    assert partner.seen == []


@pytest.mark.parametrize("what", ["hang", "cut", "half", "drip_header", "drip_body"])
def test_a_call_without_a_whole_reply_may_have_arrived(session, partner, what):
    with pytest.raises(Unknown, match="Mất liên lạc"):
        session.request("POST", what, json={})
    assert len(partner.seen) == 1


@pytest.mark.parametrize("what", ["hang", "drip_header", "drip_body", "endless"])
def test_no_call_outlives_its_deadline(partner, what):
    url = f"http://127.0.0.1:{partner.server_port}"
    session = PartnerSession(url, timeout=(0.3, 0.4), max_bytes=10**12)
    began = time.monotonic()
    with pytest.raises(Unknown):
        session.request("GET", what)
    assert time.monotonic() - began < 2
    session.close()


def test_a_body_nobody_reads_ends_at_the_deadline():
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        session = PartnerSession(f"http://127.0.0.1:{deaf.getsockname()[1]}", timeout=(0.2, 0.2))
        began = time.monotonic()
        with pytest.raises(Unknown):
            session.request("POST", "x", data=b"x" * 50_000_000)
        assert time.monotonic() - began < 2


def test_the_next_call_has_a_deadline_of_its_own(session):
    for _ in range(3):
        with pytest.raises(Unknown):
            session.request("GET", "hang")
        assert session.request("GET", "ok").status == 200


@pytest.mark.parametrize("what", ["large", "endless"])
def test_a_reply_too_long_is_not_read_to_the_end(session, what):
    with pytest.raises(Unknown, match="dài hơn 1000000 byte"):
        session.request("GET", what)


def test_a_reply_that_is_not_json_leaves_us_in_the_dark():
    with pytest.raises(Unknown):
        PartnerReply(200, b"<html>").json()


@pytest.mark.parametrize("url", ["ftp://x", "vnpost.vn", "http://", "file:///etc/passwd", ""])
def test_addresses_that_are_none(url):
    with pytest.raises(ValueError):
        PartnerSession(url)


def test_a_path_cannot_lead_to_another_host(session, partner):
    session.request("GET", "http://khac.example/ok")
    assert partner.seen[0][1] == "/api/http://khac.example/ok"


def test_logs_hold_no_personal_data(session, caplog):
    caplog.set_level("INFO", "portal.http")
    session.request("POST", "ok", params={"phone": "0912345678"}, json={"ten": "Bình"})
    ours = [record.getMessage() for record in caplog.records if record.name == "portal.http"]
    assert len(ours) == 1 and "0912345678" not in ours[0] and "Bình" not in ours[0]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (201, None),
        (401, None),
        (403, None),
        (302, Final),
        (400, Final),
        (404, Final),
        (409, Final),
        (422, Final),
        (408, Retryable),
        (429, Retryable),
        (500, Retryable),
        (502, Retryable),
        (503, Retryable),
    ],
)
def test_what_a_status_means(status, error):
    if error is None:
        return raise_for_class(PartnerReply(status, b""))
    with pytest.raises(error):
        raise_for_class(PartnerReply(status, b""))


@pytest.mark.parametrize(("status", "error"), [(500, Unknown), (504, Unknown), (503, Retryable)])
def test_an_error_page_does_not_say_that_nothing_happened(status, error):
    with pytest.raises(error):
        raise_for_class(PartnerReply(status, b""), may_have_acted=True)


def test_retry_after_is_passed_on(session):
    with pytest.raises(Retryable) as caught:
        raise_for_class(session.request("GET", "busy"))
    assert caught.value.retry_after == 120


def test_retry_after_as_a_date():
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
    with pytest.raises(Retryable) as caught:
        raise_for_class(PartnerReply(429, b"", {"Retry-After": soon}))
    assert 80 < caught.value.retry_after <= 90


@given(st.text())
def test_no_retry_after_breaks_us(value):
    with pytest.raises(Retryable):
        raise_for_class(PartnerReply(503, b"", {"Retry-After": value}))
