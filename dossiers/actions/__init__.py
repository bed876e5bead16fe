"""The one door for writes to dossiers. Keyword-only, `by=` and `at=` passed in, one
transaction, the row locked, one Event a move."""

from dossiers.actions.additions import Gap, answer_additions, ask_additions, complete_additions
from dossiers.actions.arranging import (
    ORIGINALS,
    announce_originals,
    give_parts_back,
    join_papers,
    move_paper,
    order_papers,
    remove_paper,
    restore_paper,
    turn_paper,
    wants_original,
)
from dossiers.actions.drafts import (
    choose_case,
    discard_draft,
    return_methods,
    save_answers,
    save_owner,
    save_return,
    start_draft,
)
from dossiers.actions.errors import (
    AlreadyThere,
    DossierError,
    Incomplete,
    Missing,
    MoveRefused,
    Stale,
)
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
    kinds_of,
    record_check,
)
from dossiers.actions.results import (
    assess_fees,
    record_payment,
    record_result,
    return_result,
)
from dossiers.actions.resumable import (
    Announced,
    begin_upload,
    drop_expired,
    drop_upload,
    finish_upload,
    finish_whole,
    take_piece,
)
from dossiers.actions.reusing import offers, reuse_paper
from dossiers.actions.slips import store_slip

__all__ = [
    "ORIGINALS",
    "AlreadyThere",
    "Announced",
    "DossierError",
    "Gap",
    "Incoming",
    "Incomplete",
    "Missing",
    "MoveRefused",
    "Refusal",
    "Stale",
    "agree_withdrawal",
    "announce_originals",
    "answer_additions",
    "ask_additions",
    "ask_withdrawal",
    "assess_fees",
    "attach_paper",
    "attach_papers",
    "begin_upload",
    "choose_case",
    "complete_additions",
    "decline_withdrawal",
    "discard_draft",
    "drop_expired",
    "drop_upload",
    "finish_upload",
    "finish_whole",
    "forward",
    "gaps",
    "give_parts_back",
    "join_papers",
    "kinds_of",
    "make_move",
    "move_paper",
    "offers",
    "order_papers",
    "recall",
    "record_check",
    "record_payment",
    "record_result",
    "refuse",
    "remove_paper",
    "restore_paper",
    "return_methods",
    "return_result",
    "reuse_paper",
    "save_answers",
    "save_owner",
    "save_return",
    "start_draft",
    "store_slip",
    "submit",
    "take_piece",
    "turn_paper",
    "wants_original",
]
