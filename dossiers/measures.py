"""How long procedures really take: over the dossiers of the last 90 days, counted by beat and
read by their pages (the slot `procedure.facts`)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dossiers.models import Dossier, NonWorkingDay, ProcedureMeasure
from portal.lib.calendar import WorkCalendar
from procedures.models import Procedure

WINDOW = timedelta(days=90)
# Fewer would tell about people, not about the procedure.
LEAST = 10
_LONGEST = 3650  # days; what took longer took long
_ANY_HOURS = ((time(8), time(17)),)
# (procedure, day of acceptance, day it was finished, how many dossiers)
Row = tuple[int, date, date, int]


def measure(now: datetime) -> int:
    """Count all anew; how many procedures have a measure. Dossiers are grouped by their two
    days in the database: one query, a row for each pair of days. What was withdrawn, or ended
    while it was stopped, took no time to a result."""
    done = Dossier.objects.filter(finished_at__gt=now - WINDOW, finished_at__lte=now)
    rows = (
        done.filter(accepted_at__isnull=False, withdrawn_at=None, ended_at=None)
        .values_list("procedure_id", TruncDate("accepted_at"), TruncDate("finished_at"))
        .annotate(count=Count("pk"))
        .order_by("procedure_id")
    )
    found = list(_measures(rows.iterator(), _WorkingDays(), now))
    with transaction.atomic():
        ProcedureMeasure.objects.exclude(pk__in=[row.pk for row in found]).delete()
        ProcedureMeasure.objects.bulk_create(
            found,
            update_conflicts=True,
            unique_fields=["procedure"],
            update_fields=["dossiers", "median_days", "most_days", "measured_at"],
        )
    return len(found)


def _measures(
    rows: Iterable[Row], days: "_WorkingDays", now: datetime
) -> Iterator[ProcedureMeasure]:
    for procedure_id, theirs in groupby(rows, key=itemgetter(0)):
        spent = sorted((days.between(start, end), count) for _, start, end, count in theirs)
        total = sum(count for _, count in spent)
        if total >= LEAST:
            yield ProcedureMeasure(
                procedure_id=procedure_id,
                dossiers=total,
                median_days=_nth(spent, total, 50),
                most_days=_nth(spent, total, 90),
                measured_at=now,
            )


def _nth(spent: list[tuple[int, int]], total: int, percent: int) -> int:
    """The smallest number of days within which so many percent were done."""
    wanted = -(-total * percent // 100)
    seen = 0
    for days, count in spent:
        seen += count
        if seen >= wanted:
            return days
    return 0


class _WorkingDays:
    """Working days counted as deadlines count them (the Nth after the day of acceptance), with
    the holidays but no agency's own Saturdays."""

    def __init__(self) -> None:
        marked = dict(NonWorkingDay.objects.values_list("date", "kind"))
        self._calendar = WorkCalendar(
            off=frozenset(day for day, kind in marked.items() if kind == "off"),
            makeup=frozenset(day for day, kind in marked.items() if kind == "work"),
            segments=_ANY_HOURS,
        )
        self._known: dict[tuple[date, date], int] = {}

    def between(self, start: date, end: date) -> int:
        if (start, end) not in self._known:
            span = range(1, min((end - start).days, _LONGEST) + 1)
            works = self._calendar.is_working_day
            self._known[start, end] = sum(works(start + timedelta(days=n)) for n in span)
        return self._known[start, end]


def fact(procedure: Procedure) -> SafeString | None:
    """The box on the procedure's page; nothing where too few dossiers were finished."""
    found = ProcedureMeasure.objects.filter(pk=procedure.pk).first()
    if found is None:
        return None
    return SafeString(render_to_string("dossiers/measured.html", {"measure": found}))
