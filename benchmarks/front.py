"""nginx in front of a server under test, with the configuration of production (deploy/nginx) and
a certificate of its own: HTTP/2, compression, lasting static files."""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers import ROOT, Server, free_port, running

# Static files come from WhiteNoise here: nothing was collected.
_COLLECTED = "alias /srv/static/;\n            gzip_static on;"
_SERVED = "proxy_pass http://portal;\n            proxy_hide_header Cache-Control;"


@contextmanager
def nginx(server: Server) -> Iterator[str]:
    """The https address."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="portal-bench-nginx.") as name:
        folder = Path(name)
        folder.chmod(0o755)
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1"]
            + ["-subj", "/CN=localhost", "-keyout", str(folder / "privkey.pem")]
            + ["-out", str(folder / "fullchain.pem")],
            check=True,
            capture_output=True,
        )
        config = folder / "nginx.conf"
        config.write_text(_config(folder, server.port, port))
        binary = shutil.which("nginx") or "/usr/sbin/nginx"
        with running([binary, "-c", str(config), "-e", str(folder / "start.log")]):
            _await(f"https://localhost:{port}/healthz")
            yield f"https://localhost:{port}"


def _config(folder: Path, upstream: int, port: int) -> str:
    """The real file with this machine's places put in."""
    text = (ROOT / "deploy/nginx/nginx.conf").read_text(encoding="utf-8")
    for place, here in {
        _COLLECTED: _SERVED,
        "web:8000": f"127.0.0.1:{upstream}",
        "listen 8080": f"listen 127.0.0.1:{free_port()}",
        "listen 8443": f"listen 127.0.0.1:{port}",
        "/etc/nginx/tls": str(folder),
        "/tmp/nginx": f"{folder}/nginx",
        "/srv/nginx/": f"{ROOT}/deploy/nginx/",
        "/dev/stdout": f"{folder}/access.log",
        "/dev/stderr": f"{folder}/error.log",
    }.items():
        if place not in text:
            raise RuntimeError(f"deploy/nginx/nginx.conf no longer says “{place}”.")
        text = text.replace(place, here)
    return f"daemon off;\n{text}"


def _await(address: str) -> None:
    for _ in range(100):
        done = subprocess.run(["curl", "-ksf", address], capture_output=True, check=False)
        if done.returncode == 0:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{address} does not answer: {done.stderr.decode()}")
