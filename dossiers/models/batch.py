import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from dossiers.models.dossier import Dossier
from portal.lib.outbox import OutboxQuerySet, OutboxRow


class Work(models.TextChoices):
    DRAFTS = "drafts", "Tạo bản nháp"
    FILING = "filing", "Nộp hồ sơ"


class RowState(models.TextChoices):
    WRONG = "wrong", "Cần sửa"
    ASK = "ask", "Giống hồ sơ khác"
    READY = "ready", "Đủ để nộp"
    WAITING = "waiting", "Đang chờ tạo"
    DRAFTED = "drafted", "Đã có bản nháp"
    FILED = "filed", "Đã nộp"
    REFUSED = "refused", "Chưa nộp được"


class Batch(OutboxRow):
    """Many dossiers of one procedure. `pattern` is an ordinary draft that says what they share:
    who files, case, papers, return. It waits in the outbox while its rows become dossiers."""

    pattern = models.OneToOneField(Dossier, models.CASCADE, related_name="batch")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người nộp"
    )
    filename = models.CharField("Bảng tính", max_length=150, blank=True)
    # Of the template the rows were read by (dossiers.batch_columns.mark_of).
    mark = models.CharField("Dấu của mẫu", max_length=64, blank=True)
    uploaded_at = models.DateTimeField("Tải lên lúc", null=True, blank=True)
    doing = models.CharField("Việc đang làm", max_length=7, choices=Work.choices, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "lượt nộp nhiều hồ sơ"
        verbose_name_plural = "lượt nộp nhiều hồ sơ"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(doing__in=["", *Work.values]),
                name="batch_work_known",
                violation_error_message="Việc không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def working(self) -> bool:
        return self.done_at is None and self.dead_at is None


class BatchRow(models.Model):
    """One row of the sheet and what became of it. `token` is its dossier's start_token: however
    often the work is done again, one row makes one dossier."""

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("Dòng trong bảng tính")
    token = models.UUIDField("Dấu mở hồ sơ", unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField("Tên gợi nhớ", max_length=150, blank=True)
    answers = models.JSONField("Tờ khai", default=dict, blank=True)
    # What the row says of its owner when the dossiers are filed for others.
    owner = models.JSONField("Chủ hồ sơ", default=dict, blank=True)
    # [[column, sentence, as typed], …]
    problems = models.JSONField("Cần sửa", default=list, blank=True)
    # Codes of earlier dossiers it may repeat; `twin` is the row of this sheet that says the same.
    alike = models.JSONField("Hồ sơ giống", default=list, blank=True)
    twin = models.PositiveIntegerField("Dòng giống", null=True, blank=True)
    confirmed = models.BooleanField("Vẫn nộp", default=False)
    state = models.CharField("Tình trạng", max_length=8, choices=RowState.choices)
    reason = models.TextField("Vì sao chưa nộp được", blank=True)
    dossier = models.OneToOneField(
        Dossier, models.SET_NULL, null=True, blank=True, related_name="batch_row"
    )

    class Meta:
        verbose_name = "dòng của lượt nộp nhiều hồ sơ"
        verbose_name_plural = "dòng của lượt nộp nhiều hồ sơ"
        ordering = ["batch", "number"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "number"], name="batch_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=RowState.values),
                name="batch_row_state_known",
                violation_error_message="Tình trạng của dòng không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.name or f"dòng {self.number}"

    @property
    def words(self) -> dict[str, Any]:
        """All it says, to be compared with another's."""
        return {"answers": self.answers, "owner": self.owner}
