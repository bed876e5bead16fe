import uuid

from django.conf import settings
from django.db import models

from dossiers.models.dossier import Dossier
from procedures.models import ResultType


class Result(models.Model):
    """What the agency decided, with the signed file (domain.md §2.7)."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="results")
    result_type = models.ForeignKey(ResultType, models.PROTECT, null=True, blank=True)
    title = models.CharField("Trích yếu", max_length=250)
    number = models.CharField("Số, ký hiệu", max_length=60)
    signer = models.CharField("Người ký", max_length=150)
    issued_on = models.DateField("Ngày ban hành")
    filename = models.CharField("Tên tệp", max_length=150)
    stored_name = models.CharField("Nơi lưu", max_length=200)
    mime = models.CharField("Kiểu nội dung", max_length=60)
    size = models.PositiveBigIntegerField("Kích thước (byte)")
    sha256 = models.CharField("SHA-256", max_length=64)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người ghi"
    )
    recorded_at = models.DateTimeField("Ghi lúc")

    class Meta:
        verbose_name = "kết quả"
        verbose_name_plural = "kết quả"
        ordering = ["id"]
        indexes = [models.Index(fields=["stored_name"], name="result_stored")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(size__gt=0),
                name="result_not_empty",
                violation_error_message="Tệp kết quả không có nội dung.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
