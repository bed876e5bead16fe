"""Line 8, slip-pdf: slips from the outbox against WeasyPrint alone, and one render per slip
however impatient the people who download it."""

import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from celery import current_app
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import filing, load, people
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import OURS, ROOT, running, serving
from dossiers import slips
from dossiers.models import Dossier, Paper, Slip
from portal.lib import jobs
from portal.lib.codes import lookup_secret
from portal.lib.outbox import drain

PAIRS = 3
IMPATIENT = 20
PATIENCE = 60.0


def run(count: int) -> list[Line]:
    """`count` slips a side and pair."""
    citizen = User.objects.get(email=people.CITIZEN)
    dossier = filing.filed(citizen)
    try:
        speed = _speed(dossier, count)
    finally:
        jobs.shutdown()
    return [speed, _impatience(citizen)]


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
    first, now = dossier.slips.order_by("pk")[0], timezone.now()
    same: dict[str, Any] = {
        "dossier": dossier, "kind": first.kind, "form_set": first.form_set,
        "agency": first.agency, "data": first.data, "issued_at": now, "available_at": now,
    }  # fmt: skip
    run_id = uuid.uuid4()
    Slip.objects.bulk_create(Slip(key=f"bench-{run_id}-{n}", **same) for n in range(count))
    mine = Slip.objects.filter(key__startswith=f"bench-{run_id}")
    began = time.perf_counter()
    done = drain(mine, slips.render, limit=count, budget=timedelta(minutes=2)).done
    seconds = time.perf_counter() - began
    if done != count:
        raise load.LoadFailed(f"{done} slips made, not {count}")
    return seconds


def _alone(limit: "subprocess.Popen[str]", count: int) -> float:
    assert limit.stdin and limit.stdout
    limit.stdin.write(f"{count}\n")
    limit.stdin.flush()
    return float(limit.stdout.readline())


def _impatience(citizen: User) -> Line:
    worker = [
        *(sys.executable, "-m", "celery", "-q", "-A", "portal", "worker", "-Q", "inside"),
        *("-P", "prefork", "-c", "2", "-l", "ERROR", "--without-gossip", "--without-mingle"),
    ]
    # Nothing waits but what is filed below.
    Slip.objects.waiting().update(done_at=timezone.now(), sha256="-")
    Paper.objects.waiting().update(done_at=timezone.now())
    with running(worker), serving(OURS, "portal.settings") as web:
        _await_worker()
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


def _await_worker() -> None:
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
