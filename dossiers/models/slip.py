import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from dossiers.models.dossier import Dossier
from portal.lib.outbox import OutboxQuerySet, OutboxRow


class SlipKind(models.TextChoices):
    RECEIPT = "receipt", "Biên nhận nộp hồ sơ trực tuyến"
    MAU01 = "mau01", "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    MAU02 = "mau02", "Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"
    MAU03 = "mau03", "Phiếu từ chối tiếp nhận giải quyết hồ sơ"
    MAU04 = "mau04", "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    MAU05 = "mau05", "Thông báo dừng giải quyết hồ sơ"
    CONTROL = "control", "Phiếu kiểm soát quá trình giải quyết hồ sơ"


# The number a form has in each set (domain.md §2.3); TT 01/2018 knows no notice of a stop.
FORM_NUMBERS: dict[str, dict[str, str]] = {
    "TT01/2018": {
        "mau01": "01", "mau02": "02", "mau03": "03", "mau04": "04", "control": "05",
        "register": "06",
    },
    "TT03/2025": {
        "mau01": "01", "mau02": "02", "mau03": "03", "mau04": "04", "mau05": "05",
        "control": "06", "register": "07",
    },
}  # fmt: skip
_OLD_APOLOGY = "Phiếu xin lỗi và hẹn lại ngày trả kết quả"


def form_set_of(agency: Agency) -> str:
    """The set the agency prints on: its own word, when we know it."""
    return agency.form_set if agency.form_set in FORM_NUMBERS else settings.SLIP_FORM_SET


class SlipQuerySet(OutboxQuerySet["Slip"]):
    def ready(self) -> "SlipQuerySet":
        return self.filter(done_at__isnull=False)

    def for_people(self) -> "SlipQuerySet":
        """Those given to the people of a dossier: the control slip stays in the office."""
        return self.exclude(kind=SlipKind.CONTROL)

    def visible_to(self, user: Any) -> "SlipQuerySet":
        at_desk = Q(dossier__in=Dossier.objects.at_desk_of(user))
        theirs = Q(dossier__in=Dossier.objects.visible_to(user)) & ~Q(kind=SlipKind.CONTROL)
        return self.filter(at_desk | theirs)


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
        return f"{self.title} {self.dossier}"

    @property
    def title(self) -> str:
        """As the form set it was issued under calls it."""
        if self.kind == SlipKind.MAU04 and self.form_set == "TT01/2018":
            return _OLD_APOLOGY
        return str(self.get_kind_display())

    @property
    def form_number(self) -> str:
        """ "06" for a control slip of 2025; empty for what is no form of the set."""
        return FORM_NUMBERS.get(self.form_set, {}).get(self.kind, "")
