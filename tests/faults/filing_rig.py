"""A portal that may be hurt: its own PostgreSQL and Redis, gunicorn, workers and beat."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import requests

from tests.postal.carrier import ROOT


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


def postgres_bin():
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return found[-1] if found else Path("/usr/bin")


class Postgres:
    """A cluster of its own: `crash` is a power cut, after which it recovers from its log."""

    def __init__(self, folder):
        self.folder, self.data = folder, folder / "data"
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        if self.as_user:
            subprocess.run(["chown", "postgres", folder], check=True)
        self._run("initdb", "--no-sync", "-D", self.data, "-U", "portal", "--auth=trust",
                  "--locale=C.UTF-8", "-E", "UTF8")  # fmt: skip
        self.start()
        self._run("createdb", "-h", folder, "-U", "portal", "portal")
        self.url = f"postgresql://portal@/portal?host={folder}"

    def _run(self, program, *arguments):
        command = [*self.as_user, postgres_bin() / program, *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self):
        self._run("pg_ctl", "-D", self.data, "-l", self.folder / "server.log", "-w", "start",
                  "-o", f"-k {self.folder} -c listen_addresses=''")  # fmt: skip

    def crash(self):
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "-w", "stop")

    stop = crash


class Redis:
    def __init__(self, folder):
        self.port, self.folder = free_port(), folder
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
             "--appendonly", "no", "--dir", self.folder],
            stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def kill(self):
        self.process.kill()
        self.process.wait()

    stop = kill


@dataclass
class Rig:
    """`begin(queues, drafts)` once; `web(...)` as often as the application must differ."""

    folder: Path
    queues: list = field(default_factory=list)
    guests: list = field(default_factory=list)

    def __post_init__(self):
        for name in ("postgres", "redis", "var"):
            (self.folder / name).mkdir()
        os.chmod(self.folder, 0o711)
        self.postgres = Postgres(self.folder / "postgres")
        self.redis = Redis(self.folder / "redis")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = os.environ | {
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": self.redis.url,
            "VAR_DIR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "TRUSTED_PROXY_COUNT": "1",  # the crowd sits in more than one house
        }
        self.log = (self.folder / "processes.log").open("ab")
        self.running = []

    def begin(self, queues, drafts):
        command = [sys.executable, "-m", "tests.faults.filing_seed", str(queues), str(drafts)]
        told = subprocess.run(command, env=self.env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        found = json.loads(told.stdout)
        self.queues, self.guests = found["queues"], found["guests"]

    def spawn(self, *command, **environ):
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=self.env | environ, cwd=ROOT,
            stdout=self.log, stderr=self.log, start_new_session=True,
        )  # fmt: skip
        self.running.append(process)
        return process

    def web(self, **environ):
        """gunicorn as in production, but forked from a master that has imported all, so that
        a killed worker's successor is there at once."""
        process = self.spawn(
            "gunicorn", "tests.faults.filing_app:application", "--preload",
            "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread", "--workers", "2",
            "--threads", "8", "--no-control-socket", "--log-level", "warning", **environ,
        )  # fmt: skip
        wait_for(self.answers, 60, "the web to answer")
        return process

    def workers(self):
        """One for each queue and beat, as portal.supervisor and docker-compose.yml have them:
        letters do not wait behind slips that are drawn."""
        threads = ("-P", "threads", "-c", "2", "-l", "WARNING")
        quiet = ("--without-gossip", "--without-mingle")
        celery = ("celery", "-A", "portal")
        return [
            self.spawn(*celery, "worker", "-Q", "inside", "-n", "inside@rig", *threads, *quiet),
            self.spawn(*celery, "worker", "-Q", "outside", "-n", "outside@rig", *threads, *quiet),
            self.spawn(*celery, "beat", "--pidfile=", "-s", str(self.folder / "beat")),
        ]

    def answers(self):
        with suppress(requests.RequestException):
            return requests.get(f"{self.url}/healthz", timeout=5).status_code == 200
        return False

    def ask(self, what):
        """What the checks found: `python -m tests.faults.filing_look`."""
        command = [sys.executable, "-m", "tests.faults.filing_look", what]
        told = subprocess.run(command, env=self.env, cwd=ROOT, check=True, stdout=subprocess.PIPE)
        return json.loads(told.stdout)

    def errors(self):
        """The first trace of an error of ours in the processes' log, and the log's end."""
        log = (self.folder / "processes.log").read_text(errors="replace")
        return log.partition("Internal Server Error")[2][:8000] + "\n…\n" + log[-2000:]

    def end(self, process):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.running.remove(process)

    def stop(self):
        for process in list(self.running):
            self.end(process)
        self.redis.stop()
        self.postgres.stop()
        self.log.close()


def children(process):
    """Process ids of gunicorn's workers."""
    told = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    return [int(pid) for pid in told.split()]


def wait_for(check, seconds, what):
    end = time.monotonic() + seconds
    while not (found := check()):
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)
    return found
