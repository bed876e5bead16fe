"""Lines 2 and 4. citizen-flow-online: one citizen from "Nộp hồ sơ" to filed (two pages of ten
answers, a paper of 200 kB, the last look), against the same requests to the bare side; and
end_to_end.py, the same until the worker has made the receipt.

Open Forms was measured on another machine (performance.md §2.1): its figures are anchors."""

import time
import uuid
from collections.abc import Callable
from statistics import median

from django.utils import timezone

from benchmarks import end_to_end, filing, load, people, sample, walk, walk_form
from benchmarks.end_to_end import ANCHOR
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import BARE, OURS, Server, serving
from dossiers import actions
from dossiers.models import Dossier, Paper
from dossiers.workflow import Status
from procedures.models import Service

ROUNDS = 3
OPEN_FORMS = {1: (365.0, 612.0), 4: (979.0, 1415.0)}  # clients: p50, p95 ms
# ≤ 1/6 of Open Forms' p50 with one client, ≤ 1/8 of its p95 with four.
LIMITS = {1: ("p50", 60.0), 4: ("p95", 177.0)}
Go = Callable[[load.Connection, walk.Headers], uuid.UUID]


def run(count: int) -> list[Line]:
    """`count` dossiers a side, number of clients and round."""
    service = walk_form.a_service()
    plan = walk.plan_of(service)
    with serving(OURS, "portal.settings") as ours:
        calls = _recorded(ours, plan, service)
        with serving(BARE, "benchmarks.bare.settings") as bare:
            sides = [(ours, _ours(plan)), (bare, _again(calls))]
            for server, go in sides:
                walk.crowd(server.port, 8, sessions(8), go)
            lines = [line for clients in OPEN_FORMS for line in _online(clients, sides, count)]
        return [*lines, *end_to_end.lines(ours, plan, count)]


def sessions(count: int) -> list[walk.Headers]:
    return [people.signed_in(one) for one in filing.newcomers(count)]


def _recorded(ours: Server, plan: walk.Plan, service: Service) -> list[walk.Call]:
    """A walk of ours, and for the bare side what it answered and the rows it left."""
    connection = load.Connection(ours.port)
    walked = walk.Walk(connection, sessions(1)[0], plan).go()
    connection.close()
    keep(service, walked)
    return walked.calls


def keep(service: Service, walked: walk.Walk) -> None:
    (other,) = filing.newcomers(1)
    draft = actions.start_draft(
        service=service, by=other, at=timezone.now(), token=uuid.uuid4(), method="desk",
        told={"owner_address": walked.plan.typed["nop"]["toi-dia_chi"]},
    )  # fmt: skip
    answers = [{"place": c.place, "status": c.status, "answer": c.answer} for c in walked.calls]
    filed = Dossier.objects.get(public_id=walked.public_id)
    filing.keep_sample(filed, walk=answers, draft=sample.values_of(draft))
    actions.discard_draft(draft, by=other, at=timezone.now())


def _ours(plan: walk.Plan) -> Go:
    return lambda connection, headers: walk.Walk(connection, headers, plan).go().public_id


def _again(calls: list[walk.Call]) -> Go:
    return lambda connection, headers: walk.repeat(connection, headers, calls)


def _online(clients: int, sides: list[tuple[Server, Go]], count: int) -> list[Line]:
    p50: tuple[list[float], list[float]] = ([], [])
    p95: tuple[list[float], list[float]] = ([], [])
    with Watch() as watch:
        for _ in range(ROUNDS):
            for at, (server, go) in enumerate(sides):
                middle, late = load.quantiles(_seconds(server, clients, go, count))
                p50[at].append(middle)
                p95[at].append(late)
    case = f"flow online, {clients} client{'s' * (clients > 1)}"
    common = {"at_least": False, "foreign": watch.cores}
    which, limit = LIMITS[clients]
    ours = {"p50": p50[0], "p95": p95[0]}
    note = f"p50 {median(p50[0]):.0f}, p95 {median(p95[0]):.0f} ms"
    return [
        compare(f"{case}: its limit", ours[which], [limit] * ROUNDS, f"ms {which}", goal=1,
                note=note, **common),
        compare(f"{case}: bare calls", *p50, "ms p50", **common),
        compare(f"{case}: bare calls", *p95, "ms p95", **common),
        *(compare(f"{case}: Open Forms", ours[name], [anchor] * ROUNDS, f"ms {name}",
                  note=ANCHOR, **common)
          for name, anchor in zip(ours, OPEN_FORMS[clients], strict=True)),
    ]  # fmt: skip


def _seconds(server: Server, clients: int, go: Go, count: int) -> list[float]:
    """Of each citizen from the first page to filed; then, off the clock, that all are filed."""

    def timed(connection: load.Connection, headers: walk.Headers) -> tuple[uuid.UUID, float]:
        began = time.perf_counter()
        return go(connection, headers), time.perf_counter() - began

    found, _ = walk.crowd(server.port, clients, sessions(count), timed)
    look_filed([public_id for public_id, _ in found])
    return [seconds for _, seconds in found]


def look_filed(ids: list[uuid.UUID]) -> None:
    filed = Dossier.objects.filter(public_id__in=ids, status=Status.SUBMITTED)
    papers = Paper.objects.filter(dossier__in=filed).count()
    if (filed.count(), papers) != (len(ids), len(ids)):
        raise load.LoadFailed(f"{filed.count()} filed with {papers} papers, not {len(ids)}")
