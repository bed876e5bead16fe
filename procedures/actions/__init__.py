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
from .errors import Conflict, DraftRefused, RecordInvalid, ServiceRefused
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
from .services import change_service, close_service, open_services, relate, reopen_service

__all__ = [
    "Conflict",
    "DraftRefused",
    "Published",
    "RecordInvalid",
    "ServiceRefused",
    "add_file",
    "approve_draft",
    "change_service",
    "close_service",
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
    "reopen_service",
    "retire",
    "return_draft",
    "save_draft",
    "start_retirement",
    "submit_draft",
    "undo",
]
