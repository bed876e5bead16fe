"""A VNPost to practise on: `python -m postal.carriers.vnpost.sandbox --port 0 --journal FILE`.

Speaks the protocol client.py speaks, over real TCP, in a process of its own. Prints
`READY http://127.0.0.1:PORT` when it listens. Listens on this machine only.
"""

from __future__ import annotations

import argparse
import os
import signal
import socket
import sys
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path

from postal.carriers.vnpost.sandbox_callbacks import Caller, Mover
from postal.carriers.vnpost.sandbox_http import Handler, Sandbox
from postal.carriers.vnpost.sandbox_state import Journal, is_local

NOT_PRODUCTION = {"", "0", "false", "no", "off"}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def get_request(self) -> tuple[socket.socket, str]:
        connection, address = super().get_request()
        # Headers and body leave in two writes; without this each answer waits 40 ms.
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection, address

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients are killed in mid-call on purpose; that is no news."""


def refuse_production() -> None:
    if os.environ.get("PRODUCTION", "").strip().lower() not in NOT_PRODUCTION:
        sys.exit("Bưu điện giả lập không chạy khi PRODUCTION được đặt.")


def options(argv: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="VNPost giả lập")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--callback", default="", help="callback address of the portal")
    parser.add_argument("--secret", default="", help="secret that signs callbacks")
    parser.add_argument("--secret-file", type=Path, help="file with that secret")
    parser.add_argument("--auto", type=float, default=0, help="seconds per step; 0 = by hand")
    parser.add_argument("--consumer", default="demo-key:demo-secret", help="key:secret")
    found = parser.parse_args(argv)
    if found.callback and not is_local(found.callback):
        parser.error("--callback must be on this machine")
    return found


def secret_of(chosen: argparse.Namespace) -> str:
    """Option, environment, file: as the portal's settings choose. Read at each call, because an
    embedded portal makes the file after we have started."""
    if secret := chosen.secret or os.environ.get("POSTAL_VNPOST_CALLBACK_SECRET", ""):
        return str(secret)
    if chosen.secret_file and chosen.secret_file.exists():
        return str(chosen.secret_file.read_text(encoding="utf-8").strip())
    return ""


def main(argv: list[str] | None = None) -> None:
    refuse_production()
    chosen = options(argv)
    sandbox = Sandbox(Journal(chosen.journal), consumer=chosen.consumer)
    if chosen.callback:
        sandbox.caller = Caller(
            sandbox.journal, sandbox.faults, chosen.callback, partial(secret_of, chosen)
        )
        sandbox.caller.start()
    if chosen.auto:
        Mover(sandbox.journal, chosen.auto).start()
    handler = type("BoundHandler", (Handler,), {"sandbox": sandbox})
    server = Server(("127.0.0.1", chosen.port), handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    print(f"READY http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever(poll_interval=0.2)
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
