import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Agency
from portal.lib.outbox import OutboxQuerySet, OutboxRow
from procedures.models import Procedure


class RegisterVolumeQuerySet(OutboxQuerySet["RegisterVolume"]):
    def touching(self, first: date, last: date) -> "RegisterVolumeQuerySet":
        """Those with one of these days in them."""
        return self.filter(first_day__lte=last, last_day__gte=first)


class RegisterVolume(OutboxRow):
    """A volume (quyển) of an agency's register (Sổ theo dõi hồ sơ) as it was issued: `rows`
    dossiers from the `start`-th that came in over the period. What it says is its `content`,
    written with it; the worker makes the bytes once, from nothing else."""

    content: "VolumeContent"

    public_id = models.UUIDField("Mã trong đường dẫn", unique=True, default=uuid.uuid4)
    agency = models.ForeignKey(Agency, models.PROTECT, verbose_name="Cơ quan")
    procedure = models.ForeignKey(
        Procedure, models.PROTECT, null=True, blank=True, verbose_name="Thủ tục"
    )
    first_day = models.DateField("Từ ngày")
    last_day = models.DateField("Đến ngày")
    start = models.PositiveIntegerField("Bắt đầu sau số thứ tự", default=0)
    rows = models.PositiveIntegerField("Số hồ sơ")
    written = models.PositiveIntegerField("Đã ghi", default=0)
    form_set = models.CharField("Bộ mẫu", max_length=20)
    number = models.PositiveIntegerField("Quyển số")
    period = models.CharField("Năm", max_length=4)
    issued_at = models.DateTimeField("Lập lúc")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="Người lập"
    )
    stored_name = models.CharField("Nơi lưu", max_length=200, blank=True)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveIntegerField("Kích thước (byte)", default=0)

    objects = RegisterVolumeQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "quyển sổ theo dõi"
        verbose_name_plural = "quyển sổ theo dõi"
        ordering = ["-id"]
        indexes = [
            *OutboxRow.Meta.indexes,
            models.Index(fields=["agency", "-id"], name="volume_of_agency"),
            models.Index(fields=["stored_name"], name="volume_stored"),
        ]
        constraints = [
            *OutboxRow.Meta.constraints,
            models.UniqueConstraint(
                fields=["agency", "period", "number"],
                name="volume_number_once",
                violation_error_message="Số quyển đã được cấp.",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="volume_days_in_order",
                violation_error_message="Ngày cuối phải từ ngày đầu trở đi.",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None) | ~Q(sha256=""),
                name="volume_done_has_bytes",
                violation_error_message="Quyển sổ đã lập phải có tệp.",
            ),
        ]

    def __str__(self) -> str:
        return f"Quyển {self.number}/{self.period} {self.agency}"


class VolumeContent(models.Model):
    """All that a volume prints, frozen as it was issued; beside its volume, for it is a megabyte
    that no list needs. `data`: the context of templates/slips/register_*.html without what
    concerns a part, `lines` being all rows."""

    volume = models.OneToOneField(
        RegisterVolume, models.PROTECT, primary_key=True, related_name="content"
    )
    data = models.JSONField("Nội dung")

    class Meta:
        verbose_name = "nội dung quyển sổ"
        verbose_name_plural = "nội dung quyển sổ"

    def __str__(self) -> str:
        return str(self.volume)
