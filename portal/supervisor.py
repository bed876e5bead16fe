"""One process that runs the whole embedded portal: `python -m portal.supervisor`.

Web (gunicorn), two Celery workers (queue `inside` and queue `outside`), beat and the
carrier's sandbox are its children: restarted with backoff when they die, stopped with it,
and told by the kernel when it is killed, so that nothing is left behind.

Everything comes from the environment: PORT (0 = any free one), VAR_DIR, DATABASE_URL,
REDIS_URL, WEB_THREADS, LOG_LEVEL, POSTAL_SANDBOX_AUTO.
Prints `READY http://127.0.0.1:PORT` when `/` answers 200 and keeps
VAR_DIR/supervisor.json = {"url", "sandbox", "supervisor": pid, "ready", "pids": {name: pid}}.
Each child leads a process group whose id is its pid, and writes VAR_DIR/log/<name>.log.

Only the standard library at import: bin/demo runs `--check` before anything is installed.
"""

import ctypes
import fcntl
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
CALLBACK_PATH = "/buu-chinh/goi-lai/vnpost/"
SANDBOX = "vnpost-sandbox"
SETTLED = 20.0  # seconds alive after which earlier deaths no longer count
LONGEST_PAUSE = 30.0
GRACE = 10.0  # seconds from SIGTERM to SIGKILL
TRIES_BEFORE_READY = 4
HEAD_START = 15.0  # seconds the first page has the processors to itself, at most
LOG_KEEPS = 5_000_000  # bytes; a longer log is moved aside at the start


class CannotStart(Exception):
    """Why the portal does not start, as a sentence for the person at the terminal."""


def say(text: str) -> None:
    print(text, flush=True)


