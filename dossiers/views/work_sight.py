"""What the dossier page shows of the work inside: the step, its ways on, the draft that waits."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dossiers import policies, process
from dossiers.actions import runs, take_back_step_refusal
from dossiers.models import Dossier, StepOutcome, StepRun
from dossiers.workflow import MOVES, Actor, Status

# The page of each draft, its icon and look; the order is that of the buttons.
DRAFTS = {
    "ask_additions_again": ("officer-ask-again", "alert", "outline-primary"),
    "ask_additions_in_processing": ("officer-ask-inside", "alert", "outline-primary"),
    "return_additions": ("officer-return-answer", "alert", "outline-primary"),
    "apologise": ("officer-apologise", "clock", "outline-primary"),
    "go_on": ("officer-go-on", "arrow-right", "primary"),
    "end_stopped": ("officer-end", "x-circle", "outline-danger"),
    "stop": ("officer-stop", "x-circle", "outline-danger"),
    "refuse_late_additions": ("officer-lapse", "x-circle", "outline-danger"),
    "stop_late_additions": ("officer-lapse", "x-circle", "outline-danger"),
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way the step may go on."""

    label: str
    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Place:
    """A step in the row of all: `now` where the dossier is, `done` behind it."""

    name: str
    now: bool
    done: bool


def work(found: Dossier, user: Any) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if found.proposal_waits:
        waiting = found.proposals.filter(decided_at=None).select_related("proposed_by").first()
        leads = policies.plays(user, found, Actor.LEADER)
        own = waiting is not None and waiting.proposed_by_id == user.pk
        shown |= {"proposal": waiting, "may_decide": leads, "own_draft": own}
        if waiting:
            shown["proposed_move"] = MOVES[waiting.data["move"]].label
    if found.status == Status.PROCESSING and (run := runs.current(found)):
        why = policies.refusal(user, found, MOVES["pass_on"])
        acts = policies.actor_of(user, found, MOVES["pass_on"]) is not None
        shown |= {
            "run": run,
            "places": _places(found, run),
            "ways": [] if why else _ways(found, run, user),
            "not_mine": why if acts else "",
            "undo": acts and take_back_step_refusal(user, found) is None,
        }
    return shown


def _places(found: Dossier, run: StepRun) -> list[Place]:
    return [
        Place(step.name, step.position == run.position, step.position < run.position)
        for step in process.steps(found.version)
    ]


def _ways(found: Dossier, run: StepRun, user: Any) -> list[Way]:
    ahead = process.after(found.version, run.position)
    behind = process.before(found.version, run.position)
    named = found.assignee_id == user.pk and run.taken_up_at is None
    offered = [
        ("Bắt đầu làm bước này", "officer-step-take", "s", named),
        ("Chuyển bước", "officer-step-forward", "c", bool(ahead)),
        ("Trả lại bước trước", "officer-step-back", "v", bool(behind)),
        ("Chuyển nội bộ", "officer-step-hand", "i", True),
        ("Chuyển bước nhanh", "officer-step-skip", "f", len(ahead) > 1),
    ]
    return [
        Way(label, reverse(url, args=[found.public_id]), key)
        for label, url, key, on in offered
        if on
    ]


def step_words(data: dict[str, Any]) -> str:
    """How a step was passed on, for the history."""
    to = f" cho {data['person']}" if data.get("person") else ""
    if data["how"] == "take_up":
        return f"Nhận làm bước “{data['to']}”."
    if data["from"] == data["to"]:
        return f"{StepOutcome(data['how']).label}: bước “{data['to']}”{to}."
    return f"{StepOutcome(data['how']).label}: “{data['from']}” → “{data['to']}”{to}."
