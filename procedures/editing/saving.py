"""One POST of a page of the editor: read, done, saved; or what stands against it."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict

from accounts.models import User
from procedures import actions
from procedures.editing.merging import Merged, merge
from procedures.editing.moves import MoveRefused, move
from procedures.editing.reading import typed_over
from procedures.editing.sections import Screen, place_words
from procedures.editing.uploads import take_files
from procedures.models import Draft, DraftChange
from procedures.records import Problem, differences, normal

PLAIN = ("", "luu", "tai", "gop")


@dataclass(slots=True)
class Outcome:
    """`record` is what to show now: as saved, or as typed. `merged` is set when somebody else
    saved meanwhile; `mine` are then the fields as typed here."""

    draft: Draft
    record: dict[str, Any]
    words: str = ""
    path: str = ""
    refusal: str = ""
    problems: list[Problem] = field(default_factory=list)
    merged: Merged | None = None
    mine: dict[str, Any] = field(default_factory=dict)
    base: int | None = None
    # The revision the page was made from: a page that was refused keeps it.
    seen: int = 0

    @property
    def saved(self) -> bool:
        return not (self.refusal or self.problems or self.merged)


def save_page(
    draft: Draft,
    screen: Screen,
    data: QueryDict,
    files: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
) -> Outcome:
    """What the page sent, with the order of its button, saved as one change."""
    base = _base(draft, data)
    typed = typed_over(content_of(base or draft), data)
    kept, refused = take_files(typed, files, by=by, at=at)
    seen = number(data, "revision")
    outcome = Outcome(draft, typed, problems=refused, base=base.pk if base else None, seen=seen)
    if kept:
        outcome.words = f"Đã tải lên {', '.join(kept)}."
    record = _obey(outcome, data)
    if outcome.problems or outcome.refusal:
        return outcome
    if _is_old(seen, draft):
        _meet(outcome, base, record, {})
        return outcome
    return _save(outcome, screen, record, by=by, at=at)


def save_choices(
    draft: Draft, screen: Screen, data: QueryDict, *, by: User, at: datetime
) -> Outcome:
    """The page of a conflict, answered: what was typed is in it, what was chosen beside it."""
    base = draft.changes.filter(pk=number(data, "goc")).first()
    try:
        typed = json.loads(data.get("cua-toi", ""))
    except ValueError:
        typed = None
    start = content_of(base or draft)
    record, problems = normal({**start, **(typed if isinstance(typed, dict) else {})})
    outcome = Outcome(draft, record, problems=problems, base=base.pk if base else None)
    if problems:
        return outcome
    chosen = {
        name.removeprefix("chon."): str(value)
        for name, value in data.items()
        if name.startswith("chon.")
    }
    merged = _meet(outcome, base, record, chosen)
    asked = {question.path for question in merged.questions}
    if everything := data.get("tat-ca"):
        chosen = dict.fromkeys(asked, everything)
        merged = _meet(outcome, base, record, chosen)
    if _is_old(number(data, "revision"), draft) or not chosen.keys() >= asked:
        return outcome
    outcome.merged = None
    outcome.words = "Đã lưu theo lựa chọn của bạn."
    return _save(outcome, screen, merged.record, by=by, at=at)


def merge_alone(outcome: Outcome, screen: Screen, *, by: User, at: datetime) -> Outcome:
    """Save a conflict in which nothing is to be asked: both wrote at different places."""
    assert outcome.merged
    record, outcome.merged = outcome.merged.record, None
    outcome.words = f"{_other(outcome.draft)} vừa sửa chỗ khác. Đã giữ cả hai."
    return _save(outcome, screen, record, by=by, at=at)


def who_saved(draft: Draft) -> str:
    return f"{_other(draft)} vừa lưu bản soạn này."


def _other(draft: Draft) -> str:
    return draft.updated_by.full_name if draft.updated_by else "Người khác"


def _is_old(seen: int, draft: Draft) -> bool:
    """Somebody saved since the page was made."""
    return seen != draft.revision


def _base(draft: Draft, data: QueryDict) -> DraftChange | None:
    """The content the page was made from; None when undo has swept it away since."""
    if number(data, "revision") == draft.revision:
        return draft.changes.filter(number=draft.step).first()
    return draft.changes.filter(pk=number(data, "goc")).first()


def content_of(held: Draft | DraftChange) -> dict[str, Any]:
    """In normal form: drafts may be older than a field."""
    return normal(held.record)[0]


def number(data: QueryDict, name: str) -> int:
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _obey(outcome: Outcome, data: QueryDict) -> dict[str, Any]:
    """Do the button's order; the record as it is then, in normal form. While something on the
    page is wrong nothing moves, but the row that is wrong may go."""
    order = data.get("viec", "")
    if order.partition(":")[0] not in PLAIN:
        moved = copy.deepcopy(outcome.record)
        try:
            done = move(moved, order, data)
        except MoveRefused as error:
            outcome.refusal = str(error)
            return outcome.record
        record, problems = normal(moved)
        if not problems:
            outcome.record, outcome.words, outcome.path = moved, done.words, done.path
            return record
        outcome.refusal = "Hãy sửa chỗ chưa đúng trước."
    record, problems = normal(outcome.record)
    outcome.problems += problems
    return record


def _meet(
    outcome: Outcome,
    base: DraftChange | None,
    mine: dict[str, Any],
    choices: Mapping[str, str],
) -> Merged:
    """Somebody saved since the page was made: lay both beside each other."""
    theirs = content_of(outcome.draft)
    start = content_of(base) if base else None
    outcome.merged = merge(start, mine, theirs, choices)
    before = start or theirs
    outcome.mine = {name: value for name, value in mine.items() if value != before[name]}
    return outcome.merged


def _save(
    outcome: Outcome, screen: Screen, record: dict[str, Any], *, by: User, at: datetime
) -> Outcome:
    draft = outcome.draft
    summary = outcome.words.removeprefix("Đã ").removesuffix(".") or _told(draft, record, screen)
    try:
        outcome.draft = actions.save_draft(
            draft, revision=draft.revision, by=by, at=at, record=record, summary=summary
        )
    except actions.Conflict as conflict:
        outcome.draft = conflict.draft
        base = draft.changes.filter(pk=outcome.base or 0).first()
        _meet(outcome, base, record, {})
        return outcome
    except actions.DraftRefused as refused:
        outcome.refusal = str(refused)
        return outcome
    outcome.record = outcome.draft.record
    return outcome


def _told(draft: Draft, record: dict[str, Any], screen: Screen) -> str:
    """What was done, for the undo button."""
    changes = differences(content_of(draft), record)
    if not changes:
        return ""
    more = f" và {len(changes) - 1} chỗ khác" if len(changes) > 1 else ""
    return f"sửa {place_words(changes[0].path)}{more}"
