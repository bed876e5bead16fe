"""Line 4, submission-end-to-end: citizens file and wait until two worker processes have made the
receipt; every dossier must then lie in the officer's queue, with its notice in the outbox."""

import time
import uuid
from dataclasses import dataclass
from functools import partial
from statistics import median

from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import User
from benchmarks import filing, load, people, walk
from benchmarks.machine import Watch, postgres_pid, tree_cpu
from benchmarks.report import Line, compare
from benchmarks.servers import Server, running
from benchmarks.slip_pdf import await_worker, worker_of
from dossiers import queues
from dossiers.models import Paper, Slip
from notices.models import Notice

ROUNDS = 3
CLIENTS = 4
PATIENCE = 30.0  # seconds
ANCHOR = "anchor, another machine"
GOAL = 13.3  # dossiers a second: 10 × Open Forms and 3.5 × pretix
SLIP_MS = 250.0
RATES = {"Open Forms": 1.32, "pretix": 3.80}
CPU = {"Open Forms": 1.2, "pretix": 0.38}  # seconds a dossier
OUTBOXES = (Slip, Paper, Notice)


@dataclass(frozen=True, slots=True)
class Done:
    """Seconds online, and from the press of "Nộp hồ sơ" until the receipt could be had."""

    public_id: uuid.UUID
    headers: walk.Headers
    online: float
    slip: float


@dataclass(frozen=True, slots=True)
class Round:
    done: list[Done]
    seconds: float
    cpu: dict[str, float]  # seconds by kind of process

    @property
    def rate(self) -> float:
        return len(self.done) / self.seconds

    @property
    def each(self) -> float:
        """CPU seconds a dossier."""
        return sum(self.cpu.values()) / len(self.done)


def lines(web: Server, plan: walk.Plan, count: int) -> list[Line]:
    """`count` dossiers a round, by one client and by CLIENTS."""
    for outbox in OUTBOXES:  # nothing waits but what is filed below
        made = {"sha256": "-"} if outbox is Slip else {}
        outbox.objects.waiting().update(done_at=timezone.now(), **made)
    with running(worker_of("inside,outside")) as worker:
        await_worker()
        pids = {"web": web.process.pid, "workers": worker.pid}
        if database := postgres_pid():
            pids["PostgreSQL"] = database
        _round(web, plan, 2 * CLIENTS, CLIENTS, pids)  # both workers have their renderers
        with Watch() as quiet:
            alone = [_round(web, plan, count, 1, pids) for _ in range(ROUNDS)]
        with Watch() as busy:
            crowds = [_round(web, plan, count, CLIENTS, pids) for _ in range(ROUNDS)]
        _download(web, alone[0].done[0])
    return [_slip(alone, quiet.cores), *_rates(crowds, busy.cores)]


def _slip(alone: list[Round], foreign: float) -> Line:
    spread = [load.quantiles([one.slip for one in part.done]) for part in alone]
    p50s, p95s = zip(*spread, strict=True)
    return compare(
        'from "Nộp hồ sơ" to the receipt\'s PDF, 1 client: its limit', p95s, [SLIP_MS] * ROUNDS,
        "ms p95", goal=1, at_least=False, foreign=foreign, note=f"p50 {median(p50s):.0f} ms",
    )  # fmt: skip


def _rates(crowds: list[Round], foreign: float) -> list[Line]:
    case = f"end to end, {CLIENTS} clients"
    rates, each = [one.rate for one in crowds], [one.each for one in crowds]
    online, late = load.quantiles([done.online for one in crowds for done in one.done])
    cpu = {
        name: 1000 * median(one.cpu[name] / len(one.done) for one in crowds)
        for name in crowds[0].cpu
    }
    shares = ", ".join(f"{name} {ms:.0f}" for name, ms in cpu.items())
    return [
        compare(f"{case}: 10 × Open Forms, 3.5 × pretix", rates, [GOAL] * ROUNDS, "dossiers/s",
                goal=1, foreign=foreign, note=f"online p50 {online:.0f}, p95 {late:.0f} ms"),
        *(compare(f"{case}: {peer}", rates, [anchor] * ROUNDS, "dossiers/s", note=ANCHOR)
          for peer, anchor in RATES.items()),
        *(compare(f"{case}, a dossier: {peer}", each, [anchor] * ROUNDS, "CPU s",
                  at_least=False, foreign=foreign, note=f"{shares} ms; {ANCHOR}")
          for peer, anchor in CPU.items()),
    ]  # fmt: skip


def _round(web: Server, plan: walk.Plan, count: int, clients: int, pids: dict[str, int]) -> Round:
    sessions = [people.signed_in(one) for one in filing.newcomers(count)]
    # Together the clients ask for their slips two hundred times a second.
    work = partial(_finish, plan=plan, pause=0.005 * clients)
    before = {name: tree_cpu(pid) for name, pid in pids.items()}
    done, seconds = walk.crowd(web.port, clients, sessions, work)
    _await_rest()
    cpu = {name: tree_cpu(pid) - before[name] for name, pid in pids.items()}
    look_complete([one.public_id for one in done])
    return Round(done, seconds, cpu)


def _finish(
    connection: load.Connection, headers: walk.Headers, *, plan: walk.Plan, pause: float
) -> Done:
    began = time.perf_counter()
    walked = walk.Walk(connection, headers, plan).go()
    online = time.perf_counter() - began
    slip = Slip.objects.get(dossier__public_id=walked.public_id)
    ready, end = Slip.objects.filter(pk=slip.pk).exclude(done_at=None), began + PATIENCE
    while not ready.exists():
        if time.perf_counter() > end:
            raise load.LoadFailed("a receipt was not made")
        time.sleep(pause)
    return Done(walked.public_id, headers, online, time.perf_counter() - walked.pressed)


def _await_rest() -> None:
    """Papers looked at and mails sent belong to what a dossier costs."""
    end = time.monotonic() + PATIENCE
    while any(outbox.objects.waiting().exists() for outbox in OUTBOXES):
        if time.monotonic() > end:
            raise load.LoadFailed("the workers do not come to an end")
        time.sleep(0.05)


def look_complete(ids: list[uuid.UUID]) -> None:
    """Every one lies in the officer's queue, was told, and had its receipt made once."""
    officer = User.objects.get(email=people.OFFICER)
    scope = queues.Scope(desk_of(officer).dossier_agencies)
    moments = queues.moments(None, timezone.now())
    (waiting,) = queues.ranges(queues.QUEUES["tiep-nhan"], officer, scope, moments)
    seen = waiting.filter(public_id__in=ids).count()
    told = Notice.objects.filter(key__in=[f"{one}/1/submitted" for one in ids]).count()
    made = Slip.objects.filter(dossier__public_id__in=ids, attempts=1).exclude(done_at=None)
    if {seen, told, made.count()} != {len(ids)}:
        counts = f"{seen} in the queue, {told} told, {made.count()} receipts made once"
        raise load.LoadFailed(f"{counts}, not {len(ids)}")


def _download(web: Server, done: Done) -> None:
    slip = Slip.objects.get(dossier__public_id=done.public_id)
    connection = load.Connection(web.port)
    address = reverse("slip", args=[slip.public_id])
    status, body = connection.ask(load.get(address, done.headers))
    connection.close()
    if status != 200 or not body.startswith(b"%PDF-"):
        raise load.LoadFailed(f"{status} for a receipt that is made")