def die_with(parent: int, sig: int) -> Callable[[], None]:
    """A preexec_fn: the kernel sends `sig` to the new process when `parent` is gone."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def before_exec() -> None:
        prctl(PR_SET_PDEATHSIG, sig, 0, 0, 0)
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    return before_exec


@dataclass
class Child:
    """A process to keep alive."""

    name: str
    command: list[str]
    orphan_signal: int = signal.SIGTERM
    waits_for_web: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    deaths: int = 0
    start_at: float = 0.0

    def start(self, env: Mapping[str, str], log_dir: Path) -> None:
        with (log_dir / f"{self.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=0,
                preexec_fn=die_with(os.getpid(), self.orphan_signal),
            )
        self.started = time.monotonic()

    def has_died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def signal_group(self, sig: int) -> None:
        """To the child and whatever it started (a hung PDF job, gunicorn's workers)."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sig)

    def bury(self) -> float:
        """Clean up after a death; the seconds to wait before the next start."""
        self.signal_group(signal.SIGKILL)
        if time.monotonic() - self.started > SETTLED:
            self.deaths = 0
        self.deaths += 1
        self.process = None
        pause = min(0.25 * 2**self.deaths, LONGEST_PAUSE)
        self.start_at = time.monotonic() + pause
        return pause


@dataclass
class Supervisor:
    """Starts, watches and stops the children of one portal."""

    port: int
    var_dir: Path
    sandbox_url: str
    children: list[Child]
    env: dict[str, str]
    ready: bool = False
    stopping: bool = False
    told_status: bool = False
    log_dir: Path = field(init=False)

    def __post_init__(self) -> None:
        self.log_dir = self.var_dir / "log"
        self.url = f"http://127.0.0.1:{self.port}"

    def run(self) -> None:
        self.log_dir.mkdir(parents=True, exist_ok=True)
        (self.var_dir / "static").mkdir(exist_ok=True)  # whitenoise warns when it is missing
        for log in self.log_dir.glob("*.log"):
            if log.stat().st_size > LOG_KEEPS:
                log.replace(log.with_suffix(".log.1"))
        for sig in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(sig, self.ask_to_stop)
        for child in self.children:
            child.start_at = time.monotonic() + HEAD_START * child.waits_for_web
        try:
            while not self.stopping:
                self.tend()
                if not self.ready:
                    self.look_at_home_page()
                time.sleep(0.1)
        finally:
            self.stop()

    def look_at_home_page(self) -> None:
        status = home_page_status(self.port)
        if status == 200:
            for child in self.children:
                child.start_at = 0.0
            self.tend()
            self.announce()
        elif status is not None and not self.told_status:
            self.told_status = True
            say(f"! Trang chủ trả lời mã {status}; xem {self.log_dir}/web.log")

    def ask_to_stop(self, _sig: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def tend(self) -> None:
        changed = False
        for child in self.children:
            if child.has_died():
                changed = True
                self.report_death(child)
            if child.process is None and time.monotonic() >= child.start_at:
                changed = True
                child.start(self.env, self.log_dir)
        if changed:
            self.write_state()

    def report_death(self, child: Child) -> None:
        assert child.process is not None
        code = child.process.returncode
        pause = child.bury()
        say(f"! {child.name} đã dừng (mã {code}); chạy lại sau {pause:.1f} giây")
        if not self.ready and child.deaths >= TRIES_BEFORE_READY:
            log = self.log_dir / f"{child.name}.log"
            tail = log.read_text(encoding="utf-8", errors="replace").splitlines()[-25:]
            raise CannotStart(
                f"{child.name} không khởi động được. Cuối nhật ký {log}:\n" + "\n".join(tail)
            )

    def announce(self) -> None:
        self.ready = True
        self.write_state()
        say(f"READY {self.url}")
        if any(child.name == SANDBOX for child in self.children):
            say(f"Bưu điện chạy thử, bấm «đã lấy», «đã phát» tại: {self.sandbox_url}/")
        accounts = self.var_dir / "demo-accounts.txt"  # written by load_demo
        if accounts.exists():
            say(accounts.read_text(encoding="utf-8").rstrip())
        say(f"Nhật ký: {self.log_dir}/ — dừng bằng Ctrl+C.")

    def write_state(self) -> None:
        state = {
            "url": self.url,
            "sandbox": self.sandbox_url,
            "supervisor": os.getpid(),
            "ready": self.ready,
            "pids": {c.name: c.process.pid for c in self.children if c.process is not None},
        }
        draft = self.var_dir / "supervisor.json.tmp"
        draft.write_text(json.dumps(state, indent=1), encoding="utf-8")
        draft.replace(self.var_dir / "supervisor.json")

    def stop(self) -> None:
        say("Đang dừng…")
        for child in self.children:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            if child.process is not None:
                with suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
                child.signal_group(signal.SIGKILL)
                child.process.wait()
        with suppress(FileNotFoundError):
            (self.var_dir / "supervisor.json").unlink()
        say("Đã dừng hết.")


def home_page_status(port: int) -> int | None:
    """What `/` answers on this port; None when nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def refuse_taken_port(port: int) -> None:
    with socket.socket() as probe:
        # As gunicorn binds: connections in TIME_WAIT are no hindrance.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotStart(
                f"Cổng {port} không dùng được ({error.strerror}). "
                f"Chọn cổng khác, ví dụ: PORT={port + 1} bin/demo"
            ) from None


def asked_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or int(text) > 65535:
        raise CannotStart(f"PORT phải là số từ 0 đến 65535, không phải {text!r}.")
    return int(text)


@contextmanager
def only_one(var_dir: Path) -> Iterator[None]:
    """Two supervisors on one folder would run two of every worker."""
    var_dir.mkdir(parents=True, exist_ok=True)
    with (var_dir / "supervisor.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            where = ""
            with suppress(OSError, ValueError, KeyError):
                state = (var_dir / "supervisor.json").read_text(encoding="utf-8")
                where = f" tại {json.loads(state)['url']}"
            raise CannotStart(f"Cổng với dữ liệu ở {var_dir}/ đang chạy rồi{where}.") from None
        yield


def web(port: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "portal.wsgi:application"),
        *("--bind", f"127.0.0.1:{port}", "--no-control-socket"),
        *("--worker-class", "gthread", "--workers", "1"),
        *("--threads", os.environ.get("WEB_THREADS", "4")),
        *("--timeout", "60", "--graceful-timeout", "5"),
        *("--log-level", os.environ.get("LOG_LEVEL", "WARNING").lower()),
        # The heartbeat file on a disk can stall the worker.
        *(("--worker-tmp-dir", "/dev/shm") if Path("/dev/shm").is_dir() else ()),
    ]


def worker(queue: str, threads: int) -> list[str]:
    """SQLite has one writer: more threads only queue up behind it."""
    pool = ["-P", "solo"] if threads == 1 else ["-P", "threads", "-c", str(threads)]
    return [
        *(sys.executable, "-m", "celery", "-A", "portal", "worker", "-Q", queue),
        *("-n", f"{queue}@%h", *pool),
        *("--without-gossip", "--without-mingle", "--without-heartbeat"),
    ]


def beat() -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "portal", "beat", "--pidfile="]


def sandbox(port: int, var_dir: Path, portal: str) -> list[str]:
    """The carrier; parcels move by hand, or one step in POSTAL_SANDBOX_AUTO seconds."""
    return [
        *(sys.executable, "-m", "postal.carriers.vnpost.sandbox", "--port", str(port)),
        *("--journal", str(var_dir / "vnpost-journal.sqlite3")),
        *("--callback", portal + CALLBACK_PATH),
        *("--auto", os.environ.get("POSTAL_SANDBOX_AUTO", "0")),
    ]


def callback_secret(var_dir: Path) -> str:
    """What the sandbox signs with: the one settings keep in this file, or a new one for both."""
    kept = var_dir / "postal_vnpost_callback_secret.txt"
    return kept.read_text(encoding="utf-8") if kept.exists() else secrets.token_urlsafe(48)


def build(port: int, var_dir: Path) -> Supervisor:
    """The children and their common environment; an outside POSTAL_VNPOST_URL means no sandbox."""
    env = dict(os.environ, PORT=str(port), VAR_DIR=str(var_dir), PYTHONUNBUFFERED="1")
    env.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    env.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    env.setdefault("POSTAL_VNPOST_CALLBACK_SECRET", callback_secret(var_dir))
    on_server = env.get("DATABASE_URL", "").startswith("postgres")
    children = [
        Child("web", web(port)),
        Child("worker-inside", worker("inside", 1), waits_for_web=True),
        Child("worker-outside", worker("outside", 16 if on_server else 1), waits_for_web=True),
        Child("beat", beat(), waits_for_web=True),
    ]
    if "POSTAL_VNPOST_URL" not in env:
        sandbox_port = free_port()
        env["POSTAL_VNPOST_URL"] = f"http://127.0.0.1:{sandbox_port}"
        children.insert(
            0,
            Child(
                SANDBOX,
                sandbox(sandbox_port, var_dir, f"http://127.0.0.1:{port}"),
                signal.SIGKILL,
            ),
        )
    return Supervisor(port, var_dir, env["POSTAL_VNPOST_URL"], children, env)


def main(arguments: list[str]) -> int:
    try:
        port = asked_port()
        var_dir = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
        with only_one(var_dir):
            refuse_taken_port(port)
            if arguments == ["--check"]:
                return 0
            build(port or free_port(), var_dir).run()
    except CannotStart as error:
        print(f"\nLỗi: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
