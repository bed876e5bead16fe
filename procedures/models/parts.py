"""The blocks of a procedure page: cases with their papers, channels with times and fees."""

from django.db import models
from django.db.models import Q

from procedures.models.version import ProcedureVersion


class ChannelKind(models.TextChoices):
    DIRECT = "direct", "Trực tiếp"
    ONLINE = "online", "Trực tuyến"
    POST = "post", "Dịch vụ bưu chính"


class TimeUnit(models.TextChoices):
    WORKING_DAY = "working_day", "ngày làm việc"
    CALENDAR_DAY = "calendar_day", "ngày"
    HOUR = "hour", "giờ làm việc"
    MONTH = "month", "tháng"
    NONE = "none", "không quy định"


class RequirementOnline(models.TextChoices):
    """How a paper is given when filing online."""

    UPLOAD = "upload", "Tải tệp lên"
    EFORM = "eform", "Khai trực tuyến"
    NONE = "none", "Nộp hoặc xuất trình tại quầy"


class FeeKind(models.TextChoices):
    LE_PHI = "le_phi", "Lệ phí"
    PHI = "phi", "Phí"


class Collected(models.IntegerChoices):
    """HinhThucThu of the national gateway."""

    RECEPTION = 1, "Khi tiếp nhận"
    ADDITION = 2, "Khi bổ sung"
    RETURN = 4, "Khi trả kết quả"


class _Part(models.Model):
    order = models.PositiveSmallIntegerField("Thứ tự", default=0)

    class Meta:
        abstract = True
        ordering = ["order", "id"]


class ProcedureCase(_Part):
    """A variant (trường hợp) with its own papers."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="cases")
    key = models.SlugField("Khóa", max_length=60)
    name = models.TextField("Trường hợp")
    hint = models.TextField("Khi nào chọn", blank=True)

    class Meta(_Part.Meta):
        verbose_name = "trường hợp"
        verbose_name_plural = "trường hợp"
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="case_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Requirement(_Part):
    """A paper of a case (thành phần hồ sơ)."""

    case = models.ForeignKey(ProcedureCase, models.CASCADE, related_name="requirements")
    key = models.SlugField("Khóa", max_length=60)
    name = models.TextField("Tên giấy tờ")
    original = models.PositiveSmallIntegerField("Bản chính", default=0)
    copies = models.PositiveSmallIntegerField("Bản sao", default=0)
    mandatory = models.BooleanField("Bắt buộc", default=True)
    online = models.CharField(
        "Khi nộp trực tuyến",
        max_length=8,
        choices=RequirementOnline.choices,
        default=RequirementOnline.UPLOAD,
    )
    is_note = models.BooleanField("Chỉ là ghi chú", default=False)
    form_title = models.CharField("Mẫu đơn, tờ khai", max_length=1000, blank=True)
    # [{"name": "to-khai.docx", "file": public id of a CatalogueFile or ""}]
    forms = models.JSONField("Tệp mẫu đơn, tờ khai", default=list)
    sample = models.CharField("Bản điền mẫu", max_length=36, blank=True)
    note = models.TextField("Ghi chú", blank=True)
    reuse_type = models.CharField("Loại giấy tờ dùng lại", max_length=60, blank=True)

    class Meta(_Part.Meta):
        verbose_name = "thành phần hồ sơ"
        verbose_name_plural = "thành phần hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["case", "key"], name="requirement_key_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Channel(_Part):
    """How to file (cách thức thực hiện): time and fee hang here, not on the procedure."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="channels")
    kind = models.CharField("Hình thức nộp", max_length=8, choices=ChannelKind.choices)
    time = models.PositiveSmallIntegerField("Thời hạn", null=True, blank=True)
    unit = models.CharField("Đơn vị", max_length=12, choices=TimeUnit.choices)
    time_text = models.CharField("Thời hạn giải quyết", max_length=250)
    description = models.TextField("Mô tả", blank=True)

    class Meta(_Part.Meta):
        verbose_name = "cách thức thực hiện"
        verbose_name_plural = "cách thức thực hiện"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=TimeUnit.NONE) | Q(time__isnull=False),
                name="channel_unit_has_time",
                violation_error_message="Thời hạn cần có số.",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Fee(_Part):
    """A fee line of a channel, in whole đồng. Exemptions are always shown (domain.md §6.1).
    0 is free; no amount means that the note says what is due, which no sum of đồng can."""

    channel = models.ForeignKey(Channel, models.CASCADE, related_name="fees")
    name = models.TextField("Tên")
    kind = models.CharField("Loại", max_length=6, choices=FeeKind.choices)
    amount = models.PositiveBigIntegerField("Số tiền (đồng)", null=True, blank=True)
    unit = models.CharField("Đơn vị", max_length=60, blank=True)
    collected = models.PositiveSmallIntegerField(
        "Thu khi", choices=Collected.choices, default=Collected.RECEPTION
    )
    note = models.TextField("Ghi chú", blank=True)
    exemption = models.TextField("Miễn, giảm", blank=True)

    class Meta(_Part.Meta):
        verbose_name = "phí, lệ phí"
        verbose_name_plural = "phí, lệ phí"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="fee_not_negative",
                violation_error_message="Số tiền không được âm.",
            ),
            models.CheckConstraint(
                condition=Q(collected__in=Collected.values),
                name="fee_collected_known",
                violation_error_message="Thời điểm thu không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Step(_Part):
    """Trình tự thực hiện."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="steps")
    title = models.CharField("Bước", max_length=250, blank=True)
    text = models.TextField("Nội dung")

    class Meta(_Part.Meta):
        verbose_name = "trình tự thực hiện"
        verbose_name_plural = "trình tự thực hiện"

    def __str__(self) -> str:
        return self.title or self.text[:60]


class LegalBasis(_Part):
    """Căn cứ pháp lý."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="legal_bases")
    number = models.CharField("Số văn bản", max_length=80)
    name = models.TextField("Tên văn bản")
    issued = models.DateField("Ngày ban hành", null=True, blank=True)
    issuer = models.CharField("Cơ quan ban hành", max_length=200, blank=True)

    class Meta(_Part.Meta):
        verbose_name = "căn cứ pháp lý"
        verbose_name_plural = "căn cứ pháp lý"

    def __str__(self) -> str:
        return self.number


class ResultType(_Part):
    """Kết quả thực hiện and how it may be returned: desk, online, post."""

    version = models.ForeignKey(ProcedureVersion, models.CASCADE, related_name="result_types")
    code = models.CharField("Mã kết quả", max_length=60, blank=True)
    name = models.TextField("Tên kết quả")
    returns = models.JSONField("Cách trả", default=list)

    class Meta(_Part.Meta):
        verbose_name = "kết quả thực hiện"
        verbose_name_plural = "kết quả thực hiện"

    def __str__(self) -> str:
        return self.name
