"""Keeping what somebody types, right or wrong, while they type it.

A page of the wizard carries a mark of the answers it showed. A save whose mark is no longer true
met somebody else's (another tab, another device) and is refused with Clash: the person sees both
and chooses. The page's own saves are known by its tab and turn: an answer that was lost on the
way, or an old request that comes late, is no clash and never puts older words over newer ones.
"""

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from accounts.models import User
from dossiers.actions.errors import Clash, DossierError
from dossiers.actions.locking import lock_draft
from dossiers.models import Dossier
from portal.lib.text import nfc

# Of one page. A declaration is a few kB; the database is no dump.
LONGEST = 200_000
# Pages one draft keeps: those there are, and a few that its answers have since ruled out.
MOST_PARTS = 40
# In Dossier.typed: what stood on a page when words came that were sent late.
BEFORE = "truoc/"
# What the page adds to the form for itself.
OWN_CONTROLS = frozenset(("csrfmiddlewaretoken", "viec", "goc", "tab", "luot", "het"))

Fields = list[list[str]]


class Saver(NamedTuple):
    """A browser tab that has one page of the wizard open, and which of its saves this is."""

    tab: str = ""
    turn: int = 0


NOBODY = Saver()


def mark_of(state: Any) -> str:
    """Sixteen letters that change when `state` (JSON) does."""
    text = json.dumps(state, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def answers_mark(answers: dict[str, Any], keys: Collection[str]) -> str:
    return mark_of({key: answers[key] for key in keys if answers.get(key) is not None})


@transaction.atomic
def save_part(
    dossier: Dossier,
    *,
    part: str,
    answers: dict[str, Any],
    keys: Collection[str],
    base: str,
    saver: Saver,
    by: User,
    at: datetime,
    taken: dict[str, Any] | None = None,
) -> Dossier:
    """The answers of one page of the declaration, merged like save_answers does.

    `taken`: which of them came from an earlier dossier by one tap; None where one goes back.
    `keys` are the questions `base` (the page's mark, "" for a page that carries none) is about.
    Raises Clash when they were changed elsewhere to something else.
    """
    draft = lock_draft(dossier, by=by)
    now = answers_mark(draft.answers, keys)
    own = is_own(draft, part, saver, now)
    if own and comes_late(draft, part, saver):
        return draft
    merged = {**draft.answers, **answers}
    merged = {key: value for key, value in merged.items() if value is not None}
    if not own and base and base != now and answers_mark(merged, keys) != now:
        raise Clash
    draft.answers = merged
    draft.taken = {k: one for k, one in (draft.taken | (taken or {})).items() if one}
    draft.revision += 1
    note_saver(draft, part, saver, answers_mark(merged, keys))
    _forget(draft, part)
    draft.save(update_fields=["answers", "taken", "revision", "savers", "typed", "updated_at"])
    return draft


def is_own(dossier: Dossier, part: str, saver: Saver, now: str) -> bool:
    """Whether the page was saved last by this very tab, and nothing changed it since (`now`: its
    mark)."""
    tab, _, mark = dossier.savers.get(part) or ("", 0, "")
    return bool(saver.tab) and tab == saver.tab[:40] and mark == now


def comes_late(dossier: Dossier, part: str, saver: Saver) -> bool:
    """Of the tab's own saves: a later one is already there."""
    return bool(saver.turn < dossier.savers[part][1])


def note_saver(draft: Dossier, part: str, saver: Saver, mark: str) -> None:
    """Not saved."""
    draft.savers.pop(part, None)
    if saver.tab:
        draft.savers[part] = [saver.tab[:40], saver.turn, mark]
    while len(draft.savers) > MOST_PARTS:
        del draft.savers[next(iter(draft.savers))]


def step_mark(dossier: Dossier, part: str, state: Any) -> str:
    """Of a step that is kept in columns: `state` is what they say."""
    return mark_of([state, dossier.typed.get(part)])


@transaction.atomic
def keep_typed(
    dossier: Dossier,
    *,
    part: str,
    fields: Fields,
    by: User,
    at: datetime,
    state: Any = None,
    base: str = "",
    saver: Saver = NOBODY,
) -> Dossier:
    """The controls of a page just as they stand, for the page to show again. Its step has taken
    none of it. Raises Clash as save_part does, DossierError when it is more than any page has.
    """
    kept = _to_keep(fields, OWN_CONTROLS)
    draft = lock_draft(dossier, by=by)
    now = step_mark(draft, part, state)
    own = is_own(draft, part, saver, now)
    if own and comes_late(draft, part, saver):
        return draft
    if not own and base and base != now and kept != draft.typed.get(part):
        raise Clash
    _put(draft, part, kept)
    note_saver(draft, part, saver, step_mark(draft, part, state))
    draft.save(update_fields=["typed", "savers", "updated_at"])
    return draft


def _to_keep(fields: Fields, but: Collection[str]) -> Fields:
    # PostgreSQL holds no NUL.
    clean = [[nfc(one.replace("\0", "")) for one in pair] for pair in fields]
    kept = [pair for pair in clean if pair[0] not in but]
    if len(json.dumps(kept)) > LONGEST:
        raise DossierError("Nội dung quá dài nên không lưu được.")
    return kept


def _put(draft: Dossier, part: str, kept: Fields) -> None:
    _forget(draft, part)
    draft.typed[part] = kept
    while len(draft.typed) > MOST_PARTS:
        del draft.typed[next(iter(draft.typed))]


def exchange_typed(
    draft: Dossier, part: str, words: Fields | None, before: str, after: str
) -> None:
    """The page asks something else from now on: `words` are put by for when it asks `before`
    again, and those of `after` come back; not saved."""
    _forget(draft, part)
    if words:
        _put(draft, f"{part}/{before}", words)
    if back := draft.typed.pop(f"{part}/{after}", None):
        draft.typed[part] = back


def _forget(draft: Dossier, part: str) -> bool:
    draft.typed.pop(BEFORE + part, None)
    return draft.typed.pop(part, None) is not None


@transaction.atomic
def keep_late(dossier: Dossier, *, part: str, fields: Fields, by: User, at: datetime) -> Dossier:
    """What was sent when its session had ended, with its mark. What stood there stays beside it:
    only the page can tell which is newer (late_mark)."""
    kept = _to_keep(fields, OWN_CONTROLS - {"goc"})
    draft = lock_draft(dossier, by=by)
    before = draft.typed.get(part)
    _put(draft, part, kept)
    if before is not None:
        draft.typed[BEFORE + part] = before
    draft.save(update_fields=["typed", "updated_at"])
    return draft


def late_mark(dossier: Dossier, part: str) -> str:
    """Of the page that was sent late; "" when nothing waits here that was."""
    return next((value for name, value in dossier.typed.get(part, []) if name == "goc"), "")


def late_before(dossier: Dossier, part: str) -> Fields | None:
    """What stood on the page when the late words came."""
    found: Fields | None = dossier.typed.get(BEFORE + part)
    return found


@transaction.atomic
def forget_typed(dossier: Dossier, *, part: str, by: User, at: datetime) -> None:
    """The step has taken it."""
    draft = lock_draft(dossier, by=by)
    if _forget(draft, part):
        draft.save(update_fields=["typed", "updated_at"])
