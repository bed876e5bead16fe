"""The dossiers filed last, replayed against a draft. Nothing is written."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from dossiers import deadlines, fees
from dossiers.models import ClockEntry, ClockKind, Dossier, Paper
from dossiers.models.paper import UNUSABLE
from dossiers.rehearsal.days import days_between, days_words
from dossiers.rehearsal.plan import Plan, plan_of
from dossiers.rehearsal.reasons import reasons_of
from dossiers.rehearsal.result import Rehearsal, Row
from dossiers.workflow import Status
from portal.lib.calendar import WorkCalendar
from procedures.models import AdditionPolicy, Channel, Draft, ProcedureVersion

LAST = 200
MOST = 500


def rehearse(draft: Draft, *, last: int = LAST, viewer: Any = None) -> Rehearsal:
    """The `last` (at most MOST) dossiers filed for the draft's procedure, against the draft.

    A fixed number of queries. Codes are given only of dossiers that `viewer` may open.
    """
    last = max(1, min(last, MOST))
    plan = plan_of(draft)
    if draft.procedure_id is None or not plan.version.level:
        return Rehearsal(last, problems=plan.problems)
    dossiers = _filed(draft.procedure_id, last)
    known = _open_to(viewer, dossiers)
    days = deadlines.marked_days()
    agencies = {dossier.receiving_agency_id: dossier.receiving_agency for dossier in dossiers}
    calendars = {pk: deadlines.calendar_of(agency, days) for pk, agency in agencies.items()}
    rows = [
        _row(number, dossier, plan, calendars[dossier.receiving_agency_id], dossier.pk in known)
        for number, dossier in enumerate(dossiers, 1)
    ]
    return Rehearsal(last, rows, plan.problems)


def _filed(procedure_id: int, last: int) -> list[Dossier]:
    """Newest first, with all that is looked at. Which ones is asked first and alone: sorting
    whole rows of a much filed procedure would read all their answers."""
    filed = Dossier.objects.filter(procedure=procedure_id).exclude(status=Status.DRAFT)
    newest = list(filed.order_by("-submitted_at", "-pk").values_list("pk", flat=True)[:last])
    wanted = ("code", "public_id", "channel", "answers", "fees", "return_method", "version", "case")
    dossiers = list(
        Dossier.objects.filter(pk__in=newest)
        .select_related("service", "receiving_agency")
        .only(*wanted, *_AROUND)
    )
    usable = Paper.objects.current().exclude(state__in=UNUSABLE)
    papers = usable.exclude(requirement=None).select_related("requirement").only(
        "dossier", "requirement__key"
    )  # fmt: skip
    prefetch_related_objects(
        dossiers,
        Prefetch("papers", papers, to_attr="usable"),
        "clock_entries",
        # One object a version, however many dossiers: its e-form may be large.
        Prefetch("version", ProcedureVersion.objects.only("eform", "procedure", "level")),
        "case__requirements",
    )
    place = {pk: number for number, pk in enumerate(newest)}
    return sorted(dossiers, key=lambda dossier: place[dossier.pk])


_AROUND = (
    "service", "service__level", "service__level_reason", "receiving_agency",
    "receiving_agency__opening_hours", "receiving_agency__saturday",
    "receiving_agency__saturday_counts",
)  # fmt: skip


def _open_to(viewer: Any, dossiers: list[Dossier]) -> frozenset[int]:
    if viewer is None:
        return frozenset()
    mine = Dossier.objects.at_desk_of(viewer).filter(pk__in=[one.pk for one in dossiers])
    return frozenset(mine.values_list("pk", flat=True))


def _row(number: int, dossier: Dossier, plan: Plan, calendar: WorkCalendar, known: bool) -> Row:
    channel = plan.channel(dossier.channel)
    has_due, days, note = _due_move(dossier, plan, channel, calendar)
    return Row(
        number=number,
        code=(dossier.code or "") if known else "",
        public_id=dossier.public_id if known else None,
        reasons=reasons_of(dossier, plan),
        fee_before=fees.quote(dossier.fees).total,
        fee_after=fees.quote(fees.lines_of(channel)).total,
        has_due=has_due,
        days=days,
        due_note=note,
    )


def _due_move(
    dossier: Dossier, plan: Plan, channel: Channel | None, calendar: WorkCalendar
) -> tuple[bool, int | None, str]:
    """Whether a clock ran, days later (earlier when below 0), and what days cannot say. Both
    dates are read from the same ledger over today's calendar, so that only the draft moves
    them."""
    entries = list(dossier.clock_entries.all())
    if not any(entry.kind == ClockKind.START for entry in entries):
        return False, None, ""
    before = deadlines.read(map(deadlines.unsaid, entries), calendar).due_at
    after = deadlines.read(_as_planned(entries, plan, channel), calendar).due_at
    if before is None or after is None:
        note = "" if before is after else "có thời hạn" if before is None else "hết thời hạn"
        return True, None, note
    days = days_between(before, after)
    within_a_day = not days and before != after
    return True, days, days_words(0) if within_a_day else ""


def _as_planned(
    entries: Iterable[ClockEntry], plan: Plan, channel: Channel | None
) -> list[ClockEntry]:
    """The ledger as it would have been written: the draft's term, its rule for additions."""
    reset = plan.version.addition_policy == AdditionPolicy.RESET
    again = ClockKind.RESET if reset else ClockKind.RESUME
    planned = []
    for entry in entries:
        kind = again if entry.kind in (ClockKind.RESET, ClockKind.RESUME) else entry.kind
        copy = ClockEntry(at=entry.at, kind=kind, until=entry.until)
        if kind in (ClockKind.START, ClockKind.RESET) and channel is not None:
            copy.time, copy.unit = channel.time, channel.unit
        planned.append(copy)
    return planned
