"""All chains, a thousand dossiers at a time: memory stays flat, six queries a thousand."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Agency
from dossiers import deadlines
from dossiers.audit.chain import STAMPS, Chain, Finding, first_wrong
from dossiers.models import AdditionRound, AnchoredHead, ClockEntry, Dossier, Event, StepRun
from portal.lib.calendar import WorkCalendar

AT_ONCE = 1000
_SAYS = (
    "public_id", "code", "status", "receiving_agency_id", "deciding_agency_id",
    "chain_length", "chain_head", "due_at", "original_due_at", "intake_due_at", "clock_running",
    *STAMPS, "submitted_at", "withdrawn_at", "ended_at", "additions_answered", "queue_at",
    "step_due_at", "term_time", "term_unit",
)  # fmt: skip
_ROUND_SAYS = ("dossier", "number", "asked_at", "answered_at", "answer_due_at", "completed_at")


@dataclass(slots=True)
class Report:
    """Counts while the walk goes on."""

    dossiers: int = 0
    rows: int = 0
    findings: int = 0


def verify(
    report: Report,
    *,
    since: date | None = None,
    progress: Callable[[Report], object] = lambda report: None,
) -> Iterator[Finding]:
    """The first wrong row of each dossier that has one. `since`: only dossiers saved since."""
    calendars = _Calendars()
    wanted = Dossier.objects.order_by("pk")
    if since:
        morning = timezone.make_aware(datetime.combine(since, time()))
        wanted = wanted.filter(updated_at__gte=morning)
    after = 0
    while True:
        ids = list(wanted.filter(pk__gt=after).values_list("pk", flat=True)[:AT_ONCE])
        # Up to the next one, so that rows of a dossier that is gone are looked at as well.
        upto = ids[-1] if len(ids) == AT_ONCE else None
        for number, chain in _chains(after, upto, ids if since else None):
            report.dossiers += 1
            report.rows += len(chain.events) + len(chain.entries)
            if first_wrong(chain, calendars.of(chain)) and (found := _again(number, calendars)):
                report.findings += 1
                yield found
        progress(report)
        if upto is None:
            return
        after = upto


def _chains(after: int, upto: int | None, only: list[int] | None) -> Iterator[tuple[int, Chain]]:
    """Of the dossiers with these numbers; with `only`, of those."""
    wanted: dict[str, Any] = {"gt": after}
    if only is not None:
        wanted["in"] = only
    elif upto is not None:
        wanted["lte"] = upto
    theirs = Q(**{f"dossier__{how}": number for how, number in wanted.items()})
    chains: dict[int, Chain] = defaultdict(lambda: Chain(None, "?", [], [], {}))
    for dossier in Dossier.objects.only(*_SAYS).filter(
        **{f"pk__{how}": number for how, number in wanted.items()}
    ):
        chains[dossier.pk] = Chain(dossier, dossier.code or str(dossier.public_id), [], [], {})
    for event in Event.objects.filter(theirs).order_by("dossier_id", "seq", "pk"):
        chains[event.dossier_id].events.append(event)
    for entry in ClockEntry.objects.filter(theirs).order_by("dossier_id", "seq", "pk"):
        chains[entry.dossier_id].entries.append(entry)
    heads = AnchoredHead.objects.filter(theirs)
    for number, length, head, day in heads.values_list("dossier", "length", "head", "day"):
        chains[number].heads[length] = (head, day)
    for asked in AdditionRound.objects.filter(theirs).only(*_ROUND_SAYS).order_by("number"):
        chains[asked.dossier_id].rounds.append(asked)
    for run in StepRun.objects.filter(theirs).order_by("number"):
        chains[run.dossier_id].runs.append(run)
    for number in sorted(chains):
        if chains[number].dossier is None:
            chains[number].whose = f"hồ sơ số {number}"
        yield number, chains[number]


@transaction.atomic
def _again(number: int, calendars: "_Calendars") -> Finding | None:
    """Somebody may have moved the dossier between our queries: look once more, with it held."""
    list(Dossier.objects.select_for_update(no_key=True).filter(pk=number).values_list("pk"))
    for _, chain in _chains(number - 1, number, [number]):
        return first_wrong(chain, calendars.of(chain))
    return None


class _Calendars:
    """One of each agency."""

    def __init__(self) -> None:
        self._days = deadlines.marked_days()
        self._known: dict[int, WorkCalendar] = {}

    def of(self, chain: Chain) -> WorkCalendar | None:
        if chain.dossier is None:
            return None
        number = chain.dossier.receiving_agency_id
        if number not in self._known:
            agency = Agency.objects.get(pk=number)
            self._known[number] = deadlines.calendar_of(agency, self._days)
        return self._known[number]
