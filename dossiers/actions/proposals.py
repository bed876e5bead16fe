"""Moves that a leader consents to: an officer drafts one, it waits (chờ thông qua), a leader lets
it out or sends it back with a sentence. A leader may also make it in one act.

Which moves these are says MOVES: those with `drafters`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from dossiers import policies, process
from dossiers.actions import remembering
from dossiers.actions.additions import Gap, close_round, open_round
from dossiers.actions.errors import MoveRefused
from dossiers.actions.leaving import nothing_to_return
from dossiers.actions.locking import lock
from dossiers.actions.moves import append_event, apply_move
from dossiers.actions.resetting import no_due_date
from dossiers.models import Dossier, Event, Proposal, ProposalKind
from dossiers.workflow import MOVES, Actor
from notices import actions as notices
from procedures.models import Requirement

KINDS = {
    "ask_additions_again": ProposalKind.SECOND_ROUND,
    "ask_additions_in_processing": ProposalKind.ADDITIONS,
    "return_additions": ProposalKind.SECOND_ROUND,
    "apologise": ProposalKind.APOLOGY,
    "stop": ProposalKind.STOP,
    "end_stopped": ProposalKind.RETURN,
    "agree_withdrawal": ProposalKind.RETURN,
}
# Over without a result: when, by which column.
ENDS = {"end_stopped": "ended_at", "agree_withdrawal": "withdrawn_at"}
ROUNDS = ("ask_additions_again", "ask_additions_in_processing", "return_additions")


@dataclass(frozen=True, slots=True)
class Draft:
    """All that the move brings along. `reason` is for the citizen and stands on the slip; `gaps`
    what a new round asks for; `until` the due time an apology names."""

    move: str
    reason: str
    gaps: tuple[Gap, ...] = ()
    until: datetime | None = None

    def as_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"move": self.move}
        if self.until:
            data["until"] = self.until.isoformat()
        if self.gaps:
            data["gaps"] = [
                {
                    "label": gap.label,
                    "reason": gap.reason,
                    "requirement": gap.requirement.pk if gap.requirement else None,
                    "field_key": gap.field_key,
                }
                for gap in self.gaps
            ]
        return data


def draft_of(proposal: Proposal) -> Draft:
    """What was proposed, as it would be made now."""
    lines = proposal.data.get("gaps", [])
    needs = Requirement.objects.in_bulk([line["requirement"] for line in lines])
    gaps = tuple(
        Gap(line["label"], line["reason"], needs.get(line["requirement"]), line["field_key"])
        for line in lines
    )
    until = proposal.data.get("until")
    return Draft(
        proposal.data["move"],
        proposal.reason,
        gaps,
        datetime.fromisoformat(until) if until else None,
    )


@transaction.atomic
def propose(
    dossier: Dossier, draft: Draft, *, by: User, at: datetime, revision: int | None = None
) -> Proposal:
    """Lay a draft before the leaders of the deciding agency."""
    locked = lock(dossier, revision=revision)
    if why := policies.refusal(by, locked, MOVES[draft.move], at=at, drafting=True):
        raise MoveRefused(why)
    _check(locked, draft, at)
    proposal = Proposal.objects.create(
        dossier=locked,
        kind=KINDS[draft.move],
        reason=draft.reason,
        data=draft.as_data(),
        proposed_by=by,
        proposed_at=at,
    )
    _note(locked, "propose", proposal, by=by, at=at, note=draft.reason, waits=True)
    leaders = process.colleagues(
        locked, Role.LEADER, locked.deciding_agency, timezone.localdate(at)
    )
    for leader in leaders:
        subject = f"Hồ sơ {locked.code} có dự thảo chờ thông qua"
        _mail(proposal, leader, subject, at, page="officer-draft")
    return proposal


@transaction.atomic
def make_consented(
    dossier: Dossier, draft: Draft, *, by: User, at: datetime, revision: int | None = None
) -> Event:
    """A leader makes the move without anybody's draft."""
    locked = lock(dossier, revision=revision)
    return _carry_out(locked, draft, by=by, at=at, drafted_by=by, data={})


@transaction.atomic
def decide(
    proposal: Proposal,
    *,
    approved: bool,
    by: User,
    at: datetime,
    answer: str = "",
    revision: int | None = None,
) -> Proposal:
    """A leader's word, once. Approved: the move is made, in this transaction. Not: `answer` tells
    the one who drafted what to mend."""
    locked = lock(proposal.dossier, revision=revision)
    waiting = _waiting(locked, proposal)
    if not policies.plays(by, locked, Actor.LEADER):
        raise MoveRefused("Chỉ lãnh đạo cơ quan giải quyết thông qua dự thảo.")
    if not approved and len(answer.split()) < 3:
        raise MoveRefused("Hãy ghi ý kiến bằng một câu để người dự thảo biết cần sửa gì.")
    waiting.decided_by, waiting.decided_at = by, at
    waiting.approved, waiting.answer = approved, answer.strip()
    waiting.save()
    drafter = waiting.proposed_by
    if not approved:
        _note(locked, "reject_draft", waiting, by=by, at=at, note=waiting.answer)
        _mail(waiting, drafter, f"Dự thảo về hồ sơ {locked.code} được trả lại", at)
        return waiting
    locked.proposal_waits = False
    data = {"proposal": waiting.pk, "drafted_by": drafter.full_name}
    _carry_out(locked, draft_of(waiting), by=by, at=at, drafted_by=drafter, data=data)
    _mail(waiting, drafter, f"Dự thảo về hồ sơ {locked.code} đã được thông qua", at)
    return waiting


