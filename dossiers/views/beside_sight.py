"""What the dossier page shows beside the dossier: notes, opinions, what is new to this person."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from dossiers.actions import holding
from dossiers.actions.beside import asks_as, at_work_on
from dossiers.models import Dossier, Event, Note, Paper
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
    found: Dossier, user: Any, *, papers: list[Paper], events: list[Event]
) -> dict[str, Any]:
    """`papers` and `events`: those the page has read anyway."""
    asked = found.status in IN_OFFICE and found.status != Status.WITHDRAWING
    notes = list(found.notes.select_related("by"))
    since = holding.seen_before(found, by=user, at=timezone.now())
    return {
        "notes": notes,
        "may_note": at_work_on(user, found),
        "opinions": list(found.opinions.select_related("agency", "answered_by")),
        "may_ask_opinion": asked and asks_as(user, found) is not None,
        "today": timezone.localdate(),
        "since": since,
        "news": _news(since, user, papers=papers, events=events, notes=notes),
    }


def _news(
    since: datetime | None,
    user: Any,
    *,
    papers: list[Paper],
    events: list[Event],
    notes: list[Note],
) -> list[str]:
    """What others did since then, counted in words."""
    if since is None:
        return []
    counted = (
        (sum(one.at > since and one.by_id != user.pk for one in events), "thao tác"),
        (sum(one.uploaded_at > since for one in papers), "giấy tờ mới"),
        (sum(one.at > since and one.by_id != user.pk for one in notes), "ghi chú mới"),
    )  # fmt: skip
    return [f"{number} {word}" for number, word in counted if number]
