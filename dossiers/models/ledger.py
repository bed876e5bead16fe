"""What happened to a dossier, append-only; both tables share one hash chain.

The chain covers what an event says (note, data) only through the digest of it that stands in
the row, so that a later purge may empty both and the chain still verifies: the one change that
the triggers of the tables let pass (portal.lib.appendonly, migration 0008).
"""

import hashlib
import json
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier
from dossiers.workflow import Status

# So much earlier than the row before it a row may be: its writer looked at the clock, then waited
# for the dossier. More is back-dated (or a clock was set back).
SKEW = timedelta(minutes=10)


def link_digest(previous: str, content: dict[str, Any]) -> str:
    """SHA-256 over the previous head and the canonical JSON of the row."""
    body = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(f"{previous}\n{body}".encode()).hexdigest()


def genesis(public_id: Any) -> str:
    """What the first row of a dossier's chain follows: rows of one dossier fit no other."""
    return hashlib.sha256(f"dossier {public_id}".encode()).hexdigest()


def body_digest(note: str, data: dict[str, Any]) -> str:
    return link_digest("", {"note": note, "data": data})


class _Link(models.Model):
    seq = models.PositiveIntegerField("Thứ tự trong chuỗi")
    at = models.DateTimeField("Thời điểm")
    previous_digest = models.CharField("Dấu trước", max_length=64, blank=True)
    digest = models.CharField("Dấu", max_length=64)

    class Meta:
        abstract = True
        ordering = ["seq"]


class Event(_Link):
    """One move of a dossier: by whom, as what, from where to where."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="events")
    move = models.CharField("Thao tác", max_length=40)
    from_status = models.PositiveSmallIntegerField("Từ", choices=Status.choices)
    to_status = models.PositiveSmallIntegerField("Đến", choices=Status.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="Người làm"
    )
    actor = models.CharField("Vai", max_length=12)
    note = models.TextField("Nội dung", blank=True)
    data = models.JSONField("Dữ liệu", default=dict, blank=True)
    body_digest = models.CharField("Dấu của nội dung", max_length=64, blank=True, editable=False)

    class Meta(_Link.Meta):
        verbose_name = "sự kiện hồ sơ"
        verbose_name_plural = "sự kiện hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seq"], name="event_seq_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.move}"

    def content(self) -> dict[str, Any]:
        """What the chain protects."""
        content = {
            "table": "event",
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(),
            "move": self.move,
            "from": int(self.from_status),
            "to": int(self.to_status),
            "by": self.by_id,
            "actor": str(self.actor),
        }
        if self.body_digest:
            return content | {"body": self.body_digest}
        # Rows from before the column: never to be emptied.
        note = hashlib.sha256(self.note.encode()).hexdigest()
        return content | {"note": note, "data": self.data}

    @property
    def says_as_sealed(self) -> bool:
        return not self.body_digest or self.body_digest == body_digest(self.note, self.data)


class ClockKind(models.TextChoices):
    INTAKE = "intake", "Bắt đầu hạn tiếp nhận"
    START = "start", "Bắt đầu tính thời hạn"
    PAUSE = "pause", "Tạm dừng"
    RESUME = "resume", "Tính tiếp"
    RESET = "reset", "Tính lại từ đầu"
    EXTEND = "extend", "Hẹn lại"
    SET = "set", "Đặt lại hạn"
    STOP = "stop", "Kết thúc"


# What names its due time instead of counting it.
NAMED = (ClockKind.EXTEND, ClockKind.SET)
# After these a term runs on.
_RUNS = (ClockKind.START, ClockKind.RESUME, ClockKind.RESET)
# Few of all ticks: an index of them only, for the figures.
_TELLS_OF_LATE = models.Q(kind__in=NAMED) | models.Q(
    kind=ClockKind.PAUSE, due_at__lt=models.F("at")
)


class ClockEntryQuerySet(models.QuerySet["ClockEntry"]):
    def late(self) -> "ClockEntryQuerySet":
        """Ticks after which a result is late whatever the due date says by then: an apology, and a
        pause or a day named anew when the due time had passed."""
        earlier = ClockEntry.objects.filter(
            dossier=models.OuterRef("dossier"), seq__lt=models.OuterRef("seq")
        ).order_by("-seq")
        said = earlier.exclude(kind=ClockKind.INTAKE).values("due_at")[:1]
        state = earlier.exclude(kind__in=[ClockKind.INTAKE, *NAMED]).values("kind")[:1]
        overrun = models.Q(_due__lt=models.F("at"), _state__in=_RUNS)
        told = self.alias(_due=models.Subquery(said), _state=models.Subquery(state))
        return told.filter(_TELLS_OF_LATE & (~models.Q(kind=ClockKind.SET) | overrun))


class ClockEntry(_Link):
    """A tick of the legal clock; every due date is computed from these rows only."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="clock_entries")
    kind = models.CharField("Loại", max_length=8, choices=ClockKind.choices)
    time = models.PositiveSmallIntegerField("Thời hạn", null=True, blank=True)
    unit = models.CharField("Đơn vị", max_length=12, blank=True)
    # EXTEND, SET: the due time somebody with the right named (T26, T25).
    until = models.DateTimeField("Hạn mới", null=True, blank=True)
    # The promise: what the due date (INTAKE: the intake's) was after this tick. A calendar that
    # is corrected later does not change what was said.
    due_at = models.DateTimeField("Hạn sau mốc này", null=True, blank=True)

    objects = ClockEntryQuerySet.as_manager()

    class Meta(_Link.Meta):
        verbose_name = "mốc thời hạn"
        verbose_name_plural = "mốc thời hạn"
        indexes = [
            models.Index(fields=["dossier"], name="clock_tells_of_late", condition=_TELLS_OF_LATE),
        ]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "seq"], name="clock_seq_once"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ClockKind.values),
                name="clock_kind_known",
                violation_error_message="Loại mốc thời hạn không có trong danh sách.",
            ),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=models.Q(kind=ClockKind.EXTEND),
                name="clock_extended_once",
                violation_error_message="Hồ sơ đã được hẹn lại một lần.",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=NAMED, until__isnull=False)
                | ~models.Q(kind__in=NAMED) & models.Q(until=None),
                name="clock_named_has_until",
                violation_error_message="Mốc hẹn lại phải có hạn mới, mốc khác thì không.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.kind}"

    def content(self) -> dict[str, Any]:
        content = {
            "table": "clock",
            "seq": self.seq,
            "at": self.at.astimezone(UTC).isoformat(),
            "kind": str(self.kind),
            "time": self.time,
            "unit": str(self.unit),
        }
        if self.until is not None:
            content["until"] = self.until.astimezone(UTC).isoformat()
        if self.due_at is not None:
            content["due"] = self.due_at.astimezone(UTC).isoformat()
        return content


