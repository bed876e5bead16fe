import uuid

from django.conf import settings
from django.db import models

from accounts.models import Agency
from dossiers.models.dossier import Dossier
from portal.lib.outbox import OutboxQuerySet, OutboxRow


class SlipKind(models.TextChoices):
    RECEIPT = "receipt", "Biên nhận nộp hồ sơ trực tuyến"
    MAU01 = "mau01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    MAU02 = "mau02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
    MAU03 = "mau03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
    MAU05 = "mau05", "Thông báo dừng giải quyết hồ sơ"


class SlipQuerySet(OutboxQuerySet["Slip"]):
    def ready(self) -> "SlipQuerySet":
        return self.filter(done_at__isnull=False)


class Slip(OutboxRow):
    """A paper we issue. `data` is everything printed, frozen at issue; the worker makes the
    bytes once (`done_at`), and they are never rendered again."""

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    dossier = models.ForeignKey(Dossier, models.PROTECT, related_name="slips")
    kind = models.CharField("Mẫu", max_length=10, choices=SlipKind.choices)
    form_set = models.CharField("Bộ mẫu", max_length=20)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="Cơ quan lập")
    number = models.PositiveIntegerField("Số", null=True, blank=True)
    period = models.CharField("Năm", max_length=4, blank=True)
    data = models.JSONField("Nội dung", default=dict)
    issued_at = models.DateTimeField("Lập lúc")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="Người lập"
    )
    stored_name = models.CharField("Nơi lưu", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveIntegerField("Kích thước (byte)", default=0)

    objects = SlipQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "phiếu"
        verbose_name_plural = "phiếu"
        ordering = ["id"]
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["stored_name"], name="slip_stored"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["agency", "kind", "period", "number"],
                condition=models.Q(number__isnull=False),
                name="slip_number_once",
                violation_error_message="Số phiếu đã được cấp.",
            ),
            models.CheckConstraint(
                condition=models.Q(done_at=None) | ~models.Q(sha256=""),
                name="slip_done_has_bytes",
                violation_error_message="Phiếu đã lập phải có tệp.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.dossier}"
