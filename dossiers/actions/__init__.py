"""The one door for writes to dossiers. Keyword-only, `by=` and `at=` passed in, one
transaction, the row locked, one Event a move."""

from dossiers.actions.additions import Gap, answer_additions, ask_additions, complete_additions
from dossiers.actions.drafts import (
    choose_case,
    discard_draft,
    return_methods,
    save_answers,
    save_owner,
    save_return,
    start_draft,
)
from dossiers.actions.errors import DossierError, Incomplete, Missing, MoveRefused, Stale
from dossiers.actions.filing import gaps, submit
from dossiers.actions.leaving import (
    agree_withdrawal,
    ask_withdrawal,
    decline_withdrawal,
    recall,
)
from dossiers.actions.moves import forward, make_move, refuse
from dossiers.actions.papers import (
    Incoming,
    Refusal,
    attach_paper,
    attach_papers,
    record_check,
    remove_paper,
)
from dossiers.actions.results import (
    assess_fees,
    record_payment,
    record_result,
    return_result,
)
from dossiers.actions.slips import store_slip

__all__ = [
    "DossierError",
    "Gap",
    "Incoming",
    "Incomplete",
    "Missing",
    "MoveRefused",
    "Refusal",
    "Stale",
    "agree_withdrawal",
    "answer_additions",
    "ask_additions",
    "ask_withdrawal",
    "assess_fees",
    "attach_paper",
    "attach_papers",
    "choose_case",
    "complete_additions",
    "decline_withdrawal",
    "discard_draft",
    "forward",
    "gaps",
    "make_move",
    "recall",
    "record_check",
    "record_payment",
    "record_result",
    "refuse",
    "remove_paper",
    "return_methods",
    "return_result",
    "save_answers",
    "save_owner",
    "save_return",
    "start_draft",
    "store_slip",
    "submit",
]
