"""Papers a procedure's page hands out: guidance to take along, and blank forms."""

import uuid

from django.db import models

from accounts.models import Agency
from portal.lib.outbox import OutboxQuerySet, OutboxRow
from procedures.models.version import ProcedureVersion


class HandoutKind(models.TextChoices):
    GUIDANCE = "guidance", "Phiếu hướng dẫn"
    BLANK = "blank", "Mẫu tờ khai để in"


class HandoutQuerySet(OutboxQuerySet["Handout"]):
    def ready(self) -> "HandoutQuerySet":
        return self.filter(done_at__isnull=False)


class Handout(OutboxRow):
    """One PDF, made once by the worker: a version never changes, so neither does what is
    printed of it (`key` is made of the content's digest, case, agency and layout)."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    kind = models.CharField("Loại", max_length=8, choices=HandoutKind.choices)
    version = models.ForeignKey(
        ProcedureVersion, models.CASCADE, related_name="handouts", verbose_name="Phiên bản"
    )
    case_key = models.CharField("Trường hợp", max_length=60, blank=True)
    agency = models.ForeignKey(
        Agency, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Nơi nộp"
    )
    layout = models.PositiveSmallIntegerField("Bản trình bày")
    # Somebody waits for it: before those that are only made ready.
    asked = models.BooleanField("Có người chờ", default=False)
    stored_name = models.CharField("Nơi lưu", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveIntegerField("Kích thước (byte)", default=0)

    objects = HandoutQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "phiếu in sẵn"
        verbose_name_plural = "phiếu in sẵn"
        ordering = ["id"]
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["stored_name"], name="handout_stored"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=HandoutKind.values),
                name="handout_kind_known",
                violation_error_message="Loại phiếu không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | ~models.Q(sha256=""),
                name="handout_done_has_bytes",
                violation_error_message="Phiếu đã tạo phải có tệp.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.version}"
