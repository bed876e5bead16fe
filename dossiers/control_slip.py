"""The hand-overs of a dossier, for its control slip (Phiếu kiểm soát): from the filer to the desk,
from step to step of the internal process (StepRun), back to the desk, and out to the filer."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from dossiers.deadlines import Kept, kept
from dossiers.models import ClockKind, Dossier, Event, StepRun
from dossiers.workflow import MOVES

# Agency, or what somebody is; then the person, "" when nobody has taken it up.
Side = tuple[str, str]
FILER = "Người nộp hồ sơ"


@dataclass(frozen=True, slots=True)
class Hand:
    """`kept`: how whoever took it kept their own limit; "" while they still have it."""

    give: Side
    take: Side
    at: datetime
    kept: str
    note: str


def handovers(dossier: Dossier) -> Iterator[Hand]:
    """Oldest first. Nothing before the dossier was accepted: the slip begins with that."""
    if dossier.accepted_at is None:
        return
    desk = dossier.receiving_agency.name
    by = _who(dossier.events.select_related("by"))
    yield Hand(
        (FILER, dossier.submitter.full_name),
        (desk, by.get("accept", "")),
        dossier.accepted_at,
        _intake(dossier),
        "Tiếp nhận, kiểm tra hồ sơ",
    )
    held = (desk, by.get("accept", ""))
    backs = _given_back(dossier)
    for run in dossier.step_runs.select_related("agency", "assignee", "started_by"):
        taken = (run.agency.name, run.assignee.full_name if run.assignee else "")
        yield Hand(_giver(held, run), taken, run.started_at, _step(run), _said(run))
        held = taken
        if event := backs.get(run.number):
            held = (desk, str(event.data.get("holder", "")))
            yield Hand(_back_from(taken, event), held, event.at, "", MOVES[event.move].label)
    yield from _way_back(dossier, held, by)


def _back_from(taken: Side, event: Event) -> Side:
    """Whoever gave it back; whom it lay with where it was taken back, for who did that does not
    work there."""
    by = None if event.move == "undo_forward" else event.by
    return taken[0], by.full_name if by else taken[1]


def _given_back(dossier: Dossier) -> dict[int, Event]:
    """By the number of the stay that ended so."""
    backs = dossier.events.filter(move__in=("undo_forward", "return_to_desk")).select_related("by")
    return {event.data["run"]["number"]: event for event in backs if event.data.get("run")}


def _who(events: Iterable[Event]) -> dict[str, str]:
    """The last person of each move by whom the dossier came and went."""
    found: dict[str, str] = {}
    for event in events:
        name = "accept" if event.move == "accept_at_desk" else event.move
        found[name] = event.by.full_name if event.by else ""
        if event.data.get("recipient"):
            found["recipient"] = str(event.data["recipient"])
    return found


def _intake(dossier: Dossier) -> str:
    assert dossier.accepted_at
    if dossier.intake_due_at is None:
        return ""
    return kept(dossier.accepted_at, dossier.intake_due_at).value


def _giver(held: Side, run: StepRun) -> Side:
    """Whoever handed it on, at the place that had it."""
    return held[0], run.started_by.full_name if run.started_by else held[1]


def _step(run: StepRun) -> str:
    return kept(run.ended_at, run.due_at).value if run.ended_at else ""


def _said(run: StepRun) -> str:
    ending = run.get_outcome_display() if run.outcome else ""
    return ". ".join(part for part in (run.name, ending, run.note) if part)


def _way_back(dossier: Dossier, held: Side, by: dict[str, str]) -> Iterator[Hand]:
    desk = dossier.receiving_agency.name
    if dossier.finished_at:
        named = (by.get(move) for move in ("finish", "agree_withdrawal", "end_stopped"))
        giver = (held[0], next(filter(None, named), held[1]))
        result = _result(dossier).value
        yield Hand(giver, (desk, ""), dossier.finished_at, result, _outcome(dossier))
    if dossier.returned_at:
        taker = by.get("recipient") or dossier.owner_name
        giver = (desk, by.get("return_result", ""))
        note = dossier.get_return_method_display()
        yield Hand(giver, (FILER, taker), dossier.returned_at, "", note)


def _result(dossier: Dossier) -> Kept:
    """As the figures count it (reports.figures)."""
    if dossier.clock_entries.late().exists():
        return Kept.LATE
    return kept(_done_at(dossier), dossier.due_at)


def _outcome(dossier: Dossier) -> str:
    if dossier.withdrawn_at:
        return "Trả hồ sơ theo yêu cầu rút"
    return (
        "Dừng giải quyết, kết thúc không có kết quả" if dossier.ended_at else "Kết quả giải quyết"
    )


def _done_at(dossier: Dossier) -> datetime:
    """When the office was done with it: what ends out of a pause was so when the pause began, for
    no time ran since (domain.md §2.5)."""
    assert dossier.finished_at
    if not (dossier.withdrawn_at or dossier.ended_at):
        return dossier.finished_at
    pause = dossier.clock_entries.filter(kind=ClockKind.PAUSE).last()
    return pause.at if pause else dossier.finished_at