class LedgerAnchor(models.Model):
    """The state of all chains on one day: the digest over the heads of those that grew since the
    last anchor, in the order of their dossiers. Anchors are a chain themselves; kept elsewhere
    (manage.py export_anchors) they show a ledger rewritten as a whole."""

    day = models.DateField("Ngày", unique=True)
    made_at = models.DateTimeField("Lập lúc")
    dossiers = models.PositiveIntegerField("Số hồ sơ có dòng mới")
    heads_digest = models.CharField("Dấu của các đầu chuỗi", max_length=64)
    previous_digest = models.CharField("Dấu neo trước", max_length=64, blank=True)
    digest = models.CharField("Dấu", max_length=64)

    class Meta:
        verbose_name = "neo sổ"
        verbose_name_plural = "neo sổ"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"

    def content(self) -> dict[str, Any]:
        return {"day": self.day, "dossiers": self.dossiers, "heads": self.heads_digest}


class AnchoredHead(models.Model):
    """Where a dossier's chain stood in an anchor: what is cut off behind it is missed here."""

    day = models.DateField("Ngày neo")
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="+")
    length = models.PositiveIntegerField("Độ dài chuỗi")
    head = models.CharField("Dấu chuỗi", max_length=64)

    class Meta:
        verbose_name = "đầu chuỗi đã neo"
        verbose_name_plural = "đầu chuỗi đã neo"
        constraints = [
            models.UniqueConstraint(fields=["dossier", "length"], name="anchored_length_once"),
            models.UniqueConstraint(fields=["day", "dossier"], name="anchored_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.length}"
