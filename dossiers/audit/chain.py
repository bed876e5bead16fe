"""One dossier's chain against itself, its anchors and what the dossier's row says. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from dossiers import deadlines
from dossiers.actions.moves import queue_mark
from dossiers.models import (
    AdditionRound,
    ClockEntry,
    ClockKind,
    Dossier,
    Event,
    StepOutcome,
    StepRun,
)
from dossiers.models.dossier import NO_DUE
from dossiers.models.ledger import SKEW, genesis, link_digest
from dossiers.workflow import MOVES, Status
from portal.lib.calendar import WorkCalendar


@dataclass(frozen=True, slots=True)
class Finding:
    """A row that is not as it was written, named so that a person can look at it."""

    whose: str  # the dossier's code, or the day of an anchor
    table: str
    seq: int | None
    what: str

    def __str__(self) -> str:
        number = f" dòng {self.seq}" if self.seq is not None else ""
        return f"{self.whose}: {self.table}{number}: {self.what}"


@dataclass(slots=True)
class Chain:
    """All there is of one dossier. `dossier` None: rows without one."""

    dossier: Dossier | None
    whose: str
    events: list[Event]
    entries: list[ClockEntry]
    heads: dict[int, tuple[str, date]]  # length -> head, day of the anchor
    rounds: list[AdditionRound] = field(default_factory=list)
    runs: list[StepRun] = field(default_factory=list)

    @property
    def rows(self) -> Sequence[Event | ClockEntry]:
        return sorted([*self.events, *self.entries], key=attrgetter("seq"))


STAMPS = {
    "accepted_at": Status.ACCEPTED,
    "refused_at": Status.REFUSED,
    "finished_at": Status.FINISHED,
    "returned_at": Status.RETURNED,
}


def first_wrong(chain: Chain, calendar: WorkCalendar | None) -> Finding | None:
    """The first row that is wrong, in the order of the chain; then the dossier's own columns."""
    return next(_wrong(chain, calendar), None)


def _wrong(chain: Chain, calendar: WorkCalendar | None) -> Iterator[Finding]:
    yield from _wrong_rows(chain)
    dossier = chain.dossier
    if dossier is None:
        if chain.events or chain.entries:
            row = chain.rows[0]
            yield _about(chain, row, "hồ sơ của dòng này không còn")
        return
    number = len(chain.rows)
    for length, (_, day) in sorted(chain.heads.items()):
        if length > number:
            what = f"mất dòng: neo ngày {day:%d/%m/%Y} ghi {length} dòng, sổ còn {number}"
            yield Finding(chain.whose, Event._meta.db_table, number + 1, what)
    head = chain.rows[-1].digest if number else ""
    if dossier.chain_length != number or dossier.chain_head != head:
        what = f"hồ sơ ghi {dossier.chain_length} dòng, sổ có {number} dòng hoặc dấu cuối khác"
        yield Finding(chain.whose, Event._meta.db_table, number or None, what)
    assert calendar is not None
    for column, said, read in _columns(chain, dossier, calendar):
        if said != read:
            what = f"{column} là {_shown(said)}, sổ nói {_shown(read)}"
            yield Finding(chain.whose, Dossier._meta.db_table, None, what)
    yield from _wrong_rounds(chain)
    yield from _wrong_steps(chain)


def _wrong_rows(chain: Chain) -> Iterator[Finding]:
    dossier = chain.dossier
    first = genesis(dossier.public_id) if dossier else ""
    head, status, latest = "", int(Status.DRAFT), None
    for expected, row in enumerate(chain.rows, 1):
        if row.seq != expected:
            missing = row.seq > expected
            what = "mất dòng này" if missing else f"trùng số thứ tự, phải là {expected}"
            yield Finding(chain.whose, row._meta.db_table, min(row.seq, expected), what)
        # Chains from before they began with their dossier begin with nothing.
        follows = {head} if head else {first, ""}
        if row.previous_digest not in follows:
            yield _about(chain, row, "không nối với dòng trước")
        if row.digest != link_digest(row.previous_digest, row.content()):
            yield _about(chain, row, "nội dung không khớp với dấu")
        anchored = chain.heads.get(row.seq)
        if anchored and anchored[0] != row.digest:
            yield _about(chain, row, f"khác dấu đã neo ngày {anchored[1]:%d/%m/%Y}")
        if latest and row.at < latest - SKEW:
            yield _about(chain, row, f"ghi lùi giờ: {_shown(row.at)}, sau dòng {_shown(latest)}")
        latest = max(row.at, latest or row.at)
        if isinstance(row, Event):
            if not row.says_as_sealed:
                yield _about(chain, row, "ghi chú hoặc dữ liệu không khớp với dấu")
            if row.from_status != status:
                yield _about(chain, row, f"đi từ trạng thái {row.from_status}, đang ở {status}")
            status = row.to_status
        head = row.digest


