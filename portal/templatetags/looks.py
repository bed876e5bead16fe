"""How states look: word, icon and colour together, never colour alone.

Icons are ids of `static/img/icons.svg`, tones are the classes of `static/css/parts.css`.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

SOON_DAYS = 3  # "Hồ sơ tới hạn (≤ 3 ngày)" of the one-stop screens, domain.md §8.2


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is a CSS suffix, `icon` a sprite id, `text` what the person reads."""

    tone: str
    icon: str
    text: str = ""


# Keyed by the national status code; the words come from the status itself.
STATUS_LOOKS: dict[int, Look] = {
    0: Look("draft", "pencil"),
    1: Look("new", "send"),
    2: Look("run", "inbox"),
    3: Look("stop", "x-circle"),
    4: Look("run", "process"),
    5: Look("wait", "alert"),
    6: Look("wait", "coin"),
    7: Look("hold", "return"),
    8: Look("hold", "pause"),
    9: Look("ready", "file-check"),
    10: Look("done", "check-all"),
}


def deadline_look(due: datetime | None, now: datetime, *, running: bool) -> Look | None:
    """What to say about a due time; None when there is none. Days are calendar days.

    Both times are aware; days are counted between local dates, so a dossier due
    tomorrow morning says "Còn 1 ngày" also late this evening.
    """
    if due is None:
        return None
    if not running:
        return Look("paused", "pause", "Tạm dừng tính giờ")
    days = (timezone.localtime(due).date() - timezone.localtime(now).date()).days
    if due < now:
        late = f"Quá hạn {-days} ngày" if days else "Quá hạn hôm nay"
        return Look("late", "alert", late)
    if days == 0:
        return Look("today", "hourglass", f"Hôm nay, trước {timezone.localtime(due):%H:%M}")
    return Look("soon" if days <= SOON_DAYS else "calm", "clock", f"Còn {days} ngày")


def moment(value: datetime) -> str:
    """`10 giờ 05 phút, ngày 06/03/2024`, the wording of the official slips."""
    return f"{timezone.localtime(value):%H giờ %M phút, ngày %d/%m/%Y}"
