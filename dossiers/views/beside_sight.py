"""What the dossier page shows beside the dossier: notes, opinions, what is new to this person."""

from typing import Any

from django.utils import timezone

from dossiers.actions.beside import at_work_on
from dossiers.models import Dossier
from dossiers.workflow import IN_OFFICE, Status

# The key of each move's button: onward, additions, no.
KEYS = {
    **dict.fromkeys(("accept", "forward", "complete_additions", "return_result"), "t"),
    **dict.fromkeys(("finish", "agree_withdrawal"), "k"),
    **dict.fromkeys(("ask_additions_at_intake", "ask_additions"), "b"),
    **dict.fromkeys(("refuse", "decline_withdrawal"), "x"),
}


def beside(found: Dossier, user: Any) -> dict[str, Any]:
    asked = found.status in IN_OFFICE and found.status != Status.WITHDRAWING
    return {
        "notes": list(found.notes.select_related("by")),
        "opinions": list(found.opinions.select_related("agency", "answered_by")),
        "may_ask_opinion": asked and at_work_on(user, found),
        "today": timezone.localdate(),
    }
