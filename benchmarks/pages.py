"""Line 1, catalogue-page: home, catalogue and a procedure, signed out and signed in."""

from dataclasses import dataclass

from django.urls import reverse

from accounts.models import User
from benchmarks import load, people
from benchmarks.bare import stock as stock_settings
from benchmarks.machine import Watch, postgres_pid, tree_cpu
from benchmarks.report import Line, compare
from benchmarks.servers import BARE, OURS, Server, serving

PROCEDURE = "1.001193"
PAIRS = 3


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    path: str
    signed_in: bool

    @property
    def title(self) -> str:
        return f"{self.name}, signed {'in' if self.signed_in else 'out'}"


@dataclass(frozen=True, slots=True)
class Measured:
    """`cpu_ms`: of the web processes and PostgreSQL, for one page."""

    load: load.Load
    cpu_ms: float


def run(seconds: float) -> list[Line]:
    home, one = reverse("home"), reverse("procedure", args=[PROCEDURE])
    cases = [
        Case("home", home, False),
        Case("procedure page", one, False),
        Case("home", home, True),
        Case("procedure page", one, True),
        Case("catalogue", reverse("catalogue"), True),
    ]
    user = User.objects.get(email=people.CITIZEN)
    citizen = people.signed_in(user)
    at_stock = people.signed_in(user, stock_settings.AUTHENTICATION_BACKENDS[0])
    lines = []
    with (
        serving(OURS, "portal.settings") as ours,
        serving(BARE, "benchmarks.bare.settings") as bare,
        serving(BARE, "benchmarks.bare.stock") as stock,
    ):
        for case in cases:
            rounds = [
                (ours, case.path, citizen if case.signed_in else {}),
                (bare, "/", citizen if case.signed_in else {}),
                (stock, "/reference/", at_stock if case.signed_in else {}),
            ]
            lines += _case(case, rounds, seconds)
    return lines


def _case(
    case: Case, rounds: list[tuple[Server, str, dict[str, str]]], seconds: float
) -> list[Line]:
    for server, path, headers in rounds:
        load.pages(server.address, path, 1, headers)
    runs: list[list[Measured]] = [[], [], []]
    database = postgres_pid()
    with Watch() as watch:
        for _ in range(PAIRS):
            for found, (server, path, headers) in zip(runs, rounds, strict=True):
                found.append(_measure(server, path, headers, seconds, database))
    rates, cpus = (
        [[m.load.per_second for m in r] for r in runs],
        [[m.cpu_ms for m in r] for r in runs],
    )
    p95 = sorted(m.load.p95 for m in runs[0])[PAIRS // 2]
    return [
        compare(
            f"{case.title}: bare view",
            rates[0],
            rates[1],
            "req/s",
            goal=0.6 if case.signed_in else 1.0,
            foreign=watch.cores,
            note=f"p95 {p95:.1f} ms",
        ),
        compare(
            f"{case.title}: Ref page",
            cpus[0],
            cpus[2],
            "CPU ms",
            goal=None if case.signed_in else 1.5,
            at_least=False,
            foreign=watch.cores,
        ),
    ]


def _measure(
    server: Server, path: str, headers: dict[str, str], seconds: float, database: int | None
) -> Measured:
    def used() -> float:
        return server.cpu() + (tree_cpu(database) if database else 0.0)

    before = used()
    found = load.pages(server.address, path, seconds, headers)
    return Measured(found, (used() - before) / found.requests * 1000)
