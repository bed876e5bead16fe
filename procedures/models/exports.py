"""The whole catalogue as a file for editors, written by a worker."""

from django.db import models

from portal.lib.outbox import OutboxQuerySet, OutboxRow


class ExportKind(models.TextChoices):
    LINES = "jsonl", "Dòng JSON, đủ mọi nội dung"
    SHEETS = "xlsx", "Bảng tính theo mẫu nhập"


class Export(OutboxRow):
    """One file of one state of the catalogue: `key` names both. `written` of `total`
    procedures stand in it while it is made."""

    kind = models.CharField("Dạng tệp", max_length=5, choices=ExportKind.choices)
    written = models.PositiveIntegerField("Đã ghi", default=0)
    total = models.PositiveIntegerField("Số thủ tục", default=0)
    stored_name = models.CharField("Nơi lưu", max_length=200, blank=True)
    size = models.PositiveBigIntegerField("Kích thước (byte)", default=0)

    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "tệp xuất danh mục"
        verbose_name_plural = "tệp xuất danh mục"
        ordering = ["-id"]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(kind__in=ExportKind.values),
                name="export_kind_known",
                violation_error_message="Dạng tệp không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | ~models.Q(stored_name=""),
                name="export_done_has_file",
                violation_error_message="Tệp đã xong phải có chỗ lưu.",
            ),
        ]

    def __str__(self) -> str:
        return self.key
