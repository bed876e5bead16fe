"""What the dossier page shows beside the dossier: notes, opinions, what is new to this person."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from dossiers.actions import holding
from dossiers.actions.beside import asks_as, at_work_on
from dossiers.models import AdditionRound, Dossier, Event, Note, Paper
from dossiers.workflow import IN_OFFICE, Status

# The key of each move's button: onward, the result, additions, no, an apology, a stop. None that
# another button of the page has (work_sight, the templates).
KEYS = {
    **dict.fromkeys(("accept", "forward", "complete_additions", "return_result", "go_on"), "t"),
    **dict.fromkeys(("finish", "agree_withdrawal"), "q"),
    **dict.fromkeys(("ask_additions_at_intake", "ask_additions", "return_additions"), "b"),
    **dict.fromkeys(("refuse", "decline_withdrawal", "end_stopped"), "x"),
    **dict.fromkeys(("ask_additions_again", "ask_additions_in_processing"), "b"),
    "apologise": "h",
    "stop": "o",
    "undo_forward": "z",
    "return_to_desk": "w",
}


def beside(
    found: Dossier,
    user: Any,
    *,
    papers: list[Paper],
    events: list[Event],
    rounds: list[AdditionRound],
) -> dict[str, Any]:
    """`papers`, `events`, `rounds`: those the page has read anyway."""
    asked = found.status in IN_OFFICE and found.status != Status.WITHDRAWING
    notes = list(found.notes.select_related("by"))
    since = holding.seen_before(found, by=user, at=timezone.now())
    fresh = _fresh(papers, rounds, since)
    given = (len(fresh), _said_anew(found, papers, rounds, since)) if since else (0, 0)
    return {
        "notes": notes,
        "may_note": at_work_on(user, found),
        "opinions": list(found.opinions.select_related("agency", "answered_by")),
        "may_ask_opinion": asked and asks_as(user, found) is not None,
        "today": timezone.localdate(),
        "since": since,
        "news": _news(since, user, given=given, events=events, notes=notes),
        "fresh": fresh | _of_open_round(papers, rounds),
    }


def _fresh(papers: list[Paper], rounds: list[AdditionRound], since: datetime | None) -> set[int]:
    """What the office got since then: a paper added on request comes with its answer, however
    long before it was uploaded."""
    if since is None:
        return set()
    return {paper.pk for paper in papers if _came(paper, rounds) > since}


def _came(paper: Paper, rounds: list[AdditionRound]) -> datetime:
    sent = (
        one.answered_at
        for one in rounds
        if one.answered_at and one.asked_at < paper.uploaded_at <= one.answered_at
    )
    return next(sent, paper.uploaded_at)


def _of_open_round(papers: list[Paper], rounds: list[AdditionRound]) -> set[int]:
    """What came since the open request for additions."""
    since = next((one.asked_at for one in rounds if one.completed_at is None), None)
    return {paper.pk for paper in papers if since and paper.uploaded_at >= since}


def _said_anew(
    found: Dossier, papers: list[Paper], rounds: list[AdditionRound], since: datetime
) -> int:
    """How many questions were answered otherwise since then; files are counted as papers."""
    changed = {
        item.field_key
        for one in rounds
        if one.answered_at and one.answered_at > since
        for item in one.deficiencies.all()
        if one.answers_before.get(item.field_key) != found.answers.get(item.field_key)
    }
    return len(changed - {paper.field_key for paper in papers} - {""})


def _news(
    since: datetime | None,
    user: Any,
    *,
    given: tuple[int, int],
    events: list[Event],
    notes: list[Note],
) -> list[str]:
    """What others did since then, counted in words. `given`: papers that came, answers changed."""
    if since is None:
        return []
    papers, answers = given
    counted = (
        (sum(one.at > since and one.by_id != user.pk for one in events), "thao tác"),
        (papers, "giấy tờ mới"),
        (answers, "ô khai lại"),
        (sum(one.at > since and one.by_id != user.pk for one in notes), "ghi chú mới"),
    )  # fmt: skip
    return [f"{number} {word}" for number, word in counted if number]
