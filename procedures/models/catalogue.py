from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import Agency
from procedures.levels import Level
from procedures.models.version import ProcedureVersion


class Sector(models.Model):
    name = models.CharField("Tên lĩnh vực", max_length=200, unique=True)
    slug = models.SlugField("Đường dẫn", max_length=120, unique=True)

    class Meta:
        verbose_name = "lĩnh vực"
        verbose_name_plural = "lĩnh vực"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LifeEvent(models.Model):
    name = models.CharField("Sự kiện", max_length=100, unique=True)
    slug = models.SlugField("Đường dẫn", max_length=120, unique=True)
    for_business = models.BooleanField("Cho doanh nghiệp", default=False)
    order = models.PositiveSmallIntegerField("Thứ tự", default=0)

    class Meta:
        verbose_name = "sự kiện"
        verbose_name_plural = "sự kiện"
        ordering = ["for_business", "order", "name"]

    def __str__(self) -> str:
        return self.name


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def published(self) -> "ProcedureQuerySet":
        """Those a citizen may read: they have a published version in force."""
        return self.filter(current__isnull=False)

    def with_page_parts(self) -> "ProcedureQuerySet":
        """What a public page shows: not the form itself, nor the steps inside the office."""
        unseen = ("search_fold", "facts", "current__eform", "current__process")
        return self.select_related("current", "sector").defer(*unseen)

    def matching(self, words: str) -> "ProcedureQuerySet":
        """Every word, marks or not, begins a word of code, name, sector or keywords. Unranked,
        for lists of staff; citizens search with procedures.search."""
        return self.filter(search_fold__has_words=words)


class Procedure(models.Model):
    """A procedure of the national database (code d.dddddd); its content is in versions."""

    code = models.CharField("Mã thủ tục", max_length=40, unique=True)
    name = models.TextField("Tên thủ tục")
    sector = models.ForeignKey(Sector, models.PROTECT, verbose_name="Lĩnh vực")
    life_events = models.ManyToManyField(LifeEvent, blank=True, verbose_name="Sự kiện")
    current = models.OneToOneField(
        ProcedureVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Phiên bản đang áp dụng",
    )
    retired_on = models.DateField("Hết hiệu lực từ", null=True, blank=True)
    retired_by_decision = models.CharField("Quyết định bãi bỏ", max_length=80, blank=True)
    replaced_by = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name="Được thay bằng",
    )
    related = models.ManyToManyField("self", blank=True, verbose_name="Thủ tục liên quan")
    # Both are set by procedures.search.columns.describe when a version comes into force.
    search_fold = models.TextField("Cột tìm kiếm", editable=False, default="")
    facts = models.JSONField("Điều cần cho tìm kiếm", editable=False, default=dict)
    popularity = models.PositiveIntegerField("Lượt nộp", default=0)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        verbose_name = "thủ tục"
        verbose_name_plural = "thủ tục"
        ordering = ["code"]
        indexes = [
            # None on the name: PostgreSQL's index rows hold 2,700 bytes, names up to 8,000 letters.
            models.Index(fields=["-popularity", "id"], name="procedure_popular"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True) | Q(current__isnull=True),
                name="procedure_retired_or_current",
                violation_error_message="Thủ tục đã bãi bỏ không thể còn phiên bản áp dụng.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ServiceQuerySet(models.QuerySet["Service"]):
    def open(self) -> "ServiceQuerySet":
        """Those whose agency accepts dossiers of a published procedure."""
        return self.filter(active=True, procedure__current__isnull=False)

    def fileable(self) -> "ServiceQuerySet":
        return self.open().filter(level__gte=Level.FILE)


class Service(models.Model):
    """A procedure at the agency that accepts it (dịch vụ công). Its level may differ from
    the procedure's, with a reason."""

    procedure = models.ForeignKey(
        Procedure, models.PROTECT, related_name="services", verbose_name="Thủ tục"
    )
    receiving_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="services", verbose_name="Nơi tiếp nhận"
    )
    deciding_agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="decides", verbose_name="Cơ quan giải quyết"
    )
    level = models.PositiveSmallIntegerField("Mức độ", choices=Level.choices)
    level_reason = models.CharField("Lý do khác mức chung", max_length=250, blank=True)
    active = models.BooleanField("Đang nhận hồ sơ", default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = "dịch vụ công"
        verbose_name_plural = "dịch vụ công"
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "receiving_agency"],
                name="service_once",
                violation_error_message="Cơ quan này đã nhận thủ tục đó.",
            ),
            models.CheckConstraint(
                condition=Q(level__in=Level.values),
                name="service_level_known",
                violation_error_message="Mức độ dịch vụ phải từ 1 đến 4.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure} – {self.receiving_agency}"


class ServiceStep(models.TextChoices):
    OPENED = "opened", "Mở tiếp nhận"
    CHANGED = "changed", "Sửa"
    CLOSED = "closed", "Dừng tiếp nhận"
    REOPENED = "reopened", "Mở lại"


class ServiceChange(models.Model):
    """Who changed where a procedure is taken in, and what was said of it. Never changed; a new
    level of the procedure itself is told by its versions."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="changes")
    step = models.CharField("Việc", max_length=10, choices=ServiceStep.choices)
    note = models.TextField("Nội dung", blank=True)
    at = models.DateTimeField("Lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="Ai"
    )

    class Meta:
        verbose_name = "thay đổi của dịch vụ công"
        verbose_name_plural = "thay đổi của dịch vụ công"
        ordering = ["service", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=ServiceStep.values),
                name="service_change_step_known",
                violation_error_message="Việc của dịch vụ không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} · {self.get_step_display()}"
