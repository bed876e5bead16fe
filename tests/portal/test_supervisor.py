"""The supervisor with harmless children: what it restarts, stops and leaves behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from portal import supervisor

ROOT = Path(__file__).resolve().parents[2]
# A portal of two `sleep`s; the second child starts a grandchild, as gunicorn does.
PROGRAM = """
import sys
from portal import supervisor
def build(port, var_dir):
    return supervisor.Supervisor(port, var_dir, "none", [
        supervisor.Child("one", ["sleep", "60"]),
        supervisor.Child("two", ["sh", "-c", "sleep 61 & exec sleep 62"]),
    ], {"PATH": "/usr/bin:/bin"})
supervisor.build = build
sys.exit(supervisor.main(sys.argv[1:]))
"""


def wait_until(question, seconds=10):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


def alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def group_alive(pgid):
    try:
        os.killpg(pgid, 0)
    except ProcessLookupError:
        return False
    return any(
        alive(p.name) and os.getpgid(int(p.name)) == pgid
        for p in Path("/proc").iterdir()
        if p.name.isdigit() and Path(f"/proc/{p.name}").exists()
    )


@pytest.fixture
def start(tmp_path):
    running = []

    def begin(*arguments, port="0"):
        env = os.environ | {"PORT": port, "VAR_DIR": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        running.append(process)
        return process

    yield begin
    for process in running:
        process.terminate()
        process.communicate(timeout=10)


@pytest.fixture
def pids(tmp_path, start):
    """A running supervisor and its children's pids."""

    def read():
        path = tmp_path / "supervisor.json"
        found = json.loads(path.read_text())["pids"] if path.exists() else {}
        return found if len(found) == 2 else None

    process = start()
    read.process = process
    read.now = wait_until(read)
    return read


def test_a_killed_child_comes_back(pids):
    os.killpg(pids.now["two"], signal.SIGKILL)
    wait_until(lambda: (pids() or pids.now)["two"] != pids.now["two"])
    assert pids()["one"] == pids.now["one"]


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_stop_it_takes_everything_along(pids, sig):
    pids.process.send_signal(sig)
    assert pids.process.wait(10) == 0
    assert not any(group_alive(pid) for pid in pids.now.values())


def test_killed_outright_its_children_go_too(pids):
    pids.process.kill()
    wait_until(lambda: not any(alive(pid) for pid in pids.now.values()))
    os.killpg(pids.now["two"], signal.SIGKILL)  # the `sleep 61` of a child that cleans nothing up


def test_a_second_one_on_the_same_folder_says_so(pids, start):
    second = start("--check")
    assert second.wait(10) == 1
    assert "đang chạy rồi tại http://127.0.0.1:" in second.stderr.read()


def test_a_taken_port_is_named(start):
    with supervisor.socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(port=str(port))
        assert process.wait(10) == 1
    assert f"Cổng {port} không dùng được" in process.stderr.read()


def test_a_child_that_never_starts_ends_it_with_the_log(tmp_path, capfd):
    broken = supervisor.Child("web", ["sh", "-c", "echo thiếu cột; exit 3"])
    whole = supervisor.Supervisor(1, tmp_path, "", [broken], {"PATH": "/usr/bin:/bin"})
    kept = [signal.getsignal(s) for s in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
    with pytest.raises(supervisor.CannotStart, match="thiếu cột"):
        whole.run()
    for sig, handler in zip((signal.SIGTERM, signal.SIGINT, signal.SIGHUP), kept, strict=True):
        signal.signal(sig, handler)
    assert "mã 3" in capfd.readouterr().out


def test_pauses_grow_up_to_half_a_minute():
    child = supervisor.Child("x", ["true"], started=time.monotonic())
    assert [child.bury() for _ in range(9)] == [0.5, 1, 2, 4, 8, 16, 30, 30, 30]


def test_parcels_move_by_hand_unless_a_time_is_named(monkeypatch, tmp_path):
    monkeypatch.delenv("POSTAL_SANDBOX_AUTO", raising=False)
    assert supervisor.sandbox(1, tmp_path, "http://x")[-2:] == ["--auto", "0"]
    monkeypatch.setenv("POSTAL_SANDBOX_AUTO", "20")
    assert supervisor.sandbox(1, tmp_path, "http://x")[-1] == "20"


def test_the_carriers_page_is_announced(monkeypatch, tmp_path, capsys):
    monkeypatch.delenv("POSTAL_VNPOST_URL", raising=False)
    whole = supervisor.build(1, tmp_path)
    whole.announce()
    assert f"{whole.sandbox_url}/" in capsys.readouterr().out


@pytest.mark.parametrize("level", ["INFO", "ERROR"])
def test_workers_log_at_the_level_that_was_asked_for(level):
    """Celery would set the root logger to its own level (WARNING)."""
    program = (
        "import logging; from portal.celery import app; app.log.setup('WARNING');"
        "print(logging.getLevelName(logging.getLogger('postal').getEffectiveLevel()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {program}"],
        cwd=ROOT,
        env=os.environ | {"LOG_LEVEL": level, "DJANGO_SETTINGS_MODULE": "portal.settings"},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == f"{level}\n"