@transaction.atomic
def withdraw_draft(proposal: Proposal, *, by: User, at: datetime) -> Proposal:
    """Its own writer takes it back as long as nobody has decided."""
    locked = lock(proposal.dossier)
    waiting = _waiting(locked, proposal)
    if waiting.proposed_by_id != by.pk:
        raise MoveRefused("Chỉ người dự thảo rút được dự thảo của mình.")
    waiting.decided_by, waiting.decided_at, waiting.approved = by, at, False
    waiting.answer = "Người dự thảo rút lại."
    waiting.save()
    _note(locked, "withdraw_draft", waiting, by=by, at=at, note="")
    return waiting


def _waiting(locked: Dossier, proposal: Proposal) -> Proposal:
    """The row as it is under the lock: it is decided once."""
    now = locked.proposals.select_related("proposed_by", "decided_by").get(pk=proposal.pk)
    if now.decided_at is not None:
        who = now.decided_by.full_name if now.decided_by else "Hệ thống"
        at = timezone.localtime(now.decided_at)
        verdict = "thông qua" if now.approved else "không thông qua"
        raise MoveRefused(f"{who} đã {verdict} dự thảo này lúc {at:%H:%M ngày %d/%m/%Y}.")
    return now


def _note(
    locked: Dossier,
    name: str,
    proposal: Proposal,
    *,
    by: User,
    at: datetime,
    note: str,
    waits: bool = False,
) -> None:
    """An event inside the office; whoever reads the dossier's page must read it again."""
    leads = policies.plays(by, locked, Actor.LEADER) and not waits
    drafters = MOVES[proposal.data["move"]].drafters
    own = next((actor for actor in drafters if policies.plays(by, locked, actor)), Actor.LEADER)
    data = {"proposal": proposal.pk, "kind": str(proposal.kind)}
    actor = Actor.LEADER if leads else own
    append_event(locked, name, by=by, at=at, note=note, data=data, actor=actor)
    if waits:
        remembering.acted(locked, by, actor)
        remembering.held(locked)
    locked.proposal_waits = waits
    locked.revision += 1
    locked.save()


def _mail(
    proposal: Proposal, person: User, subject: str, at: datetime, *, page: str = "officer-dossier"
) -> None:
    what = "decided" if proposal.decided_at else "waits"
    notices.write_to(
        person,
        key=f"proposal-{proposal.pk}/{what}/{person.pk}",
        kind="proposal",
        subject=subject,
        link=reverse(page, args=[proposal.dossier.public_id]),
        at=at,
    )


def _check(locked: Dossier, draft: Draft, at: datetime) -> None:
    """What was typed, against the dossier as it is."""
    # Whoever wishes to withdraw has said why; the office need add nothing.
    if draft.move != "agree_withdrawal" and len(draft.reason.split()) < 3:
        raise MoveRefused("Hãy ghi rõ lý do bằng một câu để người nộp hiểu.")
    if draft.move in ROUNDS and not draft.gaps:
        raise MoveRefused("Hãy chọn ít nhất một giấy tờ hoặc ô cần bổ sung và ghi rõ lý do.")
    if draft.move == "apologise":
        _check_new_due(locked, draft.until, at)


def _check_new_due(locked: Dossier, until: datetime | None, at: datetime) -> None:
    if until is None:
        raise MoveRefused("Hãy chọn ngày hẹn lại.")
    if why := no_due_date(locked, until, at):
        raise MoveRefused(why)
    if locked.due_at and until <= locked.due_at:
        raise MoveRefused("Hạn mới phải ở sau hạn đang có.")


def _carry_out(
    locked: Dossier,
    draft: Draft,
    *,
    by: User,
    at: datetime,
    drafted_by: User,
    data: dict[str, Any],
) -> Event:
    move = MOVES[draft.move]
    if why := policies.refusal(by, locked, move, at=at):
        raise MoveRefused(why)
    _check(locked, draft, at)
    if draft.move in ROUNDS:
        if draft.move == "return_additions":
            close_round(locked, at=at)
        asked = open_round(locked, gaps=list(draft.gaps), reason=draft.reason, by=drafted_by, at=at)
        data |= {"round": asked.number, "items": [gap.label for gap in draft.gaps]}
    elif draft.until:
        before = locked.due_at.isoformat() if locked.due_at else None
        data |= {"due": draft.until.isoformat(), "due_before": before}
    elif draft.move in ENDS:
        setattr(locked, ENDS[draft.move], at)
        return nothing_to_return(locked, move, by=by, at=at, note=draft.reason, data=data)
    return apply_move(locked, move, by=by, at=at, note=draft.reason, data=data, until=draft.until)
