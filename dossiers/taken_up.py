"""Whether what was handed over has been taken up: until then whoever gave it may have it back."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from dossiers.models import Dossier, Event
from dossiers.workflow import MOVES, Actor

# What the desk or an administrator does meanwhile is no work on what was forwarded.
_BESIDE = ("payment", "fees", "reset_deadline")
_GONE_ON = "Hồ sơ đã đi tiếp từ khi chuyển; hãy trao đổi để cơ quan giải quyết trả lại."


def has_begun(dossier: Dossier, given: Event, to_id: int | None = None) -> str | None:
    """Why what was `given` cannot be taken back: `to_id`, else its holder, has opened it or acted
    since."""
    who = to_id or dossier.assignee_id
    seen = dossier.looking.filter(user=who, seen_at__gte=given.at).select_related("user").first()
    if seen:
        return f"{seen.user} đã mở hồ sơ {clock(seen.seen_at)} nên không thu lại được."
    since = dossier.events.filter(by=who, seq__gt=given.seq).select_related("by")
    return _begun(since.first())


def _begun(first: Event | None) -> str | None:
    return f"{first.by} đã bắt đầu làm {clock(first.at)} nên không thu lại được." if first else None


def _others_since(dossier: Dossier, given: Event, user: Any) -> str | None:
    """What another officer has done about it since `user` gave it."""
    since = dossier.events.filter(seq__gt=given.seq, by__isnull=False).exclude(by=user)
    acted = since.exclude(actor=Actor.CITIZEN).exclude(move__in=_BESIDE)
    return _begun(acted.select_related("by").first())


def desk_refusal(user: Any, dossier: Dossier, given: Event) -> str | None:
    """Why this person cannot take back what nobody holds and they gave with a desk."""
    if given.move != "assign" or given.by_id != user.pk:
        return "Chỉ người đã bàn giao mới thu lại được."
    if dossier.status != given.to_status:
        return "Hồ sơ đã đi tiếp từ khi bàn giao nên không thu lại được."
    begun = has_begun(dossier, given, given.data["to"])
    return begun or _others_since(dossier, given, user)


def forward_refusal(user: Any, dossier: Dossier, at: datetime) -> str | None:
    """Why this person cannot take back what they forwarded (T8b)."""
    moves = dossier.events.filter(move__in=MOVES).exclude(move__in=_BESIDE)
    given = moves.last()
    if given is None or given.move != "forward":
        return _GONE_ON
    if given.by_id != user.pk:
        return "Chỉ người vừa chuyển xử lý mới lấy lại được."
    if begun := _others_since(dossier, given, user):
        return begun
    if dossier.step_runs.filter(ended_at=None, taken_up_at__isnull=False).exists():
        return "Người nhận đã bắt đầu làm; hãy trao đổi để họ trả lại."
    return has_begun(dossier, given) if dossier.assignee_id else None


def clock(at: datetime) -> str:
    return f"{timezone.localtime(at):lúc %H:%M ngày %d/%m/%Y}"