def _columns(
    chain: Chain, dossier: Dossier, calendar: WorkCalendar
) -> Iterator[tuple[str, Any, Any]]:
    """(column, what the dossier says, what the ledger says)."""
    events, entries = chain.events, chain.entries
    here = [dossier.receiving_agency_id, dossier.deciding_agency_id]
    # Filings of before said nothing of them.
    told = [event.data["agencies"] for event in events if "agencies" in event.data]
    yield "receiving_agency, deciding_agency", here, told[-1] if told else here
    yield "status", dossier.status, events[-1].to_status if events else int(Status.DRAFT)
    # After a recall it is filed once more; every other moment is that of the first time.
    filed = [event.at for event in events if event.from_status == Status.DRAFT != event.to_status]
    yield "submitted_at", dossier.submitted_at, filed[-1] if filed else None
    for column, status in STAMPS.items():
        reached = (event.at for event in events if event.to_status == status)
        yield column, getattr(dossier, column), next(reached, None)
    reading = deadlines.read(entries, calendar)
    yield "clock_running", dossier.clock_running, reading.running
    yield "due_at", dossier.due_at, reading.due_at
    yield "original_due_at", dossier.original_due_at, reading.original_due_at
    if answer := deadlines.answer_due(entries, calendar):
        yield "intake_due_at", dossier.intake_due_at, answer
    started = [entry for entry in entries if entry.kind == ClockKind.START]
    if started:
        yield "term_time", dossier.term_time, started[-1].time
        yield "term_unit", dossier.term_unit, started[-1].unit
    yield from _figures_and_queues(chain, dossier)


def _figures_and_queues(chain: Chain, dossier: Dossier) -> Iterator[tuple[str, Any, Any]]:
    """What is told from the columns above, the open round and the open step."""
    for column, move in (("withdrawn_at", "agree_withdrawal"), ("ended_at", "end_stopped")):
        made = [event.at for event in chain.events if event.move == move]
        yield column, getattr(dossier, column), made[-1] if made else None
    asked = None
    if dossier.status == Status.ADDITIONS:
        asked = next((one for one in chain.rounds if one.completed_at is None), None)
    answered = bool(asked and asked.answered_at)
    yield "additions_answered", dossier.additions_answered, answered
    came = [event.at for event in chain.events if event.from_status != event.to_status]
    if came:
        mark = queue_mark(dossier, asked, came[-1]) or NO_DUE
        yield "queue_at", dossier.queue_at, mark
    step = next((run for run in chain.runs if run.ended_at is None), None)
    yield "step_due_at", dossier.step_due_at, step.due_at if step else None


def _wrong_rounds(chain: Chain) -> Iterator[Finding]:
    """The requests for additions, from which figures are counted, against their events."""
    said = _rounds_of(chain.events)
    kept = {one.number: one for one in chain.rounds}
    for number in sorted(said.keys() | kept.keys()):
        for column in ("asked_at", "answered_at", "completed_at"):
            here = getattr(kept.get(number), column, None)
            there = said.get(number, {}).get(column)
            if here != there:
                what = f"{column} là {_shown(here)}, sổ nói {_shown(there)}"
                yield Finding(chain.whose, AdditionRound._meta.db_table, number, what)


def _rounds_of(events: list[Event]) -> dict[int, dict[str, datetime]]:
    """number -> column -> moment, as the moves say."""
    rounds: dict[int, dict[str, datetime]] = defaultdict(dict)
    for event in events:
        number = event.data.get("round") if event.move in _OF_ROUNDS else None
        if number is None:
            continue
        rounds[number][_OF_ROUNDS[event.move]] = event.at
        if event.move == "return_additions":  # asks anew, and closes the one before
            rounds[number - 1]["completed_at"] = event.at
    return rounds


def _wrong_steps(chain: Chain) -> Iterator[Finding]:
    """Each ended stay at a step against the seal in the event that ended it. An event of before
    seals none: then there are no more such stays than such events."""
    endings = [event for event in chain.events if _ends_a_step(event)]
    seals = [event.data["run"] for event in endings if "run" in event.data]
    said = {seal["number"]: seal["digest"] for seal in seals}
    ended = {run.number: run for run in chain.runs if run.ended_at}
    unsaid = sorted(ended.keys() - said.keys())[len(endings) - len(seals) :]
    for number in sorted(said.keys() | set(unsaid)):
        what = ""
        if number not in ended:
            what = "mất bước đã xong này"
        elif number not in said:
            what = "không sự kiện nào nói bước này đã xong"
        elif ended[number].seal["digest"] != said[number]:
            what = "không khớp với dấu trong sự kiện kết thúc bước"
        if what:
            yield Finding(chain.whose, StepRun._meta.db_table, number, what)


def _ends_a_step(event: Event) -> bool:
    if event.move == "pass_on":
        return event.data.get("how") in StepOutcome.values
    return event.from_status == Status.PROCESSING != event.to_status


_ASKING = [name for name, move in MOVES.items() if move.slip == "mau02"]
_OF_ROUNDS = dict.fromkeys(_ASKING, "asked_at") | {
    "answer_additions": "answered_at",
    "complete_additions": "completed_at",
    "refuse_late_additions": "completed_at",
    "stop_late_additions": "completed_at",
}


def _about(chain: Chain, row: Event | ClockEntry, what: str) -> Finding:
    return Finding(chain.whose, row._meta.db_table, row.seq, what)


def _shown(value: Any) -> str:
    return f"{value:%H:%M:%S %d/%m/%Y}" if isinstance(value, datetime) else str(value)
