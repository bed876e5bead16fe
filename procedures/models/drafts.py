"""Content on its way to becoming a version: written by one person, approved by another."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from procedures.models.version import ProcedureVersion


class DraftState(models.TextChoices):
    EDITING = "editing", "Đang soạn"
    REVIEW = "review", "Chờ duyệt"
    APPROVED = "approved", "Đã duyệt, chờ ngày áp dụng"
    PUBLISHED = "published", "Đã công bố"
    DISCARDED = "discarded", "Đã bỏ"


OPEN_DRAFTS = (DraftState.EDITING, DraftState.REVIEW, DraftState.APPROVED)


class DraftKind(models.TextChoices):
    CONTENT = "content", "Công bố, sửa đổi"
    RETIREMENT = "retirement", "Bãi bỏ"


class DraftStep(models.TextChoices):
    """What happened to a draft as a whole; what happened to its content is a DraftChange."""

    STARTED = "started", "Bắt đầu soạn"
    SUBMITTED = "submitted", "Trình duyệt"
    RETURNED = "returned", "Trả lại để sửa"
    RECALLED = "recalled", "Thu hồi"
    APPROVED = "approved", "Duyệt"
    FAILED = "failed", "Chưa công bố được"
    RENEWED = "renewed", "Lấy phiên bản đang áp dụng làm gốc"
    PUBLISHED = "published", "Đưa vào áp dụng"
    DISCARDED = "discarded", "Bỏ bản soạn"


class DraftQuerySet(models.QuerySet["Draft"]):
    def open(self) -> "DraftQuerySet":
        return self.filter(state__in=OPEN_DRAFTS)

    def due(self, day: date) -> "DraftQuerySet":
        """Approved ones whose day has come; a retirement after what may replace it."""
        found = self.filter(state=DraftState.APPROVED, publish_on__lte=day)
        return found.order_by("publish_on", "kind", "pk")

    def light(self) -> "DraftQuerySet":
        """For lists: without the content itself."""
        return self.defer("record", "eform").select_related("procedure", "updated_by")


class Draft(models.Model):
    """A record (procedures.records) and its e-form being written. `base` is the version that
    was in force when writing began (None: there was none); `revision` grows with every save, so
    that two editors cannot overwrite each other; `step` is where undo stands in `changes`."""

    kind = models.CharField(
        "Việc", max_length=10, choices=DraftKind.choices, default=DraftKind.CONTENT
    )
    procedure = models.ForeignKey(
        "procedures.Procedure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name="Thủ tục",
    )
    base = models.ForeignKey(
        ProcedureVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Soạn từ phiên bản",
    )
    code = models.CharField("Mã thủ tục", max_length=40)
    name = models.TextField("Tên thủ tục", blank=True)
    name_fold = models.TextField("Tên không dấu", editable=False, default="")
    record = models.JSONField("Nội dung", default=dict)
    eform = models.JSONField("Biểu mẫu điện tử", null=True, blank=True)
    state = models.CharField(
        "Tình trạng", max_length=10, choices=DraftState.choices, default=DraftState.EDITING
    )
    revision = models.PositiveIntegerField("Lần lưu", default=1)
    step = models.PositiveIntegerField("Bước hoàn tác", default=0)
    publish_on = models.DateField("Áp dụng từ", null=True, blank=True)
    created_at = models.DateTimeField("Tạo lúc")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="Người tạo",
    )
    updated_at = models.DateTimeField("Sửa lúc")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="Người sửa",
    )
    submitted_at = models.DateTimeField("Trình duyệt lúc", null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người trình",
    )
    reviewed_at = models.DateTimeField("Duyệt lúc", null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Người duyệt",
    )
    review_note = models.TextField("Ý kiến khi duyệt", blank=True)
    problem = models.TextField("Vì sao chưa công bố được", blank=True)
    version = models.ForeignKey(
        ProcedureVersion,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        verbose_name="Phiên bản đã công bố",
    )
    # Retirements only: by which decision, and what takes its place.
    decision_no = models.CharField("Quyết định bãi bỏ", max_length=80, blank=True)
    replaced_by = models.ForeignKey(
        "procedures.Procedure",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="Được thay bằng",
    )

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = "bản soạn thủ tục"
        verbose_name_plural = "bản soạn thủ tục"
        ordering = ["-updated_at", "-id"]
        indexes = [models.Index(fields=["state", "-updated_at", "-id"], name="draft_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(state__in=OPEN_DRAFTS),
                name="draft_open_once",
                violation_error_message="Thủ tục này đang có một bản soạn khác.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=DraftState.values) & Q(kind__in=DraftKind.values),
                name="draft_state_known",
                violation_error_message="Tình trạng bản soạn không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(submitted_by__isnull=True)
                | ~Q(reviewed_by=F("submitted_by")),
                name="draft_second_person",
                violation_error_message="Người duyệt phải khác người trình.",
            ),
            models.CheckConstraint(
                condition=Q(state=DraftState.EDITING)
                | Q(state=DraftState.DISCARDED)
                | Q(submitted_at__isnull=False),
                name="draft_submitted_has_time",
                violation_error_message="Bản soạn đã trình phải có thời điểm trình.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DraftState.APPROVED, DraftState.PUBLISHED])
                | Q(reviewed_at__isnull=False),
                name="draft_approved_has_time",
                violation_error_message="Bản soạn đã duyệt phải có thời điểm duyệt.",
            ),
            # Without both names "the reviewer is another person" would say nothing.
            models.CheckConstraint(
                condition=~Q(state__in=[DraftState.APPROVED, DraftState.PUBLISHED])
                | Q(submitted_by__isnull=False, reviewed_by__isnull=False),
                name="draft_approved_by_two",
                violation_error_message="Bản soạn đã duyệt phải có người trình và người duyệt.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.APPROVED) | Q(publish_on__isnull=False),
                name="draft_approved_has_day",
                violation_error_message="Bản soạn đã duyệt phải có ngày áp dụng.",
            ),
            models.CheckConstraint(
                condition=~Q(state=DraftState.PUBLISHED)
                | Q(version__isnull=False, procedure__isnull=False),
                name="draft_published_has_version",
                violation_error_message="Bản soạn đã công bố phải có phiên bản.",
            ),
            models.CheckConstraint(
                condition=~Q(kind=DraftKind.RETIREMENT)
                | Q(procedure__isnull=False, base__isnull=False) & ~Q(decision_no=""),
                name="draft_retirement_has_decision",
                violation_error_message="Bãi bỏ phải có thủ tục và số quyết định.",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | ~Q(replaced_by=F("procedure")),
                name="draft_not_replaced_by_itself",
                violation_error_message="Thủ tục không thể thay bằng chính nó.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def aim(self) -> str:
        """What becomes of the procedure. A published one has a procedure either way."""
        if self.kind == DraftKind.RETIREMENT:
            return "Bãi bỏ"
        if self.base_id:
            return "Sửa đổi"
        if self.state == DraftState.PUBLISHED:
            return "Công bố"
        return "Áp dụng trở lại" if self.procedure_id else "Thủ tục mới"


class DraftChange(models.Model):
    """The content after one save; undo and redo walk along these. `size` is that of the content
    in bytes, so that large records keep fewer steps."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="changes")
    number = models.PositiveIntegerField("Thứ tự")
    record = models.JSONField("Nội dung")
    eform = models.JSONField("Biểu mẫu điện tử", null=True, blank=True)
    size = models.PositiveIntegerField("Dung lượng (byte)", default=0)
    summary = models.CharField("Việc đã làm", max_length=250, blank=True)
    at = models.DateTimeField("Lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="Ai"
    )

    class Meta:
        verbose_name = "lần sửa bản soạn"
        verbose_name_plural = "lần sửa bản soạn"
        ordering = ["draft", "number"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "number"], name="draft_change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.draft} · {self.number}"


class DraftEvent(models.Model):
    """Who took the draft which step further or back, and with which words. Never changed."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="events")
    step = models.CharField("Việc", max_length=10, choices=DraftStep.choices)
    note = models.TextField("Ghi chú", blank=True)
    at = models.DateTimeField("Lúc")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="Ai"
    )

    class Meta:
        verbose_name = "việc của bản soạn"
        verbose_name_plural = "việc của bản soạn"
        ordering = ["draft", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=DraftStep.values),
                name="draft_event_step_known",
                violation_error_message="Việc của bản soạn không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.draft} · {self.get_step_display()}"
