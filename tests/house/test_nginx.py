"""deploy/nginx/nginx.conf, run by a real nginx as the user the compose file names."""

import http.client
import http.server
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from portal.lib.files.storage import PrivateStorage
from procedures.actions import imports

ROOT = Path(__file__).resolve().parents[2]
# What serve_file and the middleware say about a private file (TestNginx: it reaches the browser).
SAID = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
}


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def user_of_nginx():
    return int(
        re.search(r'^  nginx:\n(?:.*\n)*?    user: "(\d+):\1"', read("docker-compose.yml"), re.M)[1]
    )


def body_limit(place):
    """In MB, of one location of nginx.conf."""
    block = re.search(rf"location {place} {{(.*?)}}", read("deploy/nginx/nginx.conf"), re.S)[1]
    return int(re.search(r"client_max_body_size (\d+)m;", block)[1])


@pytest.mark.parametrize(
    ("place", "largest"),
    [
        ("/quan-tri/nhap-xuat/", imports.MAX_BYTES),
        ("/quan-tri/ban-soan/", settings.UPLOAD_LIMITS["max_video_bytes"]),
    ],
)
def test_nginx_lets_through_what_the_portal_takes(place, largest):
    assert body_limit(place) * 1024 * 1024 > largest


class Echo(http.server.BaseHTTPRequestHandler):
    """Stands where the portal stands: answers with the headers it got."""

    def do_GET(self):
        if self.path == "/cut":
            return self.connection.close()
        self.send_response(200)
        if self.path in ("/allowed", "/lost"):
            name = "nop/paper.pdf" if self.path == "/allowed" else "nop/lost.pdf"
            self.send_header("X-Accel-Redirect", f"/_private/{name}")
            for header in SAID.items():
                self.send_header(*header)
        self.end_headers()
        self.wfile.write(str(self.headers).encode())

    def log_message(self, *args):
        pass


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_config(folder, upstream, plain, tls):
    """The real file with this machine's places put in."""
    text = read("deploy/nginx/nginx.conf")
    for place, here in {
        "web:8000": f"127.0.0.1:{upstream}",
        "listen 8080": f"listen 127.0.0.1:{plain}",
        "listen 8443": f"listen 127.0.0.1:{tls}",
        "/etc/nginx/tls": folder,
        "/tmp/nginx": f"{folder}/nginx",
        "/srv/private": f"{folder}/private",
        "/srv/static": f"{folder}/static",
        "/srv/nginx/": f"{folder}/nginx-pages/",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
        "client_header_timeout 10s": "client_header_timeout 1s",
    }.items():
        assert place in text
        text = text.replace(place, str(here))
    return f"daemon off;\n{text}"


@pytest.fixture(scope="module")
def folder():
    """A folder nginx's user may enter, which pytest's own are not."""
    path = Path(tempfile.mkdtemp(prefix="portal-nginx."))
    yield path
    shutil.rmtree(path)


def as_nginx(folder, *command):
    """The command as the container would run it; when we are not root, as we are."""
    if os.geteuid() != 0:
        return command
    user = user_of_nginx()
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, user)
    return ("setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", *command)


@pytest.fixture(scope="module")
def nginx(folder):
    """(plain port, TLS port) of a running nginx with our configuration."""
    (folder / "static").mkdir()
    (folder / "private").mkdir(mode=0o700)
    PrivateStorage(location=folder / "private").save("nop/paper.pdf", ContentFile(b"%PDF secret"))
    shutil.copytree(ROOT / "deploy/nginx", folder / "nginx-pages")
    (folder / "static/app.0123.css").write_text("body{}")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
        + ["-subj", "/CN=localhost", "-keyout", folder / "privkey.pem"]
        + ["-out", folder / "fullchain.pem"],
        check=True,
        capture_output=True,
    )
    plain, tls = free_port(), free_port()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        config = folder / "nginx.conf"
        config.write_text(nginx_config(folder, upstream.server_address[1], plain, tls))
        binary = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        command = as_nginx(folder, binary, "-c", config, "-e", folder / "start.log")
        with subprocess.Popen(command) as process:
            wait_for_port(tls)
            yield plain, tls
            process.terminate()
        upstream.shutdown()


def wait_for_port(port):
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError("nginx does not listen")


def ask(port, path, headers=None, method="GET"):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=5)
    try:
        connection.request(method, path, headers=headers or {})
        answer = connection.getresponse()
        return answer, answer.read().decode()
    finally:
        connection.close()


