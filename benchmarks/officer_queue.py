"""Line 5, queue-growth: the same pages of the officer's queue at 1,000 and 1,000,000 dossiers.

The large database has 210 agencies, a tenth of everything at the officer's own desk; the small
one is that desk alone. desk_search.py searches the large one afterwards.
"""

import time
from typing import Any
from urllib.parse import urlencode

import psycopg2
from django.conf import settings
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import User
from benchmarks import desk_search, filing, generate, load, people
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import OURS, Server, serving
from dossiers import queues
from dossiers.views.officer_queue import MINE, PAGE_SIZE
from portal.lib.web import keyset_page

SMALL, LARGE = 1_000, 1_000_000
AGENCIES = 210
CODE = b"000.01.15.H37-"  # begins the code of every dossier of this desk
ROUNDS = 3
QUERIES, P95 = 15, 300  # a page at most; milliseconds
# Pages by name: which queue, whether its last full page, and whether only the officer's own.
PAGES = {
    "waiting, first page": ("tiep-nhan", False, False),
    "waiting, last page": ("tiep-nhan", True, False),
    "returned, last page": ("da-tra", True, False),
    "returned by me, last page": ("da-tra", True, True),
}


def run(count: int, large: int = LARGE) -> list[Line]:
    """`count` requests a page, side and round, in turn."""
    officer = User.objects.get(email=people.OFFICER)
    headers = people.signed_in(officer)
    model = filing.filed(User.objects.get(email=people.CITIZEN))
    small = _copy_database()
    connections.databases["small"] = settings.DATABASES["default"] | {"NAME": small}
    generate.fill(connections["small"], model, SMALL)
    began = time.monotonic()
    generate.fill(connection, model, large, AGENCIES)
    print(f"  filled: {time.monotonic() - began:.0f} s", flush=True)
    paths = {
        name: tuple(_path(officer, alias, *page) for alias in ("small", "default"))
        for name, page in PAGES.items()
    }
    connections["small"].close()
    database = connection.settings_dict
    address = f"postgresql://{database['USER']}@/{small}?host={database['HOST']}"
    with (
        serving(OURS, "portal.settings", DATABASE_URL=address) as few,
        serving(OURS, "portal.settings") as many,
    ):
        lines = []
        for name, pair in paths.items():
            lines += _page(f"{name} ({large:,})", (few, many), pair, headers, count)
        lines += desk_search.lines(many, officer, headers, count // 2)
    return [*lines, _queries(officer, paths), *desk_search.usual(officer, large)]


def _copy_database() -> str:
    """A second database with the same people and catalogue; its name."""
    database = connection.settings_dict
    connection.close()
    name = f"{database['NAME']}_small"
    admin = psycopg2.connect(
        host=database["HOST"], port=database["PORT"] or None, user=database["USER"],
        dbname="postgres",
    )  # fmt: skip
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{database["NAME"]}"')
    admin.close()
    return name


def _path(officer: User, alias: str, key: str, last: bool, mine: bool) -> str:
    queue, query = queues.QUEUES[key], {"hang": key} | ({"pham-vi": MINE} if mine else {})
    if last:
        scope = queues.Scope(desk_of(officer).dossier_agencies, officer.pk if mine else None)
        at = queues.moments(None, timezone.now())
        rows = queues.lines(queues.ranges(queue, officer, scope, at)[0]).using(alias)
        query["sau"] = _last_cursor(rows, queue)
    return f"{reverse('officer-queue')}?{urlencode(query)}"


def _last_cursor(rows: Any, queue: queues.Queue) -> str:
    """Behind the row before the last full page, without reading all that is before it."""
    back = rows.order_by(*(_turned(name) for name in queue.order))
    ends = [back[0]["pk"], back[PAGE_SIZE]["pk"]]
    found = keyset_page(rows.filter(pk__in=ends), order=queue.order, cursor=None, size=1)
    assert found.next_cursor
    return found.next_cursor


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _page(
    name: str,
    servers: tuple[Server, Server],
    paths: tuple[str, ...],
    headers: dict[str, str],
    count: int,
) -> list[Line]:
    # Every thread of every process has its connection and templates before the clock runs.
    for server, path in zip(servers, paths, strict=True):
        load.pages(server.address, path, 1, headers)
    requests = [load.get(path, headers) for path in paths]
    p95: tuple[list[float], list[float]] = ([], [])
    p50: tuple[list[float], list[float]] = ([], [])
    with Watch() as watch:
        for _ in range(ROUNDS):
            for side, times in enumerate(_in_turn(servers, requests, count)):
                middle, late = load.quantiles(times)
                p50[side].append(middle)
                p95[side].append(late)
    few, many = (sorted(side)[ROUNDS // 2] for side in p50)
    note = f"p50 {many:.1f} ÷ {few:.1f} ms"
    growth = compare(
        f"queue ÷ {SMALL:,}: {name}", p95[1], p95[0], "ms p95", goal=1.3, at_least=False,
        foreign=watch.cores, note=note,
    )  # fmt: skip
    bar = compare(
        f"queue and counts: {name}", p95[1], [P95] * ROUNDS, "ms p95", goal=1, at_least=False,
        foreign=watch.cores,
    )  # fmt: skip
    return [growth, bar]


def _in_turn(
    servers: tuple[Server, Server], requests: list[bytes], count: int
) -> tuple[list[float], list[float]]:
    """Seconds of each request of each side: whatever else the machine does hits both."""
    clients = [load.Connection(server.port) for server in servers]
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(count):
        for client, request, found in zip(clients, requests, times, strict=True):
            began = time.perf_counter()
            status, body = client.ask(request)
            found.append(time.perf_counter() - began)
            rows = body.count(CODE)
            if status != 200 or rows < PAGE_SIZE:
                raise load.LoadFailed(f"{status} with {rows} dossiers on the page")
    for client in clients:
        client.close()
    return times


def _queries(officer: User, paths: dict[str, tuple[str, ...]]) -> Line:
    client = Client()
    client.force_login(officer)
    most = 0
    for _, path in paths.values():
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        most = max(most, len(asked))
    return Line(
        "queue page: queries", most, QUERIES, "queries", [most / QUERIES], goal=1, at_least=False
    )
