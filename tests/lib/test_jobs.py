"""The guarded child: it may hang, crash or swell, the caller goes on."""

import json
import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from portal.lib import jobs
from portal.lib.jobs import JobFailed, JobTimeout, run_guarded
from tests.lib import guarded


@pytest.fixture(autouse=True, scope="module")
def nothing_left_behind():
    yield
    jobs.shutdown()


def gone(pid):
    """True when `pid` ends within 5 seconds."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        with open(f"/proc/{pid}/stat") as stat:
            if stat.read().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        time.sleep(0.05)
    return False


def test_a_job_gives_back_its_value():
    assert run_guarded(guarded.double, 21) == 42


def test_jobs_share_one_child_outside_this_process():
    first, second = run_guarded(guarded.who), run_guarded(guarded.who)
    assert first == second != os.getpid()


def test_what_a_library_prints_does_not_spoil_the_reply():
    assert run_guarded(guarded.chatter) == "said"
    assert run_guarded(guarded.double, 1) == 2


@pytest.mark.parametrize("hang", [(guarded.sleep, 60), (guarded.loop_in_c,)])
def test_a_hanging_job_is_killed_and_the_next_one_works(hang):
    before = run_guarded(guarded.who)
    started = time.monotonic()
    with pytest.raises(JobTimeout):
        run_guarded(*hang, timeout=0.5)
    assert time.monotonic() - started < 2
    assert gone(before)
    assert run_guarded(guarded.double, 2) == 4


@pytest.mark.parametrize("crash", [guarded.segfault, guarded.leave])
def test_a_crashing_job_fails_and_the_next_one_works(crash):
    with pytest.raises(JobFailed):
        run_guarded(crash)
    assert run_guarded(guarded.double, 3) == 6


def test_memory_is_limited():
    with pytest.raises(JobFailed, match="MemoryError"):
        run_guarded(guarded.swallow, 900, memory_mb=700)
    assert run_guarded(guarded.swallow, 900, memory_mb=2048) == 900 * 1024 * 1024


def test_an_exception_of_the_floor_comes_through_as_it_is():
    with pytest.raises(JobFailed, match=r"^Giấy này không đọc được\.$"):
        run_guarded(guarded.refuse)


def test_a_foreign_exception_becomes_a_failed_job():
    with pytest.raises(JobFailed, match="stumble: ValueError: not one of ours"):
        run_guarded(guarded.stumble)


@pytest.mark.parametrize("func", [guarded.foreign_object, guarded.unsendable])
def test_a_child_cannot_hand_over_arbitrary_objects(func):
    with pytest.raises(JobFailed):
        run_guarded(func)


def test_a_nested_call_runs_in_the_same_child():
    value, pid = run_guarded(guarded.nested, 4)
    assert (value, pid) == (8, run_guarded(guarded.who))


def test_many_threads_take_turns():
    found = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(run_guarded(guarded.double, n)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [0, 2, 4, 6, 8, 10, 12, 14]


def test_a_forked_process_gets_a_child_of_its_own():
    ours = run_guarded(guarded.who)
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writing, str(run_guarded(guarded.who)).encode())
            jobs.shutdown()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    theirs = int(os.read(reading, 20))
    os.close(reading)
    os.close(writing)
    assert theirs != ours
    assert run_guarded(guarded.who) == ours


def test_a_child_is_replaced_after_its_share_of_jobs(monkeypatch):
    jobs.shutdown()
    monkeypatch.setattr(jobs, "JOBS_PER_CHILD", 2)
    pids = [run_guarded(guarded.who) for _ in range(3)]
    assert pids[0] == pids[1] != pids[2]
    assert gone(pids[0])


def start_parent(code):
    """A process that prints its child's pid and then does what `code` says."""
    program = (
        "import os, time, signal, threading\n"
        "from portal.lib.jobs import run_guarded\nfrom tests.lib import guarded\n"
        "print(run_guarded(guarded.who), flush=True)\n" + code
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=jobs.ROOT, stdout=subprocess.PIPE, text=True
    )
    return parent, int(parent.stdout.readline())


def test_the_child_ends_with_its_parent():
    parent, child = start_parent("pass")
    with parent:
        parent.wait(10)
    assert gone(child)


def test_the_child_ends_when_its_parent_is_killed():
    parent, child = start_parent("time.sleep(60)")
    with parent:
        parent.send_signal(signal.SIGKILL)
    assert gone(child)


def test_a_hanging_child_does_not_outlive_a_killed_parent():
    parent, child = start_parent(
        "threading.Thread(target=run_guarded, args=(guarded.loop_in_c,),"
        " kwargs={'timeout': 1}, daemon=True).start()\ntime.sleep(0.3)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    with parent:
        parent.wait(10)
    assert gone(child)


def test_a_busy_child_goes_at_once_with_a_killed_parent():
    """Its minute is far from over: the kernel tells it, not its clock."""
    parent, child = start_parent(
        "threading.Thread(target=run_guarded, args=(guarded.sleep, 60),"
        " kwargs={'timeout': 60}, daemon=True).start()\ntime.sleep(0.3)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    with parent:
        parent.wait(10)
    assert gone(child)


def test_the_end_of_the_thread_that_started_it_is_not_its_own():
    jobs.shutdown()
    pids = []
    starter = threading.Thread(target=lambda: pids.append(run_guarded(guarded.who)))
    starter.start()
    starter.join()
    assert run_guarded(guarded.who) == pids[0]


@pytest.mark.slow
@pytest.mark.parametrize("pool", ["prefork", "solo", "threads"])
def test_works_in_each_pool_of_celery(pool, tmp_path):
    for name in ("q", "c"):
        (tmp_path / name).mkdir()
    env = os.environ | {"POOLS_FOLDER": str(tmp_path), "CELERY_SKIP_CHECKS": "1"}
    send = "from tests.lib.pools_app import exercise; exercise.delay()"
    subprocess.run([sys.executable, "-c", send], cwd=jobs.ROOT, env=env, check=True)
    command = [sys.executable, "-m", "celery", "-A", "tests.lib.pools_app", "worker"]
    command += ["-P", pool, "-c", "1", "-l", "error", "--without-gossip", "--without-mingle"]
    with open(tmp_path / "log", "w") as log:
        worker = subprocess.Popen(command, cwd=jobs.ROOT, env=env, stdout=log, stderr=log)
        try:
            for _ in range(600):
                if (tmp_path / "found.json").exists():
                    break
                time.sleep(0.05)
        finally:
            worker.terminate()
            worker.wait(20)
    *found, child = json.loads((tmp_path / "found.json").read_text())
    assert found == [42, "JobTimeout", 8, "JobFailed", 10]
    assert gone(child)
