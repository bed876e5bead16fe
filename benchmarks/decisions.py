"""Decisions a minute: dossiers accepted through dossiers.actions with their slip rows (number,
content, notice), by as many processes as there are cores; the stretch is 10,000 (issue 5)."""

import time
import uuid
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

import django
from django.db.models import Model

from benchmarks.report import Line, compare
from benchmarks.servers import PROCESSES

if TYPE_CHECKING:
    from dossiers.models import Dossier

Row = TypeVar("Row", bound=Model)
ROUNDS = 3
STRETCH = 10_000
# As views.officer_access.desk_dossier reads it.
READ_BY_THE_PAGE = (
    "version__procedure",
    "receiving_agency",
    "deciding_agency",
    "submitter",
    "case",
)


def run(count: int) -> list[Line]:
    """`count` decisions a round, all at one agency: its counter of slips is the narrowest place."""
    from benchmarks import people
    from benchmarks.filing import filed
    from benchmarks.machine import Watch

    model = filed(people.User.objects.get(email=people.CITIZEN))
    rates = []
    with (
        ProcessPoolExecutor(
            PROCESSES, mp_context=get_context("spawn"), initializer=django.setup
        ) as pool,
    ):
        list(pool.map(_accept, [_copies(model, 5) for _ in range(PROCESSES)]))  # warm
        with Watch() as w:
            for _ in range(ROUNDS):
                shares = [_copies(model, count // PROCESSES) for _ in range(PROCESSES)]
                spans = list(pool.map(_accept, shares))
                seconds = max(end for _, end in spans) - min(start for start, _ in spans)
                rates.append(sum(map(len, shares)) * 60 / seconds)
    case = f"accepting with Mẫu 01 and notice, {ROUNDS * count} by {PROCESSES} processes"
    goal = [float(STRETCH)] * ROUNDS
    return [compare(case, rates, goal, "decisions/min", goal=1, foreign=w.cores, note="stretch")]


def _copies(model: "Dossier", count: int) -> list[int]:
    """Ids of dossiers like it, each with its papers and its ledger."""
    from dossiers.models import ClockEntry, Dossier, Event, Paper

    def copied(row: Row, **own: object) -> Row:
        kept = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        return type(row)(**(kept | {"id": None} | own))

    made = Dossier.objects.bulk_create(
        copied(model, public_id=(mark := uuid.uuid4()), start_token=mark,
               code=f"{model.code}-{mark.hex[:16]}")
        for _ in range(count)
    )  # fmt: skip
    for rows in (Event, ClockEntry):
        kept = list(rows.objects.filter(dossier=model))
        rows.objects.bulk_create(copied(row, dossier_id=one.pk) for one in made for row in kept)
    papers = list(Paper.objects.filter(dossier=model))
    Paper.objects.bulk_create(
        copied(row, dossier_id=one.pk, public_id=(mark := uuid.uuid4()), key=f"copy-{mark}")
        for one in made
        for row in papers
    )
    Paper.objects.filter(dossier__in=made).update(state="clean")
    return [one.pk for one in made]


def _accept(ids: list[int]) -> tuple[float, float]:
    """When it began and ended (epoch seconds)."""
    from django.utils import timezone

    from accounts.models import User
    from benchmarks import people
    from dossiers import actions
    from dossiers.models import Dossier

    lan = User.objects.get(email=people.OFFICER)
    began = time.time()
    for pk in ids:
        dossier = Dossier.objects.select_related(*READ_BY_THE_PAGE).get(pk=pk)
        actions.make_move(dossier, "accept", by=lan, at=timezone.now())
    return began, time.time()