def post_by_http2(port, path, length):
    """The answer's body to a POST that only announces its length (RFC 9113, RFC 7541 §6.2.2)."""

    def frame(kind, flags, stream, body=b""):
        return len(body).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + body

    fields = {":method": "POST", ":scheme": "https", ":authority": "x", ":path": path}
    fields["content-length"] = str(length)
    words = [word.encode() for pair in fields.items() for word in pair]
    parts = [b"\0" * (i % 2 == 0) + bytes([len(word)]) + word for i, word in enumerate(words)]
    context = ssl._create_unverified_context()
    context.set_alpn_protocols(["h2"])
    found = b""
    with context.wrap_socket(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        line.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0))
        line.sendall(frame(1, 4, 1, b"".join(parts)))
        with line.makefile("rb") as answer:
            while head := answer.read(9):
                body = answer.read(int.from_bytes(head[:3]))
                found += body if head[3] == 0 else b""
                if head[3] in (0, 1) and head[4] & 1 or head[3] in (3, 7):  # its end, or torn off
                    return found.decode()


@pytest.mark.pg  # with the servers: nginx is there where bin/test has been
class TestNginx:
    def test_what_the_visitor_claims_about_himself_is_dropped(self, nginx):
        claims = {"X-Forwarded-For": "10.9.9.9", "X-Forwarded-Proto": "ftp", "Forwarded": "for=x"}
        _, seen = ask(nginx[1], "/", claims | {"X-Forwarded-Host": "evil.example"})
        assert "X-Forwarded-For: 127.0.0.1\n" in seen.replace("\r", "")
        assert "X-Forwarded-Proto: https" in seen
        assert "10.9.9.9" not in seen and "evil" not in seen and "for=x" not in seen

    def test_private_files_only_on_the_portals_word(self, nginx):
        assert ask(nginx[1], "/_private/nop/paper.pdf")[0].status == 404
        assert ask(nginx[1], "/allowed")[1] == "%PDF secret"

    def test_what_the_portal_said_about_a_private_file_reaches_the_browser(self, nginx):
        answer, _ = ask(nginx[1], "/allowed")
        assert {name: answer.headers.get_all(name) for name in SAID} == {
            name: [value] for name, value in SAID.items()
        }

    def test_static_files_are_kept_for_a_year(self, nginx):
        answer, _ = ask(nginx[1], "/static/app.0123.css")
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"

    def test_a_body_above_the_limit_is_refused_unread(self, nginx):
        answer, page = ask(nginx[1], "/", {"Content-Length": str(26 * 1024 * 1024)}, "POST")
        assert answer.status == 413 and "Các tệp quá lớn" in page

    def test_a_piece_of_a_file_is_small_and_the_portal_hears_the_same_of_its_sender(self, nginx):
        path = "/ho-so/tai-len/6b0f5a52-34a5-4b52-9d3b-0f2d7f2b6c11/"
        answer, _ = ask(nginx[1], path, {"Content-Length": str(7 * 1024 * 1024)}, "PATCH")
        assert answer.status == 413
        _, seen = ask(nginx[1], path, {"X-Forwarded-For": "10.9.9.9", "Tus-Resumable": "1.0.0"})
        assert "X-Forwarded-For: 127.0.0.1\n" in seen.replace("\r", "") and "10.9.9.9" not in seen
        assert "Tus-Resumable: 1.0.0" in seen

    def test_browsers_are_told_so_in_vietnamese_too(self, nginx):
        """They speak HTTP/2, where nginx measures the error page's request again."""
        assert "Các tệp quá lớn" in post_by_http2(nginx[1], "/", 26 * 1024 * 1024)

    @pytest.mark.parametrize("path", ["/static/none.css", "/_private/x", "/lost", "/%00"])
    def test_its_own_errors_are_ours_and_locked(self, nginx, path):
        answer, page = ask(nginx[1], path)
        assert answer.status in (400, 404) and "Không mở được trang này" in page
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers.get_all("X-Frame-Options") == ["DENY"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")

    def test_a_portal_that_is_away_is_a_page_with_a_time(self, nginx):
        answer, page = ask(nginx[1], "/cut")
        assert answer.status == 502 and "Cổng đang tạm nghỉ" in page
        assert answer.headers["Retry-After"] == "60"

    def test_plain_http_is_sent_to_https(self, nginx):
        connection = http.client.HTTPConnection("127.0.0.1", nginx[0], timeout=5)
        connection.request("GET", "/thu-tuc/", headers={"Host": "cong.example"})
        assert connection.getresponse().headers["Location"] == "https://cong.example/thu-tuc/"
        connection.close()

    def test_who_dribbles_headers_is_let_go(self, nginx):
        with socket.create_connection(("127.0.0.1", nginx[0]), timeout=5) as slow:
            slow.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
            with pytest.raises(ConnectionResetError):
                slow.recv(100)
