"""The manager's page of a month and the register of 10,000 rows, with ten years of dossiers."""

import os
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from statistics import median
from typing import Any

import psutil
from django.db import connection
from django.utils import timezone

from accounts.models import Agency, Position, User
from benchmarks import filing, generate, people
from benchmarks.machine import Watch
from benchmarks.report import Line
from dossiers import register
from dossiers.register import HEAD, Period
from portal.lib import workbook
from reports import policies
from reports.figures import Span
from reports.tables import GROUPS, table

LARGE, AGENCIES = 1_000_000, 210
ROUNDS = 3
LIMIT = 1.0  # seconds a page
ROWS = 10_000
PAGES = {"agency": "co-quan", "procedure": "thu-tuc", "officer": "can-bo"}


def run(large: int = LARGE) -> list[Line]:
    _forget()
    model = filing.filed(User.objects.get(email=people.CITIZEN))
    generate.fill(connection, model, large, AGENCIES, years=True)
    _write_clocks(model.pk)
    chief = _chief(model.deciding_agency)
    today = timezone.localdate()
    month = Span.of(Period(today - timedelta(days=30), today), timezone.now())
    return [
        *(_page(name, key, chief, month, large) for name, key in PAGES.items()),
        _sheet(model.receiving_agency),
    ]  # fmt: skip


def _forget() -> None:
    """What other cases left lies otherwise over the years; the ledger lets nothing go but so."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("TRUNCATE dossiers_dossier CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")


def _write_clocks(but: int) -> None:
    """The ticks of all others: each began and ended, every tenth waited for additions, every
    hundredth was put off with an apology."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_CLOCKS, [but])
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("ANALYZE dossiers_clockentry")
        cursor.execute("RESET statement_timeout")


_CLOCKS = """
INSERT INTO dossiers_clockentry
    (dossier_id, seq, kind, at, due_at, until, unit, previous_digest, digest)
SELECT one.id, tick.seq, tick.kind, tick.at, one.due_at, tick.until, '', '', ''
FROM dossiers_dossier one CROSS JOIN LATERAL (VALUES
    (2, 1, 'start', one.accepted_at, NULL::timestamptz),
    (3, 10, 'pause', one.accepted_at + interval '1 day', NULL),
    (4, 10, 'reset', one.accepted_at + interval '2 days', NULL),
    (5, 100, 'extend', one.due_at - interval '1 hour', one.due_at),
    (6, 1, 'stop', one.finished_at, NULL)
) AS tick (seq, every, kind, at, until)
WHERE one.accepted_at IS NOT NULL AND tick.at IS NOT NULL AND one.id <> %s
    AND one.id %% tick.every = 0
"""


def _chief(top: Agency) -> User:
    """Manages the whole province: every agency is put below one."""
    Agency.objects.exclude(pk=top.pk).update(parent=top)
    Agency.objects.filter(pk=top.pk).update(parent=None)
    officer = User.objects.get(email=people.OFFICER)
    Position.objects.get_or_create(user=officer, agency=top, role="manager")
    return officer


def _page(name: str, key: str, chief: User, month: Span, large: int) -> Line:
    """The queries and sums of the page; its template shows some hundred cells."""
    times, found = [], None
    with Watch() as watch:
        for _ in range(ROUNDS + 1):
            began = time.perf_counter()
            agencies = policies.agencies_of(chief)
            found = table(agencies, GROUPS[key], month)
            times.append(time.perf_counter() - began)
    assert found
    each = median(times[1:])
    return Line(
        f"figures of a month by {name} ({large:,} dossiers, {len(agencies)} agencies)", each, LIMIT,
        "s", [one / LIMIT for one in times[1:]], goal=1, at_least=False, foreign=watch.cores,
        note=f"{found.total['received']:,} received, {len(found.rows)} rows",
    )  # fmt: skip


def _sheet(agency: Agency) -> Line:
    """How this process grows from 5 % of the rows to all of them."""
    today = timezone.localdate()
    rows = register.entries(agency, Period(today - timedelta(days=720), today))[:ROWS]
    me = psutil.Process(os.getpid())
    seen: list[float] = []

    def watched() -> Iterator[tuple[Any, ...]]:
        for number, line in enumerate(register.Lines(rows), start=1):
            if number in (ROWS // 20, ROWS):
                seen.append(me.memory_info().rss / 2**20)
            yield line

    began = time.perf_counter()
    workbook.xlsx("Sổ theo dõi", watched(), head=HEAD).close()
    seconds = time.perf_counter() - began
    if len(seen) != 2:
        print("fewer rows than the register needs", file=sys.stderr)
        seen = [1, 0]
    return Line(
        f"register to XLSX: memory after {ROWS:,} rows ÷ after 5 %", seen[1], seen[0], "MB",
        [seen[1] / seen[0]], goal=1.1, at_least=False, note=f"{seconds:.1f} s",
    )  # fmt: skip
