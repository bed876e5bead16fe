"""Line 8, slip-pdf: slips from the outbox against WeasyPrint alone, one render per slip however
impatient the people who download it, and the evening run by two processes (EVENING=4000 for the
whole of it; a tenth otherwise)."""

import os
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from celery import current_app
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import filing, load, people
from benchmarks.machine import Watch, tree_cpu
from benchmarks.report import Line, compare
from benchmarks.servers import OURS, ROOT, running, serving
from dossiers import actions, slips
from dossiers.models import Dossier, Paper, Slip
from portal.lib import jobs
from portal.lib.codes import lookup_secret
from portal.lib.outbox import drain

PAIRS = 3
IMPATIENT = 20
PATIENCE = 60.0
EVENING, EVENING_SECONDS = 4000, 600
WORKER_MB = 512  # R27, each process with its child


def run(count: int, evening: int = EVENING // 10) -> list[Line]:
    """`count` slips a side and pair, `evening` in the evening run."""
    citizen = User.objects.get(email=people.CITIZEN)
    dossier = filing.filed(citizen)
    try:
        speed = _speed(dossier, count)
    finally:
        jobs.shutdown()
    impatience = _impatience(citizen)
    return [speed, impatience, *_evening(dossier, int(os.environ.get("EVENING", evening)))]


def _speed(dossier: Dossier, count: int) -> Line:
    page = Path(settings.VAR_DIR) / "slip.html"
    page.write_text(_html(dossier.slips.get()), encoding="utf-8")
    base = Path(settings.STATICFILES_DIRS[0]).resolve().as_uri() + "/"
    command = [sys.executable, "-m", "benchmarks.bare.slip", str(page), base]
    ours, alone = [], []
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as limit:
        _ours(dossier, 2)
        _alone(limit, 2)
        with Watch() as watch:
            for _ in range(PAIRS):
                ours.append(count / _ours(dossier, count))
                alone.append(count / _alone(limit, count))
        assert limit.stdin
        limit.stdin.close()
    each = 1000 / sorted(ours)[PAIRS // 2]
    return compare(
        "slip PDF, one process: WeasyPrint alone", ours, alone, "slips/s", goal=0.9,
        foreign=watch.cores, note=f"{each:.0f} ms each",
    )  # fmt: skip


def _html(slip: Slip) -> str:
    data = slip.data | {"secret": lookup_secret(slip.data["code"])}
    return render_to_string(slips.template_of(slip), data)


def _ours(dossier: Dossier, count: int) -> float:
    """Seconds for the worker's own function to claim, render, store and settle them."""
    mine = _waiting(dossier, [dossier.slips.order_by("pk")[0]], count)
    began = time.perf_counter()
    done = drain(mine, slips.render, limit=count, budget=timedelta(minutes=2)).done
    seconds = time.perf_counter() - began
    if done != count:
        raise load.LoadFailed(f"{done} slips made, not {count}")
    return seconds


def _waiting(dossier: Dossier, models: list[Slip], count: int) -> Any:
    """`count` slips like these in turn, for a worker to make."""
    run_id, now = uuid.uuid4(), timezone.now()
    Slip.objects.bulk_create(
        Slip(
            key=f"bench-{run_id}-{n}", dossier=dossier, kind=models[n % len(models)].kind,
            form_set=models[n % len(models)].form_set, agency=models[n % len(models)].agency,
            data=models[n % len(models)].data, issued_at=now, available_at=now,
        )
        for n in range(count)
    )  # fmt: skip
    return Slip.objects.filter(key__startswith=f"bench-{run_id}")


def _evening(dossier: Dossier, count: int) -> list[Line]:
    """Receipts, Mẫu 01 and control slips in equal parts, two worker processes, hinted as beat
    does; the most that one process and its child held."""
    Slip.objects.waiting().update(done_at=timezone.now(), sha256="-")
    officer = User.objects.get(email=people.OFFICER)
    dossier.papers.update(state="clean", done_at=timezone.now())
    actions.make_move(dossier, "accept", by=officer, at=timezone.now())
    models = list(dossier.slips.filter(kind__in=("receipt", "mau01", "control")))
    # The move's own slips are not of the run.
    Slip.objects.waiting().update(done_at=timezone.now(), sha256="-")
    with running(worker_of("inside")) as worker:
        await_worker()
        mine = _waiting(dossier, models, count)
        most = 0.0
        with Watch() as watch:
            began, cpu = time.perf_counter(), tree_cpu(worker.pid)
            while mine.waiting().exists():
                for _ in range(2):
                    current_app.send_task("dossiers.tasks.render_slips", ignore_result=True)
                time.sleep(1)
                most = max(most, _heaviest(worker.pid))
            seconds, cpu = time.perf_counter() - began, tree_cpu(worker.pid) - cpu
    if mine.filter(attempts=1).count() != count:
        raise load.LoadFailed("a slip of the evening run was made more than once")
    whole = seconds * EVENING / count
    return [
        Line(
            f"slip PDF, evening run: {EVENING:,} slips by 2 processes ÷ 10 min", whole,
            EVENING_SECONDS, "s", [whole / EVENING_SECONDS], goal=1, at_least=False,
            foreign=watch.cores,
            note=f"{count:,} made in {seconds:.0f} s, {count / seconds * 3600:,.0f} an hour; "
            f"{1000 * cpu / count:.0f} ms of processor each",
        ),
        Line(
            "slip PDF, evening run: a worker process with its child", most, WORKER_MB, "MB",
            [most / WORKER_MB], goal=1, at_least=False,
        ),
    ]  # fmt: skip


def _heaviest(pid: int) -> float:
    """MB of the pool process that holds most, its renderer included."""
    found = [0.0]
    for process in psutil.Process(pid).children():
        try:
            family = [process, *process.children(recursive=True)]
            found.append(sum(one.memory_info().rss for one in family) / 2**20)
        except psutil.NoSuchProcess:
            continue
    return max(found)


def _alone(limit: "subprocess.Popen[str]", count: int) -> float:
    assert limit.stdin and limit.stdout
    limit.stdin.write(f"{count}\n")
    limit.stdin.flush()
    return float(limit.stdout.readline())


def worker_of(queues: str) -> list[str]:
    """Two processes for these queues."""
    return [
        *(sys.executable, "-m", "celery", "-q", "-A", "portal", "worker", "-Q", queues),
        *("-P", "prefork", "-c", "2", "-l", "ERROR", "--without-gossip", "--without-mingle"),
    ]


def _impatience(citizen: User) -> Line:
    # Nothing waits but what is filed below.
    Slip.objects.waiting().update(done_at=timezone.now(), sha256="-")
    Paper.objects.waiting().update(done_at=timezone.now())
    with running(worker_of("inside")), serving(OURS, "portal.settings") as web:
        await_worker()
        before = _stored()
        dossier = filing.filed(citizen)
        began = time.perf_counter()
        slip = dossier.slips.get()
        bodies = _download(web.port, slip, people.signed_in(citizen))
        seconds = time.perf_counter() - began
        slip.refresh_from_db()
    made = _stored() - before
    if len(set(bodies)) != 1 or not bodies[0].startswith(b"%PDF-") or slip.attempts != 1:
        raise load.LoadFailed(f"{slip.attempts} claims, got {[body[:80] for body in set(bodies)]}")
    return Line(
        f"slip PDF: renders under {IMPATIENT} impatient downloads", made, 1, "renders", [made],
        goal=1, at_least=False, note=f"all have it {seconds * 1000:.0f} ms after filing",
    )  # fmt: skip


def await_worker() -> None:
    for _ in range(30):
        if current_app.control.ping(timeout=1):
            return
    raise RuntimeError("The worker does not answer.")


def _stored() -> int:
    """Every render leaves a file of its own name."""
    return sum(1 for path in (settings.PRIVATE_ROOT / "slips").rglob("*.pdf") if path.is_file())


def _download(port: int, slip: Slip, headers: dict[str, str]) -> list[bytes]:
    """What each person got, asking four times a second; each of them also wakes the workers."""
    request = load.get(reverse("slip", args=[slip.public_id]), headers)
    bodies: list[bytes] = []

    def ask() -> None:
        connection = load.Connection(port)
        current_app.send_task("dossiers.tasks.render_slips", ignore_result=True)
        end = time.monotonic() + PATIENCE
        status, body = connection.ask(request)
        while status == 202 and time.monotonic() < end:
            time.sleep(0.25)
            status, body = connection.ask(request)
        connection.close()
        bodies.append(body if status == 200 else b"%d" % status)

    threads = [threading.Thread(target=ask) for _ in range(IMPATIENT)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return bodies
