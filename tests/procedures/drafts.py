"""Drafts at each place of their way, for tests."""

from datetime import date, timedelta
from typing import Any

from accounts.models import User
from procedures import actions
from procedures.models import Draft, Procedure
from tests.factories import MORNING
from tests.procedures.records import a_record

TODAY = date(2026, 3, 10)  # MORNING's
LATER = MORNING + timedelta(days=3)
NEXT_WEEK = TODAY + timedelta(days=7)


def a_published(**changes: Any) -> Procedure:
    return actions.publish(a_record(**changes), by=None, at=MORNING).procedure


def a_new_draft(by: User, **changes: Any) -> Draft:
    return actions.new_draft(a_record(**changes), by=by, at=MORNING)


def a_changed_draft(by: User, procedure: Procedure | None = None, **changes: Any) -> Draft:
    """On the procedure's version in force, with one more sentence."""
    draft = actions.open_draft(procedure or a_published(), by=by, at=MORNING)
    return saved(draft, by, **(changes or {"summary": "Câu mới."}))


def saved(draft: Draft, by: User, **changes: Any) -> Draft:
    return actions.save_draft(draft, revision=draft.revision, by=by, at=MORNING, record=changes)


def submitted(draft: Draft, by: User) -> Draft:
    return actions.submit_draft(draft, revision=draft.revision, by=by, at=MORNING)


def approved(draft: Draft, by: User, on: date = NEXT_WEEK, **kw: Any) -> Draft:
    return actions.approve_draft(
        draft, revision=draft.revision, by=by, at=MORNING, publish_on=on, **kw
    )


def an_approved(cuc: User, dung: User, on: date = NEXT_WEEK, **changes: Any) -> Draft:
    return approved(submitted(a_new_draft(cuc, **changes), cuc), dung, on)
