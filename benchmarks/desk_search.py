"""Line 6, dossier-search: the officer's search over the large database of officer_queue.py, whole
pages; and beside them what lists usually do: OFFSET with count(*), Django's admin."""

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.desk import desk_of
from accounts.models import User
from benchmarks import load
from benchmarks.machine import Watch
from benchmarks.report import Line, compare
from benchmarks.servers import Server
from dossiers import queues
from dossiers.models import Dossier
from dossiers.queues import QUEUES, Scope
from dossiers.views.officer_queue import PAGE_SIZE

P95 = 200  # milliseconds
ROUNDS = 3


def lines(server: Server, officer: User, headers: dict[str, str], count: int) -> list[Line]:
    return [_search(server, name, typed, headers, count) for name, typed in _typed(officer).items()]


def _typed(officer: User) -> dict[str, str]:
    """What is found at the officer's desk; a common name is found there thousands of times."""
    one = Dossier.objects.at_desk_of(officer).filter(owner_phone__startswith="09").latest("pk")
    day, number = str(one.code).split("-")[1:]
    return {
        "name, common": "nguyen van",
        "name, three words": one.owner_name,
        "code, its last part": number,
        "code, day and number": f"{day}-{number}",
        "code, its beginning": str(one.code)[:-4],
        "phone": one.owner_phone,
        "citizen number": one.owner_citizen_id,
        "nobody of that name": "Xuân Diệu",
    }


def _search(server: Server, name: str, typed: str, headers: dict[str, str], count: int) -> Line:
    path = f"{reverse('officer-queue')}?{urlencode({'tim': typed})}"
    request, p95, p50 = load.get(path, headers), [], []
    with Watch() as watch:
        for _ in range(ROUNDS):
            client, times = load.Connection(server.port), []
            for _ in range(count):
                began = time.perf_counter()
                status, _body = client.ask(request)
                times.append(time.perf_counter() - began)
                if status not in (200, 302):
                    raise load.LoadFailed(f"{status} for {typed}")
            client.close()
            middle, late = load.quantiles(times)
            p50.append(middle)
            p95.append(late)
    found = f"p95 {sorted(p95)[ROUNDS // 2]:.0f} ms"
    print(f"  search: {name}: {found}", flush=True)
    return compare(
        f"search: {name}", p95, [P95] * ROUNDS, "ms p95", goal=1, at_least=False,
        foreign=watch.cores, note=f"p50 {sorted(p50)[ROUNDS // 2]:.1f} ms",
    )  # fmt: skip


def usual(officer: User, large: int) -> list[Line]:
    """The queries alone, without a page around them, against our query for the same rows."""
    queue, scope = QUEUES["da-tra"], Scope(desk_of(officer).dossier_agencies)
    rows = queues.ranges(queue, officer, scope, queues.moments(None, timezone.now()))[0]
    ordered = queues.lines(rows).order_by(*queue.order)
    deep = rows.count() - PAGE_SIZE

    def offset() -> None:
        rows.count()
        list(ordered[deep : deep + PAGE_SIZE])

    def admin() -> None:
        words = "nguyen van".split()
        like = Dossier.objects.all()
        for word in words:
            like = like.filter(Q(code__icontains=word) | Q(owner_fold__icontains=word))
        like.count()
        list(like.order_by("-pk")[:100])

    ours = _times(lambda: list(ordered[:PAGE_SIZE]))
    found = [("OFFSET with count(*), last page", offset), ("as Django's admin searches", admin)]
    return [
        compare(f"the usual way at {large:,}: {name}", _times(act), ours, "ms",
                note="query only, ÷ our first page")
        for name, act in found
    ]  # fmt: skip


def _times(act: Callable[[], Any]) -> list[float]:
    act()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times
