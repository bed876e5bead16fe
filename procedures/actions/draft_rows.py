"""A draft's row under its lock: what every action on drafts begins and ends with."""

import json
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from portal.lib.text import fold
from procedures.actions.errors import Conflict, DraftRefused
from procedures.models import Draft, DraftChange, DraftEvent, DraftState, DraftStep, Procedure

# What undo may walk back over: so many steps, and no more bytes than this beyond the last one.
KEPT_CHANGES = 100
KEPT_BYTES = 10_000_000
BASE_CHANGED = "Phiên bản đang áp dụng đã đổi từ khi bắt đầu soạn; hãy xem và lấy bản mới làm gốc."


def lock(draft: Draft, revision: int, *states: str) -> Draft:
    """The draft as it is, its row locked. Raises Conflict when it is not the one that was
    shown, DraftRefused when it is in none of `states`."""
    locked = Draft.objects.select_for_update(no_key=True, of=("self",)).get(pk=draft.pk)
    _refuse_old_page(locked, revision)
    if locked.state not in states:
        raise DraftRefused(f"Bản soạn đang ở tình trạng “{locked.get_state_display()}”.")
    return locked


def _refuse_old_page(draft: Draft, revision: int) -> None:
    if draft.revision != revision:
        raise Conflict(_who_was_faster(draft), draft)


def _who_was_faster(draft: Draft) -> str:
    event = draft.events.exclude(step=DraftStep.STARTED).select_related("by").last()
    if event and event.at >= draft.updated_at:
        who, did = event.by, f"vừa làm việc “{event.get_step_display()}” với bản soạn này"
    else:
        who, did = draft.updated_by, "vừa lưu bản soạn này"
    return f"{who.full_name if who else 'Hệ thống'} {did}. Hãy xem bản mới trước khi làm tiếp."


def note_event(draft: Draft, step: str, *, by: User | None, at: datetime, note: str = "") -> None:
    DraftEvent.objects.create(draft=draft, step=step, by=by, at=at, note=note)


def note_change(draft: Draft, summary: str) -> None:
    """The content as it is now, for undo; what is too old or too much goes."""
    content = json.dumps([draft.record, draft.eform], ensure_ascii=False)
    DraftChange.objects.create(
        draft=draft,
        number=draft.step,
        record=draft.record,
        eform=draft.eform,
        size=len(content.encode()),
        summary=summary[:250],
        at=draft.updated_at,
        by=draft.updated_by,
    )
    _forget_old(draft)


def _forget_old(draft: Draft) -> None:
    """The step before the newest stays whatever its size: one step back is always there."""
    kept = 0
    sizes = draft.changes.order_by("-number").values_list("number", "size")
    for place, (number, size) in enumerate(sizes[: KEPT_CHANGES + 1]):
        kept += size
        if place == KEPT_CHANGES or (place > 1 and kept > KEPT_BYTES):
            draft.changes.filter(number__lte=number).delete()
            break


def touch(draft: Draft, by: User | None, at: datetime) -> None:
    draft.updated_at, draft.updated_by = at, by
    draft.code, draft.name = draft.record["code"], draft.record["name"]
    draft.name_fold = fold(f"{draft.code} {draft.name}")


def bump(draft: Draft) -> None:
    draft.revision += 1
    insert(draft)


def insert(draft: Draft) -> None:
    """Save; the database knows whether another open draft has the code."""
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        if "draft_open_once" not in str(error) and "procedures_draft.code" not in str(error):
            raise
        raise DraftRefused(f"Thủ tục {draft.code} đang có một bản soạn khác.") from None


def take_back(draft: Draft) -> None:
    """To its editor: nothing of the review counts any more."""
    draft.state = DraftState.EDITING
    draft.submitted_at = draft.submitted_by = None
    draft.reviewed_at = draft.reviewed_by = None
    draft.publish_on = None


def in_force(draft: Draft, *, lock: bool = False) -> int | None:
    """The version of the draft's procedure in force now. With `lock` nobody changes that
    before our transaction ends."""
    found: Any = Procedure.objects.filter(code=draft.code)
    if lock:
        found = found.select_for_update(no_key=True, of=("self",))
    procedure = found.only("current").first()
    return procedure.current_id if procedure else None


def refuse_other_base(draft: Draft) -> None:
    if in_force(draft) != draft.base_id:
        raise DraftRefused(BASE_CHANGED)
