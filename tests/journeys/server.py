"""A portal of its own for the journeys: the real supervisor on a free port, with its own folder
and database, loaded with the demo's data, and gone afterwards whatever happens."""

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.request
import uuid
from pathlib import Path

from tests.journeys import demo
from tests.journeys.databases import OwnPostgres, OwnRedis

ROOT = Path(__file__).resolve().parents[2]
MARK = "PORTAL_JOURNEY"


class Portal:
    """Address and control of one running portal."""

    def __init__(self, folder):
        self.var = folder / "var"
        shared = demo.once()
        self.mark = uuid.uuid4().hex
        self.env = os.environ | {
            "VAR_DIR": str(self.var),
            "PORT": "0",
            MARK: self.mark,
            "POSTAL_SANDBOX_AUTO": "0",  # parcels move when a journey says so
            "POSTAL_POLL_SECONDS": "2",
            "PYTHONWARNINGS": "default",
        }
        self.owned = []
        if url := os.environ.get("DATABASE_URL"):
            database = OwnPostgres(url, f"journey_{uuid.uuid4().hex[:10]}")
            database.create(template=demo.NAME if shared else None)
            self.owned.append(database)
            self.env["DATABASE_URL"] = database.url
        if url := os.environ.get("REDIS_URL"):
            self.owned.append(OwnRedis(url))
            self.env["REDIS_URL"] = self.owned[-1].url
        self.process = None
        if shared:
            shutil.copytree(shared, self.var)
        else:
            self.var.mkdir()
            demo.load(self.env)

    def start(self):
        with (self.var / "supervisor.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "portal.supervisor"],
                cwd=ROOT,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        state = wait_for(self._ready_state, 180, "the supervisor to answer", self.logs)
        self.url, self.sandbox = state["url"], state["sandbox"]
        # The demo's first mails: the workers are up too, and leave the processors to us.
        mails = self.var / "mail"
        wait_for(lambda: any(mails.glob("*.eml")), 180, "a worker to send a mail", self.logs)

    def _ready_state(self):
        assert self.process.poll() is None, self.logs()
        path = self.var / "supervisor.json"
        state = json.loads(path.read_text()) if path.exists() else {}
        return state if state.get("ready") else None

    def logs(self):
        """The ends of all logs: what a failed journey is explained by."""
        found = [self.var / "supervisor.log", *sorted((self.var / "log").glob("*.log"))]
        ends = ((p.name, p.read_text(errors="replace").splitlines()[-15:]) for p in found)
        return "\n".join(f"--- {name}\n" + "\n".join(lines) for name, lines in ends if lines)

    def shell(self, script):
        """What these lines say, run beside the portal on its own database."""
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", script]
        told = {"capture_output": True, "text": True, "check": True}
        return subprocess.run(command, cwd=ROOT, env=self.env, **told).stdout

    def stop(self):
        try:
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()
                self.process.wait(30)
        finally:
            left = self.processes()
            for pid in left:
                os.kill(pid, 9)
            for thing in self.owned:
                thing.drop()
        assert left == [], "processes outlived the supervisor"

    def processes(self):
        """Everything that runs with our mark in its environment, in whatever session."""
        needle = f"{MARK}={self.mark}".encode()
        return [pid for pid in running() if needle in environment(pid)]

    # The carrier's control, on its own port.

    def _sandbox(self, path, body):
        request = urllib.request.Request(
            f"{self.sandbox}/_control/{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5) as answer:
            return json.load(answer)

    def only_callbacks(self):
        """From here on the carrier refuses to be asked: what we learn, it has told us."""
        self._sandbox("faults", {})
        self._sandbox("faults", {"fail": [{"on": "tracking", "kind": "503", "times": 10_000}]})

    def only_polling(self):
        """From here on the carrier tells nothing by itself."""
        self._sandbox("faults", {})
        self._sandbox("faults", {"hold_callbacks": True})

    def carry(self, order_number, to):
        self._sandbox("advance", {"order_number": order_number, "to": to})

    def physical_parcels(self, order_number):
        with urllib.request.urlopen(f"{self.sandbox}/_control/orders", timeout=5) as answer:
            return sum(row["order_number"] == order_number for row in json.load(answer))


def running():
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]


def environment(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        # A zombie is no longer a process; it waits for its parent to look.
        return b"" if state == "Z" else Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def wait_for(question, seconds, what, explain=lambda: ""):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"waited {seconds} s for {what}\n{explain()}")
