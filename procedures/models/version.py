from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from procedures.levels import Level, ServiceType


class VersionState(models.TextChoices):
    """A version is content that was in force once; what is being written is a Draft."""

    PUBLISHED = "published", "Đã công bố"
    RETIRED = "retired", "Hết hiệu lực"


class AdditionPolicy(models.TextChoices):
    """What a request for additions does to the deadline (domain.md §2.2 R7)."""

    RESET = "RESET", "Tính lại từ đầu khi đủ hồ sơ"
    PAUSE = "PAUSE", "Tạm dừng, cộng thời gian chờ"


class ProcedureVersion(models.Model):
    """What a procedure says from a date on. Never changed once published: dossiers keep
    the version they were filed under. Labels follow domain.md §8.1."""

    procedure = models.ForeignKey(
        "procedures.Procedure", models.PROTECT, related_name="versions", verbose_name="Thủ tục"
    )
    number = models.PositiveIntegerField("Phiên bản")
    state = models.CharField(
        "Tình trạng",
        max_length=10,
        choices=VersionState.choices,
        default=VersionState.PUBLISHED,
    )
    name = models.TextField("Tên thủ tục", default="")
    sector_name = models.CharField("Lĩnh vực", max_length=200, default="")
    life_events = models.JSONField("Sự kiện", default=list)
    level = models.PositiveSmallIntegerField("Mức độ", choices=Level.choices)
    service_type = models.CharField("Loại dịch vụ", max_length=8, choices=ServiceType.choices)
    service_type_reason = models.CharField("Lý do khác mặc định", max_length=250, blank=True)
    decision_no = models.CharField("Số quyết định", max_length=80, blank=True)
    decision_date = models.DateField("Ngày quyết định", null=True, blank=True)
    issuing_agency = models.CharField("Cơ quan công bố", max_length=200)
    kind = models.CharField("Loại thủ tục", max_length=200)
    administrative_level = models.CharField("Cấp thực hiện", max_length=100)
    summary = models.TextField("Tóm tắt")
    executing = models.JSONField("Loại cơ quan tiếp nhận", default=list)
    executing_text = models.TextField("Cơ quan thực hiện")
    authority = models.TextField("Cơ quan có thẩm quyền")
    coordinating = models.TextField("Cơ quan phối hợp")
    reception_address = models.TextField("Địa chỉ tiếp nhận hồ sơ")
    audiences = models.JSONField("Đối tượng thực hiện", default=list)
    audience_note = models.TextField("Mô tả đối tượng", blank=True)
    conditions = models.TextField("Yêu cầu, điều kiện thực hiện")
    keywords = models.JSONField("Từ khóa", default=list)
    related = models.JSONField("Thủ tục liên quan", default=list)
    chained = models.JSONField("Thủ tục liên thông", default=list)
    media = models.JSONField("Hướng dẫn bằng hình", default=list)
    source_url = models.CharField("Nguồn", max_length=500, blank=True)
    online_only = models.BooleanField("Chỉ nhận trực tuyến", default=False)
    retention_years = models.PositiveSmallIntegerField("Thời hạn lưu (năm)", default=20)
    intake_hours = models.PositiveSmallIntegerField("Hạn tiếp nhận (giờ làm việc)", default=8)
    addition_policy = models.CharField(
        "Khi yêu cầu bổ sung",
        max_length=5,
        choices=AdditionPolicy.choices,
        default=AdditionPolicy.RESET,
    )
    addition_days = models.PositiveSmallIntegerField("Hạn bổ sung (ngày)", default=30)
    eform = models.JSONField("Biểu mẫu điện tử", null=True, blank=True)
    # Counted when published: public pages tell how long filling takes and never fetch the form.
    form_fields = models.PositiveSmallIntegerField("Số ô của biểu mẫu", default=0)
    form_seconds = models.PositiveSmallIntegerField("Thời gian khai (giây)", default=0)
    process = models.JSONField("Quy trình nội bộ", default=list)
    effective_from = models.DateField("Áp dụng từ")
    effective_to = models.DateField("Đến ngày", null=True, blank=True)
    published_at = models.DateTimeField("Công bố lúc")
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người soạn",
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="Người công bố",
    )
    content_digest = models.CharField("Dấu nội dung", max_length=64, editable=False, blank=True)

    class Meta:
        verbose_name = "phiên bản thủ tục"
        verbose_name_plural = "phiên bản thủ tục"
        ordering = ["procedure", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "number"],
                name="version_number_once",
                violation_error_message="Số phiên bản đã có.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="version_level_known",
                violation_error_message="Mức độ dịch vụ phải từ 1 đến 4.",
            ),
            models.CheckConstraint(
                condition=Q(service_type__in=ServiceType.values),
                name="version_service_type_known",
                violation_error_message="Loại dịch vụ không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=VersionState.values),
                name="version_state_known",
                violation_error_message="Tình trạng phiên bản không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(state=VersionState.PUBLISHED) | Q(effective_to__isnull=False),
                name="version_retired_has_end",
                violation_error_message="Phiên bản hết hiệu lực phải có ngày kết thúc.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} (phiên bản {self.number})"

    @property
    def eform_definition(self) -> dict[str, Any] | None:
        return self.eform
