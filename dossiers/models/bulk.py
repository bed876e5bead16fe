from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier
from portal.lib.outbox import OutboxQuerySet, OutboxRow


class BulkKind(models.TextChoices):
    """What is done to many dossiers by one press."""

    ACCEPT = "accept", "Tiếp nhận"
    FORWARD = "forward", "Chuyển xử lý"
    CLAIM = "claim", "Nhận việc"
    ASSIGN = "assign", "Giao cho đồng nghiệp"
    LABEL = "label", "Gắn nhãn"
    DESK = "desk", "Bàn giao toàn bộ hồ sơ"
    UNDO = "undo", "Thu lại bàn giao"


class BulkState(models.TextChoices):
    WAITING = "waiting", "Đang chờ"
    DONE = "done", "Đã làm"
    REFUSED = "refused", "Không làm được"


class Bulk(OutboxRow):
    """One press on many dossiers; waits in the outbox until every row is settled."""

    kind = models.CharField("Việc", max_length=7, choices=BulkKind.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người làm"
    )
    # Whom to give to (assign, desk), which label, the reason: {"to": 7}, {"label": 3}, {"note": ""}
    data: Any = models.JSONField("Nội dung", default=dict, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "thao tác trên nhiều hồ sơ"
        verbose_name_plural = "thao tác trên nhiều hồ sơ"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=BulkKind.values),
                name="bulk_kind_known",
                violation_error_message="Việc không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def working(self) -> bool:
        return self.done_at is None and self.dead_at is None


class BulkRow(models.Model):
    """One dossier of the press. `revision` and `holder` are what the person saw: a dossier that was
    worked on or taken up since is refused, as on its own page."""

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="rows", db_index=False)
    dossier = models.ForeignKey(Dossier, models.CASCADE, related_name="+")
    revision = models.PositiveIntegerField("Lần sửa đã xem", null=True, blank=True)
    holder = models.BigIntegerField("Người giữ đã thấy", null=True, blank=True)
    state = models.CharField(
        "Tình trạng", max_length=7, choices=BulkState.choices, default=BulkState.WAITING
    )
    reason = models.TextField("Vì sao không làm được", blank=True)
    done_at = models.DateTimeField("Lúc", null=True, blank=True)

    class Meta:
        verbose_name = "hồ sơ của thao tác nhiều hồ sơ"
        verbose_name_plural = "hồ sơ của thao tác nhiều hồ sơ"
        ordering = ["bulk", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bulk", "dossier"], name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values),
                name="bulk_row_state_known",
                violation_error_message="Tình trạng không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bulk_id} {self.dossier_id}"
