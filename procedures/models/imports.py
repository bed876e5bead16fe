"""Catalogue files being taken in: read first, shown row by row, applied when somebody says so."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portal.lib.outbox import OutboxQuerySet, OutboxRow
from procedures.models.version import ProcedureVersion


class ImportFormat(models.TextChoices):
    DATASET = "dataset", "Dòng JSON của bộ dữ liệu quốc gia"
    NATIONAL = "national", "Bản ghi của Cổng Dịch vụ công quốc gia"
    SHEETS = "sheets", "Bảng tính XLSX theo mẫu"
    OWN = "own", "Dòng JSON do cổng này xuất"


class ImportState(models.TextChoices):
    READING = "reading", "Đang đọc"
    READY = "ready", "Chờ quyết định"
    REVIEW = "review", "Chờ người thứ hai duyệt"
    APPLYING = "applying", "Đang áp dụng"
    DONE = "done", "Đã áp dụng"
    FAILED = "failed", "Không đọc được"
    DISCARDED = "discarded", "Đã bỏ"


class ImportMode(models.TextChoices):
    DRAFTS = "drafts", "Thành bản soạn"
    PUBLISHED = "published", "Công bố ngay"


class Fate(models.TextChoices):
    NEW = "new", "Mới"
    CHANGED = "changed", "Đổi"
    UNCHANGED = "unchanged", "Không đổi"
    WITHDRAWN = "withdrawn", "Không còn trong tệp"
    REJECTED = "rejected", "Bị từ chối"


class Outcome(models.TextChoices):
    APPLIED = "applied", "Đã áp dụng"
    SKIPPED = "skipped", "Bỏ qua"


def _person(words: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=words,
    )


class ImportRun(models.Model):
    """One file. `done` is how many of its rows were read, then applied: where a worker that
    takes over goes on. `complete`: the file is all its source has, so what it lacks is gone."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file_name = models.CharField("Tên tệp", max_length=250)
    stored_name = models.CharField("Tệp đã lưu", max_length=200, editable=False)
    sha256 = models.CharField("Mã băm", max_length=64, editable=False)
    size = models.PositiveBigIntegerField("Kích thước", default=0)
    format = models.CharField(
        "Dạng tệp", max_length=10, choices=ImportFormat.choices, blank=True, default=""
    )
    complete = models.BooleanField("Tệp có toàn bộ danh mục của nguồn", default=False)
    state = models.CharField(
        "Tình trạng", max_length=10, choices=ImportState.choices, default=ImportState.READING
    )
    mode = models.CharField(
        "Cách áp dụng", max_length=10, choices=ImportMode.choices, blank=True, default=""
    )
    total = models.PositiveIntegerField("Số dòng", default=0)
    done = models.PositiveIntegerField("Đã xử lý", default=0)
    counts = models.JSONField("Số dòng theo kết quả", default=dict)
    applied = models.PositiveIntegerField("Đã áp dụng", default=0)
    skipped = models.PositiveIntegerField("Bỏ qua", default=0)
    decision_no = models.CharField("Quyết định bãi bỏ", max_length=80, blank=True)
    error = models.TextField("Lỗi", blank=True)
    created_at = models.DateTimeField("Tải lên lúc")
    created_by = _person("Người tải lên")
    asked_at = models.DateTimeField("Đề nghị áp dụng lúc", null=True, blank=True)
    asked_by = _person("Người đề nghị")
    approved_at = models.DateTimeField("Duyệt lúc", null=True, blank=True)
    approved_by = _person("Người duyệt")
    finished_at = models.DateTimeField("Xong lúc", null=True, blank=True)

    class Meta:
        verbose_name = "lần nhập danh mục"
        verbose_name_plural = "lần nhập danh mục"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values) & Q(mode__in=["", *ImportMode.values]),
                name="import_state_known",
                violation_error_message="Tình trạng lần nhập không có trong danh sách.",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(approved_by=F("asked_by")),
                name="import_second_person",
                violation_error_message="Người duyệt phải khác người đề nghị.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ImportState.APPLYING, ImportState.DONE])
                | Q(mode__in=ImportMode.values),
                name="import_applied_has_mode",
                violation_error_message="Lần nhập đang áp dụng phải có cách áp dụng.",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportRow(models.Model):
    """What becomes of one procedure of the file. `detail` holds reasons, notes and the
    differences (clipped); `base` is the version they were seen against; `draftable`: rejected
    only for what is missing, which an editor can fill in."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("Thứ tự")
    line = models.PositiveIntegerField("Dòng trong tệp", null=True, blank=True)
    code = models.CharField("Mã thủ tục", max_length=40, blank=True)
    name = models.TextField("Tên thủ tục", blank=True)
    fate = models.CharField("Kết quả đọc", max_length=10, choices=Fate.choices)
    detail = models.JSONField("Chi tiết", default=dict)
    draftable = models.BooleanField("Chỉ làm bản soạn được", default=False)
    base = models.ForeignKey(
        ProcedureVersion, models.PROTECT, null=True, blank=True, related_name="+"
    )
    chosen = models.BooleanField("Chọn bãi bỏ", default=False)
    outcome = models.CharField(
        "Kết quả áp dụng", max_length=8, choices=Outcome.choices, blank=True, default=""
    )
    outcome_reason = models.TextField("Vì sao", blank=True)

    class Meta:
        verbose_name = "dòng nhập"
        verbose_name_plural = "dòng nhập"
        ordering = ["run", "number"]
        indexes = [
            models.Index(fields=["run", "fate", "number"], name="import_row_by_fate"),
            models.Index(fields=["run", "code"], name="import_row_by_code"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="import_row_once"),
            models.CheckConstraint(
                condition=Q(fate__in=Fate.values) & Q(outcome__in=["", *Outcome.values]),
                name="import_fate_known",
                violation_error_message="Kết quả đọc không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip() or f"dòng {self.line}"


class JobKind(models.TextChoices):
    READ = "read", "Đọc tệp"
    APPLY = "apply", "Áp dụng"


class ImportJob(OutboxRow):
    """Work on a run, for whichever worker has time; a dead one's is taken over."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="jobs")
    kind = models.CharField("Việc", max_length=5, choices=JobKind.choices)

    objects = OutboxQuerySet.as_manager()

    class Meta(OutboxRow.Meta):
        abstract = False
        verbose_name = "việc nhập danh mục"
        verbose_name_plural = "việc nhập danh mục"
        constraints = [
            *OutboxRow.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=JobKind.values),
                name="import_job_kind_known",
                violation_error_message="Việc nhập không có trong danh sách.",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class SourceLine(models.Model):
    """What a source last said about a procedure here: a line that says it again is no news,
    whatever editors have made of the procedure since."""

    source = models.CharField("Nguồn", max_length=10)
    code = models.CharField("Mã thủ tục", max_length=40)
    digest = models.CharField("Dấu nội dung", max_length=64)
    seen_at = models.DateTimeField("Thấy lúc")

    class Meta:
        verbose_name = "dòng nguồn đã nhập"
        verbose_name_plural = "dòng nguồn đã nhập"
        constraints = [
            models.UniqueConstraint(fields=["source", "code"], name="source_line_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.code}"
