"""The one door for writes to the catalogue: drafts, versions, services, relations."""

from .drafting import (
    new_draft,
    open_draft,
    redo,
    renew_base,
    save_draft,
    start_retirement,
    undo,
)
from .errors import Conflict, DraftRefused, RecordInvalid
from .files import add_file
from .publishing import Published, is_current, problems_of, publish, retire
from .reviewing import (
    approve_draft,
    discard_draft,
    publish_draft,
    publish_due,
    recall_draft,
    return_draft,
    submit_draft,
)
from .services import open_services, relate

__all__ = [
    "Conflict",
    "DraftRefused",
    "Published",
    "RecordInvalid",
    "add_file",
    "approve_draft",
    "discard_draft",
    "is_current",
    "new_draft",
    "open_draft",
    "open_services",
    "problems_of",
    "publish",
    "publish_draft",
    "publish_due",
    "recall_draft",
    "redo",
    "relate",
    "renew_base",
    "retire",
    "return_draft",
    "save_draft",
    "start_retirement",
    "submit_draft",
    "undo",
]
