"""Who may do what to the catalogue; a refusal is a sentence."""

from typing import Any

from accounts.desk import desk_of
from accounts.roles import Role
from procedures.models import Draft, DraftState


def may_edit(user: Any) -> bool:
    """Editors of the catalogue (role CATALOGUE at any agency) and the portal's administrators."""
    return bool(user.is_superuser) or desk_of(user).has_role(Role.CATALOGUE)


def hinders_approval(draft: Draft, user: Any) -> str | None:
    """Why this person may not approve the draft. Who wrote the last word of it is no second
    person, even when another one submitted it."""
    if draft.state != DraftState.REVIEW:
        return f"Bản soạn đang ở tình trạng “{draft.get_state_display()}”."
    if not may_edit(user):
        return "Chỉ người biên tập thủ tục duyệt được."
    if user.pk in (draft.submitted_by_id, draft.updated_by_id):
        return "Người soạn hoặc trình không tự duyệt được; cần người thứ hai."
    return None
