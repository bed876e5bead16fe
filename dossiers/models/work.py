"""Work inside the deciding agency: whose turn it is, and what waits for a leader's consent."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.desk import desk_of
from accounts.models import Agency
from accounts.roles import Role
from dossiers.models.dossier import Dossier
from dossiers.models.ledger import link_digest


class StepOutcome(models.TextChoices):
    """How a step of the internal process ended (T9)."""

    FORWARD = "forward", "Chuyển bước"
    BACK = "back", "Trả lại bước trước"
    HANDED = "handed", "Chuyển nội bộ"
    SKIPPED = "skipped", "Chuyển bước nhanh"
    UNDONE = "undone", "Lấy lại"
    LEFT = "left", "Hồ sơ rời khâu xử lý"


class StepRun(models.Model):
    """One stay of a dossier at one step of its version's internal process (quy trình nội bộ),
    with one person or nobody yet. Handing over begins a new row: the control slip (Phiếu kiểm
    soát) prints one line a row."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="step_runs")
    number = models.PositiveSmallIntegerField("Lần")
    # The place in version.process, from 0; a version without one has the single step 0.
    position = models.PositiveSmallIntegerField("Bước")
    name = models.CharField("Việc làm", max_length=250)
    role = models.CharField("Vai trò", max_length=12, choices=Role.choices)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name="Cơ quan")
    hours = models.PositiveSmallIntegerField("Giờ làm việc", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người xử lý",
    )
    # Whose it is when the dossier comes back: the step was handed over while it waited elsewhere.
    successor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name="Người nhận thay",
    )
    started_at = models.DateTimeField("Nhận lúc")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người giao",
    )
    # Until then whoever handed it over may take it back.
    taken_up_at = models.DateTimeField("Bắt đầu làm lúc", null=True, blank=True)
    due_at = models.DateTimeField("Hạn bước", null=True, blank=True)
    ended_at = models.DateTimeField("Xong lúc", null=True, blank=True)
    outcome = models.CharField("Kết thúc", max_length=8, choices=StepOutcome.choices, blank=True)
    note = models.TextField("Nội dung", blank=True)

    class Meta:
        verbose_name = "bước xử lý"
        verbose_name_plural = "bước xử lý"
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="step_run_number_once"),
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(ended_at=None),
                name="step_run_one_open",
                violation_error_message="Hồ sơ chỉ ở một bước xử lý tại một thời điểm.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
                name="step_run_ended_has_outcome",
                violation_error_message="Bước đã xong phải ghi cách kết thúc.",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")),
                name="step_run_ends_after_start",
                violation_error_message="Bước không thể xong trước khi bắt đầu.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dossier} {self.name}"

    @property
    def seal(self) -> dict[str, Any]:
        """Of an ended run, for the data of the event that ended it: who did which step when can
        be changed no more unseen. `successor` is no part of it, an event of its own sets that."""
        said = {name: _plain(getattr(self, name)) for name in _SEALED}
        return {"number": self.number, "digest": link_digest("", said)}


_SEALED = (
    "number", "position", "name", "role", "agency_id", "hours", "assignee_id", "started_at",
    "started_by_id", "taken_up_at", "due_at", "ended_at", "outcome", "note",
)  # fmt: skip


def _plain(value: Any) -> Any:
    """The same before it was stored and after."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, int) else str(value)


class ProposalKind(models.TextChoices):
    """What an officer drafts and a leader must consent to (chờ thông qua)."""

    ADDITIONS = "additions", "Yêu cầu bổ sung"
    SECOND_ROUND = "second", "Yêu cầu bổ sung lần nữa"
    APOLOGY = "apology", "Xin lỗi và hẹn lại"
    STOP = "stop", "Dừng xử lý"
    RETURN = "return", "Trả lại hồ sơ"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def waiting(self) -> "ProposalQuerySet":
        return self.filter(decided_at=None)

    def for_leader(self, user: Any) -> "ProposalQuerySet":
        """Those this person decides, wherever their dossiers lie."""
        led = desk_of(user).agencies_as(Role.LEADER)
        return self.waiting().filter(dossier__deciding_agency__in=led)


class Proposal(models.Model):
    """A draft that waits for a leader: `data` is all the move needs when consent is given."""

    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="proposals")
    kind = models.CharField("Loại", max_length=10, choices=ProposalKind.choices)
    reason = models.TextField("Lý do")
    data: Any = models.JSONField("Nội dung", default=dict, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người dự thảo"
    )
    proposed_at = models.DateTimeField("Dự thảo lúc")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người quyết định",
    )
    decided_at = models.DateTimeField("Quyết định lúc", null=True, blank=True)
    approved = models.BooleanField("Thông qua", null=True, blank=True)
    answer = models.TextField("Ý kiến của lãnh đạo", blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = "dự thảo chờ thông qua"
        verbose_name_plural = "dự thảo chờ thông qua"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dossier"],
                condition=Q(decided_at=None),
                name="proposal_one_open",
                violation_error_message="Hồ sơ đang có một dự thảo chờ thông qua.",
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, approved=None)
                | Q(decided_at__isnull=False, approved__isnull=False),
                name="proposal_decided_has_verdict",
                violation_error_message="Dự thảo đã quyết định phải ghi thông qua hay không.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dossier}"
